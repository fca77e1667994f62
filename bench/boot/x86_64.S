// The smallest kernel that prints a line: entered by PVH with paging off, it writes to
// the serial port and ends the emulator.
        .section .note.pvh, "a", @note
        .align 4
        .long 4, 4, 18                  // XEN_ELFNOTE_PHYS32_ENTRY
        .asciz "Xen"
        .long _start

        .text
        .code32
        .globl _start
_start: movl $text, %esi
1:      lodsb
        testb %al, %al
        jz 2f
        movw $0x3F8, %dx
        outb %al, %dx
        jmp 1b
2:      xorl %eax, %eax
        movw $0xF4, %dx                 // isa-debug-exit
        outl %eax, %dx
3:      hlt
        jmp 3b
text:   .asciz "Hello!\n"
