// The smallest kernel that prints a line: an Image of Linux that OpenSBI starts.
        .option norvc
        .text
        .globl _start
_start: j start
        .long 0
        .quad 0x200000                  // from the begin of memory
        .quad end - _start
        .quad 0
        .long 2, 0
        .quad 0
        .ascii "RISCV\0\0\0"
        .ascii "RSC\x05"
        .long 0
start:  lla s1, text
        li s2, 0x10000000               // 16550
1:      lbu a0, 0(s1)
        beqz a0, 2f
        sb a0, 0(s2)
        addi s1, s1, 1
        j 1b
2:      li t0, 0x100000                 // sifive_test: end with 0
        li t1, 0x5555
        sw t1, 0(t0)
3:      wfi
        j 3b
text:   .asciz "Hello!\n"
        .balign 8
end:
