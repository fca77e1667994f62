//===- BaseISA.td - the 184 instructions of the first design --------------===//
//
// Numbers 0x00 to 0xB7 and names are those of the first design, the meanings
// are what its documents intended.  Included by FluxISA.td.
//
//===----------------------------------------------------------------------===//

let Category = "system" in {
def NOP : Instr<0x00, "nop", F_N, "System", "", "Nothing.">;
let Ends = 1 in {
def HALT : Instr<0x01, "halt", F_N, "System", "", "Ends the program; its status is the low byte of R61.">;
}
def TRAP : Instr<0x02, "trap", F_I16, "System", "", "Raises the trap with the code imm modulo 65536.">;
let Ends = 1, Traps = [TrapIf<"true", BadOpcode>] in
def INVALID : Instr<0x03, "invalid", F_N, "System", "", "Raises BadOpcode: marks what must not be reached.">;
def SYS_WAKE : Host<0x04, "sys_wake", F_S, [SUPERVISOR], "Wakes the process rs1.">;
let Ends = 1, Effects = [SUPERVISOR] in
def SYS_PANIC : Instr<0x05, "sys_panic", F_S, "System", "", "Ends the process with the trap Panic, which nothing catches; R61 = rs1.">;
def SYS_DEBUG : Host<0x06, "sys_debug", F_S, [DEBUG], "Shows rs1 to a debugger; without one nothing happens.">;
def SYS_INFO : Instr<0x07, "sys_info", F_DS, "System", "", "rd = fact number rs1: 0 version of the instruction set, 1 page size, 2 limit of calls, 3 number of functions, 4 size of the stack region; others are 0.">;
def SYS_RESET : Host<0x08, "sys_reset", F_N, [SUPERVISOR], "Asks the host to start the machine anew.">;
def SYS_SUSPEND : Host<0x09, "sys_suspend", F_S, [SUPERVISOR], "Suspends the process rs1.">;
def SYS_RESUME : Host<0x0A, "sys_resume", F_S, [SUPERVISOR], "Resumes the process rs1.">;
def SYS_YIELD : Instr<0x0B, "sys_yield", F_N, "System", "", "Gives the rest of the time slice away: the run returns and can be continued.">;
def SYS_SLEEP : Host<0x0C, "sys_sleep", F_S, [], "Waits rs1 nanoseconds.">;
def SYS_TIMED_WAIT : Host<0x0D, "sys_timed_wait", F_DS, [], "Waits for an event, at most rs1 nanoseconds; rd = 1 if there was one, else 0.">;
def SYS_INTERRUPT : Host<0x0E, "sys_interrupt", F_S, [HARDWARE], "Raises the interrupt rs1.">;
def SYS_EXCEPTION : Instr<0x0F, "sys_exception", F_S, "System", "", "Raises the trap with the code rs1 modulo 65536; only the handler of R63 sees it, no catch point.">;
}

let Category = "arith" in {
def IADD : Value<0x10, "iadd", F_DSS, "a + b", "rd = rs1 + rs2 modulo 2^64.">;
def ISUB : Value<0x11, "isub", F_DSS, "a - b", "rd = rs1 - rs2 modulo 2^64.">;
def IMUL : Value<0x12, "imul", F_DSS, "a * b", "rd = rs1 * rs2 modulo 2^64.">;
let Traps = [TrapIf<"b == 0", IntDivByZero>, TrapIf<"a == int64Min && b == ~0ull", IntOverflow>] in {
def IDIV : Value<0x13, "idiv", F_DSS, "u64(i64(a) / i64(b))", "rd = rs1 / rs2, signed, towards zero.">;
def IMOD : Value<0x14, "imod", F_DSS, "u64(i64(a) % i64(b))", "rd = rs1 % rs2, signed; the sign is that of rs1.">;
}
def INEG : Value<0x15, "ineg", F_DS, "0 - a", "rd = -rs1 modulo 2^64.">;
def IABS : Value<0x16, "iabs", F_DS, "i64(a) < 0 ? 0 - a : a", "rd = |rs1|; that of -2^63 is itself.">;
let ReadsRd = 1 in {
def INC : Value<0x17, "inc", F_D, "d + 1", "rd = rd + 1 modulo 2^64.">;
def DEC : Value<0x18, "dec", F_D, "d - 1", "rd = rd - 1 modulo 2^64.">;
}
def FADD : Value<0x19, "fadd", F_DSS, "fromF64(f64(a) + f64(b))", "rd = rs1 + rs2 in binary64.">;
def FSUB : Value<0x1A, "fsub", F_DSS, "fromF64(f64(a) - f64(b))", "rd = rs1 - rs2 in binary64.">;
def FMUL : Value<0x1B, "fmul", F_DSS, "fromF64(f64(a) * f64(b))", "rd = rs1 * rs2 in binary64.">;
def FDIV : Value<0x1C, "fdiv", F_DSS, "fromF64(f64(a) / f64(b))", "rd = rs1 / rs2 in binary64; division by zero follows IEEE 754.">;
def FNEG : Value<0x1D, "fneg", F_DS, "a ^ signBit64", "rd = -rs1: the sign bit is inverted.">;
def I2F : Value<0x1E, "i2f", F_DS, "fromF64(double(i64(a)))", "rd = the signed rs1 as binary64, rounded to nearest even.">;
let Traps = [TrapIf<"!fitsI64(f64(a))", BadConversion>] in
def F2I : Value<0x1F, "f2i", F_DS, "u64(i64(f64(a)))", "rd = the binary64 rs1 as signed integer, towards zero.">;
}

let Category = "logic" in {
def IAND : Value<0x20, "iand", F_DSS, "a & b", "rd = rs1 and rs2.">;
def IOR : Value<0x21, "ior", F_DSS, "a | b", "rd = rs1 or rs2.">;
def IXOR : Value<0x22, "ixor", F_DSS, "a ^ b", "rd = rs1 exclusive-or rs2.">;
def INOT : Value<0x23, "inot", F_DS, "~a", "rd = the complement of rs1.">;
def ISHL : Value<0x24, "ishl", F_DSS, "a << (b & 63)", "rd = rs1 shifted left by rs2 modulo 64.">;
def ISHR : Value<0x25, "ishr", F_DSS, "u64(i64(a) >> (b & 63))", "rd = rs1 shifted right by rs2 modulo 64, sign kept.">;
def USHR : Value<0x26, "ushr", F_DSS, "a >> (b & 63)", "rd = rs1 shifted right by rs2 modulo 64, zeros come in.">;
def ROTATE_L : Value<0x27, "rotate_l", F_DSS, "rotateLeft(a, b)", "rd = rs1 rotated left by rs2 modulo 64.">;
def ROTATE_R : Value<0x28, "rotate_r", F_DSS, "rotateLeft(a, 0 - b)", "rd = rs1 rotated right by rs2 modulo 64.">;
def POPCOUNT : Value<0x29, "popcount", F_DS, "countOnes(a)", "rd = the number of ones in rs1.">;
def CLZ : Value<0x2A, "clz", F_DS, "leadingZeros(a)", "rd = the number of leading zeros of rs1; 64 for 0.">;
def CTZ : Value<0x2B, "ctz", F_DS, "trailingZeros(a)", "rd = the number of trailing zeros of rs1; 64 for 0.">;
def BSWAP : Value<0x2C, "bswap", F_DS, "swapBytes(a)", "rd = rs1 with its eight bytes in reverse order.">;
def ANDI : Value<0x2D, "andi", F_DSI, "a & b", "rd = rs1 and imm, sign-extended.">;
def ORI : Value<0x2E, "ori", F_DSI, "a | b", "rd = rs1 or imm, sign-extended.">;
def XORI : Value<0x2F, "xori", F_DSI, "a ^ b", "rd = rs1 exclusive-or imm, sign-extended.">;
}

let Category = "compare" in {
let WritesFlags = 1 in {
def CMP : Instr<0x30, "cmp", F_SS, "Compare", "compareInt", "Flags of rs1 - rs2: Z equal, N negative, C no borrow (rs1 >= rs2 unsigned), V signed overflow.">;
def CMPI : Instr<0x31, "cmpi", F_SI, "Compare", "compareInt", "Flags of rs1 - imm, as CMP.">;
def FCMP : Instr<0x32, "fcmp", F_SS, "Compare", "compareFloat", "Flags of a binary64 comparison: equal Z and C, less N, greater C, unordered C and V. JE, JNE, JB (less), JBE, JG, JGE are then right for NaN, too.">;
def TEST : Instr<0x33, "test", F_SS, "Compare", "testBits", "Flags of rs1 and rs2: Z zero, N bit 63; C and V are cleared.">;
def TESTI : Instr<0x34, "testi", F_SI, "Compare", "testBits", "Flags of rs1 and imm, as TEST.">;
}
def CMP_EQ : Value<0x35, "cmp_eq", F_DSS, "a == b", "rd = 1 if rs1 = rs2, else 0.">;
def CMP_NE : Value<0x36, "cmp_ne", F_DSS, "a != b", "rd = 1 if rs1 and rs2 differ, else 0.">;
def CMP_LT : Value<0x37, "cmp_lt", F_DSS, "i64(a) < i64(b)", "rd = 1 if rs1 < rs2, signed, else 0.">;
def CMP_GT : Value<0x38, "cmp_gt", F_DSS, "i64(a) > i64(b)", "rd = 1 if rs1 > rs2, signed, else 0.">;
def CMP_LE : Value<0x39, "cmp_le", F_DSS, "i64(a) <= i64(b)", "rd = 1 if rs1 <= rs2, signed, else 0.">;
def CMP_GE : Value<0x3A, "cmp_ge", F_DSS, "i64(a) >= i64(b)", "rd = 1 if rs1 >= rs2, signed, else 0.">;
def FCMP_EQ : Value<0x3B, "fcmp_eq", F_DSS, "f64(a) == f64(b)", "rd = 1 if rs1 = rs2 in binary64, else 0 (also for NaN).">;
def FCMP_LT : Value<0x3C, "fcmp_lt", F_DSS, "f64(a) < f64(b)", "rd = 1 if rs1 < rs2 in binary64, else 0 (also for NaN).">;
def FCMP_GT : Value<0x3D, "fcmp_gt", F_DSS, "f64(a) > f64(b)", "rd = 1 if rs1 > rs2 in binary64, else 0 (also for NaN).">;
def FCMP_LE : Value<0x3E, "fcmp_le", F_DSS, "f64(a) <= f64(b)", "rd = 1 if rs1 <= rs2 in binary64, else 0 (also for NaN).">;
def FCMP_GE : Value<0x3F, "fcmp_ge", F_DSS, "f64(a) >= f64(b)", "rd = 1 if rs1 >= rs2 in binary64, else 0 (also for NaN).">;
}

let Category = "branch" in {
let Ends = 1 in
def JMP : Instr<0x40, "jmp", F_L, "Branch", "true", "Jumps.">;
def JZ : Instr<0x41, "jz", F_SL, "Branch", "a == 0", "Jumps if rs1 is 0.">;
def JNZ : Instr<0x42, "jnz", F_SL, "Branch", "a != 0", "Jumps if rs1 is not 0.">;
let ReadsFlags = 1 in {
def JE : Instr<0x43, "je", F_L, "JumpIf", "Z", "Jumps if equal: Z.">;
def JNE : Instr<0x44, "jne", F_L, "JumpIf", "!Z", "Jumps if different: not Z.">;
def JG : Instr<0x45, "jg", F_L, "JumpIf", "!Z && N == V", "Jumps if greater, signed: not Z and N = V.">;
def JL : Instr<0x46, "jl", F_L, "JumpIf", "N != V", "Jumps if less, signed: N and V differ.">;
def JGE : Instr<0x47, "jge", F_L, "JumpIf", "N == V", "Jumps if greater or equal, signed: N = V.">;
def JLE : Instr<0x48, "jle", F_L, "JumpIf", "Z || N != V", "Jumps if less or equal, signed: Z, or N and V differ.">;
def JA : Instr<0x49, "ja", F_L, "JumpIf", "C && !Z", "Jumps if above, unsigned: C and not Z.">;
def JB : Instr<0x4A, "jb", F_L, "JumpIf", "!C", "Jumps if below, unsigned: not C.">;
def JAE : Instr<0x4B, "jae", F_L, "JumpIf", "C", "Jumps if above or equal, unsigned: C.">;
def JBE : Instr<0x4C, "jbe", F_L, "JumpIf", "!C || Z", "Jumps if below or equal, unsigned: not C, or Z.">;
def JC : Instr<0x4D, "jc", F_L, "JumpIf", "C", "Jumps if C.">;
def JO : Instr<0x4E, "jo", F_L, "JumpIf", "V", "Jumps if V.">;
}
def LOOP : Instr<0x4F, "loop", F_L, "Control", "", "If R56 is not 0, it becomes one less; jumps if it is still not 0.">;
}

let Category = "memory" in {
def LOAD : Instr<0x50, "load", F_LD, "Load", "u64", "rd = the 64 bits at rs1 + imm.">;
def LOAD8 : Instr<0x51, "load8", F_LD, "Load", "i8", "rd = the byte at rs1 + imm, sign-extended.">;
def LOAD16 : Instr<0x52, "load16", F_LD, "Load", "i16", "rd = the 16 bits at rs1 + imm, sign-extended.">;
def LOAD32 : Instr<0x53, "load32", F_LD, "Load", "i32", "rd = the 32 bits at rs1 + imm, sign-extended.">;
def STORE : Instr<0x54, "store", F_STO, "Store", "u64", "The 64 bits at rs1 + imm = rs2.">;
def STORE8 : Instr<0x55, "store8", F_STO, "Store", "u8", "The byte at rs1 + imm = the low bits of rs2.">;
def STORE16 : Instr<0x56, "store16", F_STO, "Store", "u16", "The 16 bits at rs1 + imm = the low bits of rs2.">;
def STORE32 : Instr<0x57, "store32", F_STO, "Store", "u32", "The 32 bits at rs1 + imm = the low bits of rs2.">;
def LEA : Value<0x58, "lea", F_LD, "a + b", "rd = rs1 + imm modulo 2^64; nothing is accessed.">;
let Traps = [TrapIf<"a & 7", Misaligned>] in {
let ReadsRd = 1 in
def CMPXCHG : Instr<0x59, "cmpxchg", F_DSS, "Atomic", "", "If the 64 bits at rs1 equal rd, they become rs2; rd = what they were.">;
def ATOMIC_ADD : Instr<0x5A, "atomic_add", F_DSS, "Atomic", "", "rd = the 64 bits at rs1; then they grow by rs2.">;
def ATOMIC_SUB : Instr<0x5B, "atomic_sub", F_DSS, "Atomic", "", "rd = the 64 bits at rs1; then they shrink by rs2.">;
}
def FENCE : Instr<0x5C, "fence", F_N, "Atomic", "", "All earlier accesses are visible to others before all later ones.">;
def LOAD_RM : Instr<0x5D, "load_rm", F_DSS, "Memory", "", "rd = the 64 bits of region rs1 modulo 16 at the offset rs2 modulo 2^32.">;
def STORE_RM : Instr<0x5E, "store_rm", F_SSS, "Memory", "", "The 64 bits of region rs1 modulo 16 at the offset rs2 modulo 2^32 = rs3.">;
def MEMSET : Instr<0x5F, "memset", F_SSS, "Memory", "", "The rs3 bytes at rs1 = the low byte of rs2. Costs one more unit of gas for each 8 bytes begun.">;
}

let Category = "stack" in {
let Pushes = 1 in {
def PUSH : Instr<0x60, "push", F_S, "Stack", "", "Pushes rs1: R2 falls by 8, the slot there = rs1.">;
}
let Pops = 1 in
def POP : Instr<0x61, "pop", F_D, "Stack", "", "rd = the slot at R2, which rises by 8.">;
let Pushes = 1 in
def PUSH_IMM : Instr<0x62, "push_imm", F_I, "Stack", "", "Pushes imm, sign-extended.">;
let Pops = 1, Pushes = 2 in
def DUP : Instr<0x63, "dup", F_N, "Stack", "", "Pushes the topmost slot again.">;
let Pops = 2, Pushes = 2 in
def SWAP : Instr<0x64, "swap", F_N, "Stack", "", "Exchanges the two topmost slots.">;
def ENTER : Instr<0x65, "enter", F_I, "Stack", "", "R6 = R2, which then falls by imm bytes, a multiple of 8. Until LEAVE, R3 and R6 cannot be written and ENTER cannot come again; the caller has an R6 of its own.">;
def LEAVE : Instr<0x66, "leave", F_N, "Stack", "", "Undoes ENTER: R2 = R6.">;
let Pushes = 15 in
def PUSHA : Instr<0x67, "pusha", F_N, "Stack", "", "Pushes R1 to R15; the slots of R4 and R5 are 0.">;
let Pops = 15 in
def POPA : Instr<0x68, "popa", F_N, "Stack", "", "Pops R15 to R1; what was pushed of R2, R4 and R5 is dropped.">;
let Pushes = 1, ReadsFlags = 1 in
def PUSHF : Instr<0x69, "pushf", F_N, "Stack", "", "Pushes the flags.">;
let Pops = 1, WritesFlags = 1 in
def POPF : Instr<0x6A, "popf", F_N, "Stack", "", "The flags = the low four bits of the popped slot.">;
let Pushes = 1 in
def PUSHR : Instr<0x6B, "pushr", F_S, "Stack", "", "Pushes rs1, as PUSH.">;
let Pops = 1 in
def POPR : Instr<0x6C, "popr", F_D, "Stack", "", "Pops rd, as POP.">;
let WritesFlags = 1 in
def STACK_CHK : Instr<0x6D, "stack_chk", F_N, "Stack", "", "C is set if fewer than 256 slots are left; Z, N and V are cleared.">;
def STACK_ALLOC : Instr<0x6E, "stack_alloc", F_DI, "Stack", "", "R2 falls by imm bytes, a multiple of 8; rd = R2.">;
def STACK_FREE : Instr<0x6F, "stack_free", F_I, "Stack", "", "R2 rises by imm bytes, a multiple of 8.">;
}

let Category = "call" in {
def CALL : Instr<0x70, "call", F_CT, "Control", "", "Calls the function with the number rs1, which must have the given type.">;
def CALLI : Instr<0x71, "calli", F_CF, "Control", "", "Calls a function: the window moves up by slide registers.">;
let Ends = 1 in {
def RET : Instr<0x72, "ret", F_N, "Control", "", "Returns; the window moves back. From the first function: HALT.">;
def RETI : Instr<0x73, "reti", F_N, "Control", "", "Returns from a trap handler: R16 becomes each result of the instruction that trapped, the flags are what they were, and what follows it goes on.">;
}
def SYSCALL : Host<0x74, "syscall", F_DSS, [], "rd = what the system call R60 gives for rs1 and rs2; R61 = its error, 0 if none. The call decides which capability it needs.">;
def CALL_REG : Instr<0x75, "call_reg", F_CT, "Control", "", "As CALL.">;
let Ends = 1 in
def TAILCALL : Instr<0x76, "tailcall", F_TT, "Control", "", "Jumps to the function with the number rs1, which must have the given type; the arguments are R16 and up of this window.">;
def ICALL : Instr<0x77, "icall", F_CTBL, "Control", "", "Calls the function at index rs1 of a table of functions.">;
def CALL_EXT : Instr<0x78, "call_ext", F_CE, "Control", "", "Calls an import. Arguments and results as for CALLI; the import says which capability it needs.">;
def CALL_NATIVE : Host<0x79, "call_native", F_DSS, [HARDWARE], "rd = what the native function rs1 gives for rs2.">;
def CALL_AGENT : Host<0x7A, "call_agent", F_DSS, [COMMUNICATE], "rd = what the agent rs1 answers to the message at rs2.">;
let Ends = 1 in
def THROW : Instr<0x7B, "throw", F_S, "Control", "", "Raises the trap with the code rs1 modulo 65536.">;
def CATCH : Instr<0x7C, "catch", F_DL, "Control", "", "Sets a catch point: a trap in what follows, in this function or those it calls, comes to the label with rd = its code and R2 as here.">;
def FINALLY : Instr<0x7D, "finally", F_N, "Control", "", "Removes the catch point that this function set last.">;
let Ends = 1 in
def EXCEPTION_RET : Instr<0x7E, "exception_ret", F_N, "Control", "", "Raises the trap R61 again, for the next catch point outside; Unhandled if R61 is 0.">;
def SET_HANDLER : Instr<0x7F, "set_handler", F_S, "Control", "", "R63 = rs1: the number of a function with one argument and one result, or all ones for none. It sees the traps that no catch point takes.">;
}

let Category = "agent" in {
def DELEGATE : Host<0x80, "delegate", F_DSS, [COMMUNICATE], "Gives the task at rs2 to the agent rs1; rd = number of the message.">;
def TELL : Host<0x81, "tell", F_DSS, [COMMUNICATE], "Sends the message at rs2 to the agent rs1; rd = its number.">;
def ASK : Host<0x82, "ask", F_DSS, [COMMUNICATE], "Asks the agent rs1 with the message at rs2; rd = address of the answer.">;
def REPLY : Host<0x83, "reply", F_DSS, [COMMUNICATE], "Answers the message rs1 with the one at rs2; rd = its number.">;
def BARRIER : Host<0x84, "barrier", F_SS, [COMMUNICATE], "Waits at the barrier rs1 until rs2 agents are there.">;
def SPAWN_AGENT : Host<0x85, "spawn", F_DSS, [SPAWN], "Starts an agent as the description at rs1 says, with the capabilities rs2; rd = its number.">;
def YIELD_AGENT : Instr<0x86, "yield_agent", F_N, "System", "", "Gives the rest of the time slice away, as SYS_YIELD.">;
def CAP_GRANT : Host<0x87, "cap_grant", F_SS, [SUPERVISOR], "Grants the capabilities rs2 to the agent rs1.">;
let WritesFlags = 1 in
def CAP_CHECK : Instr<0x88, "cap_check", F_S, "System", "", "Z is set if the process has all capabilities rs1; N, C and V are cleared.">;
def CAP_REVOKE : Instr<0x89, "cap_revoke", F_S, "System", "", "The process gives up the capabilities rs1.">;
def AGENT_WAIT : Host<0x8A, "agent_wait", F_DS, [COMMUNICATE], "Waits until the agent rs1 ends; rd = its status.">;
def SIGNAL : Host<0x8B, "signal", F_SS, [COMMUNICATE], "Sends the signal rs2 to the agent rs1.">;
def BROADCAST : Host<0x8C, "broadcast", F_DSS, [COMMUNICATE], "Sends the message at rs2 to all subscribers of the topic at rs1; rd = how many.">;
def SUBSCRIBE : Host<0x8D, "subscribe", F_S, [COMMUNICATE], "Subscribes to the topic at rs1.">;
def UNSUBSCRIBE : Host<0x8E, "unsubscribe", F_S, [COMMUNICATE], "Ends the subscription to the topic at rs1.">;
def QUERY : Host<0x8F, "query", F_DSS, [COMMUNICATE], "rd = number of the rs2-th agent that publishes the capability named at rs1, 0 if none.">;
}

let Category = "io" in {
def IO_READ_STREAM : Host<0x90, "io_read", F_DSS, [IO_READ], "Reads at most rs2 bytes of the input to rs1; rd = how many, 0 at its end.">;
def IO_WRITE_STREAM : Host<0x91, "io_write", F_DSS, [IO_WRITE], "Writes the rs2 bytes at rs1 to the output; rd = how many.">;
def IO_READ8 : Host<0x92, "io_read8", F_LD, [IO_READ, HARDWARE], "rd = the 8-bit device register rs1 + imm.">;
def IO_WRITE8 : Host<0x93, "io_write8", F_STO, [IO_WRITE, HARDWARE], "The 8-bit device register rs1 + imm = rs2.">;
def IO_READ16 : Host<0x94, "io_read16", F_LD, [IO_READ, HARDWARE], "rd = the 16-bit device register rs1 + imm.">;
def IO_WRITE16 : Host<0x95, "io_write16", F_STO, [IO_WRITE, HARDWARE], "The 16-bit device register rs1 + imm = rs2.">;
def IO_READ32 : Host<0x96, "io_read32", F_LD, [IO_READ, HARDWARE], "rd = the 32-bit device register rs1 + imm.">;
def IO_WRITE32 : Host<0x97, "io_write32", F_STO, [IO_WRITE, HARDWARE], "The 32-bit device register rs1 + imm = rs2.">;
def IO_READ64 : Host<0x98, "io_read64", F_LD, [IO_READ, HARDWARE], "rd = the 64-bit device register rs1 + imm.">;
def IO_WRITE64 : Host<0x99, "io_write64", F_STO, [IO_WRITE, HARDWARE], "The 64-bit device register rs1 + imm = rs2.">;
def DMA_READ : Host<0x9A, "dma_read", F_DSS, [IO_READ, HARDWARE], "Starts the transfer from a device to memory that is described at rs2, on channel rs1; rd = its number.">;
def DMA_WRITE : Host<0x9B, "dma_write", F_DSS, [IO_WRITE, HARDWARE], "Starts the transfer from memory to a device that is described at rs2, on channel rs1; rd = its number.">;
def IOCTL : Host<0x9C, "ioctl", F_DSS, [HARDWARE], "rd = what the device rs1 gives for the request at rs2.">;
def MMAP : Host<0x9D, "mmap", F_DSS, [MEMORY, HARDWARE], "Maps rs2 bytes of the device memory rs1 as a region; rd = its address.">;
def MUNMAP : Host<0x9E, "munmap", F_S, [MEMORY, HARDWARE], "Unmaps what MMAP mapped at rs1.">;
def POLL : Host<0x9F, "poll", F_DSS, [IO_READ], "rd = events of the stream or device rs1 after at most rs2 nanoseconds.">;
}

let Category = "flux" in {
def TILE_LOAD : Host<0xA0, "tile_load", F_DS, [COMPILE], "rd = number of the tile named at rs1.">;
def TILE_COMPOSE : Host<0xA1, "tile_compose", F_DSS, [COMPILE], "rd = number of the tile that runs rs1 and then rs2.">;
def TILE_EXEC : Host<0xA2, "tile_exec", F_DSS, [COMPILE], "rd = what the tile rs1 gives for the argument at rs2.">;
let Effects = [MEMORY] in {
def REGION_CREATE : Instr<0xA3, "region_create", F_DS, "Memory", "", "Makes a region of rs1 bytes, rounded up to pages, all zero; rd = its number, or all ones if there is no room or no free number.">;
let Traps = [TrapIf<"a is no region that was made", NoRegion>] in {
def REGION_DESTROY : Instr<0xA4, "region_destroy", F_S, "Memory", "", "Removes the region rs1, which REGION_CREATE made.">;
}
}
let Traps = [TrapIf<"a is no region", NoRegion>] in
def REGION_MAP : Instr<0xA5, "region_map", F_DS, "Memory", "", "rd = address of the region rs1; R58 and R59 describe it then.">;
def ADAPT : Host<0xA6, "adapt", F_DSS, [COMPILE], "rd = what the adapter rs1 makes of the value rs2.">;
def EVOLVE : Host<0xA7, "evolve", F_DSS, [COMPILE], "Replaces the module rs1 by the package at rs2; rd = 1 if that was accepted.">;
def MODULE_IMPORT : Host<0xA8, "module_import", F_DS, [COMPILE], "rd = number of the module named at rs1.">;
def MODULE_EXPORT : Host<0xA9, "module_export", F_SS, [COMPILE], "Publishes the function rs2 under the name at rs1.">;
def TRACE_ON : Host<0xAA, "trace_on", F_N, [DEBUG], "Starts the trace, if the host keeps one.">;
def TRACE_OFF : Host<0xAB, "trace_off", F_N, [DEBUG], "Stops the trace.">;
def PROF_START : Host<0xAC, "prof_start", F_N, [DEBUG], "Starts the profile, if the host keeps one.">;
def PROF_STOP : Host<0xAD, "prof_stop", F_N, [DEBUG], "Stops the profile.">;
def GAS_INIT : Instr<0xAE, "gas_init", F_S, "System", "", "Lowers the gas to rs1; it never grows.">;
let Traps = [TrapIf<"less than a is left", OutOfGas>] in
def GAS_CHECK : Instr<0xAF, "gas_check", F_S, "System", "", "Takes rs1 units of gas; if fewer are left, the machine stops here, out of gas, and can go on when it got more.">;
}

let Category = "native" in {
def NATIVE_CALL : Host<0xB0, "native_call", F_DSS, [HARDWARE], "rd = what the entry rs1 of a loaded native module gives for rs2.">;
def NATIVE_LOAD : Host<0xB1, "native_load", F_DS, [HARDWARE, COMPILE], "rd = number of the native module at rs1.">;
let Vector = 1 in {
def VEC_LOAD : Instr<0xB2, "vec_load", F_LD, "Vector", "", "rd to rd+3 = the four 64-bit lanes at rs1 + imm.">;
}
let Vector = 4 in
def VEC_STORE : Instr<0xB3, "vec_store", F_STO, "Vector", "", "The four 64-bit lanes at rs1 + imm = rs2 to rs2+3.">;
let Vector = 7 in {
def VEC_ADD : Instr<0xB4, "vec_add", F_DSS, "Vector", "", "Lane by lane, rd = rs1 + rs2 modulo 2^64.">;
def VEC_MUL : Instr<0xB5, "vec_mul", F_DSS, "Vector", "", "Lane by lane, rd = rs1 * rs2 modulo 2^64.">;
}
let Vector = 6 in
def VEC_DOT : Instr<0xB6, "vec_dot", F_DSS, "Vector", "", "rd = the sum of the four products rs1 * rs2 modulo 2^64.">;
let Vector = 1 in
def VEC_SPLAT : Instr<0xB7, "vec_splat", F_DS, "Vector", "", "rd to rd+3 = rs1.">;
}
