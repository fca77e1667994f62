//===- Lzma.cpp - unpacking what LZMA packed ------------------------------===//
//
// Images and programs in images are mostly machine code, which LZMA packs
// better by a tenth than zstd: it guesses each bit from where the byte lies in
// an instruction and from what came before.  This is Pavlov's "LZMA
// specification", for small code rather than speed, since an image is unpacked
// once.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Lzma.h"

namespace flux {

namespace {

using Probability = uint16_t;

/// The bits, each of which is coded by how likely it was.
class RangeDecoder {
public:
  RangeDecoder(const uint8_t *begin, const uint8_t *end) : at(begin), end(end) {
    for (unsigned i = 0; i != 5; ++i)
      code = code << 8 | read();
  }

  unsigned decode(Probability &probability) {
    normalize();
    uint32_t bound = (range >> probabilityBits) * probability;
    bool bit = code >= bound;
    if (bit) {
      range -= bound;
      code -= bound;
      probability -= probability >> adaptation;
    } else {
      range = bound;
      probability += ((1 << probabilityBits) - probability) >> adaptation;
    }
    return bit;
  }

  /// \p count bits that are as likely to be 0 as 1.
  uint32_t decodeDirect(unsigned count) {
    uint32_t value = 0;
    while (count-- != 0) {
      normalize();
      range >>= 1;
      bool bit = code >= range;
      if (bit)
        code -= range;
      value = value << 1 | bit;
    }
    return value;
  }

  /// \p count bits, the highest one first, by a tree of probabilities.
  unsigned decodeTree(Probability *tree, unsigned count) {
    unsigned node = 1;
    for (unsigned i = 0; i != count; ++i)
      node = node << 1 | decode(tree[node]);
    return node - (1u << count);
  }

  /// The same, the lowest one first.
  unsigned decodeReverse(Probability *tree, unsigned count) {
    unsigned node = 1, value = 0;
    for (unsigned i = 0; i != count; ++i) {
      unsigned bit = decode(tree[node]);
      node = node << 1 | bit;
      value |= bit << i;
    }
    return value;
  }

  /// True if there was always something to read.
  bool isGood() const { return !isOver; }
  /// True if this is the end of the data.
  bool isFinished() {
    normalize();
    return !isOver && at == end && code == 0;
  }

  static constexpr unsigned probabilityBits = 11, adaptation = 5;

private:
  void normalize() {
    constexpr uint32_t least = 1 << 24;
    if (range < least) {
      range <<= 8;
      code = code << 8 | read();
    }
  }

  uint8_t read() {
    isOver |= at == end;
    return isOver ? 0 : *at++;
  }

  const uint8_t *at, *end;
  uint32_t range = ~uint32_t(0), code = 0;
  bool isOver = false;
};

constexpr unsigned numStates = 12, maxPositions = 16;
/// States below it follow a literal.
constexpr unsigned firstMatchState = 7;

/// How long what is repeated is.
struct Lengths {
  Probability isLong, isVeryLong;
  Probability shortOnes[maxPositions][8], longOnes[maxPositions][8],
      veryLongOnes[256];

  unsigned decode(RangeDecoder &decoder, unsigned position) {
    if (decoder.decode(isLong) == 0)
      return 2 + decoder.decodeTree(shortOnes[position], 3);
    if (decoder.decode(isVeryLong) == 0)
      return 10 + decoder.decodeTree(longOnes[position], 3);
    return 18 + decoder.decodeTree(veryLongOnes, 8);
  }
};

constexpr unsigned alignBits = 4, slotBits = 6, numDistanceClasses = 4;
constexpr unsigned firstAlignedSlot = 14, numNearDistances = 128;

/// Nothing but probabilities; those of literals follow.
struct Model {
  Probability isMatch[numStates][maxPositions], isRepeated[numStates],
      isNotLast[numStates], isNotSecond[numStates], isNotThird[numStates],
      isLonger[numStates][maxPositions];
  Probability slots[numDistanceClasses][1 << slotBits];
  Probability near[numNearDistances], align[1 << alignBits];
  Lengths matches, repetitions;
};
constexpr uint64_t numProbabilities = sizeof(Model) / sizeof(Probability);
constexpr unsigned literalSize = 0x300;

} // namespace

static uint32_t decodeDistance(RangeDecoder &decoder, Model &model,
                               unsigned length) {
  unsigned kind =
      length - 2 < numDistanceClasses ? length - 2 : numDistanceClasses - 1;
  unsigned slot = decoder.decodeTree(model.slots[kind], slotBits);
  if (slot < 4)
    return slot;
  unsigned bits = (slot >> 1) - 1;
  uint32_t distance = (2 | (slot & 1)) << bits;
  if (slot < firstAlignedSlot)
    return distance +
           decoder.decodeReverse(model.near + (distance - slot), bits);
  distance += decoder.decodeDirect(bits - alignBits) << alignBits;
  return distance + decoder.decodeReverse(model.align, alignBits);
}

static uint8_t decodeLiteral(RangeDecoder &decoder, Probability *probabilities,
                             bool isAfterMatch, uint8_t match) {
  unsigned symbol = 1;
  // Behind what was repeated comes another byte than there.
  for (unsigned shift = 8; isAfterMatch && shift != 0; --shift) {
    unsigned expected = match >> (shift - 1) & 1;
    unsigned bit =
        decoder.decode(probabilities[((1 + expected) << 8) + symbol]);
    symbol = symbol << 1 | bit;
    if (bit != expected)
      break;
  }
  while (symbol < 0x100)
    symbol = symbol << 1 | decoder.decode(probabilities[symbol]);
  return static_cast<uint8_t>(symbol);
}

bool unpackLzma(Bytes packed, uint8_t *out, uint64_t size, Arena &scratch) {
  // The first byte of the data is 0.
  constexpr unsigned headerSize = 1, maxLiteralBits = 4;
  if (packed.size <= headerSize || packed.data[headerSize] != 0)
    return false;
  unsigned properties = packed.data[0];
  unsigned literalContext = properties % 9;
  unsigned literalPosition = properties / 9 % 5;
  unsigned positions = properties / 45;
  // The bits of both are limited together, as in LZMA2, and so is the memory.
  if (positions > 4 || literalContext + literalPosition > maxLiteralBits)
    return false;
  uint64_t count =
      numProbabilities + (literalSize << (literalContext + literalPosition));
  auto *all = scratch.tryAllocate<Probability>(count);
  if (all == nullptr)
    return false;
  for (uint64_t i = 0; i != count; ++i)
    all[i] = 1 << (RangeDecoder::probabilityBits - 1);
  auto &model = *reinterpret_cast<Model *>(all);
  Probability *literals = all + numProbabilities;

  RangeDecoder decoder(packed.data + headerSize, packed.data + packed.size);
  // Distances less 1.
  uint32_t last = 0, second = 0, third = 0, fourth = 0;
  unsigned state = 0;
  for (uint64_t at = 0; at != size;) {
    if (!decoder.isGood())
      return false;
    unsigned position = at & ((1u << positions) - 1);
    bool isAfterMatch = state >= firstMatchState;
    if (decoder.decode(model.isMatch[state][position]) == 0) {
      unsigned before = at != 0 ? out[at - 1] : 0;
      unsigned context = (at & ((1u << literalPosition) - 1))
                             << literalContext |
                         before >> (8 - literalContext);
      out[at] =
          decodeLiteral(decoder, literals + literalSize * context, isAfterMatch,
                        isAfterMatch ? out[at - last - 1] : 0);
      ++at;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      continue;
    }
    unsigned length = 0;
    if (decoder.decode(model.isRepeated[state]) == 0) {
      fourth = third;
      third = second;
      second = last;
      length = model.matches.decode(decoder, position);
      last = decodeDistance(decoder, model, length);
      state = isAfterMatch ? 10 : 7;
    } else {
      if (decoder.decode(model.isNotLast[state]) != 0) {
        uint32_t distance = second;
        if (decoder.decode(model.isNotSecond[state]) != 0) {
          distance = third;
          if (decoder.decode(model.isNotThird[state]) != 0) {
            distance = fourth;
            fourth = third;
          }
          third = second;
        }
        second = last;
        last = distance;
      } else if (decoder.decode(model.isLonger[state][position]) == 0) {
        length = 1;
        state = isAfterMatch ? 11 : 9;
      }
      if (length == 0) {
        length = model.repetitions.decode(decoder, position);
        state = isAfterMatch ? 11 : 8;
      }
    }
    if (last >= at || length > size - at)
      return false;
    for (; length != 0; --length, ++at)
      out[at] = out[at - last - 1];
  }
  return decoder.isFinished();
}

} // namespace flux
