//===- Kexec.S - the way into another kernel on x86_64 --------------------===//
//
// Copied to a page of its own (hal::kexecPlace), since the other kernel comes to
// where this one is.
//
//===----------------------------------------------------------------------===//

#define PLACE 0x8400                    // hal::kexecPlace
#define DATA 0x10
#define CODE32 0x18

// edi: the record, rsi: the image, rdx: where it has to lie, rcx: its bytes,
// r8: its first instruction, in 32 bits as for PVH.
        .section .rodata
        .code64
        .balign 16
        .globl flux_hal_kexec, flux_hal_kexec_end
flux_hal_kexec:
        cli
        cld
        movl %edi, %ebx
        movl %edx, %edi
        movl %ecx, %ebp
        movl %r8d, %edx
        lgdt PLACE + gdt_pointer - flux_hal_kexec
        pushq $CODE32
        pushq $(PLACE + 1f - flux_hal_kexec)
        lretq
        .code32
1:      movl %edx, %esp                 // there is no stack any more
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
        movl %ebp, %ecx
        rep movsb
        jmpl *%esp
        .balign 8
// Marked as used already: the page cannot be written.
gdt:
        .quad 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF, 0x00CF9B000000FFFF
gdt_pointer:
        .word 31
        .quad PLACE + gdt - flux_hal_kexec
flux_hal_kexec_end:
        .code64
        .section .note.GNU-stack, "", @progbits
