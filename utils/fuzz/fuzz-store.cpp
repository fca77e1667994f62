//===- fuzz-store.cpp - hostile disks -------------------------------------===//
//
// Any bytes, with right checksums of headers and records: the store is refused,
// or its files can be read, and what is written to it is there afterwards.
//
//===----------------------------------------------------------------------===//
#include "runtime/base/Crc32.h"
#include "runtime/store/Store.h"
#include "unittests/Store/FaultyDisk.h"

using namespace flux;

static Bytes toBytes(const char *text) {
  return {reinterpret_cast<const uint8_t *>(text), strlen(text)};
}

/// Makes the checksums of the disk right, so that what they guard is looked at.
static void repair(std::string &bytes) {
  auto put = [&](size_t at, uint32_t crc) { memcpy(&bytes[at], &crc, 4); };
  uint64_t generation = 0, half = 0;
  for (unsigned i = 0; i != 4; ++i) {
    char *header = &bytes[i * 512];
    memcpy(header, "FLUXST\x1A\x01", 8);
    uint64_t sectors = bytes.size() / 512, own;
    memcpy(header + 16, &sectors, 8);
    memcpy(&own, header + 8, 8);
    if (own > generation) {
      generation = own;
      half = i / 2;
    }
    put(i * 512 + 508, crc32(header, 508));
  }
  uint64_t files = bytes.size() / 512 / 32, log = 2 * (files < 8 ? 8 : files);
  for (uint64_t i = 0; i != log; ++i) {
    size_t at = (4 + half * log + i) * 512;
    uint64_t place[] = {generation, i};
    put(at, crc32(&bytes[at + 4], 508, crc32(place, sizeof place)));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  FaultyDisk disk(320);
  memcpy(disk.bytes.data(), data, std::min(size, disk.bytes.size()));
  static store::Store store;
  if (size != 0 && data[size - 1] % 2 != 0)
    repair(disk.bytes);
  if (store.mount(disk) != 0)
    return 0;
  static uint8_t buffer[4000];
  unsigned slot = 0;
  for (;;) {
    Bytes name = store.nextName(slot);
    if (name.size == 0)
      break;
    std::string copy(reinterpret_cast<const char *>(name.data), name.size);
    store::Store::File file;
    if (store.find(
            {reinterpret_cast<const uint8_t *>(copy.data()), copy.size()},
            file) == 0)
      for (uint64_t at = 0;;) {
        int64_t count = store.read(file, at, buffer, sizeof buffer);
        if (count <= 0)
          break;
        at += static_cast<uint64_t>(count);
      }
  }
  int64_t writer = store.open(toBytes("new"), store::Store::Mode::Create);
  if (writer < 0)
    return 0;
  bool fits =
      store.write(static_cast<unsigned>(writer), buffer, sizeof buffer) > 0;
  bool closed = store.close(static_cast<unsigned>(writer)) == 0;
  if (!fits || !closed)
    return 0;
  store::Store::File file;
  if (store.mount(disk) != 0 || store.find(toBytes("new"), file) != 0 ||
      store.getSize(file) != sizeof buffer)
    __builtin_trap();
  return 0;
}
