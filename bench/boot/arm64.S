// The smallest kernel that prints a line: an Image of Linux for QEMU's board virt.
        .text
        .globl _start
_start: b start
        .long 0
        .quad 0                         // at the begin of 2 MiB
        .quad end - _start
        .quad 10                        // little-endian, pages of 4 KiB, anywhere
        .quad 0, 0, 0
        .ascii "ARM\x64"
        .long 0
start:  adr x1, text
        mov x2, #0x09000000             // PL011
1:      ldrb w3, [x1], #1
        cbz w3, 2f
        str w3, [x2]
        b 1b
2:      mov w0, #8                      // PSCI: SYSTEM_OFF
        movk w0, #0x8400, lsl #16
        hvc #0
3:      wfi
        b 3b
text:   .asciz "Hello!\n"
        .balign 8
end:
