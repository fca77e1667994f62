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
struct Verifier {
  const Package &package;
  BlockIndex blocks;

  const char *jump(uint64_t word, const FlowState &state) const {
    int64_t block = blocks.find(word);
    if (block < 0)
      return "a jump goes to a word that is no recorded block";
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
          return fail("a recorded block lies inside an instruction");
        FlowState block = getBlockState(package.getBlock(nextBlock));
        if (~block.defined & alwaysDefined)
          return fail("a block does not have the registers of the machine");
        if (block.defined & 1ull << isa::RegFlags)
          return fail("a block has flags at its entry");
        if (state.reachable)
          if (const char *message = checkJoin(state, block))
            return fail(message);
        state = block;
        ++nextBlock;
        blockWord =
            nextBlock != numBlocks ? package.getBlock(nextBlock).word : ~0ull;
      }
      if (!state.reachable)
        return fail("nothing leads here: no block is recorded");
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
      return fail("control leaves the end of a function");
  }
  if (nextBlock != numBlocks)
    return fail("a recorded block lies inside an instruction");
  if (effects != package.manifest.effects)
    return fail(effects & ~package.manifest.effects
                    ? "the code has effects that the manifest does not name"
                    : "the manifest names effects that the code does not have");
  return true;
}

} // namespace flux::bytecode
