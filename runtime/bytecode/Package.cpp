//===- Package.cpp - the container .fluxbc --------------------------------===//
//
// Packages come from anywhere.  Every offset, size and index is checked here,
// before anything uses it, so that what is behind can index without a thought;
// the hash, checked first, catches accidents but proves nothing.
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/Package.h"
#include "runtime/base/ForSize.h"
#include "runtime/base/Zstd.h"

namespace flux::bytecode {

#define MALFORMED(EXACT) FLUX_REASON("the package is malformed", EXACT)

static constexpr uint8_t magic[8] = {'F', 'L', 'U', 'X', 'B', 'C', 0x1A, '\n'};
static constexpr uint64_t headerSize = 64, rowSize = 32, hashOffset = 32;
static constexpr unsigned maxSections = 64;
static constexpr auto signatureKind =
    static_cast<uint32_t>(SectionKind::Signature);

static FLUX_UNALIGNED uint16_t load16(const uint8_t *p) {
  FLUX_UNALIGNED_AT(p);
  return static_cast<uint16_t>(p[0] | p[1] << 8);
}
static uint32_t load32(const uint8_t *p) { return isa::loadWord(p); }
static FLUX_UNALIGNED uint64_t load64(const uint8_t *p) {
  return load32(p) | static_cast<uint64_t>(load32(p + 4)) << 32;
}
static void store32(uint8_t *p, uint64_t value) {
  for (unsigned i = 0; i != 4; ++i)
    p[i] = static_cast<uint8_t>(value >> 8 * i);
}
static void store64(uint8_t *p, uint64_t value) {
  store32(p, value);
  store32(p + 4, value >> 32);
}
static uint64_t alignUp(uint64_t value) { return (value + 7) & ~uint64_t(7); }

namespace {
/// How large the rows of a section are, and whether it must be understood.
struct SectionInfo {
  uint32_t rowSize;
  bool required;
};
} // namespace

static constexpr SectionInfo sectionInfos[numSectionKinds] = {
    {0, false}, {24, true},  {4, true},  {8, true},  {24, true}, {4, true},
    {16, true}, {16, false}, {32, true}, {1, true},  {1, true},  {24, false},
    {8, false}, {12, false}, {1, false}, {1, false}, {1, false}};

static void computeHash(Bytes file, uint64_t hashedSize, uint8_t *out) {
  static const uint8_t zeros[Sha256::size] = {};
  Sha256 hash;
  hash.add(file.data, hashOffset);
  hash.add(zeros, sizeof zeros);
  hash.add(file.data + headerSize, hashedSize - headerSize);
  hash.finish(out);
}

const char *Package::read(Bytes bytes) {
  file = bytes;
  if (file.size < headerSize)
    return MALFORMED("the file is too short for a package");
  for (unsigned i = 0; i != sizeof magic; ++i)
    if (file.data[i] != magic[i])
      return "this is no FLUX package";
  if (load16(file.data + 8) != formatMajor)
    return MALFORMED("the package has another major version of the format");
  if (load64(file.data + 16) != file.size)
    return MALFORMED(
        "the size of the file is not the one that the package names");
  uint64_t hashedSize = load64(file.data + 24);
  if (hashedSize < headerSize || hashedSize > file.size)
    return MALFORMED("the package names a wrong hashed size");
  computeHash(file, hashedSize, hash);
  if (__builtin_memcmp(hash, file.data + hashOffset, sizeof hash) != 0)
    return "the hash of the package is wrong: the file was changed or damaged";
  if (const char *error = readSections())
    return error;
  return checkContents();
}

const char *Package::readSections() {
  uint32_t count = load32(file.data + 12);
  if (count > maxSections || headerSize + count * rowSize > file.size)
    return MALFORMED("the package has too many sections");
  uint64_t hashedSize = load64(file.data + 24);
  uint64_t at = headerSize + count * rowSize;
  uint64_t hashedEnd = at;
  uint32_t previous = 0;
  for (uint32_t i = 0; i != count; ++i) {
    const uint8_t *row = file.data + headerSize + i * rowSize;
    uint32_t kind = load32(row), flags = load32(row + 4);
    uint64_t offset = load64(row + 8), size = load64(row + 16),
             unpacked = load64(row + 24);
    // The signature comes last, whatever its number.
    if (previous == signatureKind ||
        (kind <= previous && kind != signatureKind))
      return MALFORMED("the sections are not in the order of their kinds");
    previous = kind;
    if (flags & ~(SectionRequired | SectionCompressed))
      return MALFORMED("a section has flags that are not known");
    if (offset != at || size > file.size - at)
      return MALFORMED("a section does not lie behind the one before");
    uint64_t end = offset + size;
    at = alignUp(end);
    if (at > file.size)
      return MALFORMED("a section ends behind the end of the file");
    for (uint64_t byte = end; byte != at; ++byte)
      if (file.data[byte] != 0)
        return MALFORMED("the bytes between sections are not zero");
    if (kind != signatureKind)
      hashedEnd = at;
    bool packed = flags & SectionCompressed;
    if (packed ? unpacked > maxRegionSize : unpacked != size)
      return MALFORMED("a section names a wrong unpacked size");
    if (kind >= numSectionKinds) {
      if (flags & SectionRequired)
        return MALFORMED(
            "the package needs a section that this machine does not know");
      hasUnknownSections = true;
      continue;
    }
    const SectionInfo &info = sectionInfos[kind];
    if (packed && kind != static_cast<uint32_t>(SectionKind::Document))
      return MALFORMED("only the document can be compressed");
    if (info.required != ((flags & SectionRequired) != 0))
      return MALFORMED("a section is marked wrongly as required or optional");
    if (!packed && size % info.rowSize != 0)
      return MALFORMED("a section ends inside a row");
    sections[kind] = {file.data + offset, size};
    compressed |= static_cast<uint32_t>(packed) << kind;
    if (packed && unpacked > maxDocumentSize)
      return MALFORMED("the document would be too large");
    if (packed)
      unpackedDocument = unpacked;
  }
  if (at != file.size)
    return MALFORMED("there are bytes behind the last section");
  if (hashedEnd != hashedSize)
    return MALFORMED("the package names a wrong hashed size");
  return nullptr;
}

Bytes Package::getString(const uint8_t *row) const {
  return {getSection(SectionKind::Strings).data + load32(row), load32(row + 4)};
}

bool Package::isString(const uint8_t *row) const {
  uint64_t size = getSection(SectionKind::Strings).size;
  return load32(row) <= size && load32(row + 4) <= size - load32(row);
}

const char *Package::checkContents() {
  auto rows = [&](SectionKind kind) {
    return static_cast<uint32_t>(
        getSection(kind).size /
        sectionInfos[static_cast<unsigned>(kind)].rowSize);
  };
  auto row = [&](SectionKind kind, uint32_t i) {
    return getSection(kind).data +
           uint64_t(i) * sectionInfos[static_cast<unsigned>(kind)].rowSize;
  };
  if (rows(SectionKind::Manifest) != 1)
    return MALFORMED("the package has no manifest");
  const uint8_t *head = row(SectionKind::Manifest, 0);
  manifest = {load32(head), load32(head + 4), load32(head + 8),
              load32(head + 12), load64(head + 16)};
  if (manifest.isaVersion != isa::isaVersion)
    return MALFORMED("the package has another version of the instruction set");
  if (manifest.effects & ~uint32_t(isa::allEffects))
    return MALFORMED("the manifest names effects that are not known");
  if (manifest.callLimit == 0 || manifest.callLimit > maxCalls)
    return MALFORMED("the limit of calls is out of range");
  if (manifest.stackSize == 0 || manifest.stackSize > maxRegionSize ||
      manifest.stackSize % pageSize != 0)
    return MALFORMED("the size of the stack is out of range or not in pages");

  code = getSection(SectionKind::Code);
  codeWords = code.size / 4;
  if (codeWords == 0 || codeWords > maxCodeWords)
    return MALFORMED("the code is missing or too large");
  numFunctions = rows(SectionKind::Functions);
  if (manifest.entry >= numFunctions)
    return MALFORMED("the entry function does not exist");
  for (uint32_t i = 0; i != numFunctions; ++i) {
    Function function = getFunction(i);
    if (i == 0 ? function.start != 0 : function.start >= codeWords)
      return MALFORMED("a function starts outside the code");
    if (function.end <= function.start)
      return MALFORMED("the functions are not in order or empty");
    if (function.args > isa::maxArguments ||
        function.results > isa::maxArguments ||
        (function.flags & ~FunctionCatches))
      return MALFORMED(
          "a function has too many arguments or results or unknown flags");
  }
  numBlocks = rows(SectionKind::Blocks);
  for (uint32_t i = 0; i != numBlocks; ++i) {
    if (i != 0 && getBlock(i).word <= getBlock(i - 1).word)
      return MALFORMED("the blocks are not in order");
    if (getBlock(i).word >= codeWords || getBlock(i).dynamic > 1)
      return MALFORMED("a block lies outside the code or is malformed");
  }

  // Tables: their number, a row for each, then the function numbers.
  Bytes tables = getSection(SectionKind::Tables);
  if (tables.size != 0) {
    numTables = load32(tables.data);
    if (numTables > (tables.size - 4) / 12)
      return MALFORMED("the section of tables is too short");
    uint64_t numbers = (tables.size - 4 - 12 * uint64_t(numTables)) / 4;
    uint64_t first = 0;
    for (uint32_t i = 0; i != numTables; ++i) {
      const uint8_t *r = tables.data + 4 + 12 * uint64_t(i);
      if (load32(r) != first || load32(r + 4) > numbers - first)
        return MALFORMED("a table does not lie behind the one before");
      first += load32(r + 4);
      Table table = getTable(i);
      if (table.args > isa::maxArguments || table.results > isa::maxArguments ||
          load16(r + 10) != 0)
        return MALFORMED("a table has a wrong type");
      for (uint32_t k = 0; k != table.count; ++k) {
        if (table[k] >= numFunctions)
          return MALFORMED("a table names a function that does not exist");
        Function function = getFunction(table[k]);
        if (function.args != table.args || function.results != table.results)
          return MALFORMED("a table holds a function of another type");
      }
    }
    if (first != numbers)
      return MALFORMED("there are bytes behind the last table");
  }

  numImports = rows(SectionKind::Imports);
  for (uint32_t i = 0; i != numImports; ++i) {
    const uint8_t *r = row(SectionKind::Imports, i);
    if (!isString(r) || r[8] > isa::maxArguments || r[9] > isa::maxArguments ||
        (load16(r + 10) & ~isa::allEffects) || load32(r + 12) != 0)
      return MALFORMED("an import is malformed");
  }
  numExports = rows(SectionKind::Exports);
  for (uint32_t i = 0; i != numExports; ++i) {
    const uint8_t *r = row(SectionKind::Exports, i);
    if (!isString(r) || load32(r + 8) >= numFunctions || load32(r + 12) != 0)
      return MALFORMED("an export is malformed");
  }
  numRegions = rows(SectionKind::Regions);
  for (uint32_t i = 0; i != numRegions; ++i) {
    const uint8_t *r = row(SectionKind::Regions, i);
    uint64_t size = load64(r + 8), offset = load64(r + 16),
             length = load64(r + 24), data = getSection(SectionKind::Data).size;
    if (r[0] < firstDataRegion || r[0] >= bytecode::numRegions || r[1] == 0 ||
        r[1] > (RegionRead | RegionWrite) || load16(r + 2) != 0 ||
        load32(r + 4) != 0 || (i != 0 && r[0] <= r[-32]))
      return MALFORMED("a region is malformed or out of order");
    if (size == 0 || size > maxRegionSize || size % pageSize != 0)
      return MALFORMED("the size of a region is out of range or not in pages");
    if (length > size || offset > data || length > data - offset)
      return MALFORMED("the contents of a region lie outside the data");
  }
  numSettings = rows(SectionKind::Settings);
  for (uint32_t i = 0; i != numSettings; ++i) {
    const uint8_t *r = row(SectionKind::Settings, i);
    uint8_t width = r[16];
    bool known = width == 1 || width == 2 || width == 4 || width == 8;
    if (!isString(r) || !known || r[17] > 1 || (r[17] == 1 && width < 4) ||
        load16(r + 18) != 0 || load32(r + 20) != 0)
      return MALFORMED("a setting is malformed");
    uint64_t address = load64(r + 8);
    if (i != 0 && address <= load64(r - 24 + 8))
      return MALFORMED("the settings are not in the order of their addresses");
    bool inside = false;
    for (uint32_t k = 0; k != numRegions; ++k) {
      Region region = getRegion(k);
      uint64_t offset = address & 0xFFFFFFFF;
      inside |= address >> 32 == region.number && offset < region.size &&
                region.size - offset >= width;
    }
    if (!inside)
      return MALFORMED("a setting lies outside the regions");
  }
  if (const char *error = checkDebug())
    return error;
  numNames = rows(SectionKind::Names);
  for (uint32_t i = 0; i != numNames; ++i) {
    const uint8_t *r = row(SectionKind::Names, i);
    if (!isString(r + 4) || load32(r) >= numFunctions ||
        (i != 0 && load32(r) <= load32(r - 12)))
      return MALFORMED("the names of functions are malformed or not in order");
  }
  Bytes document = getSection(SectionKind::Document);
  if (document.size != 0 && !isCompressed(SectionKind::Document) &&
      (document.size < 4 || load32(document.data) > document.size - 4))
    return MALFORMED("the document is malformed");
  if (const char *error = checkNatives())
    return error;
  Bytes signature = getSection(SectionKind::Signature);
  if (signature.size != 0 && signature.size != 96)
    return MALFORMED("the signature is malformed");
  return nullptr;
}

static constexpr uint64_t debugHeadSize = 16, debugRowSize = 8, placeSize = 24,
                          placeNameSize = 8;

/// DEBUG: the numbers of its parts, then rows of words, places and names.
const char *Package::checkDebug() {
  Bytes debug = getSection(SectionKind::Debug);
  if (debug.size == 0)
    return nullptr;
  if (debug.size < debugHeadSize || load32(debug.data + 12) != 0 ||
      load32(debug.data + 4) > maxPlaces)
    return MALFORMED("the debug map is malformed");
  numDebugRows = load32(debug.data);
  numPlaces = load32(debug.data + 4);
  numPlaceNames = load32(debug.data + 8);
  if (debug.size != debugHeadSize + debugRowSize * uint64_t(numDebugRows) +
                        placeSize * uint64_t(numPlaces) +
                        placeNameSize * uint64_t(numPlaceNames))
    return MALFORMED("the debug map has another size than its parts");
  for (uint32_t i = 0; i != numDebugRows; ++i) {
    DebugRow row = getDebugRow(i);
    if (row.word >= codeWords ||
        (i != 0 && row.word <= getDebugRow(i - 1).word))
      return MALFORMED("the debug map is not in order");
    if (row.place > numPlaces)
      return MALFORMED("the debug map names a place that does not exist");
  }
  // Parents come first, so chains end, and their length is known.
  for (uint32_t number = 1; number <= numPlaces; ++number) {
    Place place = getPlace(number);
    if (place.function >= numPlaceNames || place.file >= numPlaceNames ||
        place.parent >= number || place.depth > maxInlined ||
        place.depth !=
            (place.parent != 0 ? getPlace(place.parent).depth + 1 : 0))
      return MALFORMED("a place of the debug map is malformed");
  }
  const uint8_t *names = getPlaceRow(numPlaces + 1);
  for (uint32_t i = 0; i != numPlaceNames; ++i)
    if (!isString(names + placeNameSize * uint64_t(i)))
      return MALFORMED("a name of the debug map is malformed");
  return nullptr;
}

static constexpr uint64_t nativeHeadSize = 8, nativeRowSize = 48;

static uint64_t getNameLength(const uint8_t *row) {
  uint64_t length = 0;
  while (length != nativeNameSize && row[length] != 0)
    ++length;
  return length;
}

/// NATIVE: a number of rows, the rows, then code that lies behind each other.
const char *Package::checkNatives() {
  static const char malformed[] = MALFORMED("the native code is malformed");
  Bytes native = getSection(SectionKind::Native);
  if (native.size == 0)
    return nullptr;
  if (native.size < nativeHeadSize || load32(native.data + 4) != 0)
    return malformed;
  uint64_t count = load32(native.data);
  uint64_t at = nativeHeadSize + nativeRowSize * count;
  if (count == 0 || at > native.size)
    return malformed;
  for (uint64_t i = 0; i != count; ++i) {
    const uint8_t *r = native.data + nativeHeadSize + nativeRowSize * i;
    for (uint64_t k = getNameLength(r); k != nativeNameSize; ++k)
      if (r[k] != 0)
        return malformed;
    if (r[0] == 0 ||
        (i != 0 && __builtin_memcmp(r, r - nativeRowSize, nativeNameSize) <= 0))
      return malformed;
    uint64_t offset = load64(r + 32), size = load64(r + 40);
    if (offset != at || size == 0 || size > native.size - at)
      return malformed;
    at += size;
  }
  numNatives = static_cast<uint32_t>(count);
  return at == native.size ? nullptr : malformed;
}

Function Package::getFunction(uint32_t i) const {
  const uint8_t *row =
      getSection(SectionKind::Functions).data + 8 * uint64_t(i);
  uint32_t end = i + 1 == numFunctions ? static_cast<uint32_t>(codeWords)
                                       : load32(row + 8);
  return {load32(row), end, row[4], row[5], load16(row + 6)};
}

Block Package::getBlock(uint32_t i) const {
  const uint8_t *row = getSection(SectionKind::Blocks).data + 24 * uint64_t(i);
  return {load32(row),      load32(row + 4),  load32(row + 8),
          load16(row + 12), load16(row + 14), load64(row + 16)};
}

Table Package::getTable(uint32_t i) const {
  const uint8_t *rows = getSection(SectionKind::Tables).data + 4;
  const uint8_t *row = rows + 12 * uint64_t(i);
  return {load32(row + 4), row[8], row[9],
          rows + 12 * uint64_t(numTables) + 4 * uint64_t(load32(row))};
}

Import Package::getImport(uint32_t i) const {
  const uint8_t *row = getSection(SectionKind::Imports).data + 16 * uint64_t(i);
  return {getString(row), row[8], row[9], load16(row + 10)};
}

Export Package::getExport(uint32_t i) const {
  const uint8_t *row = getSection(SectionKind::Exports).data + 16 * uint64_t(i);
  return {getString(row), load32(row + 8)};
}

Region Package::getRegion(uint32_t i) const {
  const uint8_t *row = getSection(SectionKind::Regions).data + 32 * uint64_t(i);
  return {row[0],
          row[1],
          load64(row + 8),
          {getSection(SectionKind::Data).data + load64(row + 16),
           load64(row + 24)}};
}

Setting Package::getSetting(uint32_t i) const {
  const uint8_t *row =
      getSection(SectionKind::Settings).data + 24 * uint64_t(i);
  return {getString(row), load64(row + 8), row[16], row[17]};
}

DebugRow Package::getDebugRow(uint32_t i) const {
  const uint8_t *row = getSection(SectionKind::Debug).data + debugHeadSize +
                       debugRowSize * uint64_t(i);
  return {load32(row), load32(row + 4)};
}

/// Where place \p number lies; the names lie behind the last one.
const uint8_t *Package::getPlaceRow(uint32_t number) const {
  return getSection(SectionKind::Debug).data + debugHeadSize +
         debugRowSize * uint64_t(numDebugRows) +
         placeSize * (uint64_t(number) - 1);
}

Place Package::getPlace(uint32_t number) const {
  const uint8_t *row = getPlaceRow(number);
  return {load32(row),      load32(row + 4),  load32(row + 8),
          load32(row + 12), load32(row + 16), load32(row + 20)};
}

Bytes Package::getPlaceName(uint32_t i) const {
  return getString(getPlaceRow(numPlaces + 1) + placeNameSize * uint64_t(i));
}

/// The last of \p count rows whose number, given by \p key, is at most \p
/// value;
/// \p count if there is none.
template <class Key>
static uint32_t findLast(uint32_t count, uint64_t value, Key key) {
  uint32_t low = 0, high = count;
  while (low != high) {
    uint32_t middle = low + (high - low) / 2;
    if (key(middle) <= value)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? count : low - 1;
}

Bytes Package::getName(uint32_t number) const {
  const uint8_t *rows = getSection(SectionKind::Names).data;
  uint32_t i = findLast(numNames, number, [&](uint32_t k) {
    return load32(rows + 12 * uint64_t(k));
  });
  if (i == numNames || load32(rows + 12 * uint64_t(i)) != number)
    return {};
  return getString(rows + 12 * uint64_t(i) + 4);
}

uint32_t Package::findFunction(uint64_t word) const {
  return findLast(numFunctions, word,
                  [&](uint32_t i) { return getFunction(i).start; });
}

uint32_t Package::findPlaceNumber(uint64_t word) const {
  uint32_t i = findLast(numDebugRows, word,
                        [&](uint32_t k) { return getDebugRow(k).word; });
  if (i == numDebugRows ||
      getDebugRow(i).word < getFunction(findFunction(word)).start)
    return 0;
  return getDebugRow(i).place;
}

uint32_t Package::findLine(uint32_t number, Bytes wanted) const {
  for (; number != 0; number = getPlace(number).parent) {
    Place place = getPlace(number);
    Bytes name = getPlaceName(place.file);
    if (name.size == wanted.size && wanted.size != 0 &&
        __builtin_memcmp(name.data, wanted.data, wanted.size) == 0)
      return place.line;
  }
  return 0;
}

NativeCode Package::getNative(uint32_t i) const {
  const uint8_t *native = getSection(SectionKind::Native).data;
  const uint8_t *row = native + nativeHeadSize + nativeRowSize * uint64_t(i);
  return {{row, getNameLength(row)},
          {native + load64(row + 32), load64(row + 40)}};
}

bool Package::getDocument(Arena &scratch, Bytes &name, Bytes &text) const {
  Bytes document = getSection(SectionKind::Document);
  name = text = {};
  if (document.size == 0)
    return true;
  if (isCompressed(SectionKind::Document)) {
    auto *unpacked = scratch.tryAllocate<uint8_t>(unpackedDocument);
    if (unpacked == nullptr ||
        !unpackZstd(document, unpacked, unpackedDocument, scratch))
      return false;
    document = {unpacked, unpackedDocument};
  }
  if (document.size < 4 || load32(document.data) > document.size - 4)
    return false;
  uint32_t length = load32(document.data);
  name = {document.data + 4, length};
  text = {document.data + 4 + length, document.size - 4 - length};
  return true;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

Contents::Contents(const Package &package)
    : unpackedDocument(package.unpackedDocument) {
  for (unsigned kind = 0; kind != numSectionKinds; ++kind)
    sections[kind] = package.sections[kind];
}

Bytes makeNativeSection(const Vector<NativeCode> &parts, Arena &arena) {
  RowWriter out(arena);
  out.add32(parts.size);
  out.add32(0);
  uint64_t at = nativeHeadSize + nativeRowSize * parts.size;
  for (uint64_t i = 0; i != parts.size; ++i) {
    const NativeCode &part = parts[i];
    for (uint64_t k = 0; k != nativeNameSize; ++k)
      out.add8(k < part.target.size ? part.target.data[k] : 0);
    out.add64(at);
    out.add64(part.executable.size);
    at += part.executable.size;
  }
  for (uint64_t i = 0; i != parts.size; ++i)
    out.addBytes(parts[i].executable);
  return out.get();
}

uint64_t getPackageSize(const Contents &contents) {
  uint64_t size = headerSize;
  for (const Bytes &section : contents.sections)
    if (section.size != 0)
      size += rowSize + alignUp(section.size);
  return size;
}

void writePackage(const Contents &contents, uint8_t *out) {
  uint64_t size = getPackageSize(contents);
  uint32_t count = 0;
  for (const Bytes &section : contents.sections)
    count += section.size != 0;
  __builtin_memcpy(out, magic, sizeof magic);
  out[8] = formatMajor;
  out[10] = formatMinor;
  store32(out + 12, count);
  store64(out + 16, size);
  uint64_t at = headerSize + count * rowSize;
  uint64_t hashedSize = at;
  uint8_t *row = out + headerSize;
  for (uint32_t kind = 0; kind != numSectionKinds; ++kind) {
    const Bytes &section = contents.sections[kind];
    if (section.size == 0)
      continue;
    store32(row, kind);
    bool isPacked = kind == static_cast<uint32_t>(SectionKind::Document) &&
                    contents.unpackedDocument != 0;
    store32(row + 4, (sectionInfos[kind].required ? SectionRequired : 0u) |
                         (isPacked ? SectionCompressed : 0u));
    store64(row + 8, at);
    store64(row + 16, section.size);
    store64(row + 24, isPacked ? contents.unpackedDocument : section.size);
    row += rowSize;
    __builtin_memcpy(out + at, section.data, section.size);
    at = alignUp(at + section.size);
    if (kind != signatureKind)
      hashedSize = at;
  }
  store64(out + 24, hashedSize);
  computeHash({out, size}, hashedSize, out + hashOffset);
}

void RowWriter::add(const Manifest &manifest) {
  add32(manifest.isaVersion);
  add32(manifest.effects);
  add32(manifest.entry);
  add32(manifest.callLimit);
  add64(manifest.stackSize);
}

void RowWriter::add(const Function &function) {
  add32(function.start);
  add8(function.args);
  add8(function.results);
  add16(function.flags);
}

void RowWriter::add(const Block &block) {
  add32(block.word);
  add32(block.depth);
  add32(block.enterDepth);
  add16(block.catches);
  add16(block.dynamic);
  add64(block.defined);
}

void RowWriter::add(const DebugRow &row) {
  add32(row.word);
  add32(row.place);
}

void RowWriter::add(const Place &place) {
  add32(place.line);
  add32(place.column);
  add32(place.function);
  add32(place.file);
  add32(place.parent);
  add32(place.depth);
}

} // namespace flux::bytecode
