//===- Classes.td - what an instruction set is made of --------------------===//
//
// The classes that FluxISA.td and the tables it includes are written with:
// fields, formats, effects, traps, registers, instructions.
//
//===----------------------------------------------------------------------===//

/// Where an operand lies.  `Position` counts bytes from the start of the
/// instruction: 1 to 3 in the first word, 4 to 7 in a fixed literal word.
/// Kinds:
///   Reg       register 0 to 63, one byte
///   Slide     number of registers by which a call moves the window, one byte
///   Imm8      signed byte
///   Imm8L     signed byte; 0x80 means: a literal word with the signed value follows
///   Imm16     signed, two bytes
///   Imm64     two literal words, low word first
///   Label8L   distance in words, signed byte or, as for Imm8L, a literal word
///   Label16   distance in words, two bytes, signed
///   Label24   distance in words, three bytes, signed
///   Index8L   unsigned byte; 0xFF means: a literal word follows
///   Index16L  unsigned, two bytes; 0xFFFF means: a literal word follows
///   Table     two bytes n; n + 1 literal words with distances follow
class Field<string name, string kind, int position> {
  string Name = name;
  string Kind = kind;
  int Position = position;
}

def RD1   : Field<"rd", "Reg", 1>;
def RS1_1 : Field<"rs1", "Reg", 1>;
def RS1_2 : Field<"rs1", "Reg", 2>;
def RS1_3 : Field<"rs1", "Reg", 3>;
def RS2_1 : Field<"rs2", "Reg", 1>;
def RS2_2 : Field<"rs2", "Reg", 2>;
def RS2_3 : Field<"rs2", "Reg", 3>;
def RS2_4 : Field<"rs2", "Reg", 4>;
def RS3_3 : Field<"rs3", "Reg", 3>;
def RS3_4 : Field<"rs3", "Reg", 4>;
def RD_2  : Field<"rd", "Reg", 2>;
def RO_5  : Field<"ro", "Reg", 5>;
def IMM8L : Field<"imm", "Imm8L", 3>;
def IMM8  : Field<"imm", "Imm8", 2>;
def IMM16 : Field<"imm", "Imm16", 2>;
def IMM64 : Field<"imm", "Imm64", 4>;
def L8    : Field<"label", "Label8L", 3>;
def L16   : Field<"label", "Label16", 2>;
def L24   : Field<"label", "Label24", 1>;
def SLIDE : Field<"slide", "Slide", 1>;
def FUNC  : Field<"function", "Index16L", 2>;
def IMPORT : Field<"import", "Index16L", 2>;
def TYPE8 : Field<"type", "Index8L", 3>;
def TYPE16 : Field<"type", "Index16L", 2>;
def TBL8  : Field<"table", "Index8L", 3>;
def TARGETS : Field<"labels", "Table", 2>;

/// The shape of an instruction.  `Words` counts the first word and the literal
/// words that are always there.  With `Memory`, rs1 and imm are written `[rs1+imm]`.
class Format<int words, list<Field> fields> {
  int Words = words;
  list<Field> Fields = fields;
  bit Memory = 0;
}

def F_N    : Format<1, []>;
def F_D    : Format<1, [RD1]>;
def F_S    : Format<1, [RS1_1]>;
def F_DS   : Format<1, [RD1, RS1_2]>;
def F_SS   : Format<1, [RS1_1, RS2_2]>;
def F_DSS  : Format<1, [RD1, RS1_2, RS2_3]>;
def F_SSS  : Format<1, [RS1_1, RS2_2, RS3_3]>;
def F_DSSS : Format<2, [RD1, RS1_2, RS2_3, RS3_4]>;
def F_I    : Format<1, [IMM8L]>;
def F_I16  : Format<1, [IMM16]>;
def F_DI   : Format<1, [RD1, IMM8L]>;
def F_SI   : Format<1, [RS1_1, IMM8L]>;
def F_DSI  : Format<1, [RD1, RS1_2, IMM8L]>;
def F_DI64 : Format<3, [RD1, IMM64]>;
def F_L    : Format<1, [L24]>;
def F_SL   : Format<1, [RS1_1, L16]>;
def F_DL   : Format<1, [RD1, L16]>;
def F_SSL  : Format<1, [RS1_1, RS2_2, L8]>;
def F_SIL  : Format<1, [RS1_1, IMM8, L8]>;
def F_ST   : Format<1, [RS1_1, TARGETS]>;
let Memory = 1 in {
def F_LD   : Format<1, [RD1, RS1_2, IMM8L]>;
def F_STO  : Format<1, [RS2_1, RS1_2, IMM8L]>;
}
def F_CF   : Format<1, [SLIDE, FUNC]>;
def F_CE   : Format<1, [SLIDE, IMPORT]>;
def F_CT   : Format<1, [SLIDE, RS1_2, TYPE8]>;
def F_CTBL : Format<1, [SLIDE, RS1_2, TBL8]>;
def F_TT   : Format<1, [RS1_1, TYPE16]>;
def F_TF   : Format<1, [FUNC]>;
// The escape page: byte 0 is 0xF0, byte 1 says which instruction.
def F_XDS   : Format<1, [RD_2, RS1_3]>;
def F_XDSS  : Format<2, [RD_2, RS1_3, RS2_4]>;
def F_XDSSO : Format<2, [RD_2, RS1_3, RS2_4, RO_5]>;

/// What an instruction may do beyond its process: a bit of the manifest.
class Effect<string name, int bit_, string doc> {
  string Name = name;
  int Bit = bit_;
  string Doc = doc;
}

/// Why a process stops.
class TrapCode<string name, int number, string message> {
  string Name = name;
  int Number = number;
  string Message = message;
}

/// A register and what it is for.
class Register<int number, string name, string doc> {
  int Number = number;
  string Name = name;
  string Doc = doc;
  /// Not part of the window: read through the machine's state.
  bit Special = 0;
  bit Writable = 1;
}

/// A condition over the operands, and the trap that it raises.
class TrapIf<string condition, TrapCode trap> {
  string Condition = condition;
  TrapCode Code = trap;
}

/// An instruction.  `Kind` says which part of runtime/vm executes it and what
/// `Value` means; operands there are `a` (rs1), `b` (rs2 or imm) and `c` (rs3),
/// each uint64_t:
///   Value    rd = Value
///   Compare  the flags are set from a and b; Value names how
///   Branch   jumps to the label if Value
///   JumpIf   jumps if Value, over the flags Z, N, C and V
///   Load     rd = what lies at a + imm, as the type Value
///   Store    b is stored at a + imm, as the type Value
///   Host     the host does it: Effects says what it needs
///   Control, Stack, Memory, Atomic, System, Vector  see runtime/vm/Execute.cpp
class Instr<int number, string mnemonic, Format format, string kind,
            string value, string doc> {
  int Number = number;
  string Mnemonic = mnemonic;
  Format Operands = format;
  string Kind = kind;
  string Value = value;
  string Doc = doc;
  string Category = "";
  list<TrapIf> Traps = [];
  list<Effect> Effects = [];
  /// rd is read, too.
  bit ReadsRd = 0;
  /// The flags are set, or must have been set in this block.
  bit WritesFlags = 0;
  bit ReadsFlags = 0;
  /// Ends its block; what follows is reached only by a jump.
  bit Ends = 0;
  /// Slots of the data stack that are taken and put.
  int Pops = 0;
  int Pushes = 0;
  /// Operands that are groups of four registers: 1 rd, 2 rs1, 4 rs2.
  int Vector = 0;
  /// Not part of the 184 of the first design.
  bit Extension = 0;
}

class Value<int n, string m, Format f, string value, string doc>
    : Instr<n, m, f, "Value", value, doc>;
class Host<int n, string m, Format f, list<Effect> effects, string doc>
    : Instr<n, m, f, "Host", "", doc> {
  let Effects = effects;
}
