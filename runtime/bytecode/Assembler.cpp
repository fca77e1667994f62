//===- Assembler.cpp - packages from text ---------------------------------===//
//
// Tests, people and other compilers write code as text.  Each line is parsed by
// itself; names are resolved and code is laid out when all are known
// (AssemblerOutput.cpp).
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/AssemblerState.h"

namespace flux::bytecode {

using isa::FieldKind;

bool Assembler::fail(uint32_t line, uint32_t column, const char *message,
                     Bytes name) {
  if (error.message[0] != '\0')
    return false;
  unsigned at = 0, room = sizeof error.message - 1;
  auto add = [&](char c) {
    if (at != room)
      error.message[at++] = c;
  };
  for (const char *c = message; *c != '\0'; ++c) {
    if (*c != '%') {
      add(*c);
      continue;
    }
    for (uint64_t i = 0; i != name.size && i != 60; ++i)
      add(static_cast<char>(name.data[i]));
  }
  error.message[at] = '\0';
  error.line = line;
  error.column = column;
  return false;
}

bool Assembler::expect(Lexer &lexer, char mark, const char *message) {
  if (!lexer.token.is(mark))
    return fail(lexer.token, message);
  lexer.next();
  return true;
}

bool Assembler::parseNumber(Lexer &lexer, uint64_t limit, uint64_t &value) {
  const Token &token = lexer.token;
  if (token.error != nullptr)
    return fail(token, token.error);
  if (token.kind != TokenKind::Number)
    return fail(token, "expected a number here");
  if (token.value > limit)
    return fail(token, "the number '%' is out of range", token.text);
  value = token.value;
  lexer.next();
  return true;
}

bool Assembler::parseName(Lexer &lexer, Bytes &name) {
  if (lexer.token.kind != TokenKind::Name)
    return fail(lexer.token, "expected a name here");
  name = lexer.token.text;
  lexer.next();
  return true;
}

bool Assembler::parseString(Lexer &lexer, Bytes &value) {
  const Token &token = lexer.token;
  if (token.error != nullptr)
    return fail(token, token.error);
  if (token.kind != TokenKind::String)
    return fail(token, "expected a string in double quotes here");
  if (!unescape(token.text, arena, value))
    return fail(token, "the string has an escape that is not known");
  lexer.next();
  return true;
}

/// `A -> R`.
bool Assembler::parseType(Lexer &lexer, uint64_t &args, uint64_t &results) {
  return parseNumber(lexer, isa::maxArguments, args) &&
         expect(lexer, '>', "expected '->' and the number of results here") &&
         parseNumber(lexer, isa::maxArguments, results);
}

bool Assembler::define(const Token &token, SymbolKind kind, uint64_t value) {
  uint32_t scope =
      kind == SymbolKind::Label ? static_cast<uint32_t>(functions.size) : 0;
  Symbol &symbol = symbols[symbols.get(token.text, scope)];
  if (symbol.kind != SymbolKind::Unknown)
    return fail(token, "'%' is defined twice", token.text);
  symbol.kind = kind;
  symbol.value = value;
  return true;
}

uint32_t Assembler::refer(const Token &token, uint32_t scope) {
  uint32_t number = symbols.get(token.text, scope);
  Symbol &symbol = symbols[number];
  if (symbol.line == 0) {
    symbol.line = currentLine;
    symbol.column = token.column;
  }
  return number;
}

bool Assembler::parseLine(Lexer &lexer) {
  Token token = lexer.token;
  if (token.kind == TokenKind::End)
    return true;
  if (token.kind != TokenKind::Name)
    return fail(token, "expected a directive, a label or an instruction here");
  if (token.text.data[0] == '.')
    return parseDirective(lexer);
  lexer.next();
  if (lexer.token.is(':')) {
    lexer.next();
    // In data a label is an address, in a function a place in its code.
    bool ok = currentRegion != nullptr
                  ? define(token, SymbolKind::Data,
                           uint64_t(currentRegion->region.number) << 32 |
                               currentRegion->bytes.get().size)
              : functions.size == 0
                  ? fail(token, "a label stands in no function")
                  : define(token, SymbolKind::Label, lines.size);
    return ok && parseLine(lexer);
  }
  Opcode opcode;
  if (!isa::findMnemonic(reinterpret_cast<const char *>(token.text.data),
                         token.text.size, opcode))
    return fail(token, "there is no instruction '%'", token.text);
  if (functions.size == 0 || currentRegion != nullptr)
    return fail(token, "an instruction stands in no function");
  Line line;
  line.instruction = Instruction(opcode);
  line.line = currentLine;
  line.column = token.column;
  line.place = currentPlace;
  lines.push(line);
  return parseInstruction(lexer, opcode);
}

bool Assembler::parseInstruction(Lexer &lexer, Opcode opcode) {
  const isa::FormatInfo &format = isa::getFormat(opcode);
  Line line = lines.back();
  bool opened = false;
  for (unsigned i = 0; i != format.numFields; ++i) {
    const isa::Field &field = format.fields[i];
    bool base =
        format.memory && field.slot == 1 && field.kind == FieldKind::Reg;
    if (format.memory && field.kind == FieldKind::Imm8L) {
      // `[rs1]`, `[rs1+imm]`, `[rs1-imm]`; the lexer takes -1 as a number.
      if (lexer.token.is('+'))
        lexer.next();
      if (!lexer.token.is(']') && !parseField(lexer, field, line))
        return false;
      continue;
    }
    if (i != 0 && !expect(lexer, ',', "expected ',' here"))
      return false;
    if (base) {
      if (!expect(lexer, '[', "expected '[' and a register here"))
        return false;
      opened = true;
    }
    if (!parseField(lexer, field, line))
      return false;
  }
  if (opened && !expect(lexer, ']', "expected ']' here"))
    return false;
  lines.back() = line;
  return true;
}

bool Assembler::parseField(Lexer &lexer, const isa::Field &field, Line &line) {
  Token token = lexer.token;
  if (token.error != nullptr)
    return fail(token, token.error);
  switch (field.kind) {
  case FieldKind::Reg: {
    int reg =
        token.kind == TokenKind::Name
            ? isa::findRegister(reinterpret_cast<const char *>(token.text.data),
                                token.text.size)
            : -1;
    if (reg < 0)
      return fail(token, "expected a register, r0 to r63 or a name, here");
    line.instruction.reg[field.slot] = static_cast<uint8_t>(reg);
    lexer.next();
    return true;
  }
  case FieldKind::Slide: {
    uint64_t slide;
    if (!parseNumber(lexer, isa::numRegisters, slide))
      return false;
    line.instruction.reg[0] = static_cast<uint8_t>(slide);
    return true;
  }
  case FieldKind::Label8L:
  case FieldKind::Label16:
  case FieldKind::Label24:
    if (token.kind != TokenKind::Name)
      return fail(token, "expected a label here");
    line.label = refer(token, static_cast<uint32_t>(functions.size));
    lexer.next();
    return true;
  case FieldKind::Table:
    line.firstLabel = static_cast<uint32_t>(tableLabels.size);
    line.instruction.imm = -1;
    for (;;) {
      if (lexer.token.kind != TokenKind::Name)
        return fail(lexer.token, "expected a label here");
      tableLabels.push(
          refer(lexer.token, static_cast<uint32_t>(functions.size)));
      ++line.instruction.imm;
      lexer.next();
      if (!lexer.token.is(','))
        return true;
      lexer.next();
    }
  default:
    break;
  }
  if (token.kind == TokenKind::Name) {
    line.symbol = refer(token, 0);
    lexer.next();
    return true;
  }
  if (token.kind == TokenKind::Float) {
    line.instruction.imm = static_cast<int64_t>(token.value);
    lexer.next();
    return true;
  }
  bool isType = field.isType;
  uint64_t value;
  if (!parseNumber(lexer, ~uint64_t(0), value))
    return false;
  line.instruction.imm = static_cast<int64_t>(value);
  if (isType && lexer.token.is('>')) {
    uint64_t results;
    lexer.next();
    if (!parseNumber(lexer, isa::maxArguments, results))
      return false;
    if (value > isa::maxArguments)
      return fail(token, "a function has at most 16 arguments");
    line.instruction.imm = typeNumber(static_cast<unsigned>(value),
                                      static_cast<unsigned>(results));
  }
  return true;
}

bool Assembler::parseDirective(Lexer &lexer) {
  Token token = lexer.token;
  lexer.next();
  uint64_t value;
  if (token.is(".func"))
    return parseFunction(lexer);
  if (token.is(".region"))
    return parseRegion(lexer);
  if (token.is(".import"))
    return parseImport(lexer);
  if (token.is(".table"))
    return parseTable(lexer);
  if (token.is(".setting"))
    return parseSetting(lexer);
  if (token.is(".stack"))
    return parseNumber(lexer, maxRegionSize, manifest.stackSize);
  if (token.is(".calls")) {
    if (!parseNumber(lexer, maxCalls, value))
      return false;
    manifest.callLimit = static_cast<uint32_t>(value);
    return true;
  }
  if (token.is(".entry")) {
    if (lexer.token.kind != TokenKind::Name)
      return fail(lexer.token, "expected the name of a function here");
    entrySymbol = refer(lexer.token, 0);
    lexer.next();
    return true;
  }
  if (token.is(".export")) {
    NamedRow row;
    row.line = currentLine;
    row.column = lexer.token.column;
    if (lexer.token.kind == TokenKind::Name)
      row.symbol = refer(lexer.token, 0);
    Bytes name;
    if (!parseName(lexer, name))
      return false;
    row.name = name;
    if (lexer.token.kind == TokenKind::String && !parseString(lexer, row.name))
      return false;
    exports.push(row);
    return true;
  }
  if (token.is(".document"))
    return parseString(lexer, documentName) && parseString(lexer, documentText);
  if (token.is(".line"))
    return parseDocumentLine(lexer);
  if (token.is(".place"))
    return parsePlace(lexer);
  if (token.is(".at")) {
    if (functions.size == 0)
      return fail(token, "a place stands in no function");
    if (!parseNumber(lexer, places.size, value))
      return false;
    currentPlace = static_cast<uint32_t>(value);
    return true;
  }
  return parseData(lexer, token.text) ||
         fail(token, "there is no directive '%'", token.text);
}

bool Assembler::parseFunction(Lexer &lexer) {
  Token token = lexer.token;
  Bytes name;
  uint64_t args, results;
  if (!parseName(lexer, name) ||
      !define(token, SymbolKind::Function, functions.size) ||
      !parseType(lexer, args, results))
    return false;
  AssemblerFunction function;
  function.symbol = refer(token, 0);
  function.firstLine = static_cast<uint32_t>(lines.size);
  function.function.args = static_cast<uint8_t>(args);
  function.function.results = static_cast<uint8_t>(results);
  if (lexer.token.is("catches")) {
    function.function.flags |= FunctionCatches;
    lexer.next();
  }
  functions.push(function);
  currentRegion = nullptr;
  currentPlace = 0;
  return true;
}

/// `.line LINE [COLUMN]`: a place of the document in this function.
bool Assembler::parseDocumentLine(Lexer &lexer) {
  Token token = lexer.token;
  uint64_t line, column = 0;
  if (!parseNumber(lexer, 0xFFFFFFFF, line) ||
      (lexer.token.kind == TokenKind::Number &&
       !parseNumber(lexer, 0xFFFFFFFF, column)))
    return false;
  if (functions.size == 0)
    return fail(token, "a line stands in no function");
  currentPlace = 0;
  if (line == 0)
    return true;
  Place place;
  place.line = static_cast<uint32_t>(line);
  place.column = static_cast<uint32_t>(column);
  place.function =
      placeNames.get(symbols[functions.back().symbol].name, /*scope=*/0);
  RowWriter key(arena);
  key.add(place);
  Symbol &known = linePlaces[linePlaces.get(key.get(), /*scope=*/0)];
  if (known.value == 0) {
    places.push(place);
    known.value = places.size;
  }
  currentPlace = static_cast<uint32_t>(known.value);
  return true;
}

/// `.place LINE COLUMN "FUNCTION" "FILE" [in N]`: the next place.
bool Assembler::parsePlace(Lexer &lexer) {
  uint64_t line, column, parent = 0;
  Bytes function, file;
  if (!parseNumber(lexer, 0xFFFFFFFF, line) ||
      !parseNumber(lexer, 0xFFFFFFFF, column) ||
      !parseString(lexer, function) || !parseString(lexer, file))
    return false;
  Place place;
  if (lexer.token.is("in")) {
    lexer.next();
    Token token = lexer.token;
    if (!parseNumber(lexer, places.size, parent))
      return false;
    if (parent == 0)
      return fail(token, "places are counted from 1");
    place.depth = places[parent - 1].depth + 1;
    if (place.depth > maxInlined)
      return fail(token, "too many calls are inlined into each other");
  }
  place.line = static_cast<uint32_t>(line);
  place.column = static_cast<uint32_t>(column);
  place.function = placeNames.get(function, /*scope=*/0);
  place.file = placeNames.get(file, /*scope=*/0);
  place.parent = static_cast<uint32_t>(parent);
  places.push(place);
  return true;
}

/// `.region NUMBER RIGHTS SIZE`; what follows goes into it.
bool Assembler::parseRegion(Lexer &lexer) {
  Token token = lexer.token;
  uint64_t number, size;
  if (!parseNumber(lexer, numRegions - 1, number))
    return false;
  if (number < firstDataRegion)
    return fail(token, "regions have the numbers 2 to 15");
  if (regions[number] != nullptr)
    return fail(token, "region '%' is defined twice", token.text);
  uint8_t rights = lexer.token.is("r")    ? RegionRead
                   : lexer.token.is("w")  ? RegionWrite
                   : lexer.token.is("rw") ? RegionRead | RegionWrite
                                          : 0;
  if (rights == 0)
    return fail(lexer.token, "expected the rights r, w or rw here");
  lexer.next();
  token = lexer.token;
  if (!parseNumber(lexer, maxRegionSize, size))
    return false;
  if (size == 0 || size % pageSize != 0)
    return fail(token, "the size of a region is a multiple of 4096");
  currentRegion = arena.allocate<DataRegion>(1);
  *currentRegion = DataRegion(arena);
  regions[number] = currentRegion;
  currentRegion->region.number = static_cast<uint8_t>(number);
  currentRegion->region.rights = rights;
  currentRegion->region.size = size;
  return true;
}

bool Assembler::parseData(Lexer &lexer, Bytes directive) {
  Token token;
  token.kind = TokenKind::Name;
  token.text = directive;
  unsigned width = token.is(".byte")   ? 1
                   : token.is(".half") ? 2
                   : token.is(".word") ? 4
                   : token.is(".quad") ? 8
                                       : 0;
  bool ascii = token.is(".ascii"), zero = token.is(".zero"),
       align = token.is(".align");
  if (width == 0 && !ascii && !zero && !align)
    return false;
  if (currentRegion == nullptr)
    return fail(lexer.token, "'%' stands in no region", directive);
  RowWriter &out = currentRegion->bytes;
  uint64_t room = currentRegion->region.size - out.get().size;
  uint64_t count = 0;
  if (ascii) {
    Bytes text;
    if (!parseString(lexer, text))
      return false;
    if (text.size <= room)
      out.addBytes(text);
    count = text.size;
  } else if (zero || align) {
    if (!parseNumber(lexer, maxRegionSize, count))
      return false;
    if (align && (count == 0 || (count & (count - 1)) != 0))
      return fail(lexer.token, "an alignment is a power of two");
    if (align)
      count = (0 - out.get().size) & (count - 1);
    for (uint64_t i = 0; i != count && count <= room; ++i)
      out.add8(0);
  } else {
    for (;; lexer.next()) {
      const Token &value = lexer.token;
      if (value.error != nullptr)
        return fail(value, value.error);
      uint64_t bits = value.value;
      if (value.kind == TokenKind::Name) {
        // Only what is known already: data does not change any more.
        Symbol &symbol = symbols[symbols.get(value.text, 0)];
        if (symbol.kind == SymbolKind::Unknown)
          return fail(value, "'%' is not defined above", value.text);
        bits = symbol.value;
      } else if (value.kind == TokenKind::Float && width == 4) {
        bits = __builtin_bit_cast(
            uint32_t, static_cast<float>(__builtin_bit_cast(double, bits)));
      } else if (value.kind != TokenKind::Number &&
                 value.kind != TokenKind::Float) {
        return fail(value, "expected a number here");
      }
      int64_t high = width == 8 ? 0 : static_cast<int64_t>(bits) >> 8 * width;
      if (high != 0 && high != -1)
        return fail(value, "'%' does not fit", value.text);
      if (count += width; count <= room)
        for (unsigned i = 0; i != width; ++i)
          out.add8(bits >> 8 * i);
      lexer.next();
      if (!lexer.token.is(','))
        break;
    }
  }
  return count <= room ||
         fail(lexer.token, "the contents are larger than the region");
}

/// `.import NAME "external name" A -> R EFFECT...`.
bool Assembler::parseImport(Lexer &lexer) {
  Token token = lexer.token;
  NamedRow row;
  Bytes name;
  if (!parseName(lexer, name) ||
      !define(token, SymbolKind::Import, imports.size) ||
      !parseString(lexer, row.name) || !parseType(lexer, row.a, row.b))
    return false;
  while (lexer.token.kind == TokenKind::Name) {
    unsigned bit = 0;
    while (isa::getEffectName(bit) != nullptr &&
           !lexer.token.is(isa::getEffectName(bit)))
      ++bit;
    if (isa::getEffectName(bit) == nullptr)
      return fail(lexer.token, "there is no effect '%'", lexer.token.text);
    row.c |= uint64_t(1) << bit;
    lexer.next();
  }
  imports.push(row);
  return true;
}

/// `.table NAME A -> R FUNCTION...`.
bool Assembler::parseTable(Lexer &lexer) {
  Token token = lexer.token;
  NamedRow row;
  Bytes name;
  if (!parseName(lexer, name) ||
      !define(token, SymbolKind::Table, tables.size) ||
      !parseType(lexer, row.a, row.b))
    return false;
  row.c = tableEntries.size;
  row.line = currentLine;
  row.column = token.column;
  while (lexer.token.kind == TokenKind::Name) {
    tableEntries.push(refer(lexer.token, 0));
    lexer.next();
  }
  tables.push(row);
  return true;
}

/// `.setting NAME LABEL WIDTH [float]`.
bool Assembler::parseSetting(Lexer &lexer) {
  NamedRow row;
  row.line = currentLine;
  if (!parseName(lexer, row.name))
    return false;
  row.column = lexer.token.column;
  if (lexer.token.kind != TokenKind::Name)
    return fail(lexer.token, "expected a label of a region here");
  row.symbol = refer(lexer.token, 0);
  lexer.next();
  if (!parseNumber(lexer, 8, row.a))
    return false;
  if (lexer.token.is("float")) {
    row.b = 1;
    lexer.next();
  }
  settings.push(row);
  return true;
}

Bytes Assembler::run(Bytes text) {
  bool ok = true;
  forEachLine(text, [&](uint32_t number, Bytes line) {
    currentLine = number;
    Lexer lexer(line);
    ok = parseLine(lexer) &&
         (lexer.token.kind == TokenKind::End ||
          fail(lexer.token, "'%' is too much on this line", lexer.token.text));
    return ok;
  });
  if (!ok)
    return {};
  if (functions.size == 0) {
    fail(0, 0, "the text has no function: start one with '.func main 0 -> 0'");
    return {};
  }
  if (!resolve())
    return {};
  layOut();
  if (codeWords > maxCodeWords) {
    fail(0, 0, "the code has more than 16777216 words");
    return {};
  }
  if (!encodeCode() || !findBlocks())
    return {};
  auto isFunction = [&](uint32_t number, uint32_t line, uint32_t column) {
    Symbol &symbol = symbols[number];
    return symbol.kind == SymbolKind::Function ||
           fail(line, column, "there is no function '%'", symbol.name);
  };
  if (entrySymbol != noSymbol) {
    Symbol &symbol = symbols[entrySymbol];
    if (!isFunction(entrySymbol, symbol.line, symbol.column))
      return {};
    manifest.entry = static_cast<uint32_t>(symbol.value);
  }
  for (NamedRow &row : exports)
    if (!isFunction(row.symbol, row.line, row.column))
      return {};
  for (NamedRow &row : settings)
    if (symbols[row.symbol].kind != SymbolKind::Data) {
      fail(row.line, row.column, "a setting names no label of a region");
      return {};
    }
  for (uint64_t i = 0; i != tables.size; ++i) {
    uint64_t end = i + 1 != tables.size ? tables[i + 1].c : tableEntries.size;
    for (uint64_t k = tables[i].c; k != end; ++k)
      if (!isFunction(tableEntries[k], tables[i].line, tables[i].column))
        return {};
  }
  Bytes result = finish();
  // What the text cannot express wrongly is checked where packages are read.
  Package package;
  if (const char *message = package.read(result)) {
    fail(0, 0, message);
    return {};
  }
  return result;
}

Bytes assemble(Bytes text, Arena &arena, AssemblerError &error) {
  error = AssemblerError();
  return Assembler(arena, error).run(text);
}

} // namespace flux::bytecode
