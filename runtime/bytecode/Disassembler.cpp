//===- Disassembler.cpp - packages as text --------------------------------===//
//
// Shows all of a package in the language of the assembler, so that what is
// printed can be changed and assembled again.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/bytecode/Assembler.h"
#include "runtime/bytecode/Verifier.h"

namespace flux::bytecode {

TextBuilder &TextBuilder::operator<<(uint64_t value) {
  char digits[rt::maxIntegerLength];
  unsigned length = rt::formatU64(digits, value);
  return *this << Bytes{reinterpret_cast<uint8_t *>(digits), length};
}

TextBuilder &TextBuilder::hex(uint64_t value, unsigned digits) {
  char buffer[16];
  unsigned length = rt::formatHex(buffer, value, digits);
  return *this << Bytes{reinterpret_cast<uint8_t *>(buffer), length};
}

TextBuilder &TextBuilder::quote(Bytes text) {
  *this << "\"";
  for (uint64_t i = 0; i != text.size; ++i) {
    uint8_t c = text.data[i];
    if (c == '\n')
      *this << "\\n";
    else if (c == '\t')
      *this << "\\t";
    else if (c == '"' || c == '\\')
      *this << "\\" << Bytes{&text.data[i], 1};
    else if (c < ' ' || c == 0x7F)
      (*this << "\\x").hex(c, 2);
    else
      *this << Bytes{&text.data[i], 1};
  }
  return *this << "\"";
}

namespace {

class Disassembler {
public:
  Disassembler(const Package &package, Arena &arena)
      : package(package), out(arena), arena(arena) {}

  Bytes run();

private:
  void printRegions();
  void printTables();
  void printPlaces();
  void printFunction(uint32_t number);
  bool isMadeName(Bytes name) const;
  void printFunctionName(uint32_t number);
  void printEffects(uint32_t effects);
  void printInstruction(const isa::Instruction &instruction, uint64_t word);

  const Package &package;
  TextBuilder out;
  Arena &arena;
  BlockIndex blocks;
  uint32_t nextRow = 0;
};

/// Whether the text has another thing of this name: `i0`, `t0`, ...
bool Disassembler::isMadeName(Bytes name) const {
  const struct {
    const char *prefix;
    uint64_t count;
  } made[] = {{"i", package.numImports},
              {"t", package.numTables},
              {"f", package.numFunctions},
              {"set", package.numSettings},
              {"L", package.codeWords}};
  for (const auto &[prefix, count] : made) {
    uint64_t i = 0, number = 0;
    while (prefix[i] != '\0' && i != name.size &&
           name.data[i] == static_cast<uint8_t>(prefix[i]))
      ++i;
    if (prefix[i] != '\0' || i == name.size)
      continue;
    while (i != name.size && name.data[i] >= '0' && name.data[i] <= '9' &&
           number < count)
      number = 10 * number + (name.data[i++] - '0');
    if (i == name.size && number < count)
      return true;
  }
  return false;
}

void Disassembler::printFunctionName(uint32_t number) {
  Bytes name = package.getName(number);
  // A name that the assembler cannot read, or that is that of another one.
  bool plain = name.size != 0 && name.size <= 64 && name.data[0] != '.' &&
               !isMadeName(name);
  for (uint64_t i = 0; i != name.size; ++i) {
    uint8_t c = name.data[i], lower = c | 0x20;
    bool digit = c >= '0' && c <= '9';
    plain &= (lower >= 'a' && lower <= 'z') || c == '_' || c == '.' ||
             c == '$' || (digit && i != 0);
  }
  if (plain)
    out << name;
  else
    out << "f" << number;
}

void Disassembler::printEffects(uint32_t effects) {
  for (unsigned bit = 0; isa::getEffectName(bit) != nullptr; ++bit)
    if (effects >> bit & 1)
      out << " " << isa::getEffectName(bit);
}

void Disassembler::printRegions() {
  for (uint32_t i = 0; i != package.numRegions; ++i) {
    Region region = package.getRegion(i);
    out << ".region " << uint64_t(region.number)
        << (region.rights == 3   ? " rw "
            : region.rights == 1 ? " r "
                                 : " w ")
        << region.size << "\n";
    uint64_t at = 0;
    // Settings are labels in the contents.
    auto printUpTo = [&](uint64_t end) {
      for (; at < end; at += 16) {
        if (at >= region.data.size) {
          at = end;
          break;
        }
        uint64_t stop = end < region.data.size ? end : region.data.size;
        out << "  .byte ";
        for (uint64_t k = at; k != stop && k != at + 16; ++k)
          (out << (k != at ? ", 0x" : "0x")).hex(region.data.data[k], 2);
        out << "\n";
        if (at + 16 > end) {
          at = end;
          break;
        }
      }
    };
    for (uint32_t k = 0; k != package.numSettings; ++k) {
      Setting setting = package.getSetting(k);
      if (setting.address >> 32 != region.number)
        continue;
      printUpTo(setting.address & 0xFFFFFFFF);
      out << "set" << uint64_t(k) << ":\n";
    }
    printUpTo(region.data.size);
  }
}

void Disassembler::printTables() {
  for (uint32_t i = 0; i != package.numTables; ++i) {
    Table table = package.getTable(i);
    out << ".table t" << uint64_t(i) << " " << uint64_t(table.args) << " -> "
        << uint64_t(table.results);
    for (uint32_t k = 0; k != table.count; ++k) {
      out << " ";
      printFunctionName(table[k]);
    }
    out << "\n";
  }
}

void Disassembler::printPlaces() {
  for (uint32_t number = 1; number <= package.numPlaces; ++number) {
    Place place = package.getPlace(number);
    out << ".place " << uint64_t(place.line) << " " << uint64_t(place.column)
        << " ";
    out.quote(package.getPlaceName(place.function)) << " ";
    out.quote(package.getPlaceName(place.file));
    if (place.parent != 0)
      out << " in " << uint64_t(place.parent);
    out << "\n";
  }
}

void Disassembler::printInstruction(const isa::Instruction &instruction,
                                    uint64_t word) {
  out << "  ";
  switch (instruction.opcode) {
  case isa::Opcode::CALLI:
    out << "calli " << uint64_t(instruction.reg[0]) << ", ";
    printFunctionName(static_cast<uint32_t>(instruction.imm));
    break;
  case isa::Opcode::TAILCALLI:
    out << "tailcalli ";
    printFunctionName(static_cast<uint32_t>(instruction.imm));
    break;
  default:
    char text[isa::maxTextLength];
    unsigned length = isa::formatInstruction(text, instruction, word);
    out << Bytes{reinterpret_cast<uint8_t *>(text), length};
  }
  if (instruction.table != nullptr)
    for (int64_t i = 0; i <= instruction.imm; ++i)
      out << ", L"
          << word + static_cast<uint64_t>(
                        static_cast<int64_t>(static_cast<int32_t>(
                            isa::loadWord(instruction.table + i))));
  out << "\n";
}

void Disassembler::printFunction(uint32_t number) {
  Function function = package.getFunction(number);
  out << "\n.func ";
  printFunctionName(number);
  out << " " << uint64_t(function.args) << " -> " << uint64_t(function.results)
      << (function.flags & FunctionCatches ? " catches\n" : "\n");
  for (uint64_t word = function.start; word != function.end;) {
    while (nextRow != package.numDebugRows &&
           package.getDebugRow(nextRow).word <= word)
      out << ".at " << uint64_t(package.getDebugRow(nextRow++).place) << "\n";
    if (blocks.find(word) >= 0)
      out << "L" << word << ":\n";
    isa::Instruction instruction;
    if (const char *error = isa::decode(package.code.data + 4 * word,
                                        function.end - word, instruction)) {
      out << "  ; " << error << "\n";
      return;
    }
    printInstruction(instruction, word);
    word += instruction.words;
  }
}

Bytes Disassembler::run() {
  if (!blocks.build(package, arena))
    return {};
  out << "; effects:";
  printEffects(package.manifest.effects);
  out << "\n";
  Bytes name, text;
  package.getDocument(arena, name, text);
  if (name.data != nullptr)
    (out << ".document ").quote(name), (out << " ").quote(text) << "\n";
  out << ".stack " << package.manifest.stackSize << "\n.calls "
      << uint64_t(package.manifest.callLimit) << "\n";
  for (uint32_t i = 0; i != package.numImports; ++i) {
    Import import = package.getImport(i);
    (out << ".import i" << uint64_t(i) << " ").quote(import.name);
    out << " " << uint64_t(import.args) << " -> " << uint64_t(import.results);
    printEffects(import.effects);
    out << "\n";
  }
  printRegions();
  for (uint32_t i = 0; i != package.numSettings; ++i) {
    Setting setting = package.getSetting(i);
    out << ".setting " << setting.name << " set" << uint64_t(i) << " "
        << uint64_t(setting.width) << (setting.isFloat ? " float\n" : "\n");
  }
  printTables();
  printPlaces();
  for (uint32_t i = 0; i != package.numFunctions; ++i)
    printFunction(i);
  out << "\n";
  for (uint32_t i = 0; i != package.numExports; ++i) {
    Export exported = package.getExport(i);
    out << ".export ";
    printFunctionName(exported.function);
    (out << " ").quote(exported.name) << "\n";
  }
  out << ".entry ";
  printFunctionName(package.manifest.entry);
  out << "\n";
  return out.get();
}

} // namespace

Bytes disassemble(const Package &package, Arena &arena) {
  return Disassembler(package, arena).run();
}

} // namespace flux::bytecode
