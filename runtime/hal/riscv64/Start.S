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
        mv s0, zero
        call flux_hal_start
        ebreak

// a0: the number of this processor, whose record tells it from the others.
lost:   lla a1, flux_hal_processors
        li t0, MAX_PROCESSORS
1:      ld t1, 0(a1)                    // its stack, if it is to start
        ld t2, 24(a1)                   // its number
        beqz t1, 2f
        beq t2, a0, flux_hal_processor_entry
2:      addi a1, a1, 32
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
        mv s0, zero
        call flux_hal_start_processor
        ebreak

//===--- traps ---------------------------------------------------------------//

// All but t0 (x5) and the stack pointer.
.macro SAVE_REST
        sd x1, 8(sp)
        sd x3, 24(sp)
        sd x4, 32(sp)
        sd x6, 48(sp)
        sd x7, 56(sp)
        sd x8, 64(sp)
        sd x9, 72(sp)
        sd x10, 80(sp)
        sd x11, 88(sp)
        sd x12, 96(sp)
        sd x13, 104(sp)
        sd x14, 112(sp)
        sd x15, 120(sp)
        sd x16, 128(sp)
        sd x17, 136(sp)
        sd x18, 144(sp)
        sd x19, 152(sp)
        sd x20, 160(sp)
        sd x21, 168(sp)
        sd x22, 176(sp)
        sd x23, 184(sp)
        sd x24, 192(sp)
        sd x25, 200(sp)
        sd x26, 208(sp)
        sd x27, 216(sp)
        sd x28, 224(sp)
        sd x29, 232(sp)
        sd x30, 240(sp)
        sd x31, 248(sp)
        addi t1, sp, FRAME_SIZE
        sd t1, 16(sp)
.endm

// All but t0 (x5), tp (x4) and the stack pointer.
.macro LOAD_REST
        ld x1, 8(sp)
        ld x3, 24(sp)
        ld x6, 48(sp)
        ld x7, 56(sp)
        ld x8, 64(sp)
        ld x9, 72(sp)
        ld x10, 80(sp)
        ld x11, 88(sp)
        ld x12, 96(sp)
        ld x13, 104(sp)
        ld x14, 112(sp)
        ld x15, 120(sp)
        ld x16, 128(sp)
        ld x17, 136(sp)
        ld x18, 144(sp)
        ld x19, 152(sp)
        ld x20, 160(sp)
        ld x21, 168(sp)
        ld x22, 176(sp)
        ld x23, 184(sp)
        ld x24, 192(sp)
        ld x25, 200(sp)
        ld x26, 208(sp)
        ld x27, 216(sp)
        ld x28, 224(sp)
        ld x29, 232(sp)
        ld x30, 240(sp)
        ld x31, 248(sp)
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
save_state:
        csrr t0, sepc
        sd t0, FRAME_PC(sp)
        csrr t0, sstatus
        sd t0, FRAME_STATUS(sp)
        mv a0, sp
        csrr a1, scause
        li t0, 8
        beq a1, t0, system_call
        // Traps are handled on the processor's stack; one in a handler, which is
        // an error, stays where it is.
        ld t0, 0(tp)
        ld t1, 8(tp)
        bltu t0, sp, 1f
        bltu t1, sp, 2f
1:      mv sp, t0
2:      mv s0, zero
        call flux_hal_trap
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
        LOAD_REST
        ld t0, 40(sp)
        addi sp, sp, FRAME_SIZE
        sret
to_user:
        sd tp, FRAME_SIZE(sp)
        addi t0, sp, FRAME_SIZE
        csrw sscratch, t0
        ld x4, 32(sp)
        LOAD_REST
        ld t0, 40(sp)
        ld sp, 16(sp)
        sret

from_user:
        addi sp, sp, -FRAME_SIZE
        sd t0, 40(sp)
        SAVE_REST
        csrrw t0, sscratch, zero
        sd t0, 16(sp)
        ld tp, FRAME_SIZE(sp)
        j save_state

// Calls of user mode stay on the stack of the process.
system_call:
        ld t0, FRAME_PC(sp)
        addi t0, t0, 4
        sd t0, FRAME_PC(sp)
        li t0, USER_YIELD
        beq a7, t0, user_yield
        li t0, USER_EXCHANGE
        beq a7, t0, user_exchange
        mv s1, sp                       // number in a7, arguments from a0 on
        ld a0, FRAME_SIZE + 8(sp)
        mv a1, a7
        addi a2, sp, 80
        mv s0, zero
        call flux_hal_on_system_call
        ld t0, 80(s1)
        sd a0, 80(s1)
        sd t0, 88(s1)
        mv a0, s1
        j flux_hal_resume

user_yield:
        ld sp, 0(tp)
        mv s0, zero
        call flux_hal_on_user_yield
        j flux_hal_resume

user_exchange:
        ld sp, 0(tp)
        mv s0, zero
        call flux_hal_on_user_exchange
        j flux_hal_resume

// void yield(): a frame as a trap behind this call would leave it.
        .globl flux_hal_yield
flux_hal_yield:
        addi sp, sp, -FRAME_SIZE
        sd t0, 40(sp)
        SAVE_REST
        sd ra, FRAME_PC(sp)
        csrr t0, sstatus
        andi t0, t0, -33                // interrupts stay off
        ori t0, t0, 0x100               // supervisor mode
        sd t0, FRAME_STATUS(sp)
        mv a0, sp
        ld sp, 0(tp)
        mv s0, zero
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
