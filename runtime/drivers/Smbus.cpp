//===- Smbus.cpp - sensors and memories on the board ----------------------===//
//
// I2C as PCs have it: a controller that makes whole transactions of the SMBus,
// at ports.  Those of PIIX4 (QEMU's `pc`) and ICH9 (`q35`) differ only in where
// their configuration says so.  A transaction takes half a millisecond; who
// asks waits.  A device can hold the bus for as long as it likes, so there is
// an end to that, and the transaction is killed.  Other architectures have no
// such bus.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Smbus.h"
#include "runtime/drivers/Pci.h"
#if defined(__x86_64__)
#include "runtime/hal/x86_64/Instructions.h"
#endif

namespace flux::drivers {

#if defined(__x86_64__)

namespace {

enum Register : uint16_t {
  Status = 0,
  Control = 2,
  Number = 3,
  Address = 4,
  Low = 5,
  High = 6
};
enum StatusBit : uint8_t {
  Busy = 1,
  Done = 2,
  NoAnswer = 4,
  LostBus = 8,
  Failed = 16,
  Ended = Done | NoAnswer | LostBus | Failed
};
enum ControlBit : uint8_t {
  Kill = 2,
  ByteData = 2 << 2,
  WordData = 3 << 2,
  Start = 64
};

} // namespace

/// Where the registers are; 0 without a bus.
static constinit uint16_t port = 0;

bool hasSmbus() { return port != 0; }

void openSmbus(const PciFunction &function) {
  constexpr uint32_t old = 0x71138086, newer = 0x29308086;
  constexpr unsigned commandAt = 4;
  // Where firmware of such machines puts them.
  constexpr uint32_t usualPort = 0x700;
  uint32_t kind = function.read(0);
  if (kind != old && kind != newer)
    return;
  unsigned baseAt = kind == old ? 0x90 : 0x20;
  unsigned enableAt = kind == old ? 0xD0 : 0x40;
  uint32_t base = function.read(baseAt) & 0xFFF0;
  if (base == 0)
    function.write(baseAt, base = usualPort);
  function.write(enableAt,
                 function.read(enableAt) | (kind == old ? 1 << 16 : 1));
  function.write(commandAt, (function.read(commandAt) & 0xFFFF) | 1);
  port = static_cast<uint16_t>(base);
}

static void put(Register number, uint32_t value) {
  hal::outByte(static_cast<uint16_t>(port + number),
               static_cast<uint8_t>(value));
}
static uint32_t get(Register number) {
  return hal::inByte(static_cast<uint16_t>(port + number));
}

/// Waits until the bus is free, and one of the bits \p wanted is there, if it
/// is not 0.  False if that takes longer than anybody may hold the bus.
static bool settle(uint32_t wanted) {
  constexpr uint64_t patience = 50000000, killTime = 1000000;
  uint64_t end = hal::now() + patience;
  for (;;) {
    uint32_t status = get(Status);
    if (!(status & Busy) && (wanted == 0 || (status & wanted)))
      return true;
    if (hal::now() >= end)
      break;
    hal::relax();
  }
  put(Control, Kill);
  for (end = hal::now() + killTime; hal::now() < end;)
    hal::relax();
  put(Control, 0);
  return false;
}

int64_t callSmbus(uint32_t where, bool writes, uint32_t value) {
  // Ones clear what was before, and give the bus back to firmware.
  constexpr uint32_t clear = 0xFE;
  bool isWord = where & smbusWord, good = settle(0);
  uint32_t status = 0;
  put(Status, clear);
  if (good) {
    put(Address, (where >> 8 & 0x7F) << 1 | !writes);
    put(Number, where);
    put(Low, value);
    put(High, value >> 8);
    put(Control, Start | (isWord ? WordData : ByteData));
    good = settle(Ended);
    status = get(Status);
    put(Status, clear);
  }
  if (!good || (status & (LostBus | Failed)))
    return BusFailed;
  if (status & NoAnswer)
    return NobodyThere;
  if (writes)
    return 0;
  return get(Low) | (isWord ? get(High) << 8 : 0);
}

#else

void openSmbus(const PciFunction &) {}
bool hasSmbus() { return false; }
int64_t callSmbus(uint32_t, bool, uint32_t) { return NobodyThere; }

#endif

} // namespace flux::drivers
