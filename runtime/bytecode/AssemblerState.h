//===- AssemblerState.h - a text while it becomes a package ----*- C++ -*-===//
#ifndef FLUX_RUNTIME_BYTECODE_ASSEMBLERSTATE_H
#define FLUX_RUNTIME_BYTECODE_ASSEMBLERSTATE_H

#include "runtime/bytecode/Assembler.h"
#include "runtime/bytecode/Lexer.h"

namespace flux::bytecode {

using isa::Instruction;
using isa::Opcode;

/// What a name stands for.  Labels belong to a function.
enum class SymbolKind : uint8_t {
  Unknown,
  Function,
  Data,
  Import,
  Table,
  Label
};

struct Symbol {
  Bytes name;
  uint32_t scope = 0; ///< 0, or for labels 1 + the function
  SymbolKind kind = SymbolKind::Unknown;
  uint64_t value = 0; ///< number, address, or the instruction of a label
  uint32_t line = 0, column = 0;
};

/// Names, found by hash.
class SymbolTable {
public:
  explicit SymbolTable(Arena &arena) : arena(arena), symbols(arena) {}

  /// The number of the symbol, which is made if there is none.
  uint32_t get(Bytes name, uint32_t scope) {
    if (2 * symbols.size >= capacity)
      grow();
    uint32_t *slot = find(name, scope);
    if (*slot == 0) {
      Symbol symbol;
      symbol.name = name;
      symbol.scope = scope;
      symbols.push(symbol);
      *slot = static_cast<uint32_t>(symbols.size);
    }
    return *slot - 1;
  }
  Symbol &operator[](uint32_t i) { return symbols[i]; }
  uint32_t getCount() const { return static_cast<uint32_t>(symbols.size); }

private:
  uint32_t *find(Bytes name, uint32_t scope) {
    uint64_t hash = scope * 0x9E3779B97F4A7C15ull;
    for (uint64_t i = 0; i != name.size; ++i)
      hash = (hash ^ name.data[i]) * 0x100000001B3ull;
    for (uint64_t at = hash ^ hash >> 32;; ++at) {
      uint32_t *slot = &slots[at & (capacity - 1)];
      if (*slot == 0)
        return slot;
      Symbol &symbol = symbols[*slot - 1];
      if (symbol.scope == scope && symbol.name.size == name.size &&
          __builtin_memcmp(symbol.name.data, name.data, name.size) == 0)
        return slot;
    }
  }
  void grow() {
    capacity = capacity == 0 ? 64 : 2 * capacity;
    slots = arena.allocate<uint32_t>(capacity);
    for (uint32_t i = 0; i != symbols.size; ++i)
      *find(symbols[i].name, symbols[i].scope) = i + 1;
  }

  Arena &arena;
  Vector<Symbol> symbols;
  uint32_t *slots = nullptr;
  uint64_t capacity = 0;
};

inline constexpr uint32_t noSymbol = 0xFFFFFFFF;

/// An instruction whose names are not resolved yet.
struct Line {
  Instruction instruction;
  uint32_t symbol = noSymbol; ///< what its immediate names
  uint32_t label = noSymbol;
  uint32_t firstLabel = 0; ///< of BR_TABLE, in `tableLabels`
  uint32_t line = 0, column = 0;
  uint32_t place = 0; ///< in the document
  uint32_t word = 0;
  bool longLabel = false;
};

struct AssemblerFunction {
  uint32_t symbol = 0;
  uint32_t firstLine = 0, endLine = 0;
  Function function;
};

struct DataRegion {
  explicit DataRegion(Arena &arena) : bytes(arena) {}
  Region region;
  RowWriter bytes;
};

/// A row with a name, in parts that the section needs.
struct NamedRow {
  Bytes name;
  uint32_t symbol = 0;
  uint64_t a = 0, b = 0, c = 0;
  uint32_t line = 0, column = 0;
};

class Assembler {
public:
  Assembler(Arena &arena, AssemblerError &error)
      : arena(arena), error(error), symbols(arena), lines(arena),
        functions(arena), tableLabels(arena), imports(arena), exports(arena),
        settings(arena), tables(arena), tableEntries(arena), places(arena),
        placeNames(arena), linePlaces(arena) {
    // The first name is that of the document, which may come last.
    placeNames.get({}, /*scope=*/1);
  }

  Bytes run(Bytes text);

private:
  // Parsing; each returns false after an error.
  bool parseLine(Lexer &lexer);
  bool parseDirective(Lexer &lexer);
  bool parseFunction(Lexer &lexer);
  bool parseRegion(Lexer &lexer);
  bool parseData(Lexer &lexer, Bytes directive);
  bool parseImport(Lexer &lexer);
  bool parseTable(Lexer &lexer);
  bool parseSetting(Lexer &lexer);
  bool parseInstruction(Lexer &lexer, Opcode opcode);
  bool parseField(Lexer &lexer, const isa::Field &field, Line &line);
  bool parseType(Lexer &lexer, uint64_t &args, uint64_t &results);
  bool parseNumber(Lexer &lexer, uint64_t limit, uint64_t &value);
  bool parseName(Lexer &lexer, Bytes &name);
  bool parseString(Lexer &lexer, Bytes &value);
  bool parseDocumentLine(Lexer &lexer);
  bool parsePlace(Lexer &lexer);
  bool expect(Lexer &lexer, char mark, const char *message);
  bool define(const Token &token, SymbolKind kind, uint64_t value);
  uint32_t refer(const Token &token, uint32_t scope);

  // Making.
  bool resolve();
  bool resolveSymbol(Line &line);
  void layOut();
  bool encodeCode();
  bool findBlocks();
  bool findBlocksOf(uint32_t number);
  Bytes finish();
  uint32_t addString(Bytes text);
  void addTables(RowWriter &out);
  void addDebug(RowWriter &out);

  bool fail(uint32_t line, uint32_t column, const char *message,
            Bytes name = {});
  bool fail(const Token &token, const char *message, Bytes name = {}) {
    return fail(currentLine, token.column, message, name);
  }

  Arena &arena;
  AssemblerError &error;
  SymbolTable symbols;
  Vector<Line> lines;
  Vector<AssemblerFunction> functions;
  Vector<uint32_t> tableLabels;
  Vector<NamedRow> imports, exports, settings, tables;
  Vector<uint32_t> tableEntries;
  DataRegion *regions[numRegions] = {};
  DataRegion *currentRegion = nullptr;
  RowWriter *strings = nullptr;
  Manifest manifest;
  uint32_t entrySymbol = noSymbol;
  Bytes documentName, documentText;
  uint32_t currentLine = 0;
  Vector<Place> places;
  SymbolTable placeNames;
  SymbolTable linePlaces; ///< those that `.line` made, by what is in them
  uint32_t currentPlace = 0;
  uint32_t *code = nullptr;
  uint64_t codeWords = 0;
  Block *blocks = nullptr;
  uint64_t numBlocks = 0;
};

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_ASSEMBLERSTATE_H
