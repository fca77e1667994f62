//===- AssemblerOutput.cpp - code and states of an assembler text ---------===//
//
// What a compiler would record, the states at blocks, is found here by
// following the code until nothing changes.
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/AssemblerState.h"
#include "runtime/bytecode/Flow.h"

namespace flux::bytecode {

using isa::FieldKind;

bool Assembler::resolveSymbol(Line &line) {
  Symbol &symbol = symbols[line.symbol];
  if (symbol.kind == SymbolKind::Unknown)
    return fail(line.line, symbol.column, "'%' is not defined", symbol.name);
  line.instruction.imm = static_cast<int64_t>(symbol.value);
  SymbolKind needed = SymbolKind::Unknown;
  switch (line.instruction.opcode) {
  case Opcode::CALLI:
  case Opcode::TAILCALLI:
    needed = SymbolKind::Function;
    break;
  case Opcode::CALL_EXT:
    needed = SymbolKind::Import;
    break;
  case Opcode::ICALL:
    needed = SymbolKind::Table;
    break;
  default:
    break;
  }
  if (needed != SymbolKind::Unknown && needed != symbol.kind)
    return fail(line.line, symbol.column,
                "'%' is of another kind than the instruction needs",
                symbol.name);
  return true;
}

bool Assembler::resolve() {
  for (uint32_t i = 0; i != functions.size; ++i) {
    AssemblerFunction &function = functions[i];
    function.endLine = i + 1 != functions.size
                           ? functions[i + 1].firstLine
                           : static_cast<uint32_t>(lines.size);
    Symbol &symbol = symbols[function.symbol];
    if (function.firstLine == function.endLine)
      return fail(symbol.line, symbol.column, "the function '%' is empty",
                  symbol.name);
  }
  for (Line &line : lines) {
    if (line.symbol != noSymbol && !resolveSymbol(line))
      return false;
    // One mnemonic for all constants: the shortest encoding is taken.
    int64_t imm = line.instruction.imm;
    bool fits = imm == static_cast<int32_t>(imm);
    if (line.instruction.opcode == Opcode::LI && !fits)
      line.instruction.opcode = Opcode::LI64;
    else if (line.instruction.opcode == Opcode::LI64 && fits)
      line.instruction.opcode = Opcode::LI;
    auto check = [&](uint32_t label) {
      Symbol &symbol = symbols[label];
      return symbol.kind == SymbolKind::Label ||
             fail(line.line, symbol.column, "there is no label '%'",
                  symbol.name);
    };
    if (line.label != noSymbol && !check(line.label))
      return false;
    if (line.instruction.opcode == Opcode::BR_TABLE)
      for (int64_t k = 0; k <= line.instruction.imm; ++k)
        if (!check(tableLabels[line.firstLabel + static_cast<uint64_t>(k)]))
          return false;
  }
  return true;
}

/// Gives each instruction its place.  Labels that are far take a literal word;
/// that moves others, so it is done until nothing changes.
void Assembler::layOut() {
  for (bool changed = true; changed;) {
    changed = false;
    uint64_t word = 0;
    for (Line &line : lines) {
      line.word = static_cast<uint32_t>(word);
      Instruction sized = line.instruction;
      sized.label = line.longLabel ? 1000 : 0;
      uint32_t words[isa::maxWords];
      // An error is found when the code is encoded.
      if (isa::encode(sized, words) != nullptr)
        sized.words = 1;
      word += sized.words;
    }
    codeWords = word;
    for (Line &line : lines) {
      if (line.label == noSymbol || line.longLabel)
        continue;
      uint64_t target = symbols[line.label].value;
      int64_t distance =
          static_cast<int64_t>(target == lines.size ? codeWords
                                                    : lines[target].word) -
          static_cast<int64_t>(line.word);
      line.instruction.label = static_cast<int32_t>(distance);
      bool byte = false;
      const isa::FormatInfo &format = isa::getFormat(line.instruction.opcode);
      for (unsigned i = 0; i != format.numFields; ++i)
        byte |= format.fields[i].kind == FieldKind::Label8L;
      if (byte && (distance < -127 || distance > 127))
        changed = line.longLabel = true;
    }
  }
}

bool Assembler::encodeCode() {
  code = arena.allocate<uint32_t>(codeWords + isa::maxWords);
  for (Line &line : lines) {
    auto distance = [&](uint32_t label) {
      uint64_t target = symbols[label].value;
      return static_cast<int32_t>(target == lines.size ? codeWords
                                                       : lines[target].word) -
             static_cast<int32_t>(line.word);
    };
    if (line.label != noSymbol)
      line.instruction.label = distance(line.label);
    if (const char *message = isa::encode(line.instruction, code + line.word))
      return fail(line.line, line.column, message);
    if (line.instruction.opcode != Opcode::BR_TABLE)
      continue;
    int32_t *table = reinterpret_cast<int32_t *>(code + line.word + 1);
    for (int64_t k = 0; k <= line.instruction.imm; ++k)
      table[k] =
          distance(tableLabels[line.firstLabel + static_cast<uint64_t>(k)]);
    line.instruction.table = table;
  }
  return true;
}

namespace {
/// Finds what holds at the labels of a function.
class BlockFinder {
public:
  BlockFinder(FlowState *states, uint8_t *isBlock)
      : states(states), isBlock(isBlock) {}

  bool changed = false;

  const char *join(uint64_t word, const FlowState &state) {
    isBlock[word] = 1;
    FlowState &target = states[word];
    if (!target.reachable) {
      target = state;
      target.flags = false;
      changed = true;
      return nullptr;
    }
    uint64_t defined = target.defined & state.defined;
    changed |= defined != target.defined;
    target.defined = defined;
    return checkJoin(state, target);
  }

private:
  FlowState *states;
  uint8_t *isBlock;
};
} // namespace

bool Assembler::findBlocks() {
  FlowState *states = arena.allocate<FlowState>(codeWords + 1);
  uint8_t *isBlock = arena.allocate<uint8_t>(codeWords + 1);
  BlockFinder finder(states, isBlock);
  FlowContext context = {
      static_cast<uint32_t>(functions.size),
      [](const void *data, uint32_t i) {
        return static_cast<const Assembler *>(data)->functions[i].function;
      },
      static_cast<uint32_t>(imports.size),
      [](const void *data, uint32_t i) {
        const NamedRow &row = static_cast<const Assembler *>(data)->imports[i];
        return Import{row.name, static_cast<uint8_t>(row.a),
                      static_cast<uint8_t>(row.b),
                      static_cast<uint16_t>(row.c)};
      },
      static_cast<uint32_t>(tables.size),
      [](const void *data, uint32_t i) {
        const NamedRow &row = static_cast<const Assembler *>(data)->tables[i];
        Table table;
        table.args = static_cast<uint8_t>(row.a);
        table.results = static_cast<uint8_t>(row.b);
        return table;
      },
      this,
      [](void *self, uint64_t word, const FlowState &state) {
        return static_cast<BlockFinder *>(self)->join(word, state);
      },
      &finder};

  for (AssemblerFunction &function : functions) {
    function.function.start = lines[function.firstLine].word;
    function.function.end = function.endLine != lines.size
                                ? lines[function.endLine].word
                                : static_cast<uint32_t>(codeWords);
  }
  for (AssemblerFunction &function : functions) {
    do {
      finder.changed = false;
      FlowState state = getEntryState(function.function);
      for (uint32_t i = function.firstLine; i != function.endLine; ++i) {
        Line &line = lines[i];
        if (isBlock[line.word]) {
          if (state.reachable)
            if (const char *message = finder.join(line.word, state))
              return fail(line.line, line.column, message);
          state = states[line.word];
        }
        if (!state.reachable)
          continue;
        if (const char *message =
                follow(context, function.function, line.word, line.instruction,
                       state, manifest.effects))
          return fail(line.line, line.column, message);
      }
      if (state.reachable) {
        Line &line = lines[function.endLine - 1];
        return fail(line.line, line.column,
                    "control leaves the end of the function");
      }
    } while (finder.changed);
    bool reachable = true;
    for (uint32_t i = function.firstLine; i != function.endLine; ++i) {
      Line &line = lines[i];
      reachable |= isBlock[line.word] != 0;
      if (!reachable)
        return fail(line.line, line.column,
                    "nothing leads to this instruction");
      reachable =
          !(isa::getInfo(line.instruction.opcode).flags & isa::EndsBlock);
    }
  }
  blocks = arena.allocate<Block>(codeWords + 1);
  for (uint64_t word = 0; word != codeWords; ++word) {
    if (!isBlock[word])
      continue;
    const FlowState &state = states[word];
    Block &block = blocks[numBlocks++];
    block.word = static_cast<uint32_t>(word);
    block.depth = state.depth;
    block.enterDepth = state.enterDepth;
    block.catches = state.catches;
    block.dynamic = state.dynamic;
    block.defined = state.defined;
  }
  return true;
}

uint32_t Assembler::addString(Bytes text) {
  uint32_t offset = static_cast<uint32_t>(strings->get().size);
  strings->addBytes(text);
  return offset;
}

void Assembler::addTables(RowWriter &out) {
  if (tables.size == 0)
    return;
  out.add32(tables.size);
  for (uint64_t i = 0; i != tables.size; ++i) {
    uint64_t end = i + 1 != tables.size ? tables[i + 1].c : tableEntries.size;
    out.add32(tables[i].c);
    out.add32(end - tables[i].c);
    out.add8(tables[i].a);
    out.add8(tables[i].b);
    out.add16(0);
  }
  for (uint32_t entry : tableEntries)
    out.add32(symbols[entry].value);
}

void Assembler::addDebug(RowWriter &out) {
  // The document's name comes first; the others as they are used.
  SymbolTable names(arena);
  names.get(documentName, /*scope=*/1);
  placeNames[0].name = documentName;
  auto isDocument = [&](Bytes name) {
    return name.size == documentName.size &&
           (name.size == 0 ||
            __builtin_memcmp(name.data, documentName.data, name.size) == 0);
  };
  for (Place &place : places) {
    Bytes file = placeNames[place.file].name;
    place.function = names.get(placeNames[place.function].name, /*scope=*/0);
    place.file = isDocument(file) ? 0 : names.get(file, /*scope=*/0);
  }
  RowWriter rows(arena);
  uint64_t numRows = 0;
  for (const AssemblerFunction &function : functions) {
    uint32_t place = 0;
    for (uint32_t i = function.firstLine; i != function.endLine; ++i) {
      if (lines[i].place == place)
        continue;
      place = lines[i].place;
      rows.add(DebugRow{lines[i].word, place});
      ++numRows;
    }
  }
  out.add32(numRows);
  out.add32(places.size);
  out.add32(names.getCount());
  out.add32(0);
  out.addBytes(rows.get());
  for (const Place &place : places)
    out.add(place);
  for (uint32_t i = 0; i != names.getCount(); ++i) {
    out.add32(addString(names[i].name));
    out.add32(names[i].name.size);
  }
}

/// True if \p name is what a function without a name is called.
static bool isDefaultName(Bytes name, uint64_t number) {
  uint8_t digits[20];
  uint64_t count = 0;
  do
    digits[count++] = static_cast<uint8_t>('0' + number % 10);
  while (number /= 10);
  if (name.size != count + 1 || name.data[0] != 'f')
    return false;
  for (uint64_t i = 0; i != count; ++i)
    if (name.data[count - i] != digits[i])
      return false;
  return true;
}

Bytes Assembler::finish() {
  RowWriter rows[numSectionKinds] = {
      RowWriter(arena), RowWriter(arena), RowWriter(arena), RowWriter(arena),
      RowWriter(arena), RowWriter(arena), RowWriter(arena), RowWriter(arena),
      RowWriter(arena), RowWriter(arena), RowWriter(arena), RowWriter(arena),
      RowWriter(arena), RowWriter(arena), RowWriter(arena), RowWriter(arena),
      RowWriter(arena)};
  auto section = [&](SectionKind kind) -> RowWriter & {
    return rows[static_cast<unsigned>(kind)];
  };
  strings = &section(SectionKind::Strings);
  section(SectionKind::Manifest).add(manifest);
  for (uint64_t i = 0; i != codeWords; ++i)
    section(SectionKind::Code).add32(code[i]);
  for (uint64_t i = 0; i != numBlocks; ++i)
    section(SectionKind::Blocks).add(blocks[i]);
  addTables(section(SectionKind::Tables));
  auto addName = [&](RowWriter &out, Bytes name) {
    out.add32(addString(name));
    out.add32(name.size);
  };
  for (NamedRow &row : imports) {
    RowWriter &out = section(SectionKind::Imports);
    addName(out, row.name);
    out.add8(row.a);
    out.add8(row.b);
    out.add16(row.c);
    out.add32(0);
  }
  for (NamedRow &row : exports) {
    RowWriter &out = section(SectionKind::Exports);
    addName(out, row.name);
    out.add32(symbols[row.symbol].value);
    out.add32(0);
  }
  RowWriter &data = section(SectionKind::Data);
  for (DataRegion *region : regions) {
    if (region == nullptr)
      continue;
    RowWriter &out = section(SectionKind::Regions);
    Bytes contents = region->bytes.get();
    out.add8(region->region.number);
    out.add8(region->region.rights);
    out.add16(0);
    out.add32(0);
    out.add64(region->region.size);
    out.add64(data.get().size);
    out.add64(contents.size);
    data.addBytes(contents);
  }
  for (NamedRow &row : settings) {
    RowWriter &out = section(SectionKind::Settings);
    addName(out, row.name);
    out.add64(symbols[row.symbol].value);
    out.add8(row.a);
    out.add8(row.b);
    out.add16(0);
    out.add32(0);
  }
  for (uint32_t i = 0; i != functions.size; ++i) {
    section(SectionKind::Functions).add(functions[i].function);
    Bytes name = symbols[functions[i].symbol].name;
    if (isDefaultName(name, i))
      continue;
    section(SectionKind::Names).add32(i);
    addName(section(SectionKind::Names), name);
  }
  if (places.size != 0)
    addDebug(section(SectionKind::Debug));
  if (documentName.data != nullptr) {
    RowWriter &out = section(SectionKind::Document);
    out.add32(documentName.size);
    out.addBytes(documentName);
    out.addBytes(documentText);
  }
  Contents contents;
  for (unsigned i = 0; i != numSectionKinds; ++i)
    contents.sections[i] = rows[i].get();
  uint64_t size = getPackageSize(contents);
  uint8_t *out = arena.allocate<uint8_t>(size);
  writePackage(contents, out);
  return {out, size};
}

} // namespace flux::bytecode
