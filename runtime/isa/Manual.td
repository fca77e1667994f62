//===- Manual.td - the prose of docs/isa.md -------------------------------===//
//
// What the tables of the instruction set do not say.  Included by FluxISA.td.
//
//===----------------------------------------------------------------------===//

def Manual {
string Head = [{
# The FLUX instruction set

Written by `flux-tblgen` from `runtime/isa/FluxISA.td`.

This describes the machine that runs `.fluxbc` packages
([bytecode-format.md](bytecode-format.md)) to the last bit: two implementations give the
same results, traps, gas and snapshots.

## Encoding

Code is a sequence of 32-bit little-endian words. An instruction is one word, followed by
literal words if its format says so. Byte 0 of the first word (its low byte) is the
opcode; 0xF0 is the escape page, where byte 1 selects the instruction. The formats below
give the place of each operand; bytes that no operand uses are zero. No operand overlaps
another.

* `Reg` is a byte from 0 to 63. `Slide` is a byte from 1 to 64.
* `Imm8`, `Imm16`, `Imm64` are signed. `Imm64` is the low word, then the high word.
* `Imm8L` and `Label8L` are a signed byte, from -127 to 127; the byte 0x80 says that a
  literal word follows which holds the signed 32-bit value. `Index8L` and `Index16L` are
  unsigned; 0xFF or 0xFFFF says that a literal word with the unsigned value follows. The
  literal word is used only if the value does not fit: each instruction has one encoding.
* `Imm64` is used only for values that 32 signed bits cannot hold.
* `Label8L`, `Label16`, `Label24` and the words of a `Table` are distances in words from
  the first word of the instruction.
* `Table` is a 16-bit number n, followed by n + 1 literal words: the targets of the
  indices 0 to n - 1 and of all others.

## Windows

A function sees 64 registers, the window. CALLI and the other calls move it up by *slide*
registers, so that R(slide + i) of the caller is R(i) of the callee; the arguments R16,
R17, ... of the callee are R(slide + 16), R(slide + 17), ... of its caller, and so are its
results. Registers below the slide survive the call, those from it on hold nothing
afterwards but the results. Slide + 16 + the number of arguments or results is at most 64,
except that a function without either takes any slide. A function has at most 16 arguments
and 16 results.

The machine keeps return addresses: no instruction reads or writes them. The special
registers below belong to the process, not to the window.
}];
string Rules = [{
Writing R0 drops the value. R2, R4, R5, R57, R58, R59, R62 and R63 cannot be written as
operands. R60 and R61 can.

## Execution

A **block** starts at the entry of a function, at each recorded entry and behind each
instruction that jumps or ends a block. It ends before the next start. On entry the whole
block is paid for: one unit of gas an instruction, literal words are free. If less is left,
the machine stops with OutOfGas before the block, nothing is taken, and it can go on when
gas was added. A trap in the middle of a block refunds nothing.

**Flags** live only inside a block: they are clear at its entry, and an instruction that
reads them must follow one in the same block that sets them, without a call between. R5
reads them under the same rule.

**Integers** are 64 bits, modulo 2^64 where nothing else is said. Shifts take the amount
modulo the width. **Floats** are IEEE 754 binary64 and binary32, rounded to nearest, ties
to even, with subnormal numbers; a result that is not a number is the one with the bits
0x7FF8000000000000 or 0x7FC00000. FNEG, FABS, FCOPYSIGN and moves work on bits.

**Addresses** are 36 bits: region times 2^32 plus offset; the bits above are ignored. An
access whose bytes do not all lie in one region with the right to it raises OutOfRegion and
changes nothing. Memory is little-endian; only atomic accesses need alignment. Region 1 is
the data stack: R2 starts at its end and falls. PUSH and the other instructions that
lower R2 raise StackOverflow if it would fall below the start of the region.

**Traps.** A trap sets R61 to its code. If a catch point is set, the calls above its
function end and control goes to its label. Otherwise, if R63 holds a handler and none is
active, the handler is called with the code in R16, in a window 64 registers above;
with RETI its result replaces the results of the instruction that trapped and the program
goes on behind it, with RET the trap ends the process after all. Otherwise the process
ends. Panic is not caught. A catch point ends when its function returns or jumps away with
TAILCALL. A handler that traps itself ends the process with the new code.

**Calls of the host.** Instructions with effects check the capability of the process first
(NoCapability), then the host does what the table says; a host without that service
raises NoService. A host that cannot answer yet stops the machine in the state WAITING;
the instruction is tried again when it goes on.

**Ends.** The program ends with HALT, with RET or TAILCALL's RET of the entry function, with a
trap, or by the host. Its status is R16 if the entry function has a result and ends with RET,
otherwise R61, modulo 256.
}];
}
