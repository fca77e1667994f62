//===- Start.S - what C++ cannot say on x86_64 ----------------------------===//
//
// The way from 32 bits with paging off to C++, the entries of traps, the change
// of contexts, and the way of further processors from real mode.
//
//===----------------------------------------------------------------------===//

// Selectors: 0x08 code of 64 bits, 0x10 data, 0x18 code of 32 bits.
#define CODE64 0x08
#define DATA 0x10
#define CODE32 0x18
#define USER_YIELD 101                  // hal::userYield
#define USER_EXCHANGE 99                // hal::userExchange
// Page tables of 64 bits, SSE and its exceptions, global pages.
#define CR4_BITS 0x6A0
// Paging, write protection, FPU errors as exceptions, FPU there, protected mode.
#define CR0_BITS 0x80010023
// No execution of data, long mode.
#define EFER_BITS 0x900

        .section .note.pvh, "a", @note
        .align 4
        .long 4, 8, 18                  // XEN_ELFNOTE_PHYS32_ENTRY
        .asciz "Xen"
        .quad flux_entry

        .text
        .code32
        .globl flux_start32
// PVH: ebx points to the start info, paging is off.
flux_start32:
        cld
        cli
        movl $flux_bss_begin, %edi      // nobody clears it for all loaders
        movl $flux_kernel_end, %ecx
        subl %edi, %ecx
        shrl $2, %ecx
        xorl %eax, %eax
        rep stosl
        movl $flux_boot_stack_top, %esp
        // The first 4 GiB by blocks of 2 MiB, until initPaging().
        movl $boot_directories, %edi
        movl $0x83, %eax
1:      movl %eax, (%edi)
        addl $8, %edi
        addl $0x200000, %eax
        jnc 1b
        movl $boot_pointers, %edi
        movl $boot_directories + 3, %eax
        movl $4, %ecx
2:      movl %eax, (%edi)
        addl $8, %edi
        addl $4096, %eax
        loop 2b
        movl $boot_pointers + 3, %eax
        movl %eax, boot_root
        movl $boot_root, %eax
        call enable64
        lgdt boot_gdt_pointer
        ljmpl $CODE64, $start64

// eax: the tables.  Turns long mode on; the code segment stays.
enable64:
        movl %eax, %cr3
        movl %cr4, %eax
        orl $CR4_BITS, %eax
        movl %eax, %cr4
        movl $0xC0000080, %ecx
        rdmsr
        orl $EFER_BITS, %eax
        wrmsr
        movl %cr0, %eax
        andl $~0x60000004, %eax         // caches on, no emulation of the FPU
        orl $CR0_BITS, %eax
        movl %eax, %cr0
        ret

        .code64
start64:
        movl $DATA, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl %ebx, %edi
        call flux_hal_start
        ud2

//===--- out of EFI ----------------------------------------------------------//

// rdi: what EFI told.  This is where EFI loaded the kernel; from here on the copy
// runs that lies where it was linked to.
        .globl flux_hal_leave_efi, flux_hal_efi_place
flux_hal_leave_efi:
        cli
        cld
        jmpq *efi_leave(%rip)
leave_efi:
        movl %edi, %ebx
        lgdt boot_gdt_pointer
        pushq $CODE32
        pushq $leave_long_mode
        lretq
        .code32
leave_long_mode:
        movl $DATA, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl %cr0, %eax
        andl $0x7FFFFFFF, %eax
        movl %eax, %cr0
        movl $0xC0000080, %ecx
        rdmsr
        andl $~0x100, %eax
        wrmsr
        jmp flux_start32
        .code64

        .section .rodata
        .balign 8
flux_hal_efi_place:
        .quad flux_kernel_begin, flux_bss_begin, flux_kernel_end
efi_leave:
        .quad leave_efi
        .text

//===--- traps ---------------------------------------------------------------//

.macro PUSH_ALL
        pushq %rax; pushq %rbx; pushq %rcx; pushq %rdx; pushq %rsi; pushq %rdi
        pushq %rbp; pushq %r8; pushq %r9; pushq %r10; pushq %r11; pushq %r12
        pushq %r13; pushq %r14; pushq %r15
.endm

// Each trap calls what is behind it, with its number, and a bit if the processor has
// pushed an error code; others get one here.
.macro VECTOR n
        call vector_common
        .if (\n == 8) || (\n >= 10 && \n <= 14) || (\n == 17) || (\n == 21) || (\n == 29) || (\n == 30)
        .byte \n + 128
        .else
        .byte \n
        .endif
.endm
        .altmacro
        .globl flux_hal_vectors
flux_hal_vectors:
        .set i, 0
        .rept 34
        VECTOR %i
        .set i, i + 1
        .endr

vector_common:
        xchgq %rax, (%rsp)
        movzbl (%rax), %eax
        btrl $7, %eax
        jc 1f
        pushq (%rsp)
        movq $0, 8(%rsp)
1:
        xchgq %rax, (%rsp)
// On the stack: the frame up to the vector.  Traps are handled on the
// processor's stack; one in a handler, which is an error, stays where it is.
        PUSH_ALL
        cld
        testb $3, 144(%rsp)             // from user mode: the kernel's gs
        jz 3f
        swapgs
3:      movq %rsp, %rdi
        movq %gs:0, %rax
        cmpq %rax, %rsp
        ja 1f
        cmpq %gs:8, %rsp
        ja 2f
1:      movq %rax, %rsp
2:      andq $-16, %rsp
        call flux_hal_trap
        movq %rax, %rdi
        .globl flux_hal_resume
flux_hal_resume:
        movq %rdi, %rsp
        testb $3, 144(%rsp)
        jz 1f
        swapgs
1:      popq %r15; popq %r14; popq %r13; popq %r12; popq %r11; popq %r10
        popq %r9; popq %r8; popq %rbp; popq %rdi; popq %rsi; popq %rdx
        popq %rcx; popq %rbx; popq %rax
        addq $16, %rsp
        iretq

// Calls of user mode stay on the stack of the process.
        .globl flux_hal_system_call
flux_hal_system_call:
        swapgs
        cld
        subq $16, %rsp
        pushq %rax; pushq %rbx; pushq %rcx; pushq %rdx; pushq %rsi; pushq %rdi
        pushq %rbp
        cmpq $USER_EXCHANGE, %rax
        je user_exchange
        cmpq $USER_YIELD, %rax
        je user_yield
        pushq %r8; pushq %r9; pushq %r10; pushq %r11; pushq %r12
        pushq %r13; pushq %r14; pushq %r15
        movq %rsp, %rbx                 // arguments from rdi to rcx, in a row
        movq 176(%rsp), %rdi
        movq %rax, %rsi
        leaq 72(%rsp), %rdx
        call flux_hal_on_system_call
        movq %rax, 112(%rbx)
        movq 72(%rbx), %rax
        movq %rax, 88(%rbx)
        movq %rbx, %rdi
        jmp flux_hal_resume

// Those by which processes change have a frame, without what functions may change:
// it keeps there what an earlier trap of the same process left.
.macro CHANGE_FRAME
        subq $32, %rsp
        pushq %r12; pushq %r13; pushq %r14; pushq %r15
.endm
user_yield:
        CHANGE_FRAME
        movq %rsp, %rdi
        movq %gs:0, %rsp
        call flux_hal_on_user_yield
        movq %rax, %rdi
        jmp flux_hal_resume

user_exchange:
        CHANGE_FRAME
        movq %rsp, %r8
        movq %gs:0, %rsp
        call flux_hal_on_user_exchange
        movq %rax, %rdi
        jmp flux_hal_resume

// void yield(): a frame as a trap behind this call would leave it.
        .globl flux_hal_yield
flux_hal_yield:
        popq %rax
        movq %rsp, %rdx
        pushq $DATA
        pushq %rdx
        pushfq
        pushq $CODE64
        pushq %rax
        pushq $0
        pushq $-1
        PUSH_ALL
        movq %rsp, %rdi
        movq %gs:0, %rsp
        call flux_hal_switch
        movq %rax, %rdi
        jmp flux_hal_resume

//===--- further processors --------------------------------------------------//

// Copied to a page below 1 MiB, whose number the start message carries.
        .section .rodata
        .globl flux_hal_trampoline, flux_hal_trampoline_end
        .code16
        .balign 16
flux_hal_trampoline:
        cli
        cld
        movw %cs, %ax
        movw %ax, %ds
        lgdtl trampoline_gdt - flux_hal_trampoline
        movl %cr0, %eax
        orb $1, %al
        movl %eax, %cr0
        ljmpl $CODE32, $processor32
        .balign 4
trampoline_gdt:
        .word 31
        .long boot_gdt
flux_hal_trampoline_end:

        .text
        .code32
processor32:
        movl $DATA, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl $boot_root, %eax
        movl $0x9000, %esp              // the end of the trampoline's page
        call enable64
        ljmpl $CODE64, $processor64
        .code64
processor64:
        movq flux_hal_next_stack(%rip), %rsp
        call flux_hal_start_processor
        ud2

        .data
        .balign 8
boot_gdt:
        .quad 0, 0x00AF9A000000FFFF, 0x00CF92000000FFFF, 0x00CF9A000000FFFF
boot_gdt_pointer:
        .word 31
        .quad boot_gdt                  // of which 32-bit code takes a half
        .balign 8
        .globl flux_hal_next_stack
flux_hal_next_stack:
        .quad 0

        .bss
        .balign 4096
boot_root:
        .skip 4096
boot_pointers:
        .skip 4096
boot_directories:
        .skip 4 * 4096
        .globl flux_boot_stack, flux_boot_stack_top
flux_boot_stack:
        .skip 16384
flux_boot_stack_top:
        .section .note.GNU-stack, "", @progbits
