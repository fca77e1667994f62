//===- Zstd.cpp - unpacking what zstd packed ------------------------------===//
//
// Documents travel packed, and whoever tells of a trap must show their lines:
// also machines without a library.  The result is in memory as a whole, so
// there is no window, and its size is known, so no input can make it larger.
// Written for size: documents are small, and rarely needed.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Zstd.h"
#include "runtime/base/ForSize.h"

namespace flux {

namespace {

constexpr uint64_t maxBlockSize = 128 << 10;
constexpr unsigned maxHuffmanBits = 11, maxTableBits = 9;

/// The place of the highest bit of \p value, which is not 0.
unsigned log2(uint32_t value) {
  return 31 - static_cast<unsigned>(__builtin_clz(value));
}

/// Bits of bytes, also of those around them, which are 0.
uint32_t getBits(Bytes bytes, int64_t at, unsigned count) {
  uint64_t value = 0;
  // From the byte of the first bit on, at most five hold up to 32 bits.
  int64_t first = at >> 3;
  bool isInside = first >= 0 && first + 8 <= static_cast<int64_t>(bytes.size);
  if (!FLUX_FOR_SIZE && isInside)
    __builtin_memcpy(&value, bytes.data + first, sizeof value);
  else
    for (int64_t i = 0; i != 5; ++i) {
      int64_t index = first + i;
      if (index >= 0 && index < static_cast<int64_t>(bytes.size))
        value |= static_cast<uint64_t>(bytes.data[index]) << 8 * i;
    }
  value >>= at & 7;
  return static_cast<uint32_t>(value & ((uint64_t(1) << count) - 1));
}

/// A stream that is read from its end, where a 1 marks the last bit.
class BackwardBits {
public:
  /// False if there is no mark.
  bool start(Bytes stream) {
    bytes = stream;
    if (bytes.size == 0 || bytes.data[bytes.size - 1] == 0)
      return false;
    left = static_cast<int64_t>(8 * (bytes.size - 1) +
                                log2(bytes.data[bytes.size - 1]));
    return true;
  }
  uint32_t peek(unsigned count) const {
    return getBits(bytes, left - static_cast<int64_t>(count), count);
  }
  uint32_t read(unsigned count) {
    uint32_t value = peek(count);
    left -= count;
    return value;
  }

  int64_t left = 0; ///< negative behind the start of the stream

private:
  Bytes bytes;
};

/// A table of finite state entropy: a state gives a symbol, and with some bits
/// the next state.
struct Table {
  struct Entry {
    uint8_t symbol, bits;
    uint16_t base;
  };
  Entry entries[1 << maxTableBits];
  uint8_t log;
  bool isKnown;

  void makeConstant(uint8_t symbol) {
    entries[0] = {symbol, 0, 0};
    log = 0;
    isKnown = true;
  }
  bool build(const int16_t *counts, unsigned numSymbols, unsigned logSize);
  bool read(Bytes &input, unsigned numSymbols, unsigned maxLog);
};

/// \p counts are how many states each symbol has; -1 is one at the end.
bool Table::build(const int16_t *counts, unsigned numSymbols,
                  unsigned logSize) {
  uint32_t size = 1u << logSize, end = size, at = 0;
  uint16_t next[256];
  for (unsigned s = 0; s != numSymbols; ++s) {
    next[s] = static_cast<uint16_t>(counts[s] < 0 ? 1 : counts[s]);
    if (counts[s] < 0)
      entries[--end].symbol = static_cast<uint8_t>(s);
  }
  for (unsigned s = 0; s != numSymbols; ++s)
    for (int i = 0; i < counts[s]; ++i) {
      entries[at].symbol = static_cast<uint8_t>(s);
      do
        at = (at + (size >> 1) + (size >> 3) + 3) & (size - 1);
      while (at >= end);
    }
  if (at != 0)
    return false;
  for (uint32_t i = 0; i != size; ++i) {
    uint32_t state = next[entries[i].symbol]++;
    unsigned bits = logSize - log2(state);
    entries[i].bits = static_cast<uint8_t>(bits);
    entries[i].base = static_cast<uint16_t>((state << bits) - size);
  }
  log = static_cast<uint8_t>(logSize);
  isKnown = true;
  return true;
}

/// Reads the counts from the start of \p input, which becomes what follows.
bool Table::read(Bytes &input, unsigned numSymbols, unsigned maxLog) {
  int64_t at = 0;
  auto readBits = [&](unsigned count) {
    uint32_t value = getBits(input, at, count);
    at += count;
    return value;
  };
  unsigned logSize = readBits(4) + 5;
  if (logSize > maxLog)
    return false;
  int16_t counts[256] = {};
  int32_t left = 1 << logSize;
  unsigned symbol = 0;
  while (left > 0 && symbol < numSymbols) {
    unsigned bits = log2(static_cast<uint32_t>(left) + 1) + 1;
    uint32_t value = readBits(bits), low = (1u << (bits - 1)) - 1;
    // Small values take a bit less.
    uint32_t spare = (1u << bits) - 1 - (static_cast<uint32_t>(left) + 1);
    if ((value & low) < spare) {
      value &= low;
      --at;
    } else if (value > low) {
      value -= spare;
    }
    auto count = static_cast<int16_t>(static_cast<int32_t>(value) - 1);
    left -= count < 0 ? 1 : count;
    counts[symbol++] = count;
    if (count != 0)
      continue;
    for (uint32_t repeat = 3; repeat == 3;) {
      repeat = readBits(2);
      symbol += repeat;
      if (symbol > numSymbols)
        return false;
    }
  }
  uint64_t bytes = (static_cast<uint64_t>(at) + 7) / 8;
  if (left != 0 || bytes > input.size)
    return false;
  input = {input.data + bytes, input.size - bytes};
  return build(counts, symbol, logSize);
}

/// A prefix code: the next bits give a symbol and how many of them it takes.
struct Huffman {
  struct Entry {
    uint8_t symbol, bits;
  };
  Entry entries[1 << maxHuffmanBits];
  unsigned log; ///< 0: not known yet

  bool read(Bytes &input, Table &scratch);
  bool decode(Bytes stream, uint8_t *out, uint64_t size) const;
};

bool Huffman::read(Bytes &input, Table &scratch) {
  uint8_t weights[256] = {};
  unsigned count = 0;
  if (input.size == 0)
    return false;
  unsigned head = input.data[0];
  input = {input.data + 1, input.size - 1};
  uint64_t size = head < 128 ? head : (head - 127 + 1) / 2;
  if (size > input.size)
    return false;
  Bytes part = {input.data, size};
  input = {input.data + size, input.size - size};
  if (head >= 128) {
    for (count = 0; count != head - 127; ++count)
      weights[count] = part.data[count / 2] >> (count % 2 == 0 ? 4 : 0) & 15;
  } else {
    // Two states take turns; the one that finds no bits any more is the last
    // but one.
    BackwardBits bits;
    if (!scratch.read(part, maxHuffmanBits + 2, 6) || !bits.start(part))
      return false;
    uint32_t states[2] = {bits.read(scratch.log), bits.read(scratch.log)};
    if (bits.left < 0)
      return false;
    for (unsigned turn = 0;; turn ^= 1) {
      if (count >= 254)
        return false;
      Table::Entry entry = scratch.entries[states[turn]];
      weights[count++] = entry.symbol;
      states[turn] = entry.base + bits.read(entry.bits);
      if (bits.left >= 0)
        continue;
      weights[count++] = scratch.entries[states[turn ^ 1]].symbol;
      break;
    }
  }
  // The last weight makes the sum a power of two.
  uint32_t sum = 0;
  for (unsigned i = 0; i != count; ++i) {
    if (weights[i] > maxHuffmanBits)
      return false;
    sum += (1u << weights[i]) >> 1;
  }
  if (sum == 0 || log2(sum) + 1 > maxHuffmanBits)
    return false;
  log = log2(sum) + 1;
  uint32_t rest = (1u << log) - sum;
  if ((rest & (rest - 1)) != 0)
    return false;
  weights[count++] = static_cast<uint8_t>(log2(rest) + 1);
  // Codes of light symbols come first.
  uint32_t at = 0;
  for (unsigned weight = 1; weight <= log; ++weight)
    for (unsigned s = 0; s != count; ++s)
      if (weights[s] == weight)
        for (uint32_t i = 0; i != 1u << (weight - 1); ++i)
          entries[at++] = {static_cast<uint8_t>(s),
                           static_cast<uint8_t>(log + 1 - weight)};
  return at == 1u << log;
}

bool Huffman::decode(Bytes stream, uint8_t *out, uint64_t size) const {
  BackwardBits bits;
  if (!bits.start(stream))
    return false;
  for (uint64_t i = 0; i != size; ++i) {
    Entry entry = entries[bits.peek(log)];
    out[i] = entry.symbol;
    bits.left -= entry.bits;
    if (bits.left < 0)
      return false;
  }
  return bits.left == 0;
}

/// What the three codes of a sequence are.
enum CodeKind { Literals, Offsets, Matches };
struct CodeInfo {
  uint8_t numSymbols, maxLog, log;
  int8_t counts[53]; ///< of the table that is always known
};
constexpr CodeInfo codes[3] = {
    {36, 9, 6, {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,  2,  2,
                2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1}},
    {29, 8, 5, {1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1}},
    {53, 9, 6, {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1,  1,  1,  1,  1,  1,  1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,  1,  1,  1,  1,  1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1}}};
constexpr unsigned maxOffsetCode = 31;

/// How many bits follow the code of a length, and the least length with it.
uint32_t readLength(unsigned code, bool isMatch, BackwardBits &bits) {
  static constexpr uint8_t literalBits[] = {
      1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  static constexpr uint8_t matchBits[] = {1, 1, 1, 1,  2,  2,  3,  3,  4,  4, 5,
                                          7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  unsigned simple = isMatch ? 32 : 16;
  uint32_t base = isMatch ? 3 : 0;
  if (code < simple)
    return base + code;
  const uint8_t *table = isMatch ? matchBits : literalBits;
  base += simple;
  for (unsigned i = simple; i != code; ++i)
    base += 1u << table[i - simple];
  return base + bits.read(table[code - simple]);
}

class Decoder {
public:
  /// Unpacks \p packed to \p size bytes; the decoder is all zeros.
  bool run(Bytes packed, uint8_t *to, uint64_t toSize);

private:
  uint64_t readNumber(unsigned bytes);
  bool readHeader();
  bool decodeBlock(Bytes block);
  bool readLiterals(Bytes &block);
  bool readSequences(Bytes block);
  bool readTable(CodeKind kind, unsigned mode, Bytes &block);
  bool copyLiterals(uint64_t count);
  bool findOffset(uint32_t code, bool hasLiterals, BackwardBits &bits,
                  uint64_t &offset);

  Bytes input;
  uint8_t *out;
  uint64_t size, at;
  uint64_t blockLimit;
  Huffman huffman;
  Table tables[3], weights;
  uint64_t recent[3];
  uint8_t literals[maxBlockSize];
  uint64_t numLiterals, nextLiteral;
};

/// The next number of the input; the caller knows that it is there.
uint64_t Decoder::readNumber(unsigned bytes) {
  uint64_t value = 0;
  for (unsigned i = 0; i != bytes; ++i)
    value |= static_cast<uint64_t>(input.data[i]) << 8 * i;
  input = {input.data + bytes, input.size - bytes};
  return value;
}

bool Decoder::readHeader() {
  constexpr uint32_t magic = 0xFD2FB528;
  if (input.size < 6 || readNumber(4) != magic)
    return false;
  auto head = static_cast<unsigned>(readNumber(1));
  bool isSingle = head & 0x20;
  // Reserved, checksum, dictionary.
  if ((head & 0x0F) != 0)
    return false;
  unsigned sizeBytes = head >> 6 == 0 ? (isSingle ? 1 : 0) : 1u << (head >> 6);
  if (input.size < sizeBytes + 1)
    return false;
  uint64_t window = 0;
  if (!isSingle) {
    auto descriptor = static_cast<unsigned>(readNumber(1));
    uint64_t base = uint64_t(1) << (10 + (descriptor >> 3));
    window = base + base / 8 * (descriptor & 7);
  }
  uint64_t content = readNumber(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
  if (sizeBytes != 0 && content != size)
    return false;
  if (isSingle)
    window = content;
  if (window < blockLimit)
    blockLimit = window;
  return true;
}

bool Decoder::run(Bytes packed, uint8_t *to, uint64_t toSize) {
  input = packed;
  out = to;
  size = toSize;
  blockLimit = maxBlockSize;
  recent[0] = 1;
  recent[1] = 4;
  recent[2] = 8;
  if (!readHeader())
    return false;
  for (bool isLast = false; !isLast;) {
    if (input.size < 3)
      return false;
    uint64_t head = readNumber(3), blockSize = head >> 3;
    isLast = head & 1;
    auto type = static_cast<unsigned>(head >> 1 & 3);
    uint64_t stored = type == 1 ? 1 : blockSize;
    if (type == 3 || blockSize > blockLimit || stored > input.size)
      return false;
    Bytes block = {input.data, stored};
    input = {input.data + stored, input.size - stored};
    if (type == 2) {
      if (!decodeBlock(block))
        return false;
      continue;
    }
    if (blockSize > size - at)
      return false;
    for (uint64_t i = 0; i != blockSize; ++i)
      out[at++] = block.data[type == 1 ? 0 : i];
  }
  return at == size && input.size == 0;
}

bool Decoder::decodeBlock(Bytes block) {
  uint64_t start = at;
  return readLiterals(block) && readSequences(block) &&
         at - start <= blockLimit;
}

bool Decoder::readLiterals(Bytes &block) {
  if (block.size == 0)
    return false;
  unsigned type = block.data[0] & 3, format = block.data[0] >> 2 & 3;
  // How long the head is, and where the sizes are in it.
  bool isPacked = type >= 2;
  static constexpr uint8_t plainBytes[] = {1, 2, 1, 3},
                           packedBytes[] = {3, 3, 4, 5},
                           packedBits[] = {10, 10, 14, 18};
  unsigned headBytes = isPacked ? packedBytes[format] : plainBytes[format];
  if (headBytes > block.size)
    return false;
  uint64_t head = 0;
  for (unsigned i = 0; i != headBytes; ++i)
    head |= static_cast<uint64_t>(block.data[i]) << 8 * i;
  block = {block.data + headBytes, block.size - headBytes};
  uint64_t stored;
  if (isPacked) {
    unsigned bits = packedBits[format];
    uint64_t mask = (uint64_t(1) << bits) - 1;
    numLiterals = head >> 4 & mask;
    stored = head >> (4 + bits) & mask;
  } else {
    numLiterals = head >> (headBytes == 1 ? 3 : 4);
    stored = type == 1 ? 1 : numLiterals;
  }
  nextLiteral = 0;
  if (numLiterals > blockLimit || stored > block.size)
    return false;
  Bytes part = {block.data, stored};
  block = {block.data + stored, block.size - stored};
  if (!isPacked) {
    for (uint64_t i = 0; i != numLiterals; ++i)
      literals[i] = part.data[type == 1 ? 0 : i];
    return true;
  }
  if (type == 2 ? !huffman.read(part, weights) : huffman.log == 0)
    return false;
  if (format == 0)
    return huffman.decode(part, literals, numLiterals);
  // Four streams; three sizes tell where each starts.
  if (part.size < 6 || numLiterals < 6)
    return false;
  uint64_t each = (numLiterals + 3) / 4, done = 0, from = 6;
  for (unsigned i = 0; i != 4; ++i) {
    uint64_t length = i == 3 ? part.size - from
                             : part.data[2 * i] | uint64_t(part.data[2 * i + 1])
                                                      << 8;
    uint64_t count = i == 3 ? numLiterals - done : each;
    if (length > part.size - from || count > numLiterals - done ||
        !huffman.decode({part.data + from, length}, literals + done, count))
      return false;
    from += length;
    done += count;
  }
  return true;
}

bool Decoder::copyLiterals(uint64_t count) {
  if (count > numLiterals - nextLiteral || count > size - at)
    return false;
  __builtin_memcpy(out + at, literals + nextLiteral, count);
  at += count;
  nextLiteral += count;
  return true;
}

bool Decoder::readTable(CodeKind kind, unsigned mode, Bytes &block) {
  const CodeInfo &info = codes[kind];
  Table &table = tables[kind];
  unsigned numSymbols = kind == Offsets ? maxOffsetCode + 1 : info.numSymbols;
  if (mode == 0) {
    int16_t counts[53];
    for (unsigned i = 0; i != info.numSymbols; ++i)
      counts[i] = info.counts[i];
    return table.build(counts, info.numSymbols, info.log);
  }
  if (mode == 1) {
    if (block.size == 0 || block.data[0] >= numSymbols)
      return false;
    table.makeConstant(block.data[0]);
    block = {block.data + 1, block.size - 1};
    return true;
  }
  return mode == 2 ? table.read(block, numSymbols, info.maxLog) : table.isKnown;
}

/// How far back a match lies; the last three distances have short names.
bool Decoder::findOffset(uint32_t code, bool hasLiterals, BackwardBits &bits,
                         uint64_t &offset) {
  uint64_t value = (uint64_t(1) << code) + bits.read(code);
  unsigned index = 3; // of the name, which moves to the front
  if (value > 3) {
    offset = value - 3;
  } else {
    index = static_cast<unsigned>(value) - (hasLiterals ? 1 : 0);
    offset = index == 3 ? recent[0] - 1 : recent[index];
  }
  if (index >= 2)
    recent[2] = recent[1];
  if (index >= 1)
    recent[1] = recent[0];
  recent[0] = offset;
  return offset != 0 && offset <= at;
}

bool Decoder::readSequences(Bytes block) {
  if (block.size == 0)
    return false;
  uint32_t count = block.data[0];
  unsigned headBytes = count < 128 ? 1 : count < 255 ? 2 : 3;
  if (headBytes > block.size)
    return false;
  if (headBytes == 2)
    count = ((count - 128) << 8) + block.data[1];
  else if (headBytes == 3)
    count = block.data[1] + (uint32_t(block.data[2]) << 8) + 0x7F00;
  block = {block.data + headBytes, block.size - headBytes};
  if (count == 0)
    return block.size == 0 && copyLiterals(numLiterals);
  if (block.size == 0 || (block.data[0] & 3) != 0)
    return false;
  unsigned modes = block.data[0];
  block = {block.data + 1, block.size - 1};
  if (!readTable(Literals, modes >> 6, block) ||
      !readTable(Offsets, modes >> 4 & 3, block) ||
      !readTable(Matches, modes >> 2 & 3, block))
    return false;
  BackwardBits bits;
  if (!bits.start(block))
    return false;
  uint32_t states[3];
  for (unsigned i = 0; i != 3; ++i)
    states[i] = bits.read(tables[i].log);
  while (count-- != 0) {
    Table::Entry entries[3];
    for (unsigned i = 0; i != 3; ++i)
      entries[i] = tables[i].entries[states[i]];
    uint32_t code = entries[Offsets].symbol;
    // The bits come in another order than they are used.
    BackwardBits offsetBits = bits;
    bits.read(code);
    uint32_t length = readLength(entries[Matches].symbol, true, bits);
    uint32_t before = readLength(entries[Literals].symbol, false, bits);
    uint64_t offset;
    if (bits.left < 0 || !copyLiterals(before) ||
        !findOffset(code, before != 0, offsetBits, offset) ||
        length > size - at)
      return false;
    for (; length != 0; --length, ++at)
      out[at] = out[at - offset];
    if (count == 0)
      break;
    static constexpr CodeKind updated[] = {Literals, Matches, Offsets};
    for (CodeKind kind : updated)
      states[kind] = entries[kind].base + bits.read(entries[kind].bits);
    if (bits.left < 0)
      return false;
  }
  return bits.left == 0 && copyLiterals(numLiterals - nextLiteral);
}

} // namespace

bool unpackZstd(Bytes packed, uint8_t *out, uint64_t size, Arena &scratch) {
  auto *decoder = scratch.tryAllocate<Decoder>(1);
  return decoder != nullptr && decoder->run(packed, out, size);
}

} // namespace flux
