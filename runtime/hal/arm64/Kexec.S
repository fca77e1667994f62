//===- Kexec.S - the way into another kernel on ARM64 ---------------------===//

// [[noreturn]] void kexec(record, entry): without tables of addresses and caches.
        .text
        .globl flux_hal_kexec
flux_hal_kexec:
        msr daifset, #15
        mov x20, x0
        mov x21, x1
        dsb sy
        mrs x1, sctlr_el1
        bic x1, x1, #1
        bic x1, x1, #4
        msr sctlr_el1, x1
        isb
        ic iallu
        tlbi vmalle1
        dsb sy
        isb
        mov x0, x20
        br x21
        .section .note.GNU-stack, "", @progbits
