//===- WasmModule.cpp - finished WebAssembly modules ----------------------===//
//
// Modules travel over networks, so they hold what runs and where it comes from,
// and nothing else: the linker's notes about features and producers go, and the
// table of calls is packed.  Functions that the linker left out are left out of
// it, too.
//
//===----------------------------------------------------------------------===//

#include "WasmModule.h"
#include "CallTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace flux;
using llvm::StringRef;

namespace {

/// Reads numbers off the front of bytes; once they end, all are 0.
class ByteReader {
public:
  explicit ByteReader(StringRef bytes) : bytes(bytes) {}

  uint64_t readLEB() {
    unsigned length = 0;
    const char *error = nullptr;
    uint64_t value = llvm::decodeULEB128(bytes.bytes_begin(), &length,
                                         bytes.bytes_end(), &error);
    valid &= !error;
    bytes = bytes.drop_front(error ? bytes.size() : length);
    return value;
  }
  uint32_t read32() {
    StringRef word = take(4);
    return valid ? llvm::support::endian::read32le(word.data()) : 0;
  }
  StringRef take(uint64_t size) {
    valid &= size <= bytes.size();
    StringRef taken = valid ? bytes.take_front(size) : "";
    bytes = bytes.drop_front(valid ? size : bytes.size());
    return taken;
  }
  bool isEmpty() const { return bytes.empty(); }
  bool isValid() const { return valid; }

private:
  StringRef bytes;
  bool valid = true;
};

/// The tables of all parts.
class CallSection {
public:
  bool add(ByteReader table);
  void write(llvm::raw_ostream &os) const;
  bool isEmpty() const { return sites.empty(); }

private:
  uint64_t getString(StringRef text) {
    auto [entry, isNew] = indices.try_emplace(text, strings.size());
    if (isNew)
      strings.push_back(text);
    return entry->second;
  }

  std::map<StringRef, uint64_t> indices;
  std::vector<StringRef> strings;
  std::vector<rt::Place> places; ///< with indices of strings
  std::vector<std::pair<uint32_t, uint32_t>> sites;
};

} // namespace

/// Adds the tables of the parts, which follow each other.
bool CallSection::add(ByteReader table) {
  while (!table.isEmpty()) {
    uint32_t numSites = table.read32(), numPlaces = table.read32();
    uint32_t numBytes = table.read32();
    uint32_t firstPlace = places.size();
    for (uint32_t i = 0; i != numSites && table.isValid(); ++i) {
      uint32_t offset = table.read32(), place = table.read32();
      constexpr uint32_t leftOut = ~0u;
      if (offset != leftOut && place < numPlaces)
        sites.push_back({offset, firstPlace + place});
    }
    for (uint32_t i = 0; i != numPlaces && table.isValid(); ++i) {
      rt::Place place = {};
      place.line = table.read32();
      place.column = table.read32();
      place.function = table.read32();
      place.file = table.read32();
      place.parent = table.read32();
      if (place.parent)
        place.parent += firstPlace;
      places.push_back(place);
    }
    StringRef text = table.take(numBytes);
    if (!table.isValid())
      return false;
    for (rt::Place &place : llvm::drop_begin(places, firstPlace)) {
      auto read = [&](uint32_t at) {
        return getString(text.substr(at).take_until([](char c) { return !c; }));
      };
      place.function = read(place.function);
      place.file = read(place.file);
    }
  }
  llvm::sort(sites);
  return true;
}

void CallSection::write(llvm::raw_ostream &os) const {
  llvm::encodeULEB128(strings.size(), os);
  for (StringRef text : strings) {
    llvm::encodeULEB128(text.size(), os);
    os << text;
  }
  llvm::encodeULEB128(places.size(), os);
  for (const rt::Place &place : places)
    for (uint32_t number :
         {place.line, place.column, place.function, place.file, place.parent})
      llvm::encodeULEB128(number, os);
  llvm::encodeULEB128(sites.size(), os);
  uint32_t last = 0;
  for (auto [offset, place] : sites) {
    llvm::encodeULEB128(offset - last, os);
    llvm::encodeULEB128(place, os);
    last = offset;
  }
}

static void writeSection(uint8_t id, StringRef contents,
                         llvm::raw_ostream &os) {
  os << char(id);
  llvm::encodeULEB128(contents.size(), os);
  os << contents;
}

bool flux::finishWasmModule(llvm::SmallVectorImpl<char> &module,
                            bool keepDebug) {
  constexpr size_t headerSize = 8;
  llvm::SmallString<0> result;
  llvm::raw_svector_ostream os(result);
  ByteReader reader(StringRef(module.data(), module.size()));
  os << reader.take(headerSize);
  CallSection calls;
  while (!reader.isEmpty()) {
    uint8_t id = reader.take(1)[0];
    uint64_t size = reader.readLEB();
    StringRef contents = reader.take(size);
    if (!reader.isValid())
      return false;
    if (id == 0) {
      ByteReader custom(contents);
      uint64_t length = custom.readLEB();
      StringRef name = custom.take(length);
      if (name == wasmCallSection) {
        if (!calls.add(custom))
          return false;
        continue;
      }
      bool isDebug = name == "name" || name.starts_with(".debug");
      if (!isDebug || !keepDebug)
        continue;
    }
    writeSection(id, contents, os);
  }
  if (!calls.isEmpty()) {
    llvm::SmallString<0> contents;
    llvm::raw_svector_ostream section(contents);
    constexpr StringRef name = "flux.calls";
    llvm::encodeULEB128(name.size(), section);
    section << name;
    calls.write(section);
    writeSection(0, contents, os);
  }
  module.assign(result.begin(), result.end());
  return reader.isValid();
}
