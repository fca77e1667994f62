//===- ISAEmitter.cpp - files from the instruction set --------------------===//
//
// The instruction set is written once, in TableGen.  What an error there could
// break (two instructions with one number, fields that overlap, an instruction
// without a meaning) is refused here, with the place in the .td file.
//
//===----------------------------------------------------------------------===//
#include "ISAEmitter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Record.h"
#include <map>

using namespace llvm;

namespace flux::tblgen {

namespace {

/// The number of the first instruction of the escape page in the dense tables.
constexpr int64_t escapePage = 0x100;
constexpr int64_t baseInstructions = 184;

class ISA {
public:
  explicit ISA(const RecordKeeper &records);

  std::vector<const Record *> sorted(StringRef type, StringRef key) const;

  std::map<int64_t, const Record *> instructions;
  std::vector<const Record *> formats;
  bool failed = false;

private:
  void checkFormat(const Record *format);
  void checkInstruction(const Record *instr);
  void fail(const Record *record, const Twine &message) {
    PrintError(record->getLoc(), message);
    failed = true;
  }

  const RecordKeeper &records;
};

} // namespace

/// The number of registers, immediates and the like that a kind of field is,
/// in bytes of the first word or, from position 4, of the literal words.
static unsigned sizeOf(StringRef kind) {
  return StringSwitch<unsigned>(kind)
      .Cases({"Reg", "Slide", "Imm8", "Imm8L", "Label8L", "Index8L"}, 1)
      .Cases({"Imm16", "Label16", "Index16L", "Table"}, 2)
      .Case("Label24", 3)
      .Case("Imm64", 8)
      .Default(0);
}

static int64_t tableIndex(int64_t number) {
  return number < 0xF0 ? number : escapePage + (number & 0xFF);
}

/// The place of a register operand in flux::isa::Instruction::reg.
static unsigned slotOf(StringRef name) {
  return StringSwitch<unsigned>(name)
      .Case("rd", 0)
      .Case("rs1", 1)
      .Case("rs2", 2)
      .Default(3);
}

ISA::ISA(const RecordKeeper &records) : records(records) {
  for (const Record *format : records.getAllDerivedDefinitions("Format")) {
    checkFormat(format);
    formats.push_back(format);
  }
  int64_t base = 0;
  StringMap<const Record *> mnemonics;
  for (const Record *instr : records.getAllDerivedDefinitions("Instr")) {
    int64_t number = instr->getValueAsInt("Number");
    if (!instructions.emplace(tableIndex(number), instr).second)
      fail(instr, "another instruction has this number");
    if (!mnemonics.try_emplace(instr->getValueAsString("Mnemonic"), instr)
             .second)
      fail(instr, "another instruction has this mnemonic");
    base += !instr->getValueAsBit("Extension");
    if (instr->getValueAsBit("Extension") != (number >= baseInstructions))
      fail(instr, "the base instructions have the numbers 0 to 183");
    checkInstruction(instr);
  }
  if (base != baseInstructions) {
    PrintError("there are " + Twine(base) + " base instructions, not " +
               Twine(baseInstructions));
    failed = true;
  }
}

void ISA::checkFormat(const Record *format) {
  // Byte 0 is the opcode; formats of the escape page also have byte 1.
  unsigned used = format->getName().starts_with("F_X") ? 3 : 1;
  for (const Record *field : format->getValueAsListOfDefs("Fields")) {
    unsigned size = sizeOf(field->getValueAsString("Kind"));
    if (size == 0)
      return fail(field, "unknown kind of field");
    unsigned mask = ((1u << size) - 1) << field->getValueAsInt("Position");
    if (used & mask)
      fail(format, "field '" + field->getValueAsString("Name") +
                       "' overlaps another one");
    if (mask >> (4 * format->getValueAsInt("Words")))
      fail(format, "field '" + field->getValueAsString("Name") +
                       "' lies outside the words of the format");
    used |= mask;
  }
}

void ISA::checkInstruction(const Record *instr) {
  StringRef kind = instr->getValueAsString("Kind");
  bool needsValue = is_contained(
      {"Value", "Compare", "Branch", "JumpIf", "Load", "Store", "Overflow"},
      kind);
  if (needsValue == instr->getValueAsString("Value").empty())
    fail(instr, "an instruction of kind '" + kind +
                    (needsValue ? "' needs a value" : "' has no value"));
  if (!StringRef(instr->getValueAsString("Doc")).ends_with("."))
    fail(instr, "the description is missing or does not end with a full stop");
  if (instr->getValueAsString("Category").empty())
    fail(instr, "the category is missing");
  if (kind == "Host" && instr->getValueAsListOfDefs("Traps").size())
    fail(instr, "the host says which traps an instruction of its own raises");
  bool escape = instr->getValueAsDef("Operands")->getName().starts_with("F_X");
  if (escape != (instr->getValueAsInt("Number") >= 0xF000))
    fail(instr, "the format is that of another page");
}

std::vector<const Record *> ISA::sorted(StringRef type, StringRef key) const {
  std::vector<const Record *> result = records.getAllDerivedDefinitions(type);
  llvm::sort(result, [&](const Record *a, const Record *b) {
    return a->getValueAsInt(key) < b->getValueAsInt(key);
  });
  return result;
}

static void emitHeader(raw_ostream &out, StringRef file, StringRef what) {
  out << "//===- " << file << " - " << what << " -===//\n//\n"
      << "// Written by flux-tblgen from runtime/isa/FluxISA.td; a test "
         "compares.\n//\n"
      << "//===-------------------------------------------------------------"
         "---------===//\n";
}

static std::string quote(StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + "\"";
}

static unsigned effectsOf(const Record *instr) {
  unsigned result = 0;
  for (const Record *effect : instr->getValueAsListOfDefs("Effects"))
    result |= 1u << effect->getValueAsInt("Bit");
  return result;
}

static bool hasField(const Record *instr, StringRef name) {
  return any_of(
      instr->getValueAsDef("Operands")->getValueAsListOfDefs("Fields"),
      [&](const Record *field) {
        return field->getValueAsString("Name") == name;
      });
}

static std::string categoryEnum(StringRef category) {
  std::string result = category.str();
  result[0] = toUpper(result[0]);
  return result;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

static void emitFormat(raw_ostream &out, const Record *format) {
  auto fields = format->getValueAsListOfDefs("Fields");
  bool escape = format->getName().starts_with("F_X");
  unsigned used = escape ? 3 : 1;
  for (const Record *field : fields)
    used |= ((1u << sizeOf(field->getValueAsString("Kind"))) - 1)
            << field->getValueAsInt("Position");
  out << "FLUX_FORMAT(" << format->getName() << ", "
      << format->getValueAsInt("Words") << ", "
      << int(format->getValueAsBit("Memory")) << ", "
      << format_hex(used & 0xFF, 4) << ", " << fields.size()
      << ", FLUX_FIELDS(";
  ListSeparator comma;
  for (const Record *field : fields) {
    StringRef name = field->getValueAsString("Name");
    out << comma << "{FieldKind::" << field->getValueAsString("Kind") << ", "
        << field->getValueAsInt("Position") << ", " << slotOf(name) << ", "
        << quote(name) << "}";
  }
  out << "))\n";
}

static void emitInstruction(raw_ostream &out, int64_t index,
                            const Record *instr) {
  unsigned defs = 0, uses = 0;
  for (const Record *field :
       instr->getValueAsDef("Operands")->getValueAsListOfDefs("Fields")) {
    if (field->getValueAsString("Kind") != "Reg")
      continue;
    StringRef name = field->getValueAsString("Name");
    (name == "rd" || name == "ro" ? defs : uses) |= 1u << slotOf(name);
  }
  if (instr->getValueAsBit("ReadsRd"))
    uses |= 1;
  std::string flags;
  auto flag = [&](StringRef field, StringRef name) {
    if (instr->getValueAsBit(field))
      flags += (flags.empty() ? "" : " | ") + name.str();
  };
  flag("WritesFlags", "WritesFlags");
  flag("ReadsFlags", "ReadsFlags");
  flag("Ends", "EndsBlock");
  flag("Extension", "IsExtension");
  out << "FLUX_INSTRUCTION(" << instr->getName() << ", "
      << formatv("{0:X+}", unsigned(index)).str() << ", "
      << quote(instr->getValueAsString("Mnemonic")) << ", "
      << instr->getValueAsDef("Operands")->getName() << ", "
      << instr->getValueAsString("Kind") << ", "
      << categoryEnum(instr->getValueAsString("Category")) << ", "
      << (flags.empty() ? "0" : flags) << ", " << defs << ", " << uses << ", "
      << instr->getValueAsInt("Vector") << ", " << instr->getValueAsInt("Pops")
      << ", " << instr->getValueAsInt("Pushes") << ", "
      << format_hex(effectsOf(instr), 5) << ")\n";
}

bool emitTables(raw_ostream &out, const RecordKeeper &records) {
  ISA isa(records);
  emitHeader(out, "ISATables.inc", "the tables of the instruction set");
  out << "// clang-format off\n#ifdef FLUX_FORMAT\n";
  for (const Record *format : isa.formats)
    emitFormat(out, format);
  out << "#undef FLUX_FORMAT\n#endif\n\n#ifdef FLUX_INSTRUCTION\n"
      << "#ifndef FLUX_NO_INSTRUCTION\n#define FLUX_NO_INSTRUCTION(NUMBER)\n"
      << "#endif\n";
  // The table is indexed by opcode: numbers that are free have a row, too.
  int64_t next = 0;
  for (auto [index, instr] : isa.instructions) {
    for (; next < index; ++next)
      out << "FLUX_NO_INSTRUCTION(" << next << ")\n";
    emitInstruction(out, index, instr);
    next = index + 1;
  }
  out << "#undef FLUX_INSTRUCTION\n#undef "
         "FLUX_NO_INSTRUCTION\n#endif\n\n#ifdef FLUX_REGISTER\n";
  for (const Record *reg : isa.sorted("Register", "Number"))
    out << "FLUX_REGISTER(" << reg->getValueAsInt("Number") << ", "
        << quote(reg->getValueAsString("Name")) << ", "
        << int(reg->getValueAsBit("Special")) << ", "
        << int(reg->getValueAsBit("Writable")) << ")\n";
  out << "#undef FLUX_REGISTER\n#endif\n\n#ifdef FLUX_EFFECT\n";
  for (const Record *effect : isa.sorted("Effect", "Bit"))
    out << "FLUX_EFFECT(" << effect->getValueAsString("Name") << ", "
        << effect->getValueAsInt("Bit") << ")\n";
  out << "#undef FLUX_EFFECT\n#endif\n\n#ifdef FLUX_TRAP_CODE\n";
  for (const Record *trap : isa.sorted("TrapCode", "Number"))
    out << "FLUX_TRAP_CODE(" << trap->getValueAsString("Name") << ", "
        << trap->getValueAsInt("Number") << ", "
        << quote(trap->getValueAsString("Message")) << ")\n";
  out << "#undef FLUX_TRAP_CODE\n#endif\n";
  return isa.failed;
}

//===----------------------------------------------------------------------===//
// Encoder
//===----------------------------------------------------------------------===//

bool emitEncoder(raw_ostream &out, const RecordKeeper &records) {
  ISA isa(records);
  emitHeader(out, "Encoder.inc", "one function an instruction");
  out << "// clang-format off\n";
  for (auto [index, instr] : isa.instructions) {
    auto fields =
        instr->getValueAsDef("Operands")->getValueAsListOfDefs("Fields");
    // BR_TABLE takes its labels as an array.
    bool table = hasField(instr, "labels");
    StringRef mnemonic = instr->getValueAsString("Mnemonic");
    out << "/// " << instr->getValueAsString("Doc") << "\nvoid " << mnemonic
        << "_(";
    ListSeparator comma;
    std::string body;
    for (const Record *field : fields) {
      StringRef name = field->getValueAsString("Name");
      StringRef kind = field->getValueAsString("Kind");
      if (kind == "Reg") {
        out << comma << "unsigned " << name;
        body += formatv("  instruction.reg[{0}] = uint8_t({1});\n",
                        slotOf(name), name);
      } else if (kind == "Slide") {
        out << comma << "unsigned slide";
        body += "  instruction.reg[0] = uint8_t(slide);\n";
      } else if (kind == "Table") {
        out << comma << "const int32_t *labels, unsigned count";
        body += "  instruction.table = labels;\n  instruction.imm = "
                "int64_t(count) - 1;\n";
      } else {
        bool label = name == "label";
        out << comma << "int64_t " << name;
        body += formatv("  instruction.{0} = {1};\n", label ? "label" : "imm",
                        name);
      }
    }
    out << ") {\n  Instruction instruction(Opcode::" << instr->getName()
        << ");\n"
        << body << "  emit(instruction);\n}\n";
    (void)table;
    (void)index;
  }
  return isa.failed;
}

//===----------------------------------------------------------------------===//
// Semantics
//===----------------------------------------------------------------------===//

bool emitSemantics(raw_ostream &out, const RecordKeeper &records) {
  ISA isa(records);
  emitHeader(out, "Semantics.inc", "what the instructions compute");
  out << "// clang-format off\n";
  std::map<std::string, std::string> parts;
  for (auto [index, instr] : isa.instructions) {
    std::string kind = instr->getValueAsString("Kind").str();
    StringRef value = instr->getValueAsString("Value");
    if (value.empty())
      continue;
    std::string traps = "FLUX_NO_TRAP";
    if (kind == "Value") {
      traps.clear();
      for (const Record *trap : instr->getValueAsListOfDefs("Traps"))
        traps += formatv("FLUX_TRAP_IF({0}, {1}) ",
                         trap->getValueAsString("Condition"),
                         trap->getValueAsDef("Code")->getValueAsString("Name"));
      if (traps.empty())
        traps = "FLUX_NO_TRAP";
      else
        traps.pop_back();
    }
    raw_string_ostream part(parts[kind]);
    part << "FLUX_" << StringRef(kind).upper() << "(" << instr->getName()
         << ", " << instr->getValueAsDef("Operands")->getName() << ", "
         << value;
    if (kind == "Value")
      part << ", " << traps;
    part << ")\n";
    (void)index;
  }
  for (auto &[kind, part] : parts)
    out << "#ifdef FLUX_" << StringRef(kind).upper() << "\n"
        << part << "#undef FLUX_" << StringRef(kind).upper() << "\n#endif\n";
  return isa.failed;
}

//===----------------------------------------------------------------------===//
// Manual
//===----------------------------------------------------------------------===//

static std::string numberOf(const Record *instr) {
  int64_t number = instr->getValueAsInt("Number");
  return number < 0xF0 ? formatv("{0:X-2}", unsigned(number)).str()
                       : formatv("F0 {0:X-2}", unsigned(number & 0xFF)).str();
}

static std::string syntaxOf(const Record *instr) {
  const Record *format = instr->getValueAsDef("Operands");
  std::string result = instr->getValueAsString("Mnemonic").str();
  bool memory = format->getValueAsBit("Memory");
  bool first = true;
  for (const Record *field : format->getValueAsListOfDefs("Fields")) {
    StringRef name = field->getValueAsString("Name");
    result += first ? " " : memory && name == "imm" ? "" : ", ";
    first = false;
    if (memory && name == "rs1")
      result += "[rs1";
    else if (memory && name == "imm")
      result += "+imm]";
    else
      result += name;
  }
  return result;
}

static std::string layoutOf(const Record *format) {
  std::string result;
  for (const Record *field : format->getValueAsListOfDefs("Fields")) {
    unsigned position = field->getValueAsInt("Position");
    unsigned size = sizeOf(field->getValueAsString("Kind"));
    result += formatv("{0}{1} {2}: ", result.empty() ? "" : "; ",
                      size == 1 ? "byte" : "bytes", position)
                  .str();
    if (size != 1) {
      result.resize(result.size() - 2);
      result += formatv("-{0}: ", position + size - 1).str();
    }
    result += formatv("{0} {1}", field->getValueAsString("Name"),
                      field->getValueAsString("Kind"))
                  .str();
  }
  return result.empty() ? "no operands" : result;
}

static std::string trapsOf(const Record *instr) {
  std::string result;
  for (const Record *trap : instr->getValueAsListOfDefs("Traps")) {
    StringRef name = trap->getValueAsDef("Code")->getValueAsString("Name");
    if (!StringRef(result).contains(name))
      result += (result.empty() ? "" : " ") + name.str();
  }
  StringRef kind = instr->getValueAsString("Kind");
  if (kind == "Load" || kind == "Store")
    result = "OutOfRegion";
  if (kind == "Host")
    result = "the host's";
  return result;
}

static std::string effectNames(const Record *instr) {
  std::string result;
  for (const Record *effect : instr->getValueAsListOfDefs("Effects"))
    result +=
        (result.empty() ? "" : " ") + effect->getValueAsString("Name").str();
  return result;
}

static std::string escape(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '|')
      result += '\\';
    result += c;
  }
  return result;
}

static void emitInstructionTable(raw_ostream &out, const ISA &isa,
                                 bool extension) {
  std::vector<StringRef> categories;
  for (auto [index, instr] : isa.instructions)
    if (!is_contained(categories, instr->getValueAsString("Category")))
      categories.push_back(instr->getValueAsString("Category"));
  for (StringRef category : categories) {
    bool any = false;
    for (auto [index, instr] : isa.instructions) {
      if (instr->getValueAsBit("Extension") != extension ||
          instr->getValueAsString("Category") != category)
        continue;
      if (!any)
        out << "\n### " << category << (extension ? ", extensions" : "")
            << "\n\n| Op | Text | Format | Meaning | Traps | Effects |\n"
            << "|---|---|---|---|---|---|\n";
      any = true;
      out << "| " << numberOf(instr) << " | `" << syntaxOf(instr) << "` | "
          << instr->getValueAsDef("Operands")->getName().drop_front(2) << " | "
          << escape(instr->getValueAsString("Doc")) << " | " << trapsOf(instr)
          << " | " << effectNames(instr) << " |\n";
    }
  }
}

bool emitManual(raw_ostream &out, const RecordKeeper &records) {
  ISA isa(records);
  out << records.getDef("Manual")->getValueAsString("Head").trim()
      << "\n\n## Registers\n\n| Register | Name | Purpose |\n|---|---|---|\n";
  for (const Record *reg : isa.sorted("Register", "Number"))
    out << "| R" << reg->getValueAsInt("Number") << " | "
        << reg->getValueAsString("Name") << " | "
        << reg->getValueAsString("Doc") << " |\n";
  out << "\n"
      << records.getDef("Manual")->getValueAsString("Rules").trim()
      << "\n\n## Traps\n\n| Code | Name | Message |\n|---|---|---|\n";
  for (const Record *trap : isa.sorted("TrapCode", "Number"))
    out << "| " << trap->getValueAsInt("Number") << " | "
        << trap->getValueAsString("Name") << " | "
        << trap->getValueAsString("Message") << " |\n";
  out << "\n## Effects\n\n| Bit | Name | A process that has it "
         "|\n|---|---|---|\n";
  for (const Record *effect : isa.sorted("Effect", "Bit"))
    out << "| " << effect->getValueAsInt("Bit") << " | "
        << effect->getValueAsString("Name") << " | "
        << effect->getValueAsString("Doc") << " |\n";
  out << "\n## Formats\n\n| Format | Words | Operands |\n|---|---|---|\n";
  for (const Record *format : isa.formats)
    out << "| " << format->getName().drop_front(2) << " | "
        << format->getValueAsInt("Words") << " | " << layoutOf(format)
        << " |\n";
  size_t extensions = isa.instructions.size() - baseInstructions;
  out << "\n## Instructions\n\nThere are " << baseInstructions
      << " base instructions.\n";
  emitInstructionTable(out, isa, /*extension=*/false);
  out << "\n## Extensions\n\nThere are " << extensions << " extensions.\n";
  emitInstructionTable(out, isa, /*extension=*/true);
  return isa.failed;
}

} // namespace flux::tblgen
