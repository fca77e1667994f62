//===- FluxISA.td - the instruction set of FLUX ---------------------------===//
//
// The one definition: flux-tblgen makes the opcode enum, the encoder, decoder,
// assembler, verifier and effect tables, the arithmetic of the interpreter and
// docs/isa.md from it.  Numbers 0x00 to 0xB7 are the 184 instructions of the
// first design (BaseISA.td); the rest are extensions (ExtendedISA.td).
//
//===----------------------------------------------------------------------===//

include "Classes.td"

//===--- effects ----------------------------------------------------------===//

def SPAWN       : Effect<"SPAWN", 0, "starts agents and processes">;
def COMMUNICATE : Effect<"COMMUNICATE", 1, "sends and receives messages">;
def COMPILE     : Effect<"COMPILE", 2, "compiles, composes or loads code">;
def IO_READ     : Effect<"IO_READ", 3, "reads from streams and devices">;
def IO_WRITE    : Effect<"IO_WRITE", 4, "writes to streams and devices">;
def MEMORY      : Effect<"MEMORY", 5, "makes, maps and removes regions">;
def HARDWARE    : Effect<"HARDWARE", 6, "touches device registers">;
def NETWORK     : Effect<"NETWORK", 7, "uses the network">;
def FILESYSTEM  : Effect<"FILESYSTEM", 8, "uses files">;
def DEBUG       : Effect<"DEBUG", 9, "traces, profiles, breaks">;
def SUPERVISOR  : Effect<"SUPERVISOR", 10, "governs other processes">;

//===--- traps ------------------------------------------------------------===//

def StackOverflow  : TrapCode<"StackOverflow", 1, "the data stack is full">;
def StackUnderflow : TrapCode<"StackUnderflow", 2, "the data stack is empty">;
def CallOverflow   : TrapCode<"CallOverflow", 3, "too many calls are active">;
def CallUnderflow  : TrapCode<"CallUnderflow", 4, "nothing to return to">;
def PCOutOfRange   : TrapCode<"PCOutOfRange", 10, "the program counter left the code">;
def BadOpcode      : TrapCode<"BadOpcode", 20, "an instruction that must not be reached">;
def IntDivByZero   : TrapCode<"IntDivByZero", 30, "integer division by zero">;
def FloatDivByZero : TrapCode<"FloatDivByZero", 31, "float division by zero">;
def IntOverflow    : TrapCode<"IntOverflow", 32, "integer overflow">;
def BadConversion  : TrapCode<"BadConversion", 33, "the float does not fit the integer">;
def OutOfRegion    : TrapCode<"OutOfRegion", 40, "access outside the regions">;
def Misaligned     : TrapCode<"Misaligned", 41, "misaligned atomic access">;
def NoRegion       : TrapCode<"NoRegion", 42, "no such region">;
def BadFunction    : TrapCode<"BadFunction", 43, "no function of this number and type">;
def BadTable       : TrapCode<"BadTable", 44, "the index lies outside the table">;
def Unhandled      : TrapCode<"Unhandled", 50, "an exception that nothing handles">;
def NoCapability   : TrapCode<"NoCapability", 51, "the process lacks the capability">;
def NoService      : TrapCode<"NoService", 52, "the host does not offer this service">;
def BadArgument    : TrapCode<"BadArgument", 53, "the service refuses its arguments">;
def CatchOverflow  : TrapCode<"CatchOverflow", 54, "too many catch points are active">;
def Panic          : TrapCode<"Panic", 60, "panic">;
def Rule           : TrapCode<"Rule", 61, "a rule of the language was broken">;
def OutOfGas       : TrapCode<"OutOfGas", 254, "out of gas">;

//===--- registers --------------------------------------------------------===//

def R0 : Register<0, "zero", "reads 0, writes are dropped"> { let Special = 1; }
def R1 : Register<1, "ra", "a local register; the return address itself is kept by the machine, out of reach">;
def R2 : Register<2, "sp", "address of the top of the data stack; written only by the stack instructions"> { let Special = 1; let Writable = 0; }
def R3 : Register<3, "bp", "base pointer: local">;
def R4 : Register<4, "pc", "word index of the instruction that reads it"> { let Special = 1; let Writable = 0; }
def R5 : Register<5, "flags", "ZERO 1, NEGATIVE 2, CARRY 4, OVERFLOW 8"> { let Special = 1; let Writable = 0; }
def R6 : Register<6, "fp", "frame pointer; set by ENTER">;
def R7 : Register<7, "t0", "temporary">;
foreach i = 0...7 in
def R#!add(i, 8) : Register<!add(i, 8), "s"#i, "local; survives calls whose slide is above it">;
foreach i = 0...3 in
def R#!add(i, 16) : Register<!add(i, 16), "a"#i, "argument and result">;
foreach i = 1...12 in
def R#!add(i, 19) : Register<!add(i, 19), "t"#i, "temporary; further arguments and results">;
foreach i = 0...15 in
def R#!add(i, 32) : Register<!add(i, 32), "g"#i, "agent register: local">;
foreach i = 0...7 in
def R#!add(i, 48) : Register<!add(i, 48), "x"#i, "local">;
def R56 : Register<56, "lc", "counter of LOOP: local">;
def R57 : Register<57, "gas", "what is left of the gas, at most 2^63 - 1"> { let Special = 1; let Writable = 0; }
def R58 : Register<58, "rbase", "address of the region that was made or mapped last"> { let Special = 1; let Writable = 0; }
def R59 : Register<59, "rsize", "its size in bytes"> { let Special = 1; let Writable = 0; }
def R60 : Register<60, "sysno", "number of the system call"> { let Special = 1; }
def R61 : Register<61, "err", "code of the last trap or service error; the exit status at HALT"> { let Special = 1; }
def R62 : Register<62, "cap", "capabilities of the process"> { let Special = 1; let Writable = 0; }
def R63 : Register<63, "handler", "number of the trap handler, all ones if none"> { let Special = 1; let Writable = 0; }

include "BaseISA.td"
include "ExtendedISA.td"
include "Manual.td"
