//===- SaveRestore.S - beginnings and ends that functions share -----------===//
//
// With -msave-restore a function calls __riscv_save_N by t0 to save ra and s0 to
// s(N-1), and ends with a jump to __riscv_restore_N, which returns for it: a
// few bytes instead of an instruction a register.  Frames are as the RISC-V
// toolchain conventions have them: sp stays a multiple of 16.  What the function
// has in other registers stays there, since LLVM also calls them behind its first
// instructions: so ra, which is saved first, holds what is too much.
//
//===----------------------------------------------------------------------===//

        .section .text.flux_save_restore, "ax", @progbits

.macro name kind, numbers:vararg
.irp number, \numbers
        .globl __riscv_\kind\()_\number
        .hidden __riscv_\kind\()_\number
__riscv_\kind\()_\number:
.endr
.endm

name save, 12
        addi sp, sp, -112
        sd ra, 104(sp)
        li ra, 0
        sd s11, 8(sp)
        j 11f
name save, 11, 10, 9, 8
        addi sp, sp, -112
        sd ra, 104(sp)
        li ra, 16
11:     sd s10, 16(sp)
        sd s9, 24(sp)
        sd s8, 32(sp)
        sd s7, 40(sp)
        j 7f
name save, 7, 6
        addi sp, sp, -112
        sd ra, 104(sp)
        li ra, 48
7:      sd s6, 48(sp)
        sd s5, 56(sp)
        j 5f
name save, 5, 4
        addi sp, sp, -112
        sd ra, 104(sp)
        li ra, 64
5:      sd s4, 64(sp)
        sd s3, 72(sp)
        j 3f
name save, 3, 2
        addi sp, sp, -112
        sd ra, 104(sp)
        li ra, 80
3:      sd s2, 80(sp)
        sd s1, 88(sp)
        sd s0, 96(sp)
        add sp, sp, ra                  // what this function does not need
        jr t0
name save, 1, 0
        addi sp, sp, -16
        sd s0, 0(sp)
        sd ra, 8(sp)
        jr t0

name restore, 12
        ld s11, 8(sp)
        addi sp, sp, 16
name restore, 11, 10, 9, 8
        ld s10, 0(sp)
        ld s9, 8(sp)
        ld s8, 16(sp)
        ld s7, 24(sp)
        addi sp, sp, 32
name restore, 7, 6
        ld s6, 0(sp)
        ld s5, 8(sp)
        addi sp, sp, 16
name restore, 5, 4
        ld s4, 0(sp)
        ld s3, 8(sp)
        addi sp, sp, 16
name restore, 3, 2
        ld s2, 0(sp)
        ld s1, 8(sp)
        addi sp, sp, 16
name restore, 1, 0
        ld s0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .note.GNU-stack, "", @progbits
