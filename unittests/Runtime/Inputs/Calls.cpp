//===- Calls.cpp - frames and a call-site table made by hand --------------===//
//
// Stands for compiled code: each function has another shape of frame, and the
// table tells of each call what the compiler would.
//
//===----------------------------------------------------------------------===//

__asm__(R"(
  .section .text.calls, "ax", @progbits
  .globl flux_text_begin, test_trap, test_recurse, test_overflow, test_mutual
  .globl test_alloc
flux_text_begin:
  nop

# count_words, inlined `pick` within: the trap is in `pick`.
count_words:
  subq $24, %rsp
  leaq pick_site(%rip), %rdi
  movl $10, %esi
  movl $10, %edx
  call flux_trap2
.Lpick:

# main: a frame pointer and a stack that is aligned anew.
test_trap:
  pushq %rbp
  movq %rsp, %rbp
  subq $200, %rsp
  andq $-64, %rsp
  call count_words
.Lmain:
  leave
  ret

# descend(rdi): saves a register; the frame pointer holds a value.
test_recurse:
  pushq %rbp
  movq $-1, %rbp
  testq %rdi, %rdi
  je 1f
  decq %rdi
  call test_recurse
.Ldescend:
1:
  call count_words
.Lbottom:

test_overflow:
  pushq %rbx
  subq $4096, %rsp
  orq $0, (%rsp)
  call test_overflow
.Loverflow:
  addq $4096, %rsp
  popq %rbx
  ret

test_mutual:
  subq $8, %rsp
  call 2f
.Leven:
2:
  subq $24, %rsp
  call test_mutual
.Lodd:

# alloc(rdi, rsi): the runtime function traps.
test_alloc:
  subq $8, %rsp
  movq %rsi, %rdx
  movq %rdi, %rsi
  leaq alloc_site(%rip), %rdi
  call flux_alloc
.Lalloc:
  addq $8, %rsp
  ret

  .section .rodata.calls, "a", @progbits
  .p2align 2
pick_site:
  .long name - pick_site, pick - pick_site, line - pick_site
  .long 12
  .short 14
  .byte 12, 3, 0
  .p2align 2
alloc_site:
  .long name - alloc_site, alloc - alloc_site, line - alloc_site
  .long 40
  .short 3
  .byte 0, 3, 0
name:
  .asciz "wc.flux.md"
pick:
  .asciz "pick"
alloc:
  .asciz "alloc"
line:
  .asciz "    total += counts[i]"

  .macro site label, place, cfa, register, saved
  .long \label - flux_text_begin, \place, \cfa
  .byte \register, -1
  .short \saved
  .endm
  .macro place line, column, function, parent
  .long \line, \column, \function - strings, file_name - strings, \parent
  .endm

  .section .flux.calls, "aR", @progbits
  .p2align 3
  .globl flux_calls
flux_calls:
  .long 8, 9
  site .Lpick, 0, 32, 0, 0
  site .Lmain, 2, 16, 1, -16
  site .Ldescend, 3, 16, 0, -16
  site .Lbottom, 4, 16, 0, -16
  site .Loverflow, 5, 4112, 0, 0
  site .Leven, 6, 16, 0, 0
  site .Lodd, 7, 32, 0, 0
  site .Lalloc, 8, 16, 0, 0
  place 12, 14, pick_name, 2
  place 20, 9, count_name, 0
  place 30, 5, main_name, 0
  place 33, 5, descend_name, 0
  place 34, 5, descend_name, 0
  place 36, 7, overflow_name, 0
  place 50, 1, even_name, 0
  place 60, 1, odd_name, 0
  place 40, 3, alloc_name, 0
strings:
file_name: .asciz "wc.flux.md"
pick_name: .asciz "pick"
count_name: .asciz "count_words"
main_name: .asciz "main"
descend_name: .asciz "descend"
overflow_name: .asciz "dive"
even_name: .asciz "even"
odd_name: .asciz "odd"
alloc_name: .asciz "alloc"
)");
