//===- CallTable.cpp - the call-site table of executables -----------------===//
//
// A trap prints the calls that led to it, as places in the document.  Debug
// sections and an unwinder would be larger than the program, so executables
// carry a table of their own: for each return address, the place and how to
// find the caller's frame.  Everything it needs passes by while the assembly
// printer works: calls with their locations, and unwinding directives.
//
//===----------------------------------------------------------------------===//

#include "CallTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/AsmPrinterHandler.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDwarf.h"
#include "llvm/MC/MCSectionELF.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Target/TargetLoweringObjectFile.h"
#include "llvm/Target/TargetMachine.h"

using namespace flux;

static constexpr llvm::StringLiteral sectionName = ".flux.calls";

//===----------------------------------------------------------------------===//
// What a table holds
//===----------------------------------------------------------------------===//

unsigned PlaceCollector::getString(llvm::StringRef text) {
  auto [entry, isNew] = stringOffsets.try_emplace(text, table.strings.size());
  if (isNew) {
    table.strings += text;
    table.strings += '\0';
  }
  return entry->second;
}

unsigned PlaceCollector::getPlace(const llvm::DILocation *location) {
  // From the outermost function inwards, so that parents come first.
  llvm::SmallVector<const llvm::DILocation *, 8> chain;
  for (const llvm::DILocation *l = location; l; l = l->getInlinedAt())
    chain.push_back(l);
  unsigned index = 0, parent = 0;
  for (const llvm::DILocation *l : llvm::reverse(chain)) {
    auto [entry, isNew] = placeIndices.try_emplace(l, table.places.size());
    if (isNew)
      table.places.push_back(
          {l->getLine(), l->getColumn(),
           getString(l->getScope()->getSubprogram()->getName()),
           getString(l->getFilename()), parent});
    index = entry->second;
    parent = index + 1;
  }
  return index;
}

void CallTableData::append(const CallTableData &part, uint64_t base) {
  uint32_t firstPlace = places.size(), firstString = strings.size();
  for (rt::CallSite site : part.sites) {
    site.offset += base;
    site.place += firstPlace;
    sites.push_back(site);
  }
  for (rt::Place place : part.places) {
    place.function += firstString;
    place.file += firstString;
    if (place.parent)
      place.parent += firstPlace;
    places.push_back(place);
  }
  strings += part.strings;
}

void CallTableData::emitPlaces(llvm::MCStreamer &streamer) const {
  for (const rt::Place &place : places) {
    streamer.emitInt32(place.line);
    streamer.emitInt32(place.column);
    streamer.emitInt32(place.function);
    streamer.emitInt32(place.file);
    streamer.emitInt32(place.parent);
  }
  streamer.emitBytes(strings);
}

std::string CallTableData::getBytes() const {
  auto append = [](std::string &bytes, const auto &values) {
    bytes.append(reinterpret_cast<const char *>(values.data()),
                 values.size() * sizeof(values[0]));
  };
  rt::CallTable header = {static_cast<uint32_t>(sites.size()),
                          static_cast<uint32_t>(places.size())};
  std::string bytes;
  append(bytes, llvm::ArrayRef(header));
  append(bytes, sites);
  append(bytes, places);
  return bytes + strings;
}

//===----------------------------------------------------------------------===//
// Tables of objects that LLVM writes
//===----------------------------------------------------------------------===//

namespace {

/// How to find the caller's frame at one instruction.
struct UnwindRule {
  unsigned cfaRegister = 0;
  int64_t cfaOffset = 0;
  int64_t savedFrame = 0;
  int64_t savedReturn = 0;
};

struct Site {
  llvm::MCSymbol *returnAddress;
  unsigned place;
  UnwindRule rule;
};

class CallTableHandler : public llvm::AsmPrinterHandler {
public:
  CallTableHandler(llvm::AsmPrinter &printer, Part part)
      : printer(printer), part(part), collector(table) {}

  void beginModule(llvm::Module *module) override;
  void beginFunction(const llvm::MachineFunction *machineFunction) override;
  void beginInstruction(const llvm::MachineInstr *instruction) override;
  void endInstruction() override;
  void endFunction(const llvm::MachineFunction *) override {}
  void endModule() override;

private:
  void apply(const llvm::MCCFIInstruction &directive);

  llvm::AsmPrinter &printer;
  Part part;
  llvm::MCSymbol *textBegin = nullptr;
  /// DWARF numbers.
  unsigned stackPointer = 0, framePointer = 0, returnAddress = 0;

  const llvm::MachineFunction *function = nullptr;
  const llvm::MachineInstr *current = nullptr;
  UnwindRule rule;
  llvm::SmallVector<UnwindRule, 4> rememberedRules;

  std::vector<Site> sites;
  CallTableData table; ///< without its sites
  PlaceCollector collector;
};

} // namespace

/// The symbol at the first byte of the code of a part.
static std::string getTextBegin(bool isFirst, llvm::StringRef name) {
  return isFirst ? "flux_text_begin" : ("flux_text_begin." + name).str();
}

void CallTableHandler::beginModule(llvm::Module *) {
  switch (printer.TM.getTargetTriple().getArch()) {
  case llvm::Triple::x86_64:
    stackPointer = 7;
    framePointer = 6;
    returnAddress = 16;
    break;
  case llvm::Triple::aarch64:
    stackPointer = 31;
    framePointer = 29;
    returnAddress = 30;
    break;
  case llvm::Triple::riscv64:
    stackPointer = 2;
    framePointer = 8;
    returnAddress = 1;
    break;
  default:
    llvm::report_fatal_error("no call-site tables for this target");
  }
  llvm::MCStreamer &streamer = *printer.OutStreamer;
  streamer.switchSection(printer.getObjFileLowering().getTextSection());
  textBegin = printer.OutContext.getOrCreateSymbol(
      getTextBegin(part.isFirst, part.name));
  streamer.emitSymbolAttribute(textBegin, llvm::MCSA_Global);
  streamer.emitLabel(textBegin);
}

void CallTableHandler::beginFunction(
    const llvm::MachineFunction *machineFunction) {
  function = machineFunction;
  rule = UnwindRule();
  rememberedRules.clear();
  for (const llvm::MCCFIInstruction &directive :
       printer.MAI->getInitialFrameState())
    apply(directive);
}

void CallTableHandler::apply(const llvm::MCCFIInstruction &directive) {
  using llvm::MCCFIInstruction;
  switch (directive.getOperation()) {
  case MCCFIInstruction::OpDefCfa:
    rule.cfaRegister = directive.getRegister();
    rule.cfaOffset = directive.getOffset();
    break;
  case MCCFIInstruction::OpDefCfaRegister:
    rule.cfaRegister = directive.getRegister();
    break;
  case MCCFIInstruction::OpDefCfaOffset:
    rule.cfaOffset = directive.getOffset();
    break;
  case MCCFIInstruction::OpAdjustCfaOffset:
    rule.cfaOffset += directive.getOffset();
    break;
  case MCCFIInstruction::OpOffset:
    if (directive.getRegister() == framePointer)
      rule.savedFrame = directive.getOffset();
    else if (directive.getRegister() == returnAddress)
      rule.savedReturn = directive.getOffset();
    break;
  case MCCFIInstruction::OpRestore:
    if (directive.getRegister() == framePointer)
      rule.savedFrame = 0;
    else if (directive.getRegister() == returnAddress)
      rule.savedReturn = 0;
    break;
  case MCCFIInstruction::OpRememberState:
    rememberedRules.push_back(rule);
    break;
  case MCCFIInstruction::OpRestoreState:
    if (!rememberedRules.empty())
      rule = rememberedRules.pop_back_val();
    break;
  case MCCFIInstruction::OpEscape:
    // The size of vectors is not known: the backtrace ends there.
    rule.savedReturn = 0;
    break;
  default:
    break;
  }
}

/// \p offset in words as a byte of the table; 0 if it does not fit.
static int8_t toWords(int64_t offset) {
  int64_t words = offset / 8;
  return offset % 8 == 0 && llvm::isInt<8>(words) ? int8_t(words) : 0;
}

void CallTableHandler::beginInstruction(const llvm::MachineInstr *instruction) {
  current = instruction;
}

void CallTableHandler::endInstruction() {
  if (current->isCFIInstruction()) {
    apply(
        function->getFrameInstructions()[current->getOperand(0).getCFIIndex()]);
    return;
  }
  // A tail call leaves no return address.
  const llvm::DILocation *location = current->getDebugLoc().get();
  if (!current->isCall() || current->isReturn() || !location)
    return;
  llvm::MCSymbol *returnAddress = printer.OutContext.createTempSymbol();
  printer.OutStreamer->emitLabel(returnAddress);
  sites.push_back({returnAddress, collector.getPlace(location), rule});
}

void CallTableHandler::endModule() {
  llvm::MCStreamer &streamer = *printer.OutStreamer;
  llvm::MCContext &context = printer.OutContext;
  bool isWhole = part.isWhole;
  streamer.switchSection(context.getELFSection(
      sectionName, llvm::ELF::SHT_PROGBITS,
      isWhole ? llvm::ELF::SHF_ALLOC : llvm::ELF::SHF_EXCLUDE));
  if (isWhole) {
    streamer.emitValueToAlignment(llvm::Align(alignof(rt::CallSite)));
    llvm::MCSymbol *table = context.getOrCreateSymbol("flux_calls");
    streamer.emitSymbolAttribute(table, llvm::MCSA_Global);
    streamer.emitLabel(table);
  }
  streamer.emitInt32(sites.size());
  streamer.emitInt32(table.places.size());
  for (const Site &site : sites) {
    streamer.emitAbsoluteSymbolDiff(site.returnAddress, textBegin, 4);
    streamer.emitInt32(site.place);
    streamer.emitInt32(site.rule.cfaOffset);
    streamer.emitInt8(site.rule.cfaRegister != stackPointer);
    streamer.emitInt8(uint8_t(toWords(site.rule.savedReturn)));
    streamer.emitInt16(site.rule.savedFrame);
  }
  table.emitPlaces(streamer);
}

std::unique_ptr<llvm::AsmPrinterHandler>
flux::createCallTableHandler(llvm::AsmPrinter &printer, Part part) {
  return std::make_unique<CallTableHandler>(printer, part);
}

//===----------------------------------------------------------------------===//
// Tables of several parts
//===----------------------------------------------------------------------===//

namespace {

/// The table of a whole program, made from those of its parts.
struct MergedTable {
  uint64_t textSize = 0; ///< of the parts so far
  CallTableData data;

  bool add(const llvm::object::ObjectFile &object);
};

} // namespace

/// Takes \p count values off the front of \p bytes.
template <class T>
static std::vector<T> take(llvm::StringRef &bytes, size_t count) {
  std::vector<T> result(count);
  if (count != 0) // memcpy() wants pointers, also for nothing
    memcpy(result.data(), bytes.data(), count * sizeof(T));
  bytes = bytes.drop_front(count * sizeof(T));
  return result;
}

bool MergedTable::add(const llvm::object::ObjectFile &object) {
  std::optional<llvm::object::SectionRef> text;
  llvm::StringRef bytes;
  for (const llvm::object::SectionRef &section : object.sections()) {
    llvm::StringRef name = llvm::cantFail(section.getName());
    if (name == ".text")
      text = section;
    else if (name == sectionName)
      bytes = llvm::cantFail(section.getContents());
  }
  if (!text || bytes.empty())
    return false;

  // The linker puts the code of the parts one after the other.
  uint64_t base = llvm::alignTo(textSize, text->getAlignment());
  textSize = base + text->getSize();
  CallTableData partData;
  rt::CallTable header = take<rt::CallTable>(bytes, 1)[0];
  partData.sites = take<rt::CallSite>(bytes, header.numCalls);
  partData.places = take<rt::Place>(bytes, header.numPlaces);
  partData.strings = bytes.str();
  data.append(partData, base);
  return true;
}

bool flux::mergeCallTables(llvm::ArrayRef<llvm::SmallVector<char, 0>> parts,
                           llvm::ArrayRef<std::string> names,
                           llvm::TargetMachine &machine,
                           llvm::SmallVectorImpl<char> &out,
                           std::string &error) {
  llvm::LLVMContext context;
  llvm::Module module("flux.calls", context);
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  // The linker joins the tables of WebAssembly itself.
  if (machine.getTargetTriple().isWasm())
    return emitModule(module, machine, EmitFormat::Object, out);

  MergedTable table;
  for (const llvm::SmallVector<char, 0> &part : parts) {
    auto object = llvm::object::ObjectFile::createObjectFile(
        llvm::MemoryBufferRef({part.data(), part.size()}, "part"));
    if (!object) {
      error = llvm::toString(object.takeError());
      return false;
    }
    if (!table.add(**object)) {
      error = "an object file has no call-site table";
      return false;
    }
  }

  // The pointers behind the table keep the linker from leaving out a part,
  // which would move those behind it.
  llvm::Type *byte = llvm::Type::getInt8Ty(context);
  std::vector<llvm::Constant *> begins;
  for (const std::string &name : names)
    begins.push_back(module.getOrInsertGlobal(
        getTextBegin(&name == names.begin(), name), byte));
  llvm::Constant *pointers = llvm::ConstantArray::get(
      llvm::ArrayType::get(llvm::PointerType::get(context, 0), begins.size()),
      begins);
  llvm::Constant *value = llvm::ConstantStruct::getAnon(
      {llvm::ConstantDataArray::getString(context, table.data.getBytes(),
                                          /*AddNull=*/false),
       pointers});
  auto *calls = new llvm::GlobalVariable(
      module, value->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, value, "flux_calls");
  calls->setSection(sectionName);
  return emitModule(module, machine, EmitFormat::Object, out);
}
