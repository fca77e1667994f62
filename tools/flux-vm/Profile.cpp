//===- Profile.cpp - flux-vm profile --------------------------------------===//
//
// Where a program spends its gas.  The machine stops after equal portions of
// gas, and each time the calls that are active are written down: the same
// program with the same input gives the same profile on every machine, and runs
// at full speed in between.
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include "Window.h"
#include "runtime/vm/Report.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

/// Calls that were met together, as a text of places.
struct Stack {
  uint64_t hash = 0, count = 0;
  Bytes text;
};

struct Options {
  uint64_t every = 10000;
  bool isFolded = false, showOperations = false;
  Bytes output;
};

int takeOption(void *self, Bytes arg) {
  auto &options = *static_cast<Options *>(self);
  Bytes value;
  if (startsWith(arg, "--every=", value)) {
    if (!parseNumber(value, options.every) || options.every == 0 ||
        options.every >> 40 != 0)
      return failUsage("--every needs units of gas, not", value);
  } else if (equals(arg, "--folded")) {
    options.isFolded = true;
  } else if (equals(arg, "--operations")) {
    options.showOperations = true;
  } else if (startsWith(arg, "--output=", value)) {
    options.output = value;
  } else {
    return -2;
  }
  return -1;
}

/// Counts texts in the order in which they came.
class Counts {
public:
  void add(Bytes text, uint64_t amount) {
    uint64_t hash = 14695981039346656037ull;
    for (uint64_t i = 0; i != text.size; ++i)
      hash = (hash ^ text.data[i]) * 1099511628211ull;
    uint64_t slot = hash % numSlots;
    for (; slots[slot] != 0; slot = (slot + 1) % numSlots) {
      Stack &known = stacks[slots[slot] - 1];
      if (known.hash == hash && known.text.size == text.size &&
          __builtin_memcmp(known.text.data, text.data, text.size) == 0) {
        known.count += amount;
        return;
      }
    }
    // What comes after very many different ones is added to the last of them.
    if (stacks.size == numSlots / 2) {
      stacks.back().count += amount;
      return;
    }
    stacks.push({hash, amount, text});
    slots[slot] = static_cast<uint32_t>(stacks.size);
  }
  /// The largest counts first, equal ones as they came.
  void sort() {
    for (uint64_t i = 1; i < stacks.size; ++i) {
      Stack row = stacks[i];
      uint64_t at = i;
      for (; at != 0 && stacks[at - 1].count < row.count; --at)
        stacks[at] = stacks[at - 1];
      stacks[at] = row;
    }
  }

  Vector<Stack> stacks{getArena()};

private:
  static constexpr uint64_t numSlots = 1 << 14;
  uint32_t slots[numSlots] = {};
};

/// The calls at \p word that were inlined, outermost first, and the function.
void writeNames(TextBuilder &text, const Package &package, uint64_t word) {
  uint32_t chain[maxInlined + 1], length = 0;
  uint32_t place = package.findPlaceNumber(word);
  do {
    chain[length++] = place;
    place = place != 0 ? package.getPlace(place).parent : 0;
  } while (place != 0);
  while (length-- != 0) {
    place = chain[length];
    Bytes name = getFunctionName(package, word, place);
    if (name.size != 0)
      text << name;
    else
      text << "f" << uint64_t(package.findFunction(word));
    if (uint32_t line = place != 0 ? package.getPlace(place).line : 0)
      text << ":" << uint64_t(line);
    text << (length != 0 ? ";" : "");
  }
}

/// `main:3;count:12`: functions with lines, outermost first.
Bytes foldStack(const Machine &machine) {
  constexpr uint32_t deepest = 128;
  TextBuilder text(getArena());
  const Package &package = *machine.package;
  uint32_t first = machine.depth > deepest ? machine.depth - deepest : 0;
  if (first != 0)
    text << "...;";
  for (uint32_t i = first; i != machine.depth; ++i) {
    uint32_t word = machine.frames[i].returnWord;
    if (word >= returnToTrap)
      continue;
    writeNames(text, package, word - 1);
    text << ";";
  }
  writeNames(text, package, machine.pc);
  return text.get();
}

Bytes nameLine(const Machine &machine) {
  TextBuilder text(getArena());
  const Package &package = *machine.package;
  uint32_t number = package.findPlaceNumber(machine.pc);
  Place place = package.findPlace(machine.pc);
  if (place.line != 0)
    text << package.getPlaceName(place.file) << ":" << uint64_t(place.line)
         << " ";
  text << "(" << getFunctionName(package, machine.pc, number) << ")";
  return text.get();
}

/// One row an operation: how often it ran, its instruction's number, its key.
int countOperations(Process &process, const Options &options) {
  Machine &machine = process.machine;
  uint64_t words = process.package.codeWords;
  auto *counts = getArena().allocate<uint64_t>(words + 1);
  ThreadedCode code;
  if (!code.build(process.package, getArena(), canGuard()))
    return fail("no memory to translate the code");
  while (machine.state == State::Ready || machine.state == State::Yielded) {
    ++counts[machine.pc];
    machine.runPlain(1);
  }
  TextBuilder text(getArena());
  for (uint64_t i = 0; i != code.getNumOperations(); ++i) {
    ThreadedCode::Operation operation = code.getOperation(i);
    isa::Instruction instruction;
    isa::decode(process.package.code.data + 4 * uint64_t(operation.word),
                words - operation.word, instruction);
    text << counts[operation.word] << " " << uint64_t(operation.key) << " "
         << isa::getMnemonic(instruction.opcode) << "\n";
  }
  int status = process.finish();
  rt::flux_console_flush();
  return writeFile(options.output, text.get()) ? status : Failure;
}

} // namespace

int profileCommand(Arguments &args) {
  static Process process;
  Options options;
  int status = process.open(args, takeOption, &options);
  if (status >= 0)
    return status;
  if (options.output.data == nullptr)
    return failUsage("--output=FILE is missing");
  if (options.showOperations)
    return countOperations(process, options);
  Machine &machine = process.machine;
  guardRegions(machine);
  ThreadedCode code;
  if (!process.translate(code))
    return Failure;
  static Counts counts;
  uint64_t left = process.gas, samples = 0;
  machine.gas = 0;
  for (;;) {
    // Blocks are paid for as a whole, so a portion may be more than asked for.
    uint64_t portion = options.every < left ? options.every : left;
    machine.addGas(static_cast<int64_t>(portion));
    left -= portion;
    code.run(machine);
    if (machine.state == State::Yielded)
      continue;
    if (machine.state != State::OutOfGas || left == 0)
      break;
    counts.add(options.isFolded ? foldStack(machine) : nameLine(machine), 1);
    ++samples;
  }
  status = process.finish();
  counts.sort();
  TextBuilder text(getArena());
  if (!options.isFolded)
    text << samples << " samples, one each " << options.every
         << " units of gas\n";
  for (const Stack &stack : counts.stacks) {
    if (options.isFolded)
      text << stack.text << " " << stack.count << "\n";
    else
      text << stack.count << " " << (1000 * stack.count / samples / 10) << "."
           << (1000 * stack.count / samples % 10) << " % " << stack.text
           << "\n";
  }
  rt::flux_console_flush();
  return writeFile(options.output, text.get()) ? status : Failure;
}

} // namespace flux::tool
