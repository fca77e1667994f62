//===- Stage0.cpp - starting images from slots, and proving them ----------===//
//
// Stage 0 is this kernel with the file `flux/boot` and without programs: all
// that it needs, drivers, signatures and unpacking, is there.  It starts what a
// slot holds; that one proves itself by what its first program does, and if it
// does not, the machine starts anew until its tries are used up.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Stage0.h"
#include "runtime/boot/Slots.h"
#include "runtime/drivers/Drivers.h"
#include "runtime/hal/NextKernel.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Console.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Lock.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Memory.h"
#include "runtime/kernel/Process.h"

namespace flux::kernel {

using namespace slots;

static constexpr uint8_t policyNameBytes[] = {'f', 'l', 'u', 'x', '/',
                                              'b', 'o', 'o', 't'};
static constexpr Bytes policyName = {policyNameBytes, sizeof policyNameBytes};

static void logSlot(Level level, Slot slot, const char *message) {
  log(level, "slot %s: %s", getPartitionName(slot), message);
}

//===--- starting ---------------------------------------------------------===//

namespace {

/// Memory of stage 0, which nothing else needs: pieces that are used again for
/// the next slot.
class SlotLoader : public Loader {
public:
  SlotLoader() {
    allocate = [](Loader &, uint64_t size) { return take(size); };
    place = [](Loader &self, const SlotHeader &header) -> uint8_t * {
      bool isMovable = header.loadAddress == 0;
      uint8_t *image =
          self.allocate(self, isMovable ? header.memorySize : header.size);
      const hal::NextKernel next = {image, header.size, header.memorySize,
                                    header.loadAddress, header.entry};
      return image != nullptr && hal::canStart(next, getBootInfo()) ? image
                                                                    : nullptr;
    };
    release = [](Loader &) {
      for (Piece &piece : pieces)
        piece.isUsed = false;
    };
    report = [](Loader &, Slot slot, const char *message) {
      logSlot(Level::Error, slot, message);
    };
  }

private:
  struct Piece {
    uint8_t *data = nullptr;
    uint64_t size = 0;
    bool isUsed = false;
  };

  static uint8_t *take(uint64_t size) {
    for (Piece &piece : pieces) {
      if (piece.isUsed || (piece.data != nullptr && piece.size < size))
        continue;
      if (piece.data == nullptr) {
        uint64_t pages = (size + hal::pageSize - 1) / hal::pageSize;
        if (pages > getFreePages())
          return nullptr;
        piece.data = static_cast<uint8_t *>(
            allocateForever(static_cast<unsigned>(pages)));
        piece.size = pages * hal::pageSize;
      }
      piece.isUsed = true;
      return piece.data;
    }
    return nullptr;
  }

  static constexpr unsigned maxPieces = 24;
  static Piece pieces[maxPieces];
};

constinit SlotLoader::Piece SlotLoader::pieces[maxPieces] = {};

} // namespace

/// Tells the next kernel what firmware told this one.
static bool writeHandover(const Slots &slots, const Policy &policy,
                          const Loaded &loaded, Handover *&record) {
  const hal::BootInfo &info = getBootInfo();
  void *place = hal::getHandoverPlace();
  if (place == nullptr)
    place = allocateForever(Handover::maxSize / hal::pageSize);
  if (place == nullptr)
    return false;
  StartedSlot slot = {};
  slot.disk = slots.disk;
  slot.slot = loaded.slot;
  slot.confirmation = loaded.header.confirmation;
  slot.isConfirmed =
      loaded.slot == Slot::Recovery || slots.record[loaded.slot].successful;
  slot.version = loaded.header.version;
  slot.lowestVersion = loaded.header.lowestVersion;
  slot.policy = policy;
  uint64_t length = 0;
  while (info.commandLine[length] != '\0')
    ++length;
  HandoverWriter writer(place);
  record = &writer.getRecord();
  using Kind = Handover::Kind;
  return writer.add(Kind::Tree, &info.tree, sizeof info.tree) &&
         writer.add(Kind::Rsdp, &info.rsdp, sizeof info.rsdp) &&
         writer.add(Kind::Memory, info.installed,
                    info.numInstalled * sizeof info.installed[0]) &&
         writer.add(Kind::CommandLine, info.commandLine, length + 1) &&
         writer.add(Kind::Slot, &slot, sizeof slot);
}

/// Finds the slots of a disk; with \p guid those of that one.
static bool findSlots(const Guid *guid, Slots &slots) {
  for (unsigned i = 0; i != drivers::getBlockDeviceCount(); ++i) {
    const char *message = slots.open(drivers::getBlockDevice(i));
    if (message == nullptr && (guid == nullptr || slots.disk == *guid))
      return true;
    if (message != nullptr)
      log(Level::Info, "disk %u: %s", i, message);
  }
  return false;
}

void startFromDisk() {
  Bytes file = getArchive().find(policyName);
  if (file.data == nullptr)
    return;
  static constinit Slots slots;
  static Loaded loaded;
  Guard guard;
  // Contents of the archive begin at multiples of 16.
  const auto &policy = *reinterpret_cast<const Policy *>(file.data);
  if (file.size != sizeof policy || policy.version != Policy::currentVersion)
    panic("the file flux/boot is of another version");
  if (!findSlots(nullptr, slots))
    panic("no disk has slots");
  if (slots.isRecordLost)
    log(Level::Warning, "the record of the slots is lost");
  SlotLoader loader;
  if (!load(slots, policy, loader, loaded))
    panic("no slot can be started");
  Handover *record;
  if (!writeHandover(slots, policy, loaded, record))
    panic("no memory for the next kernel's record");
  if (equals(getOption(getBootInfo().commandLine, "test"), "handover"))
    ++record->version;
  log(Level::Info, "slot %s: version %u is started",
      getPartitionName(loaded.slot), loaded.header.version);
  stopStreams();
  drivers::stop();
  hal::setTimer(never);
  for (unsigned i = 0;; ++i) {
    hal::MemoryRange range = getTouchedMemory(i);
    if (range.size == 0)
      break;
    hal::cleanMemory(range);
  }
  const SlotHeader &header = loaded.header;
  hal::startKernel({loaded.image, header.size, header.memorySize,
                    header.loadAddress, header.entry},
                   *record);
}

//===--- proving ----------------------------------------------------------===//

namespace {

/// The image that runs, as its stage 0 sees it.
struct Proof {
  bool isPending = false, hasSlots = false;
  bool isOpen = false; ///< it is known whether it is pending
  uint64_t time = 0;   ///< never if it has come
  Slots slots;
};

} // namespace

static constinit Proof proof;

void openSlot() {
  const hal::BootInfo &info = getBootInfo();
  if (!info.hasSlot)
    return;
  Guard guard;
  Slots &slots = proof.slots;
  if (!findSlots(&info.slot.disk, slots))
    return log(Level::Error, "the disk of this image is gone");
  slots.restore(info.slot.policy);
  proof.hasSlots = true;
  if (info.slot.slot >= Slot::Recovery)
    return;
  const SlotState &state = slots.record[info.slot.slot];
  proof.isPending = state.successful == 0 || slots.isRecordLost ||
                    slots.record.lowestVersion < info.slot.lowestVersion;
  constexpr uint64_t second = 1000000000;
  bool waitsForEnd = info.slot.confirmation == Confirmation::Ending;
  if (proof.isPending)
    proof.time = hal::now() + (waitsForEnd ? 60 : 10) * second;
  proof.isOpen = true;
}

Slots *getSlots() { return proof.hasSlots ? &proof.slots : nullptr; }

uint64_t getProofTime() { return proof.isPending ? proof.time : never; }

static void confirmImage() {
  const StartedSlot &slot = getBootInfo().slot;
  proof.isPending = false;
  if (confirm(proof.slots, slot.slot, slot.lowestVersion))
    logSlot(Level::Info, slot.slot, "confirmed");
  else
    logSlot(Level::Error, slot.slot, "cannot be confirmed");
}

void onProofTime() {
  if (!proof.isPending || hal::now() < proof.time)
    return;
  proof.time = never;
  if (getBootInfo().slot.confirmation == Confirmation::Running)
    return confirmImage();
  logSlot(Level::Error, getBootInfo().slot.slot, "its time is over");
  endMachine(panicStatus);
}

void onFirstProgramEnd(int status) {
  if (!proof.isPending)
    return;
  proof.time = never;
  if (status == 0)
    confirmImage();
}

void endMachine(int status) {
  // What ends before it could look is not confirmed if it was not before.
  const hal::BootInfo &info = getBootInfo();
  bool isPending =
      proof.isOpen ? proof.isPending : info.hasSlot && !info.slot.isConfirmed;
  if (!isPending)
    hal::powerOff(status);
  stopStreams();
  hal::reset();
}

} // namespace flux::kernel
