//===- Allocate.cpp - registers of the machine for virtual ones -----------===//
//
// A call slides the window: registers below the slide survive, the others do
// not.  So values that live across calls are allocated first, as low as they
// fit; then each call's slide is known, and with it the registers of its
// arguments and results, which the other values prefer.  Values are allocated
// by their weight; what finds no register gets a slot.
//
// Before that, values that are copied to each other and never live at once
// become one: most phis of loops, whose edges then need no code and no jump.
//
//===----------------------------------------------------------------------===//

#include "Code.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <map>
#include <tuple>

using namespace flux::fbc;
namespace isa = flux::isa;

namespace {

// R3 and R6 belong to the frame, those from R57 on to the process; R53 to R56
// hold values of slots for one instruction.
constexpr Reg lastAllocatable = 52, firstScratch = 53;
constexpr Reg firstArgument = 16;
constexpr Reg framePointer = isa::RegFP;

bool isAllocatable(Reg reg) {
  return reg == 1 || (reg >= 7 && reg <= lastAllocatable);
}

struct Segment {
  uint32_t begin, end;
};

struct Interval {
  std::vector<Segment> segments; ///< rising
  float weight = 0;              ///< uses and definitions by how often they run
  uint32_t length = 1;           ///< positions
  Reg assigned = noReg;
  int32_t slot = noSlot;
  bool crosses = false;            ///< lives across a call
  Reg most = lastAllocatable;      ///< if so, the last register that survives
  llvm::SmallVector<Reg, 4> hints; ///< registers, virtual ones or not
};

/// A place of a value: a register or a slot.
struct Location {
  Reg reg = noReg;
  int32_t slot = noSlot;
  bool operator==(const Location &other) const {
    return reg == other.reg && slot == other.slot;
  }
};

class Allocator {
public:
  explicit Allocator(Function &function) : function(function) {}
  void run();

private:
  void number();
  void findLiveness();
  void findIntervals();
  void measure(Interval &interval) const;
  void coalesce();
  static bool overlap(const Interval &a, const Interval &b);
  Reg find(Reg reg) const;
  void findHints();
  void assign(bool crossing);
  bool tryRegister(Interval &interval, Reg reg);
  bool isFree(const Interval &interval, Reg reg) const;
  void spill(Interval &interval);
  unsigned findSlide(uint32_t position) const;
  void rewrite();
  void rewriteInstruction(Instruction &instruction,
                          std::vector<Instruction> &out);
  void rewriteCall(Instruction &call, uint32_t position,
                   std::vector<Instruction> &out);
  void layOutFrame();

  // Moving values.
  Location locate(Reg reg) const;
  void move(Location to, Location from, std::vector<Instruction> &out);
  void load(Reg to, int32_t slot, std::vector<Instruction> &out);
  void store(int32_t slot, Reg from, std::vector<Instruction> &out);
  void setNumber(Location to, int64_t number, std::vector<Instruction> &out);
  void moveAll(llvm::ArrayRef<Location> to, llvm::ArrayRef<Source> from,
               std::vector<Instruction> &out);
  void moveAll(llvm::ArrayRef<Location> to, llvm::ArrayRef<Location> from,
               std::vector<Instruction> &out);

  Interval &intervalOf(Reg reg) { return intervals[find(reg) - firstVirtual]; }
  const Interval &intervalOf(Reg reg) const {
    return intervals[find(reg) - firstVirtual];
  }

  Function &function;
  std::vector<Interval> intervals;
  /// The value that a value is one with, itself at the end.
  mutable std::vector<Reg> leaders;
  std::vector<llvm::BitVector> liveOut;
  std::vector<uint32_t> starts; ///< position of a block's first instruction
  /// The calls, in order.
  std::vector<std::pair<uint32_t, const Instruction *>> calls;
  std::map<uint32_t, uint32_t> taken[isa::numRegisters];
  uint32_t placeNumber = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// Where values live
//===----------------------------------------------------------------------===//

// Each instruction has two positions: it reads at the first, writes at the
// second.

void Allocator::number() {
  starts.resize(function.blocks.size());
  uint32_t position = 0;
  for (uint32_t index : function.order) {
    starts[index] = position;
    for (const Instruction &instruction : function.blocks[index].code) {
      if (instruction.isCall())
        calls.emplace_back(position, &instruction);
      position += 2;
    }
  }
}

void Allocator::findLiveness() {
  size_t count = function.numRegisters - firstVirtual;
  std::vector<llvm::BitVector> uses(function.blocks.size()),
      defs(function.blocks.size());
  liveOut.assign(function.blocks.size(), llvm::BitVector(count));
  for (uint32_t index : function.order) {
    Block &block = function.blocks[index];
    uses[index].resize(count);
    defs[index].resize(count);
    for (Instruction &instruction : block.code) {
      instruction.forEachUse([&](Reg reg) {
        if (reg >= firstVirtual && !defs[index].test(reg - firstVirtual))
          uses[index].set(reg - firstVirtual);
      });
      instruction.forEachDef([&](Reg reg) {
        if (reg >= firstVirtual)
          defs[index].set(reg - firstVirtual);
      });
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t index : llvm::reverse(function.order)) {
      llvm::BitVector &live = liveOut[index];
      for (uint32_t next : function.blocks[index].successors) {
        llvm::BitVector in = liveOut[next];
        in.reset(defs[next]);
        in |= uses[next];
        if (in.test(live)) {
          live |= in;
          changed = true;
        }
      }
    }
  }
}

void Allocator::findIntervals() {
  intervals.resize(function.numRegisters - firstVirtual);
  for (Reg reg = firstVirtual; reg != function.numRegisters; ++reg)
    leaders.push_back(reg);
  auto add = [&](Reg reg, uint32_t begin, uint32_t end) {
    std::vector<Segment> &segments = intervalOf(reg).segments;
    // Blocks and instructions come from the last to the first.
    if (!segments.empty() && segments.back().begin <= end &&
        segments.back().begin >= begin)
      segments.back() = {begin, std::max(end, segments.back().end)};
    else
      segments.push_back({begin, end});
  };
  std::vector<uint32_t> ends(intervals.size());
  for (uint32_t index : llvm::reverse(function.order)) {
    Block &block = function.blocks[index];
    uint32_t position =
        starts[index] + 2 * static_cast<uint32_t>(block.code.size());
    llvm::BitVector live = liveOut[index];
    for (unsigned reg : live.set_bits())
      ends[reg] = position;
    float frequency = 1;
    for (unsigned i = 0; i < block.loopDepth && i < 8; ++i)
      frequency *= 8;
    for (Instruction &instruction : llvm::reverse(block.code)) {
      position -= 2;
      instruction.forEachDef([&](Reg reg) {
        if (reg < firstVirtual)
          return;
        intervalOf(reg).weight += frequency;
        unsigned bit = reg - firstVirtual;
        add(reg, position + 1, live.test(bit) ? ends[bit] : position + 2);
        live.reset(bit);
      });
      instruction.forEachUse([&](Reg reg) {
        if (reg < firstVirtual)
          return;
        intervalOf(reg).weight += frequency;
        unsigned bit = reg - firstVirtual;
        if (!live.test(bit)) {
          live.set(bit);
          ends[bit] = position + 1;
        }
      });
    }
    for (unsigned bit : live.set_bits())
      add(bit + firstVirtual, starts[index], ends[bit]);
  }
  for (Interval &interval : intervals) {
    std::reverse(interval.segments.begin(), interval.segments.end());
    measure(interval);
  }
}

/// How long a value lives, and across which calls.
void Allocator::measure(Interval &interval) const {
  interval.length = 1;
  for (Segment segment : interval.segments) {
    interval.length += segment.end - segment.begin;
    auto call = llvm::lower_bound(
        calls, segment.begin,
        [](const auto &call, uint32_t begin) { return call.first < begin; });
    for (; call != calls.end() && call->first + 2 < segment.end; ++call) {
      size_t count =
          std::max(call->second->ins.size(), call->second->outs.size());
      interval.crosses = true;
      interval.most =
          std::min<Reg>(interval.most, lastAllocatable - firstArgument -
                                           static_cast<Reg>(count));
    }
  }
}

//===----------------------------------------------------------------------===//
// Values that become one
//===----------------------------------------------------------------------===//

Reg Allocator::find(Reg reg) const {
  while (leaders[reg - firstVirtual] != reg) {
    Reg &next = leaders[reg - firstVirtual];
    next = leaders[next - firstVirtual];
    reg = next;
  }
  return reg;
}

bool Allocator::overlap(const Interval &a, const Interval &b) {
  auto x = a.segments.begin(), y = b.segments.begin();
  while (x != a.segments.end() && y != b.segments.end()) {
    if (x->begin < y->end && y->begin < x->end)
      return true;
    (x->end < y->end ? x : y)++;
  }
  return false;
}

void Allocator::coalesce() {
  struct Copy {
    Reg to, from;
    unsigned loopDepth;
    size_t order;
  };
  std::vector<Copy> copies;
  for (uint32_t index : function.order) {
    const Block &block = function.blocks[index];
    auto add = [&](Reg to, Reg from) {
      if (to >= firstVirtual && from >= firstVirtual)
        copies.push_back({to, from, block.loopDepth, copies.size()});
    };
    for (const Instruction &instruction : block.code) {
      if (instruction.pseudo == Pseudo::Copies)
        for (auto [to, from] :
             llvm::zip_equal(instruction.outs, instruction.ins))
          if (!from.isNumber())
            add(to, from.reg);
      if (instruction.isReal() && instruction.opcode == Opcode::MOV)
        add(instruction.reg[0], instruction.reg[1]);
    }
  }
  llvm::sort(copies, [](const Copy &a, const Copy &b) {
    return std::tie(b.loopDepth, a.order) < std::tie(a.loopDepth, b.order);
  });
  constexpr size_t mostSegments = 1024;
  for (const Copy &copy : copies) {
    Reg to = find(copy.to), from = find(copy.from);
    Interval &kept = intervalOf(to), &other = intervalOf(from);
    // Outside of loops it costs less to copy than to be in the way of calls.
    if (to == from || (copy.loopDepth == 0 && kept.crosses != other.crosses) ||
        kept.segments.size() + other.segments.size() > mostSegments ||
        overlap(kept, other))
      continue;
    std::vector<Segment> segments;
    std::merge(kept.segments.begin(), kept.segments.end(),
               other.segments.begin(), other.segments.end(),
               std::back_inserter(segments),
               [](Segment a, Segment b) { return a.begin < b.begin; });
    kept.segments = std::move(segments);
    kept.weight += other.weight;
    other = {};
    leaders[from - firstVirtual] = to;
    measure(kept);
  }
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

bool Allocator::isFree(const Interval &interval, Reg reg) const {
  for (Segment segment : interval.segments) {
    auto after = taken[reg].lower_bound(segment.begin);
    if (after != taken[reg].end() && after->first < segment.end)
      return false;
    if (after != taken[reg].begin() && std::prev(after)->second > segment.begin)
      return false;
  }
  return true;
}

bool Allocator::tryRegister(Interval &interval, Reg reg) {
  if (!isAllocatable(reg) || reg > interval.most || !isFree(interval, reg))
    return false;
  interval.assigned = reg;
  for (Segment segment : interval.segments)
    taken[reg][segment.begin] = segment.end;
  return true;
}

void Allocator::spill(Interval &interval) {
  interval.slot = static_cast<int32_t>(function.slots.size());
  function.slots.emplace_back();
}

/// Copies and calls are cheaper if both sides have the same register.
void Allocator::findHints() {
  for (uint32_t index : function.order)
    for (Instruction &instruction : function.blocks[index].code) {
      auto pair = [&](Reg a, Reg b) {
        if (a >= firstVirtual)
          intervalOf(a).hints.push_back(b);
        if (b >= firstVirtual)
          intervalOf(b).hints.push_back(a);
      };
      if (instruction.pseudo == Pseudo::Params)
        for (auto [i, out] : llvm::enumerate(instruction.outs))
          pair(out, firstArgument + static_cast<Reg>(i));
      if (instruction.pseudo == Pseudo::Return)
        for (auto [i, in] : llvm::enumerate(instruction.ins))
          if (!in.isNumber())
            pair(in.reg, firstArgument + static_cast<Reg>(i));
      if (instruction.pseudo == Pseudo::Copies)
        for (auto [to, from] :
             llvm::zip_equal(instruction.outs, instruction.ins))
          if (!from.isNumber())
            pair(to, from.reg);
      if (instruction.isReal() && instruction.opcode == Opcode::MOV)
        pair(instruction.reg[0], instruction.reg[1]);
    }
}

/// The least slide that keeps what lives across the call at \p position.
unsigned Allocator::findSlide(uint32_t position) const {
  // The frame pointer has to survive, too.
  bool hasFrame = !function.slots.empty() || function.hasDynamicFrame;
  unsigned slide = hasFrame ? framePointer + 1 : 1;
  for (Reg reg = 0; reg != isa::numRegisters; ++reg) {
    auto after = taken[reg].upper_bound(position);
    if (after != taken[reg].begin() && std::prev(after)->second > position + 2)
      slide = std::max(slide, reg + 1);
  }
  return slide;
}

void Allocator::assign(bool crossing) {
  std::vector<Interval *> order;
  for (Interval &interval : intervals)
    if (!interval.segments.empty() && interval.crosses == crossing)
      order.push_back(&interval);
  auto worth = [](const Interval *interval) {
    return interval->weight / static_cast<float>(interval->length);
  };
  llvm::sort(order, [&](const Interval *a, const Interval *b) {
    return worth(a) != worth(b) ? worth(a) > worth(b) : a < b;
  });
  for (Interval *interval : order) {
    bool done = false;
    for (Reg hint : interval->hints) {
      Reg reg = hint >= firstVirtual ? intervalOf(hint).assigned : hint;
      if (reg != noReg && (done = tryRegister(*interval, reg)))
        break;
    }
    for (Reg reg = 1; !done && reg <= interval->most; ++reg)
      done = tryRegister(*interval, reg);
    if (!done)
      spill(*interval);
  }
}

//===----------------------------------------------------------------------===//
// Moving
//===----------------------------------------------------------------------===//

static Instruction make(Opcode opcode, Reg rd, Reg rs1, int64_t imm = 0) {
  Instruction result;
  result.opcode = opcode;
  result.reg[0] = rd;
  result.reg[1] = rs1;
  result.imm = imm;
  return result;
}

Location Allocator::locate(Reg reg) const {
  if (reg < firstVirtual)
    return {reg, noSlot};
  const Interval &interval = intervalOf(reg);
  // What nobody reads has no place.
  if (interval.assigned == noReg && interval.slot == noSlot)
    return {firstScratch, noSlot};
  return {interval.assigned, interval.slot};
}

void Allocator::load(Reg to, int32_t slot, std::vector<Instruction> &out) {
  Instruction access = make(Opcode::LOAD, to, noReg);
  access.slot = slot;
  access.place = placeNumber;
  out.push_back(std::move(access));
}

void Allocator::store(int32_t slot, Reg from, std::vector<Instruction> &out) {
  Instruction access = make(Opcode::STORE, noReg, noReg);
  access.reg[2] = from;
  access.slot = slot;
  access.place = placeNumber;
  out.push_back(std::move(access));
}

void Allocator::move(Location to, Location from,
                     std::vector<Instruction> &out) {
  if (to == from)
    return;
  if (from.slot != noSlot) {
    Reg through = to.slot == noSlot ? to.reg : firstScratch;
    load(through, from.slot, out);
    from = {through, noSlot};
  }
  if (to.slot != noSlot) {
    store(to.slot, from.reg, out);
    return;
  }
  if (to.reg != from.reg) {
    out.push_back(make(Opcode::MOV, to.reg, from.reg));
    out.back().place = placeNumber;
  }
}

void Allocator::setNumber(Location to, int64_t number,
                          std::vector<Instruction> &out) {
  Reg reg = to.slot == noSlot ? to.reg : firstScratch;
  out.push_back(make(Opcode::LI, reg, noReg, number));
  out.back().place = placeNumber;
  if (to.slot != noSlot)
    store(to.slot, reg, out);
}

/// Moves all at once: nothing is overwritten that is still to be read.
void Allocator::moveAll(llvm::ArrayRef<Location> to,
                        llvm::ArrayRef<Location> from,
                        std::vector<Instruction> &out) {
  llvm::SmallVector<std::pair<Location, Location>, 8> left;
  for (auto [target, origin] : llvm::zip_equal(to, from))
    if (!(target == origin))
      left.emplace_back(target, origin);
  while (!left.empty()) {
    auto *free = llvm::find_if(left, [&](const auto &item) {
      return llvm::none_of(left, [&](const auto &other) {
        return &other != &item && other.second == item.first;
      });
    });
    if (free != left.end()) {
      move(free->first, free->second, out);
      left.erase(free);
      continue;
    }
    // A circle: one of its values waits.
    Location waiting = {firstScratch + 1, noSlot};
    Location first = left.front().first;
    move(waiting, first, out);
    for (auto &item : left)
      if (item.second == first)
        item.second = waiting;
  }
}

void Allocator::moveAll(llvm::ArrayRef<Location> to,
                        llvm::ArrayRef<Source> from,
                        std::vector<Instruction> &out) {
  llvm::SmallVector<Location, 8> targets, origins;
  for (auto [target, source] : llvm::zip_equal(to, from))
    if (!source.isNumber()) {
      targets.push_back(target);
      origins.push_back(locate(source.reg));
    }
  moveAll(targets, origins, out);
  for (auto [target, source] : llvm::zip_equal(to, from))
    if (source.isNumber())
      setNumber(target, source.number, out);
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

void Allocator::rewriteCall(Instruction &call, uint32_t position,
                            std::vector<Instruction> &out) {
  unsigned slide = findSlide(position);
  Source number;
  if (call.pseudo == Pseudo::CallNumber) {
    number = call.ins.pop_back_val();
    // Arguments may overwrite it.
    move({firstScratch + 2, noSlot}, locate(number.reg), out);
  }
  llvm::SmallVector<Location, 8> targets, results, origins;
  for (size_t i = 0; i != call.ins.size(); ++i)
    targets.push_back({slide + firstArgument + static_cast<Reg>(i), noSlot});
  moveAll(targets, call.ins, out);
  call.reg[0] = slide;
  call.reg[1] = call.pseudo == Pseudo::CallNumber ? firstScratch + 2 : noReg;
  for (size_t i = 0; i != call.outs.size(); ++i) {
    origins.push_back({slide + firstArgument + static_cast<Reg>(i), noSlot});
    results.push_back(locate(call.outs[i]));
  }
  llvm::SmallVector<Reg, 4> outs(call.outs.begin(), call.outs.end());
  out.push_back(call);
  // A result that nobody reads stays where it is.
  llvm::SmallVector<Location, 8> usedResults, usedOrigins;
  for (size_t i = 0; i != outs.size(); ++i)
    if (results[i].reg != firstScratch || results[i].slot != noSlot) {
      usedResults.push_back(results[i]);
      usedOrigins.push_back(origins[i]);
    }
  moveAll(usedResults, llvm::ArrayRef<Location>(usedOrigins), out);
}

void Allocator::rewriteInstruction(Instruction &instruction,
                                   std::vector<Instruction> &out) {
  llvm::SmallVector<Location, 8> places;
  switch (instruction.pseudo) {
  case Pseudo::Params: {
    llvm::SmallVector<Location, 8> origins;
    for (auto [i, reg] : llvm::enumerate(instruction.outs))
      if (intervalOf(reg).assigned != noReg || intervalOf(reg).slot != noSlot) {
        places.push_back(locate(reg));
        origins.push_back({firstArgument + static_cast<Reg>(i), noSlot});
      }
    moveAll(places, llvm::ArrayRef<Location>(origins), out);
    return;
  }
  case Pseudo::Copies:
    for (Reg reg : instruction.outs)
      places.push_back(locate(reg));
    moveAll(places, instruction.ins, out);
    return;
  case Pseudo::Return:
    for (size_t i = 0; i != instruction.ins.size(); ++i)
      places.push_back({firstArgument + static_cast<Reg>(i), noSlot});
    moveAll(places, instruction.ins, out);
    instruction.ins.clear();
    out.push_back(std::move(instruction));
    return;
  default:
    break;
  }
  // A slot is read into a register of its own, and written from one.
  unsigned uses =
      instruction.isReal() ? isa::getInfo(instruction.opcode).uses : 0;
  unsigned defs =
      instruction.isReal() ? isa::getInfo(instruction.opcode).defs : 1;
  Reg scratch = firstScratch;
  llvm::SmallVector<std::pair<int32_t, Reg>, 2> written;
  for (unsigned i = 0; i != 4; ++i) {
    Reg reg = instruction.reg[i];
    if (reg == noReg || reg < firstVirtual || !((uses | defs) >> i & 1))
      continue;
    Location place = locate(reg);
    if (place.slot == noSlot) {
      instruction.reg[i] = place.reg;
      // What nobody reads must not hide the other result.
      if (place.reg == firstScratch && defs >> i & 1)
        instruction.reg[i] = scratch++;
      continue;
    }
    instruction.reg[i] = scratch;
    if (uses >> i & 1)
      load(scratch, place.slot, out);
    if (defs >> i & 1)
      written.emplace_back(place.slot, scratch);
    ++scratch;
  }
  if (instruction.isReal() && instruction.opcode == Opcode::MOV &&
      instruction.reg[0] == instruction.reg[1] && written.empty())
    return;
  out.push_back(std::move(instruction));
  for (auto [slot, reg] : written)
    store(slot, reg, out);
}

void Allocator::rewrite() {
  for (uint32_t index : function.order) {
    Block &block = function.blocks[index];
    std::vector<Instruction> code;
    uint32_t position = starts[index];
    for (Instruction &instruction : block.code) {
      placeNumber = instruction.place;
      if (instruction.isCall())
        rewriteCall(instruction, position, code);
      else
        rewriteInstruction(instruction, code);
      position += 2;
    }
    block.code = std::move(code);
  }
}

/// Slots lie below the frame pointer.
void Allocator::layOutFrame() {
  int64_t offset = 0;
  for (Slot &slot : function.slots) {
    uint64_t align = slot.size >= 16 ? 16 : 8;
    offset = -static_cast<int64_t>(
        llvm::alignTo(static_cast<uint64_t>(-offset) + slot.size, align));
    slot.offset = offset;
  }
  for (uint32_t index : function.order)
    for (Instruction &instruction : function.blocks[index].code) {
      if (instruction.slot == noSlot)
        continue;
      int64_t place =
          function.slots[static_cast<size_t>(instruction.slot)].offset;
      instruction.imm += place;
      instruction.reg[1] = framePointer;
      instruction.slot = noSlot;
      if (instruction.pseudo == Pseudo::Address) {
        instruction.pseudo = Pseudo::None;
        instruction.opcode = Opcode::IADDI;
      }
    }
}

void Allocator::run() {
  number();
  findLiveness();
  findIntervals();
  coalesce();
  findHints();
  assign(/*crossing=*/true);
  for (auto [position, call] : calls) {
    unsigned slide = findSlide(position);
    size_t count = call->ins.size() - (call->pseudo == Pseudo::CallNumber);
    for (size_t i = 0; i != count; ++i)
      if (Reg reg = call->ins[i].reg; reg != noReg && reg >= firstVirtual)
        intervalOf(reg).hints.insert(intervalOf(reg).hints.begin(),
                                     slide + firstArgument +
                                         static_cast<Reg>(i));
    for (auto [i, reg] : llvm::enumerate(call->outs))
      intervalOf(reg).hints.push_back(slide + firstArgument +
                                      static_cast<Reg>(i));
  }
  assign(/*crossing=*/false);
  rewrite();
  layOutFrame();
}

void flux::fbc::allocateRegisters(Function &function) {
  Allocator(function).run();
}
