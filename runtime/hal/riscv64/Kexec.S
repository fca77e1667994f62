//===- Kexec.S - the way into another kernel on RISC-V --------------------===//

// [[noreturn]] void kexec(record, entry).  tp: the hal::Processor.
        .text
        .globl flux_hal_kexec
flux_hal_kexec:
        csrci sstatus, 2
        csrw sie, zero
        fence
        fence.i
        mv t0, a1
        mv a1, a0
        ld a0, 24(tp)                   // its number
        csrw satp, zero
        sfence.vma
        jr t0
        .section .note.GNU-stack, "", @progbits
