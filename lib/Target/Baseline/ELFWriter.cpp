//===- ELFWriter.cpp - relocatable objects of the baseline compiler -------===//
//
// Puts the parts of a program together and writes the object file.  References
// between the code of the parts are filled in here; what the linker still has
// to fill in refers to a section or to a symbol of the runtime.
//
//===----------------------------------------------------------------------===//

#include "CodeUnit.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using namespace flux::baseline;
namespace ELF = llvm::ELF;

namespace {

/// A string table.
class Strings {
public:
  Strings() { bytes.push_back('\0'); }
  uint32_t add(llvm::StringRef text) {
    if (text.empty())
      return 0;
    uint32_t offset = bytes.size();
    bytes.append(text.begin(), text.end());
    bytes.push_back('\0');
    return offset;
  }
  std::string bytes;
};

/// Where a symbol was found to be.
struct Place {
  SectionKind section = SectionKind::Undefined;
  uint64_t offset = 0;
  uint32_t symbol = 0; ///< in the table, if it is undefined
};

class Writer {
public:
  Writer(llvm::ArrayRef<const CodeUnit *> units, bool withCallTable,
         llvm::SmallVectorImpl<char> &out)
      : units(units), withCallTable(withCallTable), out(out) {}
  void run();

private:
  void placeUnits();
  void addSymbols();
  void addSectionSymbols();
  uint32_t addSymbol(llvm::StringRef name, unsigned binding, unsigned type,
                     unsigned visibility, unsigned section, uint64_t offset,
                     uint64_t size);
  Place find(const CodeUnit &unit, unsigned index, unsigned symbol);
  void relocate(unsigned section);
  void addSection(llvm::StringRef name, unsigned type, uint64_t flags,
                  uint64_t align, llvm::StringRef bytes, uint64_t size = 0,
                  uint64_t entrySize = 0, unsigned link = 0, unsigned info = 0);
  template <typename T>
  static llvm::StringRef getBytes(const std::vector<T> &values) {
    return {reinterpret_cast<const char *>(values.data()),
            values.size() * sizeof(T)};
  }

  llvm::ArrayRef<const CodeUnit *> units;
  bool withCallTable;
  llvm::SmallVectorImpl<char> &out;

  /// Where the sections of each unit begin.
  std::vector<std::array<uint64_t, numFilledSections + 1>> bases;
  llvm::SmallVector<char, 0> contents[numFilledSections];
  uint64_t zeroSize = 0;
  uint64_t alignments[numFilledSections + 1] = {16, 1, 1, 1};
  CallTableData calls;

  Strings names, sectionNames;
  std::vector<ELF::Elf64_Sym> localSymbols, globalSymbols;
  llvm::StringMap<Place> defined;      ///< symbols of units that are global
  llvm::StringMap<uint32_t> undefined; ///< index among the global symbols
  std::vector<ELF::Elf64_Rela> relocations[numFilledSections];
  std::vector<ELF::Elf64_Shdr> headers;
};

} // namespace

/// Numbers of the sections in the object; section 0 is empty.
static constexpr unsigned firstSection = 1;
static constexpr unsigned callSection = firstSection + numFilledSections + 1;

static unsigned getNumber(SectionKind section) {
  return section == SectionKind::Undefined ? unsigned(ELF::SHN_UNDEF)
                                           : firstSection + unsigned(section);
}

void Writer::placeUnits() {
  for (const CodeUnit *unit : units) {
    auto &base = bases.emplace_back();
    for (unsigned i = 0; i <= numFilledSections; ++i)
      alignments[i] = std::max(alignments[i], unit->alignments[i]);
    for (unsigned i = 0; i < numFilledSections; ++i) {
      const llvm::SmallVector<char, 0> &bytes = unit->sections[i].bytes;
      base[i] = llvm::alignTo(contents[i].size(), unit->alignments[i]);
      contents[i].resize(base[i]);
      contents[i].append(bytes.begin(), bytes.end());
    }
    base[numFilledSections] =
        llvm::alignTo(zeroSize, unit->alignments[numFilledSections]);
    zeroSize = base[numFilledSections] + unit->zeroSize;
    if (withCallTable)
      calls.append(unit->calls, base[0]);
  }
}

uint32_t Writer::addSymbol(llvm::StringRef name, unsigned binding,
                           unsigned type, unsigned visibility, unsigned section,
                           uint64_t offset, uint64_t size) {
  ELF::Elf64_Sym symbol = {};
  symbol.st_name = names.add(name);
  symbol.setBindingAndType(binding, type);
  symbol.st_other = visibility;
  symbol.st_shndx = section;
  symbol.st_value = offset;
  symbol.st_size = size;
  auto &table = binding == ELF::STB_LOCAL ? localSymbols : globalSymbols;
  table.push_back(symbol);
  return table.size() - 1;
}

void Writer::addSymbols() {
  localSymbols.push_back({});
  for (unsigned i = 0; i <= numFilledSections; ++i)
    addSymbol("", ELF::STB_LOCAL, ELF::STT_SECTION, ELF::STV_DEFAULT,
              firstSection + i, 0, 0);
  for (auto [unit, base] : llvm::zip(units, bases))
    for (const Symbol &symbol : unit->symbols) {
      if (symbol.name.empty() || symbol.section == SectionKind::Undefined)
        continue;
      uint64_t offset = base[unsigned(symbol.section)] + symbol.offset;
      addSymbol(symbol.name, symbol.isGlobal ? ELF::STB_GLOBAL : ELF::STB_LOCAL,
                symbol.isFunction ? ELF::STT_FUNC : ELF::STT_OBJECT,
                symbol.isHidden ? ELF::STV_HIDDEN : ELF::STV_DEFAULT,
                getNumber(symbol.section), offset, symbol.size);
      if (symbol.isGlobal)
        defined[symbol.name] = {symbol.section, offset, 0};
    }
  if (!withCallTable)
    return;
  addSymbol("flux_text_begin", ELF::STB_GLOBAL, ELF::STT_NOTYPE,
            ELF::STV_DEFAULT, firstSection, 0, 0);
  addSymbol("flux_calls", ELF::STB_GLOBAL, ELF::STT_OBJECT, ELF::STV_DEFAULT,
            callSection, 0, 0);
}

Place Writer::find(const CodeUnit &unit, unsigned index, unsigned symbol) {
  const Symbol &found = unit.symbols[symbol];
  if (found.section != SectionKind::Undefined)
    return {found.section, bases[index][unsigned(found.section)] + found.offset,
            0};
  if (auto elsewhere = defined.find(found.name); elsewhere != defined.end())
    return elsewhere->second;
  auto [entry, isNew] = undefined.try_emplace(found.name, 0);
  if (isNew)
    entry->second = addSymbol(found.name, ELF::STB_GLOBAL, ELF::STT_NOTYPE,
                              ELF::STV_DEFAULT, ELF::SHN_UNDEF, 0, 0);
  return {SectionKind::Undefined, 0, entry->second};
}

void Writer::relocate(unsigned section) {
  for (auto [index, unit] : llvm::enumerate(units))
    for (const Relocation &relocation : unit->sections[section].relocations) {
      Place target = find(*unit, index, relocation.symbol);
      uint64_t offset = bases[index][section] + relocation.offset;
      if (section == unsigned(SectionKind::Text) &&
          target.section == SectionKind::Text) {
        int32_t distance = int32_t(target.offset + relocation.addend - offset);
        memcpy(contents[section].data() + offset, &distance, 4);
        continue;
      }
      ELF::Elf64_Rela entry = {};
      entry.r_offset = offset;
      bool isUndefined = target.section == SectionKind::Undefined;
      // Symbols of sections come first; those that are global, last.
      entry.setSymbolAndType(isUndefined ? localSymbols.size() + target.symbol
                                         : getNumber(target.section),
                             relocation.type);
      entry.r_addend = relocation.addend + (isUndefined ? 0 : target.offset);
      relocations[section].push_back(entry);
    }
}

void Writer::addSection(llvm::StringRef name, unsigned type, uint64_t flags,
                        uint64_t align, llvm::StringRef bytes, uint64_t size,
                        uint64_t entrySize, unsigned link, unsigned info) {
  out.resize(llvm::alignTo(out.size(), align));
  ELF::Elf64_Shdr header = {};
  header.sh_name = sectionNames.add(name);
  header.sh_type = type;
  header.sh_flags = flags;
  header.sh_offset = out.size();
  header.sh_size = type == ELF::SHT_NOBITS ? size : bytes.size();
  header.sh_addralign = align;
  header.sh_entsize = entrySize;
  header.sh_link = link;
  header.sh_info = info;
  headers.push_back(header);
  out.append(bytes.begin(), bytes.end());
}

void Writer::run() {
  placeUnits();
  addSymbols();
  for (unsigned i = 0; i < numFilledSections; ++i)
    relocate(i);

  size_t total = 0;
  for (const auto &bytes : contents)
    total += bytes.size();
  for (const auto &entries : relocations)
    total += entries.size() * sizeof entries[0];
  out.reserve(total + (total >> 1) + 4096);
  out.resize(sizeof(ELF::Elf64_Ehdr));
  headers.push_back({});
  auto bytesOf = [&](unsigned i) {
    return llvm::StringRef(contents[i].data(), contents[i].size());
  };
  constexpr uint64_t allocated = ELF::SHF_ALLOC;
  addSection(".text", ELF::SHT_PROGBITS, allocated | ELF::SHF_EXECINSTR,
             alignments[0], bytesOf(0));
  addSection(".rodata", ELF::SHT_PROGBITS, allocated, alignments[1],
             bytesOf(1));
  addSection(".data", ELF::SHT_PROGBITS, allocated | ELF::SHF_WRITE,
             alignments[2], bytesOf(2));
  addSection(".bss", ELF::SHT_NOBITS, allocated | ELF::SHF_WRITE, alignments[3],
             "", zeroSize);
  if (withCallTable)
    addSection(".flux.calls", ELF::SHT_PROGBITS, allocated,
               alignof(rt::CallSite), calls.getBytes());
  unsigned numRelocated = 0;
  for (const auto &entries : relocations)
    numRelocated += !entries.empty();
  unsigned symbolTable = headers.size() + numRelocated;
  static constexpr llvm::StringLiteral names[] = {".rela.text", ".rela.rodata",
                                                  ".rela.data"};
  for (unsigned i = 0; i < numFilledSections; ++i)
    if (!relocations[i].empty())
      addSection(names[i], ELF::SHT_RELA, ELF::SHF_INFO_LINK, 8,
                 getBytes(relocations[i]), 0, sizeof(ELF::Elf64_Rela),
                 symbolTable, firstSection + i);
  std::vector<ELF::Elf64_Sym> symbols = std::move(localSymbols);
  unsigned numLocals = symbols.size();
  symbols.insert(symbols.end(), globalSymbols.begin(), globalSymbols.end());
  addSection(".symtab", ELF::SHT_SYMTAB, 0, 8, getBytes(symbols), 0,
             sizeof(ELF::Elf64_Sym), symbolTable + 1, numLocals);
  addSection(".strtab", ELF::SHT_STRTAB, 0, 1, this->names.bytes);
  addSection(".note.GNU-stack", ELF::SHT_PROGBITS, 0, 1, "");
  // The name of the last section is among the bytes of that section.
  uint32_t ownName = sectionNames.add(".shstrtab");
  addSection("", ELF::SHT_STRTAB, 0, 1, sectionNames.bytes);
  headers.back().sh_name = ownName;

  out.resize(llvm::alignTo(out.size(), 8));
  ELF::Elf64_Ehdr file = {};
  memcpy(file.e_ident, ELF::ElfMagic, 4);
  file.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
  file.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
  file.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
  file.e_type = ELF::ET_REL;
  file.e_machine = ELF::EM_X86_64;
  file.e_version = ELF::EV_CURRENT;
  file.e_shoff = out.size();
  file.e_ehsize = sizeof file;
  file.e_shentsize = sizeof(ELF::Elf64_Shdr);
  file.e_shnum = headers.size();
  file.e_shstrndx = headers.size() - 1;
  memcpy(out.data(), &file, sizeof file);
  llvm::StringRef table = getBytes(headers);
  out.append(table.begin(), table.end());
}

void baseline::writeELF(llvm::ArrayRef<const CodeUnit *> units,
                        bool withCallTable, llvm::SmallVectorImpl<char> &out) {
  Writer(units, withCallTable, out).run();
}
