//===- Package.h - the container .fluxbc -----------------------*- C++ -*-===//
//
// docs/bytecode-format.md describes it.  A package is used where it lies: the
// reader checks every number once and hands out views.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BYTECODE_PACKAGE_H
#define FLUX_RUNTIME_BYTECODE_PACKAGE_H

#include "runtime/base/Arena.h"
#include "runtime/base/Sha256.h"
#include "runtime/isa/Isa.h"

namespace flux::bytecode {

inline constexpr unsigned formatMajor = 1, formatMinor = 0;
inline constexpr uint64_t pageSize = 4096;
/// The largest region: what is left of 4 GiB is a guard.
inline constexpr uint64_t maxRegionSize = (uint64_t(1) << 32) - (1 << 16);
inline constexpr unsigned numRegions = 16;
/// Region 0 is never there, so that small addresses trap; region 1 is the
/// stack.
inline constexpr unsigned stackRegion = 1, firstDataRegion = 2;
inline constexpr uint32_t maxCalls = 1 << 20, defaultCalls = 1 << 16;
inline constexpr uint64_t maxCodeWords = 1 << 24;
/// What a compressed document may become: as long as documents may be.
inline constexpr uint64_t maxDocumentSize = 65 << 20;

enum class SectionKind : uint32_t {
  Manifest = 1,
  Code,
  Functions,
  Blocks,
  Tables,
  Imports,
  Exports,
  Regions,
  Data,
  Strings,
  Settings,
  Debug,
  Names,
  Document,
  Native,
  Signature,
};
inline constexpr unsigned numSectionKinds = 17;

enum SectionFlag : uint32_t { SectionRequired = 1, SectionCompressed = 2 };

/// What of a package is how.
struct Manifest {
  uint32_t isaVersion = isa::isaVersion;
  uint32_t effects = 0;
  uint32_t entry = 0;
  uint32_t callLimit = defaultCalls;
  uint64_t stackSize = 1 << 20;
};

enum FunctionFlag : uint16_t { FunctionCatches = 1 };

struct Function {
  uint32_t start = 0; ///< word of its first instruction
  uint32_t end = 0;   ///< word behind its last one
  uint8_t args = 0, results = 0;
  uint16_t flags = 0;
};

/// The number by which CALL and TAILCALL name a type.
inline uint32_t typeNumber(unsigned args, unsigned results) {
  return args * (isa::maxArguments + 1) + results;
}

inline constexpr uint32_t notEntered = 0xFFFFFFFF;

/// What holds when control comes to a word: a claim that the verifier checks at
/// each jump there.
struct Block {
  uint32_t word = 0;
  uint32_t depth = 0;               ///< slots of the data stack in use
  uint32_t enterDepth = notEntered; ///< slots in use at ENTER
  uint16_t catches = 0;             ///< catch points of this function
  uint16_t dynamic = 0;             ///< 1: after an ALLOCA
  uint64_t defined = 0;             ///< the registers that hold something
};

struct Import {
  Bytes name;
  uint8_t args = 0, results = 0;
  uint16_t effects = 0;
};

struct Export {
  Bytes name;
  uint32_t function = 0;
};

enum RegionRight : uint8_t { RegionRead = 1, RegionWrite = 2 };

struct Region {
  uint8_t number = 0, rights = 0;
  uint64_t size = 0;
  Bytes data; ///< the start of its contents; the rest is zero
};

struct Setting {
  Bytes name;
  uint64_t address = 0;
  uint8_t width = 8; ///< bytes: 1, 2, 4 or 8
  uint8_t isFloat = 0;
};

/// From a word on, to the next row or the end of the function, a place holds.
struct DebugRow {
  uint32_t word = 0;
  uint32_t place = 0; ///< number from 1; 0: none is known
};

/// Calls that may be inlined into each other.
inline constexpr uint32_t maxInlined = 255;
inline constexpr uint32_t maxPlaces = 1 << 24;

/// A place in a document within a function; `parent` leads out of a call that
/// was inlined.
struct Place {
  uint32_t line = 0, column = 0;   ///< from 1; 0: unknown
  uint32_t function = 0, file = 0; ///< numbers of names
  uint32_t parent = 0;             ///< the place of the call; 0: none
  uint32_t depth = 0;              ///< number of parents
};

/// A table of functions, for ICALL.
struct Table {
  uint32_t count = 0;
  uint8_t args = 0, results = 0;
  const uint8_t *functions = nullptr; ///< 32-bit numbers
  uint32_t operator[](uint64_t i) const {
    return isa::loadWord(functions + 4 * i);
  }
};

inline constexpr unsigned nativeNameSize = 32;

/// The program as code of a processor.  It is not verified: only who trusts the
/// signature may use it.
struct NativeCode {
  Bytes target;
  Bytes executable; ///< a static ELF executable, or a module for wasm
};

/// A package that was read and whose container is in order; its code is not
/// verified yet.
class Package {
public:
  /// Reads \p file, which must stay.  Returns null, or what is wrong.
  const char *read(Bytes file);

  Manifest manifest;
  uint8_t hash[Sha256::size] = {};
  Bytes file, code;
  uint64_t codeWords = 0;
  uint32_t numFunctions = 0, numBlocks = 0, numTables = 0, numImports = 0,
           numExports = 0, numRegions = 0, numSettings = 0, numNames = 0;
  uint32_t numDebugRows = 0, numPlaces = 0, numPlaceNames = 0;
  uint32_t numNatives = 0;
  bool hasUnknownSections = false;

  Function getFunction(uint32_t i) const;
  Block getBlock(uint32_t i) const;
  Table getTable(uint32_t i) const;
  Import getImport(uint32_t i) const;
  Export getExport(uint32_t i) const;
  Region getRegion(uint32_t i) const;
  Setting getSetting(uint32_t i) const;
  NativeCode getNative(uint32_t i) const;
  DebugRow getDebugRow(uint32_t i) const;
  /// The place with \p number, which counts from 1.
  Place getPlace(uint32_t number) const;
  /// The name of a function or a file of places.
  Bytes getPlaceName(uint32_t i) const;
  /// The name of function \p number, empty if it has none.
  Bytes getName(uint32_t number) const;
  /// The function that word \p word belongs to.
  uint32_t findFunction(uint64_t word) const;
  /// The number of the innermost place of \p word, 0 if none is known.
  uint32_t findPlaceNumber(uint64_t word) const;
  /// That place, one without a line if none is known.
  Place findPlace(uint64_t word) const {
    uint32_t number = findPlaceNumber(word);
    return number != 0 ? getPlace(number) : Place();
  }
  /// The line of the file \p wanted that \p number lies in, or is called from;
  /// 0 if there is none.
  uint32_t findLine(uint32_t number, Bytes wanted) const;
  /// The section, empty if there is none.
  Bytes getSection(SectionKind kind) const {
    return sections[static_cast<unsigned>(kind)];
  }
  bool isCompressed(SectionKind kind) const {
    return compressed >> static_cast<unsigned>(kind) & 1;
  }
  /// Name of the document and its text, empty if there is none; in \p scratch
  /// if they are compressed.  False if they cannot be unpacked.
  bool getDocument(Arena &scratch, Bytes &name, Bytes &text) const;

private:
  const char *readSections();
  const char *checkContents();
  const char *checkDebug();
  const char *checkNatives();
  const uint8_t *getPlaceRow(uint32_t number) const;
  Bytes getString(const uint8_t *row) const;
  bool isString(const uint8_t *row) const;

  Bytes sections[numSectionKinds];
  uint32_t compressed = 0;
  uint64_t unpackedDocument = 0; ///< size of a compressed document
  friend struct Contents;
};

/// The bytes of each section, for writePackage(); empty ones are left out.
struct Contents {
  Contents() = default;
  /// All sections of \p package that are known.
  explicit Contents(const Package &package);

  /// Size of the document that is compressed; 0: it is not.
  uint64_t unpackedDocument = 0;
  Bytes sections[numSectionKinds];
  Bytes &operator[](SectionKind kind) {
    return sections[static_cast<unsigned>(kind)];
  }
};

/// The size of the package with \p contents.
uint64_t getPackageSize(const Contents &contents);
/// Writes it, with its hash, to \p out: zeroed memory of that size.
void writePackage(const Contents &contents, uint8_t *out);

/// The bytes of section NATIVE with \p parts, whose targets rise.
Bytes makeNativeSection(const Vector<NativeCode> &parts, Arena &arena);

/// Rows of the sections, as they are stored.  Each function adds one.
class RowWriter {
public:
  explicit RowWriter(Arena &arena) : bytes(arena) {}
  void add8(uint64_t value) { bytes.push(static_cast<uint8_t>(value)); }
  void add16(uint64_t value) { add8(value), add8(value >> 8); }
  void add32(uint64_t value) { add16(value), add16(value >> 16); }
  void add64(uint64_t value) { add32(value), add32(value >> 32); }
  void addBytes(Bytes value) {
    for (uint64_t i = 0; i != value.size; ++i)
      add8(value.data[i]);
  }
  void add(const Manifest &manifest);
  void add(const Function &function);
  void add(const Block &block);
  void add(const DebugRow &row);
  void add(const Place &place);
  Bytes get() const { return {bytes.data, bytes.size}; }

  Vector<uint8_t> bytes;
};

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_PACKAGE_H
