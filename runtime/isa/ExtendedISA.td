//===- ExtendedISA.td - what compilers need besides the base --------------===//
//
// Numbers 0xB8 to 0xEF, and the escape page 0xF0, whose second byte selects.
// 32-bit results are sign-extended, so that the 64-bit comparisons, signed and
// unsigned, are right for them.  A binary32 value lies in the low half of its
// register, the high half is zero.
//
//===----------------------------------------------------------------------===//

let Extension = 1 in {

let Category = "arith" in {
def MOV : Value<0xB8, "mov", F_DS, "a", "rd = rs1.">;
def LI : Value<0xB9, "li", F_DI, "b", "rd = imm, sign-extended.">;
def LI64 : Value<0xBA, "li64", F_DI64, "b", "rd = the 64-bit imm.">;
}

let Category = "branch" in {
def BEQ : Instr<0xBB, "beq", F_SSL, "Branch", "a == b", "Jumps if rs1 = rs2.">;
def BNE : Instr<0xBC, "bne", F_SSL, "Branch", "a != b", "Jumps if rs1 and rs2 differ.">;
def BLT : Instr<0xBD, "blt", F_SSL, "Branch", "i64(a) < i64(b)", "Jumps if rs1 < rs2, signed.">;
def BGE : Instr<0xBE, "bge", F_SSL, "Branch", "i64(a) >= i64(b)", "Jumps if rs1 >= rs2, signed.">;
def BLTU : Instr<0xBF, "bltu", F_SSL, "Branch", "a < b", "Jumps if rs1 < rs2, unsigned.">;
def BGEU : Instr<0xC0, "bgeu", F_SSL, "Branch", "a >= b", "Jumps if rs1 >= rs2, unsigned.">;
def BEQI : Instr<0xC1, "beqi", F_SIL, "Branch", "a == b", "Jumps if rs1 = imm.">;
def BNEI : Instr<0xC2, "bnei", F_SIL, "Branch", "a != b", "Jumps if rs1 and imm differ.">;
def BLTI : Instr<0xC3, "blti", F_SIL, "Branch", "i64(a) < i64(b)", "Jumps if rs1 < imm, signed.">;
def BGEI : Instr<0xC4, "bgei", F_SIL, "Branch", "i64(a) >= i64(b)", "Jumps if rs1 >= imm, signed.">;
def BLTUI : Instr<0xC5, "bltui", F_SIL, "Branch", "a < b", "Jumps if rs1 < imm, sign-extended, unsigned.">;
def BGEUI : Instr<0xC6, "bgeui", F_SIL, "Branch", "a >= b", "Jumps if rs1 >= imm, sign-extended, unsigned.">;
}

let Category = "arith" in {
def IADDI : Value<0xC7, "iaddi", F_DSI, "a + b", "rd = rs1 + imm modulo 2^64.">;
def IMULI : Value<0xC8, "imuli", F_DSI, "a * b", "rd = rs1 * imm modulo 2^64.">;
}
let Category = "logic" in {
def ISHLI : Value<0xC9, "ishli", F_DSI, "a << (b & 63)", "rd = rs1 shifted left by imm modulo 64.">;
def ISHRI : Value<0xCA, "ishri", F_DSI, "u64(i64(a) >> (b & 63))", "rd = rs1 shifted right by imm modulo 64, sign kept.">;
def USHRI : Value<0xCB, "ushri", F_DSI, "a >> (b & 63)", "rd = rs1 shifted right by imm modulo 64, zeros come in.">;
}
let Category = "arith" in {
let Traps = [TrapIf<"b == 0", IntDivByZero>] in {
def UDIV : Value<0xCC, "udiv", F_DSS, "a / b", "rd = rs1 / rs2, unsigned.">;
def UMOD : Value<0xCD, "umod", F_DSS, "a % b", "rd = rs1 % rs2, unsigned.">;
}
def IADD32 : Value<0xCE, "iadd32", F_DSS, "sext32(a + b)", "rd = rs1 + rs2 modulo 2^32, sign-extended.">;
def ISUB32 : Value<0xCF, "isub32", F_DSS, "sext32(a - b)", "rd = rs1 - rs2 modulo 2^32, sign-extended.">;
def IMUL32 : Value<0xD0, "imul32", F_DSS, "sext32(a * b)", "rd = rs1 * rs2 modulo 2^32, sign-extended.">;
let Traps = [TrapIf<"u32(b) == 0", IntDivByZero>, TrapIf<"u32(a) == 0x80000000u && u32(b) == ~0u", IntOverflow>] in {
def IDIV32 : Value<0xD1, "idiv32", F_DSS, "sext32(u64(i32(a) / i32(b)))", "rd = rs1 / rs2 of the low 32 bits, signed, sign-extended.">;
def IMOD32 : Value<0xD2, "imod32", F_DSS, "sext32(u64(i32(a) % i32(b)))", "rd = rs1 % rs2 of the low 32 bits, signed, sign-extended.">;
}
let Traps = [TrapIf<"u32(b) == 0", IntDivByZero>] in {
def UDIV32 : Value<0xD3, "udiv32", F_DSS, "sext32(u32(a) / u32(b))", "rd = rs1 / rs2 of the low 32 bits, unsigned, sign-extended.">;
def UMOD32 : Value<0xD4, "umod32", F_DSS, "sext32(u32(a) % u32(b))", "rd = rs1 % rs2 of the low 32 bits, unsigned, sign-extended.">;
}
def IADDI32 : Value<0xD5, "iaddi32", F_DSI, "sext32(a + b)", "rd = rs1 + imm modulo 2^32, sign-extended.">;
}
let Category = "logic" in {
def ISHL32 : Value<0xD6, "ishl32", F_DSS, "sext32(a << (b & 31))", "rd = rs1 shifted left by rs2 modulo 32, 32 bits, sign-extended.">;
def ISHR32 : Value<0xD7, "ishr32", F_DSS, "sext32(u64(i32(a) >> (b & 31)))", "rd = the low 32 bits of rs1 shifted right by rs2 modulo 32, sign kept.">;
def USHR32 : Value<0xD8, "ushr32", F_DSS, "sext32(u32(a) >> (b & 31))", "rd = the low 32 bits of rs1 shifted right by rs2 modulo 32, zeros come in, sign-extended.">;
def ISHLI32 : Value<0xD9, "ishli32", F_DSI, "sext32(a << (b & 31))", "rd = rs1 shifted left by imm modulo 32, 32 bits, sign-extended.">;
def ISHRI32 : Value<0xDA, "ishri32", F_DSI, "sext32(u64(i32(a) >> (b & 31)))", "rd = the low 32 bits of rs1 shifted right by imm modulo 32, sign kept.">;
def USHRI32 : Value<0xDB, "ushri32", F_DSI, "sext32(u32(a) >> (b & 31))", "rd = the low 32 bits of rs1 shifted right by imm modulo 32, zeros come in, sign-extended.">;
def SEXT8 : Value<0xDC, "sext8", F_DS, "u64(i64(i8(a)))", "rd = the low byte of rs1, sign-extended.">;
def SEXT16 : Value<0xDD, "sext16", F_DS, "u64(i64(i16(a)))", "rd = the low 16 bits of rs1, sign-extended.">;
def SEXT32 : Value<0xDE, "sext32", F_DS, "sext32(a)", "rd = the low 32 bits of rs1, sign-extended.">;
def ZEXT32 : Value<0xDF, "zext32", F_DS, "u32(a)", "rd = the low 32 bits of rs1.">;
}
let Category = "compare" in {
def CMP_LTU : Value<0xE0, "cmp_ltu", F_DSS, "a < b", "rd = 1 if rs1 < rs2, unsigned, else 0.">;
def CMP_LEU : Value<0xE1, "cmp_leu", F_DSS, "a <= b", "rd = 1 if rs1 <= rs2, unsigned, else 0.">;
def SELECT : Value<0xE2, "select", F_DSSS, "a ? b : c", "rd = rs2 if rs1 is not 0, else rs3.">;
}
let Category = "memory" in {
def LOADU8 : Instr<0xE3, "loadu8", F_LD, "Load", "u8", "rd = the byte at rs1 + imm, zero-extended.">;
def LOADU16 : Instr<0xE4, "loadu16", F_LD, "Load", "u16", "rd = the 16 bits at rs1 + imm, zero-extended.">;
def LOADU32 : Instr<0xE5, "loadu32", F_LD, "Load", "u32", "rd = the 32 bits at rs1 + imm, zero-extended.">;
def MEMCPY : Instr<0xE6, "memcpy", F_SSS, "Memory", "", "Copies rs3 bytes from rs2 to rs1; the two may overlap. Costs one more unit of gas for each 8 bytes begun.">;
}
let Category = "arith" in {
def IADDT : Value<0xE7, "iaddt", F_DSS, "a + b", "rd = rs1 + rs2, signed; traps on overflow."> { let Traps = [TrapIf<"addOverflows(a, b)", IntOverflow>]; }
def ISUBT : Value<0xE8, "isubt", F_DSS, "a - b", "rd = rs1 - rs2, signed; traps on overflow."> { let Traps = [TrapIf<"subOverflows(a, b)", IntOverflow>]; }
def IMULT : Value<0xE9, "imult", F_DSS, "a * b", "rd = rs1 * rs2, signed; traps on overflow."> { let Traps = [TrapIf<"mulOverflows(a, b)", IntOverflow>]; }
def IADDIT : Value<0xEA, "iaddit", F_DSI, "a + b", "rd = rs1 + imm, signed; traps on overflow."> { let Traps = [TrapIf<"addOverflows(a, b)", IntOverflow>]; }
def FSQRT : Value<0xEB, "fsqrt", F_DS, "fromF64(squareRoot(f64(a)))", "rd = the square root of rs1 in binary64.">;
def FABS : Value<0xEC, "fabs", F_DS, "a & ~signBit64", "rd = |rs1|: the sign bit is cleared.">;
}
let Category = "branch", Ends = 1 in
def BR_TABLE : Instr<0xED, "br_table", F_ST, "Control", "", "Jumps to the label with the index rs1, to the last one if there is none.">;
let Category = "call", Ends = 1 in
def TAILCALLI : Instr<0xEE, "tailcalli", F_TF, "Control", "", "Jumps to a function; the arguments are R16 and up of this window.">;
let Category = "stack" in
def ALLOCA : Instr<0xEF, "alloca", F_DS, "Stack", "", "R2 falls by rs1 bytes, rounded up to a multiple of 16, and is rounded down to one; rd = R2. Only between ENTER and LEAVE.">;

// Numbers of the escape page are written 0xF0xx.
let Category = "arith" in {
def IMULH : Value<0xF000, "imulh", F_XDSS, "mulHighSigned(a, b)", "rd = the high 64 bits of the signed product.">;
def UMULH : Value<0xF001, "umulh", F_XDSS, "mulHigh(a, b)", "rd = the high 64 bits of the unsigned product.">;
def IMIN : Value<0xF002, "imin", F_XDSS, "i64(a) < i64(b) ? a : b", "rd = the smaller one, signed.">;
def IMAX : Value<0xF003, "imax", F_XDSS, "i64(a) > i64(b) ? a : b", "rd = the larger one, signed.">;
def UMIN : Value<0xF004, "umin", F_XDSS, "a < b ? a : b", "rd = the smaller one, unsigned.">;
def UMAX : Value<0xF005, "umax", F_XDSS, "a > b ? a : b", "rd = the larger one, unsigned.">;
def IADDO : Instr<0xF006, "iaddo", F_XDSSO, "Overflow", "addOverflows", "rd = rs1 + rs2 modulo 2^64; ro = 1 if the signed sum does not fit, else 0.">;
def ISUBO : Instr<0xF007, "isubo", F_XDSSO, "Overflow", "subOverflows", "rd = rs1 - rs2 modulo 2^64; ro = 1 if the signed difference does not fit, else 0.">;
def IMULO : Instr<0xF008, "imulo", F_XDSSO, "Overflow", "mulOverflows", "rd = rs1 * rs2 modulo 2^64; ro = 1 if the signed product does not fit, else 0.">;
def ROTATE_L32 : Value<0xF009, "rotate_l32", F_XDSS, "sext32(rotateLeft32(u32(a), b))", "rd = the low 32 bits of rs1 rotated left by rs2 modulo 32, sign-extended.">;
def U2F : Value<0xF00A, "u2f", F_XDS, "fromF64(double(a))", "rd = the unsigned rs1 as binary64.">;
def F2U : Value<0xF00B, "f2u", F_XDS, "u64(f64(a))", "rd = the binary64 rs1 as unsigned integer, towards zero."> { let Traps = [TrapIf<"!fitsU64(f64(a))", BadConversion>]; }
def F2ISAT : Value<0xF00C, "f2isat", F_XDS, "saturateI64(f64(a))", "rd = the binary64 rs1 as signed integer, towards zero; the nearest one if none fits, 0 for NaN.">;
def F2USAT : Value<0xF00D, "f2usat", F_XDS, "saturateU64(f64(a))", "rd = the binary64 rs1 as unsigned integer, towards zero; the nearest one if none fits, 0 for NaN.">;
def FFLOOR : Value<0xF00E, "ffloor", F_XDS, "fromF64(roundDown(f64(a)))", "rd = rs1 rounded down to an integer, binary64.">;
def FCEIL : Value<0xF00F, "fceil", F_XDS, "fromF64(roundUp(f64(a)))", "rd = rs1 rounded up to an integer, binary64.">;
def FTRUNC : Value<0xF010, "ftrunc", F_XDS, "fromF64(roundToZero(f64(a)))", "rd = rs1 rounded towards zero to an integer, binary64.">;
def FNEAREST : Value<0xF011, "fnearest", F_XDS, "fromF64(roundEven(f64(a)))", "rd = rs1 rounded to the nearest integer, ties to even, binary64.">;
def FMIN : Value<0xF012, "fmin", F_XDSS, "fromF64(minimum(f64(a), f64(b)))", "rd = the smaller one, binary64; -0 is less than +0, NaN if one is NaN.">;
def FMAX : Value<0xF013, "fmax", F_XDSS, "fromF64(maximum(f64(a), f64(b)))", "rd = the larger one, binary64; -0 is less than +0, NaN if one is NaN.">;
def FCOPYSIGN : Value<0xF014, "fcopysign", F_XDSS, "(a & ~signBit64) | (b & signBit64)", "rd = rs1 with the sign of rs2, binary64.">;
def FADD32 : Value<0xF020, "fadd32", F_XDSS, "fromF32(f32(a) + f32(b))", "rd = rs1 + rs2 in binary32.">;
def FSUB32 : Value<0xF021, "fsub32", F_XDSS, "fromF32(f32(a) - f32(b))", "rd = rs1 - rs2 in binary32.">;
def FMUL32 : Value<0xF022, "fmul32", F_XDSS, "fromF32(f32(a) * f32(b))", "rd = rs1 * rs2 in binary32.">;
def FDIV32 : Value<0xF023, "fdiv32", F_XDSS, "fromF32(f32(a) / f32(b))", "rd = rs1 / rs2 in binary32.">;
def FSQRT32 : Value<0xF024, "fsqrt32", F_XDS, "fromF32(squareRoot(f32(a)))", "rd = the square root of rs1 in binary32.">;
def F32TOF64 : Value<0xF025, "f32tof64", F_XDS, "fromF64(double(f32(a)))", "rd = the binary32 rs1 as binary64.">;
def F64TOF32 : Value<0xF026, "f64tof32", F_XDS, "fromF32(float(f64(a)))", "rd = the binary64 rs1 as binary32, rounded to nearest even.">;
def I2F32 : Value<0xF027, "i2f32", F_XDS, "fromF32(float(i64(a)))", "rd = the signed rs1 as binary32, rounded to nearest even.">;
def U2F32 : Value<0xF028, "u2f32", F_XDS, "fromF32(float(a))", "rd = the unsigned rs1 as binary32, rounded to nearest even.">;
}
let Category = "compare" in {
def FCMP32_EQ : Value<0xF029, "fcmp32_eq", F_XDSS, "f32(a) == f32(b)", "rd = 1 if rs1 = rs2 in binary32, else 0 (also for NaN).">;
def FCMP32_LT : Value<0xF02A, "fcmp32_lt", F_XDSS, "f32(a) < f32(b)", "rd = 1 if rs1 < rs2 in binary32, else 0 (also for NaN).">;
def FCMP32_LE : Value<0xF02B, "fcmp32_le", F_XDSS, "f32(a) <= f32(b)", "rd = 1 if rs1 <= rs2 in binary32, else 0 (also for NaN).">;
}
}
