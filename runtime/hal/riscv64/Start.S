//===- Start.S - what C++ cannot say on RISC-V ----------------------------===//
//
// The header of an image that loaders of Linux know, the way from the firmware
// to C++ in supervisor mode, the entry of traps, the change of contexts.
//
//===----------------------------------------------------------------------===//

// Offsets in hal::Frame.
#define FRAME_SIZE 272
#define FRAME_PC 256
#define FRAME_STATUS 264
#define MAX_PROCESSORS 16               // hal::maxCpus
#define USER_YIELD 101                  // hal::userYield
#define USER_EXCHANGE 99                // hal::userExchange

        .option norvc
        .section .text.head, "ax"
        .globl flux_start
flux_start:
        j start
        .long 0
        .quad 0x200000                  // offset from the start of memory
        .quad flux_image_size
        .quad 0
        .long 2, 0
        .quad 0
        .ascii "RISCV\0\0\0"
        .ascii "RSC\x05"
        .long 0

        .option rvc
        .text
// a0: number of this processor, a1: the device tree.
start:
        csrw sscratch, zero
        csrw sie, zero
        csrw satp, zero
        // Old firmware (OpenSBI before 1.4) lets a processor go before it has written
        // where to: it comes here, with its number as always.
        lla t0, started
        li t1, 1
        amoswap.w.aqrl t1, t1, (t0)
        bnez t1, lost
        mv s0, a0
        mv s1, a1
        lla t0, flux_bss_begin
        lla t1, flux_kernel_end
1:      bgeu t0, t1, 2f
        sd zero, 0(t0)
        addi t0, t0, 8
        j 1b
// Linked to 0: words that hold addresses get this one added.  An even entry is the
// place of a word, an odd one has a bit for each of the 63 words behind the last.
2:      lla t0, flux_relr_begin
        lla t1, flux_relr_end
        lla t2, flux_start
3:      bgeu t0, t1, 7f
        ld t3, 0(t0)
        addi t0, t0, 8
        andi t4, t3, 1
        bnez t4, 4f
        add t5, t3, t2
        ld t4, 0(t5)
        add t4, t4, t2
        sd t4, 0(t5)
        addi t5, t5, 8
        j 3b
4:      mv t6, t5
        addi t5, t5, 504
5:      srli t3, t3, 1
        beqz t3, 3b
        andi t4, t3, 1
        beqz t4, 6f
        ld t4, 0(t6)
        add t4, t4, t2
        sd t4, 0(t6)
6:      addi t6, t6, 8
        j 5b
7:      lla sp, flux_boot_stack_top
        mv a0, s0
        mv a1, s1
        call flux_hal_start
        ebreak

// a0: the number of this processor, whose record tells it from the others.
lost:   lla a1, flux_hal_processors
        li t0, MAX_PROCESSORS
1:      ld t1, 0(a1)                    // its stack, if it is to start
        ld t2, 24(a1)                   // its number
        beqz t1, 2f
        beq t2, a0, flux_hal_processor_entry
2:      addi a1, a1, 40
        addi t0, t0, -1
        bnez t0, 1b
3:      wfi
        j 3b

// a0: number of the processor, a1: its hal::Processor.
        .globl flux_hal_processor_entry
flux_hal_processor_entry:
        csrw sscratch, zero
        csrw sie, zero
        csrw satp, zero
        ld sp, 0(a1)
        mv a0, a1
        call flux_hal_start_processor
        ebreak

//===--- traps ---------------------------------------------------------------//

// Registers that functions may change, but for t0 (x5).
.macro TEMPORARIES what
        \what x6, 48(sp)
        \what x7, 56(sp)
        \what x10, 80(sp)
        \what x11, 88(sp)
        \what x12, 96(sp)
        \what x13, 104(sp)
        \what x14, 112(sp)
        \what x15, 120(sp)
        \what x16, 128(sp)
        \what x17, 136(sp)
        \what x28, 224(sp)
        \what x29, 232(sp)
        \what x30, 240(sp)
        \what x31, 248(sp)
.endm
// The others, but for ra, tp and the stack pointer.
.macro KEPT what
        \what x3, 24(sp)
        \what x8, 64(sp)
        \what x9, 72(sp)
        \what x18, 144(sp)
        \what x19, 152(sp)
        \what x20, 160(sp)
        \what x21, 168(sp)
        \what x22, 176(sp)
        \what x23, 184(sp)
        \what x24, 192(sp)
        \what x25, 200(sp)
        \what x26, 208(sp)
        \what x27, 216(sp)
.endm
.macro SAVE_REST
        sd x1, 8(sp)
        sd x4, 32(sp)
        TEMPORARIES sd
        KEPT sd
.endm
// The registers of the processor for a return to user mode.
.macro RESTORE_USER
        sd tp, FRAME_SIZE(sp)
        addi t0, sp, FRAME_SIZE
        csrw sscratch, t0
        ld x1, 8(sp)
        ld x4, 32(sp)
.endm

        .balign 4
        .globl flux_hal_vector
flux_hal_vector:
        // In user mode sscratch is the end of the place for its frame, behind which
        // the processor's record is kept; in the kernel it is 0.
        csrrw sp, sscratch, sp
        bnez sp, from_user
        csrrw sp, sscratch, zero
        addi sp, sp, -FRAME_SIZE
        sd t0, 40(sp)
        SAVE_REST
        addi t0, sp, FRAME_SIZE
        sd t0, 16(sp)
save_state:
        csrr t0, sepc
        sd t0, FRAME_PC(sp)
        csrr t0, sstatus
        sd t0, FRAME_STATUS(sp)
        mv a0, sp
        csrr a1, scause
        // Traps are handled on the processor's stack; one in a handler, which is
        // an error, stays where it is.
        ld t0, 0(tp)
        ld t1, 8(tp)
        bltu t0, sp, 1f
        bltu t1, sp, 2f
1:      mv sp, t0
2:      call flux_hal_trap
        .globl flux_hal_resume
flux_hal_resume:
        mv sp, a0
        ld t0, FRAME_PC(sp)
        csrw sepc, t0
        ld t0, FRAME_STATUS(sp)
        csrw sstatus, t0
        andi t0, t0, 0x100
        beqz t0, to_user
        // tp stays: the context may have been on another processor.
        ld x1, 8(sp)
        TEMPORARIES ld
        KEPT ld
        ld t0, 40(sp)
        addi sp, sp, FRAME_SIZE
        sret
to_user:
        KEPT ld
        RESTORE_USER
load_temporaries:
        TEMPORARIES ld
        ld t0, 40(sp)
        ld sp, 16(sp)
        sret

from_user:
        addi sp, sp, -FRAME_SIZE
        sd t0, 40(sp)
        csrr t0, scause
        addi t0, t0, -8
        beqz t0, user_call
        SAVE_REST
        csrrw t0, sscratch, zero
        sd t0, 16(sp)
        ld tp, FRAME_SIZE(sp)
        j save_state

// Calls of user mode stay on the stack of the process.  What functions keep is in its
// registers meanwhile.
user_call:
        sd x1, 8(sp)
        sd x4, 32(sp)
        csrrw t0, sscratch, zero
        sd t0, 16(sp)
        ld tp, FRAME_SIZE(sp)
        csrr t0, sepc
        addi t0, t0, 4
        sd t0, FRAME_PC(sp)
        csrr t0, sstatus
        sd t0, FRAME_STATUS(sp)
        addi t0, a7, -USER_EXCHANGE
        andi t0, t0, -3                 // USER_YIELD is 2 more
        beqz t0, user_change
        TEMPORARIES sd                  // number in a7, arguments from a0 on
        ld a0, FRAME_SIZE + 8(sp)
        mv a1, a7
        addi a2, sp, 80
        call flux_hal_on_system_call
        ld t0, 80(sp)
        sd t0, 88(sp)
        sd a0, 80(sp)
        ld t0, FRAME_PC(sp)
        csrw sepc, t0
        ld t0, FRAME_STATUS(sp)
        csrw sstatus, t0
        RESTORE_USER
        j load_temporaries

// Those by which processes change have a frame, without what functions may change:
// it keeps there what an earlier trap of the same process left.
user_change:
        KEPT sd
        mv a4, sp
        ld sp, 0(tp)
        andi a7, a7, 2
        beqz a7, user_yield
        call flux_hal_on_user_exchange
        j flux_hal_resume
user_yield:
        mv a0, a4
        call flux_hal_on_user_yield
        j flux_hal_resume

// void yield(): a frame as a trap behind this call would leave it.
        .globl flux_hal_yield
flux_hal_yield:
        addi sp, sp, -FRAME_SIZE
        sd t0, 40(sp)
        SAVE_REST
        addi t0, sp, FRAME_SIZE
        sd t0, 16(sp)
        sd ra, FRAME_PC(sp)
        csrr t0, sstatus
        andi t0, t0, -33                // interrupts stay off
        ori t0, t0, 0x100               // supervisor mode
        sd t0, FRAME_STATUS(sp)
        mv a0, sp
        ld sp, 0(tp)
        call flux_hal_switch
        j flux_hal_resume

// a0: the hal::FloatState.
.macro FLOAT what, number, offset
        \what f\number, \offset(a0)
.endm
.macro ALL_FLOATS what
        .altmacro
        .set i, 0
        .rept 32
        FLOAT \what, %i, %(8 * i)
        .set i, i + 1
        .endr
.endm
        .globl flux_hal_save_floats, flux_hal_restore_floats
flux_hal_save_floats:
        ALL_FLOATS fsd
        frcsr t0
        sd t0, 256(a0)
        ret
flux_hal_restore_floats:
        li t0, 0x6000                   // of whom was interrupted may be off
        csrs sstatus, t0
        ALL_FLOATS fld
        ld t0, 256(a0)
        fscsr t0
        ret

        .data
        .balign 4
started:
        .long 0

        .bss
        .balign 4096
        .globl flux_boot_stack, flux_boot_stack_top
flux_boot_stack:
        .skip 16384
flux_boot_stack_top:
        .section .note.GNU-stack, "", @progbits
