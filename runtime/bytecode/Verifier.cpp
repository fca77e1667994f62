//===- Verifier.cpp - only good code runs ---------------------------------===//
//
// The package says what holds at each block; so one pass over the code checks
// all of it, without a fixpoint, recursion or a limit on sizes.  At each jump,
// what holds there is compared with what its target claims.
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/Verifier.h"
#include "runtime/bytecode/Flow.h"

namespace flux::bytecode {

bool BlockIndex::build(const Package &package, Arena &arena) {
  uint64_t groups = package.codeWords / 64 + 1;
  starts = arena.tryAllocate<uint64_t>(groups);
  counts = arena.tryAllocate<uint32_t>(groups);
  if (starts == nullptr || counts == nullptr)
    return false;
  for (uint32_t i = 0; i != package.numBlocks; ++i) {
    uint32_t word = package.getBlock(i).word;
    starts[word / 64] |= uint64_t(1) << word % 64;
  }
  uint32_t count = 0;
  for (uint64_t i = 0; i != groups; ++i) {
    counts[i] = count;
    count += static_cast<uint32_t>(__builtin_popcountll(starts[i]));
  }
  return true;
}

namespace {

#if !FLUX_FOR_SIZE
/// What most instructions are: one word, and bytes 1 to 3 are registers, a
/// small immediate or nothing.  For them all that follow() finds out is in the
/// word.
struct SimpleInstruction {
  uint32_t zeroBits = 0;      ///< which bits of the word must be zero
  uint32_t literal = 0;       ///< if these bytes are ...
  uint32_t isLiteral = 1;     ///< ... this, a literal word follows
  uint8_t uses = 0, defs = 0; ///< bit N: byte N + 1 is such a register
  bool isSimple = false, setsFlags = false;
};

constexpr unsigned numSimple = isa::escapeByte;
constexpr uint64_t notWritable =
    1ull << isa::RegSP | 1ull << isa::RegPC | 1ull << isa::RegFlags |
    1ull << isa::RegGas | 1ull << isa::RegRegionBase |
    1ull << isa::RegRegionSize | 1ull << isa::RegCapability |
    1ull << isa::RegHandler;
constexpr uint64_t frameRegisters = 1ull << isa::RegBP | 1ull << isa::RegFP;

SimpleInstruction simplify(unsigned opcode) {
  SimpleInstruction simple;
  const isa::InstructionInfo &info =
      isa::getInfo(static_cast<isa::Opcode>(opcode));
  if (!info.exists)
    return simple;
  bool isKind = info.kind == isa::Kind::Value || info.kind == isa::Kind::Load ||
                info.kind == isa::Kind::Store ||
                info.kind == isa::Kind::Compare;
  const isa::FormatInfo &format =
      isa::getFormat(static_cast<isa::Opcode>(opcode));
  if (!isKind || format.words != 1 || info.vector != 0 || info.effects != 0 ||
      (info.flags & isa::ReadsFlags))
    return simple;
  simple.zeroBits = static_cast<uint32_t>(format.getUnused());
  for (unsigned i = 0; i != format.numFields; ++i) {
    const isa::Field &field = format.fields[i];
    unsigned byte = field.position;
    if (byte < 1 || byte > 3)
      return simple;
    if (field.kind == isa::FieldKind::Reg) {
      simple.zeroBits |= 0xC0u << 8 * byte;
      simple.uses |= (info.uses >> field.slot & 1) << (byte - 1);
      simple.defs |= (info.defs >> field.slot & 1) << (byte - 1);
    } else if (field.kind == isa::FieldKind::Imm8L) {
      simple.literal = 0xFFu << 8 * byte;
      simple.isLiteral = 0x80u << 8 * byte;
    } else {
      return simple;
    }
  }
  simple.setsFlags = info.flags & isa::WritesFlags;
  simple.isSimple = true;
  return simple;
}

/// Does what follow() does for a simple instruction in order; false if it is
/// none, or not in order: then follow() tells why.
inline bool followSimple(const SimpleInstruction &simple, uint32_t word,
                         FlowState &state) {
  if (!simple.isSimple || (word & simple.zeroBits) != 0 ||
      (word & simple.literal) == simple.isLiteral)
    return false;
  unsigned first = word >> 8 & 63, second = word >> 16 & 63,
           third = word >> 24 & 63;
  uint64_t uses = static_cast<uint64_t>(simple.uses & 1) << first |
                  static_cast<uint64_t>(simple.uses >> 1 & 1) << second |
                  static_cast<uint64_t>(simple.uses >> 2 & 1) << third;
  uint64_t defs = static_cast<uint64_t>(simple.defs & 1) << first |
                  static_cast<uint64_t>(simple.defs >> 1 & 1) << second |
                  static_cast<uint64_t>(simple.defs >> 2 & 1) << third;
  // R5 is never among the defined ones.
  if ((uses & ~state.defined) != 0 || (defs & notWritable) != 0 ||
      (state.enterDepth != notEntered && (defs & frameRegisters) != 0))
    return false;
  state.defined |= defs;
  state.flags |= simple.setsFlags;
  return true;
}
#endif

struct Verifier {
  const Package &package;
  BlockIndex blocks;

  const char *jump(uint64_t word, const FlowState &state) const {
    int64_t block = blocks.find(word);
    if (block < 0)
      return FLUX_UNSAFE("a jump goes to a word that is no recorded block");
    return checkJoin(
        state, getBlockState(package.getBlock(static_cast<uint32_t>(block))));
  }
};
} // namespace

bool verify(const Package &package, Arena &scratch, VerifyError &error) {
  Verifier verifier = {package, {}};
  if (!verifier.blocks.build(package, scratch)) {
    error = {"no memory to verify the code", 0};
    return false;
  }
  FlowContext context = {
      package.numFunctions,
      [](const void *data, uint32_t i) {
        return static_cast<const Package *>(data)->getFunction(i);
      },
      package.numImports,
      [](const void *data, uint32_t i) {
        return static_cast<const Package *>(data)->getImport(i);
      },
      package.numTables,
      [](const void *data, uint32_t i) {
        return static_cast<const Package *>(data)->getTable(i);
      },
      &package,
      [](void *self, uint64_t word, const FlowState &state) {
        return static_cast<Verifier *>(self)->jump(word, state);
      },
      &verifier};

#if !FLUX_FOR_SIZE
  SimpleInstruction simple[numSimple];
  for (unsigned opcode = 0; opcode != numSimple; ++opcode)
    simple[opcode] = simplify(opcode);
#endif
  uint32_t effects = 0, numBlocks = package.numBlocks, nextBlock = 0;
  uint64_t word = 0;
  uint64_t blockWord = numBlocks != 0 ? package.getBlock(0).word : ~0ull;
  auto fail = [&](const char *message) {
    error = {message, word};
    return false;
  };
  for (uint32_t i = 0; i != package.numFunctions; ++i) {
    Function function = package.getFunction(i);
    FlowState state = getEntryState(function);
    while (word != function.end) {
      if (word >= blockWord) {
        if (word != blockWord)
          return fail(
              FLUX_UNSAFE("a recorded block lies inside an instruction"));
        FlowState block = getBlockState(package.getBlock(nextBlock));
        if (~block.defined & alwaysDefined)
          return fail(FLUX_UNSAFE(
              "a block does not have the registers of the machine"));
        if (block.defined & 1ull << isa::RegFlags)
          return fail(FLUX_UNSAFE("a block has flags at its entry"));
        if (state.reachable)
          if (const char *message = checkJoin(state, block))
            return fail(message);
        state = block;
        ++nextBlock;
        blockWord =
            nextBlock != numBlocks ? package.getBlock(nextBlock).word : ~0ull;
      }
      if (!state.reachable)
        return fail(FLUX_UNSAFE("nothing leads here: no block is recorded"));
#if !FLUX_FOR_SIZE
      uint32_t bits = isa::loadWord(package.code.data + 4 * word);
      if ((bits & 0xFF) < numSimple &&
          followSimple(simple[bits & 0xFF], bits, state)) {
        ++word;
        continue;
      }
#endif
      isa::Instruction instruction;
      if (const char *message = isa::decode(package.code.data + 4 * word,
                                            function.end - word, instruction))
        return fail(message);
      if (const char *message =
              follow(context, function, word, instruction, state, effects))
        return fail(message);
      word += instruction.words;
    }
    if (state.reachable)
      return fail(FLUX_UNSAFE("control leaves the end of a function"));
  }
  if (nextBlock != numBlocks)
    return fail(FLUX_UNSAFE("a recorded block lies inside an instruction"));
  if (effects != package.manifest.effects)
    return fail(
        effects & ~package.manifest.effects
            ? FLUX_UNSAFE(
                  "the code has effects that the manifest does not name")
            : FLUX_UNSAFE(
                  "the manifest names effects that the code does not have"));
  return true;
}

} // namespace flux::bytecode
