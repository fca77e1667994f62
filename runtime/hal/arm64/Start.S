//===- Start.S - what C++ cannot say on ARM64 -----------------------------===//
//
// The header of an image that loaders of Linux know, the way from the reset of
// a processor to C++ at exception level 1, the entries of traps, the change of
// contexts.
//
//===----------------------------------------------------------------------===//

// Offsets in hal::Frame.
#define FRAME_SIZE 272
#define FRAME_SP 248
#define FRAME_ELR 256
#define USER_YIELD 101                  // hal::userYield
#define USER_EXCHANGE 99                // hal::userExchange

        .section .head, "ax"
        .globl flux_start
flux_start:
        add x13, x18, #0x16             // "MZ", as which EFI knows programs
        b start
        .quad 0                         // offset from a multiple of 2 MiB
        .quad flux_image_size
        .quad 0xA                       // little-endian, 4 KiB pages, anywhere
        .quad 0, 0, 0
        .ascii "ARM\x64"
        .long 64                        // the header for EFI, which the tool
        .skip 448                       // that makes images fills in

// The table of traps has 16 places of 128 bytes.  The first four are for level 1 with
// the stack of level 0, the last four for programs of 32 bits, which there are not:
// other code is there, and in what is left of the others.
        .section .text.head, "ax"
        .balign 2048
        .globl flux_hal_vectors
flux_hal_vectors:
// x0: the device tree, or what EFI told.  The address may be any, the caches off.
start:
        mov x20, x0
        msr daifset, #15
        msr spsel, #1
        adrp x1, flux_bss_begin
        add x1, x1, :lo12:flux_bss_begin
        adrp x2, flux_kernel_end
        add x2, x2, :lo12:flux_kernel_end
1:      cmp x1, x2
        b.hs 2f
        stp xzr, xzr, [x1], #16
        b 1b
// Linked to 0: words that hold addresses get this one added.  An even entry is the
// place of a word, an odd one has a bit for each of the 63 words behind the last.
2:      adrp x1, flux_relr_begin
        add x1, x1, :lo12:flux_relr_begin
        adrp x2, flux_relr_end
        add x2, x2, :lo12:flux_relr_end
        adrp x3, flux_start
        add x3, x3, :lo12:flux_start
3:      cmp x1, x2
        b.hs 7f
        ldr x4, [x1], #8
        tbnz x4, #0, 4f
        add x5, x4, x3
        ldr x6, [x5]
        add x6, x6, x3
        str x6, [x5], #8
        b 3b
4:      mov x7, x5
        add x5, x5, #504
5:      lsr x4, x4, #1
        cbz x4, 3b
        tbz x4, #0, 6f
        ldr x6, [x7]
        add x6, x6, x3
        str x6, [x7]
6:      add x7, x7, #8
        b 5b
7:      bl to_level1
        adrp x1, flux_boot_stack_top
        add x1, x1, :lo12:flux_boot_stack_top
        mov sp, x1
        mov x0, x20
        bl flux_hal_start
        brk #1

// From exception level 2, where a hypervisor would be.
to_level1:
        mrs x1, currentel
        cmp x1, #8
        b.ne 2f
        mov x1, #(1 << 31)              // level 1 is of 64 bits
        msr hcr_el2, x1
        mrs x1, cnthctl_el2             // it has the counters
        orr x1, x1, #3
        msr cnthctl_el2, x1
        msr cntvoff_el2, xzr
        mrs x1, midr_el1
        msr vpidr_el2, x1
        mrs x1, mpidr_el1
        msr vmpidr_el2, x1
        mov x1, #0x33FF                 // and the FPU
        msr cptr_el2, x1
        msr hstr_el2, xzr
        mrs x1, id_aa64pfr0_el1
        ubfx x1, x1, #24, #4
        cbz x1, 1f
        mrs x1, S3_4_C12_C9_5           // and the registers of GICv3
        mov x2, #9
        orr x1, x1, x2
        msr S3_4_C12_C9_5, x1
        isb
1:      mov x1, #0x0800
        movk x1, #0x30D0, lsl #16
        msr sctlr_el1, x1
        mov x1, #0x3C5
        msr spsr_el2, x1
        msr elr_el2, x30
        eret
2:      ret

//===--- traps ---------------------------------------------------------------//

.macro SAVE_TEMPORARIES
        stp x2, x3, [sp, #16]
        stp x4, x5, [sp, #32]
        stp x6, x7, [sp, #48]
        stp x8, x9, [sp, #64]
        stp x10, x11, [sp, #80]
        stp x12, x13, [sp, #96]
        stp x14, x15, [sp, #112]
.endm
// What functions keep, but for the last two.
.macro SAVE_KEPT
        stp x18, x19, [sp, #144]
        stp x20, x21, [sp, #160]
        stp x22, x23, [sp, #176]
        stp x24, x25, [sp, #192]
        stp x26, x27, [sp, #208]
.endm
.macro SAVE_REST
        SAVE_TEMPORARIES
        stp x16, x17, [sp, #128]
        SAVE_KEPT
        stp x28, x29, [sp, #224]
        add x1, sp, #FRAME_SIZE
        stp x30, x1, [sp, #240]
.endm

.macro VECTOR n
        .org flux_hal_vectors + 128 * \n
        sub sp, sp, #FRAME_SIZE
        .if \n == 8                     // a call of user mode?
        stp x16, x17, [sp, #128]
        mrs x16, esr_el1
        lsr x16, x16, #26
        cmp x16, #0x15
        b.eq user_call
        ldp x16, x17, [sp, #128]
        .endif
        stp x0, x1, [sp]
        mov x0, #\n
        b trap_common
.endm
// x0: the hal::FloatState.
.macro FOR_ALL_FLOATS what
        .altmacro
        .set i, 0
        .rept 16
        FLOAT_PAIR \what, %(2 * i), %(2 * i + 1), %(32 * i)
        .set i, i + 1
        .endr
.endm
.macro FLOAT_PAIR what, first, second, offset
        \what q\first, q\second, [x0, #\offset]
.endm
        .globl flux_hal_save_floats, flux_hal_restore_floats
        VECTOR 4
flux_hal_save_floats:
        FOR_ALL_FLOATS stp
        mrs x9, fpcr
        mrs x10, fpsr
        add x11, x0, #512
        stp x9, x10, [x11]
        ret

        VECTOR 5
flux_hal_restore_floats:
        FOR_ALL_FLOATS ldp
        add x11, x0, #512
        ldp x9, x10, [x11]
        msr fpcr, x9
        msr fpsr, x10
        ret

        VECTOR 6
// void yield(): a frame as a trap behind this call would leave it.
        .globl flux_hal_yield
flux_hal_yield:
        sub sp, sp, #FRAME_SIZE
        stp x0, x1, [sp]
        SAVE_REST
        mrs x2, daif
        mov x3, #5                      // level 1, with its own stack pointer
        orr x2, x2, x3
        stp x30, x2, [sp, #FRAME_ELR]
        mov x0, sp
        mrs x3, tpidr_el1
        ldr x4, [x3]
        mov sp, x4
        bl flux_hal_switch
        b flux_hal_resume

        VECTOR 7
// Where firmware has no calls, the other processors wait here, without caches, until
// they are called by their numbers.
        .globl flux_hal_pen, flux_hal_next_processor
flux_hal_pen:
        mrs x2, mpidr_el1
        and x2, x2, #0xFFFFFF
        adrp x1, flux_hal_next_processor
        add x1, x1, :lo12:flux_hal_next_processor
1:      wfe
        ldr x0, [x1]
        cbz x0, 1b
        ldr x3, [x0, #24]               // its hardwareId
        cmp x3, x2
        b.ne 1b

// x0: the hal::Processor.
        .globl flux_hal_processor_entry
flux_hal_processor_entry:
        mov x20, x0
        msr daifset, #15
        bl to_level1
        ldr x1, [x20]
        mov sp, x1
        mov x0, x20
        bl flux_hal_start_processor
        brk #1

        VECTOR 8
        VECTOR 9
// Those by which processes change have a frame, without what functions may change:
// it keeps there what an earlier trap of the same process left.
user_change:
        SAVE_KEPT
        stp x28, x29, [sp, #224]
        mrs x17, tpidr_el1
        ldr x17, [x17]
        mov x4, sp
        mov sp, x17
        tbz x8, #1, user_yield
        bl flux_hal_on_user_exchange
        b flux_hal_resume
user_yield:
        mov x0, x4
        bl flux_hal_on_user_yield
        b flux_hal_resume

        VECTOR 10
        VECTOR 11
        .balign 128
trap_common:
        SAVE_REST
        mrs x1, elr_el1
        mrs x2, spsr_el1
        stp x1, x2, [sp, #FRAME_ELR]
        mov x1, x0
        mov x0, sp
        tbz x1, #3, 4f                  // from user mode: its stack pointer
        mrs x3, sp_el0
        str x3, [sp, #FRAME_SP]
4:
        // Traps are handled on the processor's stack; one in a handler, which is
        // an error, stays where it is.
        mrs x3, tpidr_el1
        ldp x4, x5, [x3]
        cmp x0, x4
        b.hi 1f
        cmp x0, x5
        b.hi 2f
1:      mov sp, x4
2:      bl flux_hal_trap
        .globl flux_hal_resume
flux_hal_resume:
        mov sp, x0
        ldp x1, x2, [sp, #FRAME_ELR]
        msr elr_el1, x1
        msr spsr_el1, x2
        tst x2, #15
        b.ne 1f
        ldr x3, [sp, #FRAME_SP]
        msr sp_el0, x3
1:
        ldr x30, [sp, #240]
        ldp x28, x29, [sp, #224]
        ldp x26, x27, [sp, #208]
        ldp x24, x25, [sp, #192]
        ldp x22, x23, [sp, #176]
        ldp x20, x21, [sp, #160]
        ldp x18, x19, [sp, #144]
        ldp x16, x17, [sp, #128]
        ldp x0, x1, [sp]
load_temporaries:
        ldp x14, x15, [sp, #112]
        ldp x12, x13, [sp, #96]
        ldp x10, x11, [sp, #80]
        ldp x8, x9, [sp, #64]
        ldp x6, x7, [sp, #48]
        ldp x4, x5, [sp, #32]
        ldp x2, x3, [sp, #16]
        add sp, sp, #FRAME_SIZE
        eret

// Calls of user mode stay on the stack of the process.  What functions keep is in its
// registers meanwhile.
user_call:
        mrs x17, sp_el0
        stp x30, x17, [sp, #240]
        mrs x16, elr_el1
        mrs x17, spsr_el1
        stp x16, x17, [sp, #FRAME_ELR]
        sub x16, x8, #USER_EXCHANGE
        tst x16, #~2                    // USER_YIELD is 2 more
        b.eq user_change
        stp x0, x1, [sp]                // number in x8, arguments from x0 on
        SAVE_TEMPORARIES
        str x18, [sp, #144]
        ldr x0, [sp, #FRAME_SIZE]
        mov x1, x8
        mov x2, sp
        bl flux_hal_on_system_call
        ldr x1, [sp]
        ldp x16, x17, [sp, #FRAME_ELR]
        msr elr_el1, x16
        msr spsr_el1, x17
        ldp x30, x17, [sp, #240]
        msr sp_el0, x17
        ldr x18, [sp, #144]
        ldp x16, x17, [sp, #128]
        b load_temporaries

        .text
// Out of EFI, with x0: what it told.  It left the tables of addresses and the
// caches on.
        .globl flux_hal_leave_efi
flux_hal_leave_efi:
        msr daifset, #15
        mov x20, x0
        add x1, x0, #8192
        bl flux_hal_clean
        adrp x0, flux_start
        add x0, x0, :lo12:flux_start
        adrp x1, flux_kernel_end
        add x1, x1, :lo12:flux_kernel_end
        bl flux_hal_clean
        mrs x1, currentel
        cmp x1, #8
        b.eq 1f
        mrs x1, sctlr_el1
        bic x1, x1, #1
        bic x1, x1, #4
        msr sctlr_el1, x1
        b 2f
1:      mrs x1, sctlr_el2
        bic x1, x1, #1
        bic x1, x1, #4
        msr sctlr_el2, x1
2:      isb
        ic iallu
        dsb sy
        isb
        mov x0, x20
        b start

// void clean(begin, end): what caches hold of it goes to memory.
        .globl flux_hal_clean
flux_hal_clean:
        mrs x2, ctr_el0
        ubfx x2, x2, #16, #4
        mov x3, #4
        lsl x3, x3, x2
        sub x2, x3, #1
        bic x0, x0, x2
1:      dc civac, x0
        add x0, x0, x3
        cmp x0, x1
        b.lo 1b
        dsb sy
        ret

        .data
        .balign 64
flux_hal_next_processor:
        .quad 0
        .balign 64

        .bss
        .balign 4096
        .globl flux_boot_stack, flux_boot_stack_top
flux_boot_stack:
        .skip 16384
flux_boot_stack_top:
        .section .note.GNU-stack, "", @progbits
