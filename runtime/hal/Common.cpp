//===- Common.cpp - what the backends of real machines share --------------===//
//
// Serial ports, the words of the command line and the processors' table are the
// same on all of them.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/BootProtocol.h"
#include "runtime/hal/Efi.h"
#include "runtime/hal/Internal.h"

namespace flux::hal {

Processor processors[maxCpus];

void setOwn(unsigned index, void *own) { processors[index].own = own; }

BootInfo &initFirstProcessor() {
  alignas(BootInfo) static unsigned char place[sizeof(BootInfo)];
  auto &info = *reinterpret_cast<BootInfo *>(place);
  info.begin();
  processors[0].stackTop = reinterpret_cast<uint64_t>(flux_boot_stack_top);
  processors[0].stackBottom = reinterpret_cast<uint64_t>(flux_boot_stack);
  processors[0].index = 0;
  uint64_t archive = FLUX_FAR_ADDRESS(flux_archive);
  info.archive = reinterpret_cast<const uint8_t *>(archive);
  info.archiveSize = FLUX_FAR_ADDRESS(flux_archive_end) - archive;
  return info;
}

void finishBootInfo(BootInfo &info, uint64_t self) {
  for (unsigned i = 1; i < info.numCpus; ++i)
    if (info.cpuIds[i] == self)
      info.cpuIds[i] = info.cpuIds[0];
  info.cpuIds[0] = self;
  for (unsigned i = 0; i != info.numCpus; ++i)
    processors[i].hardwareId = info.cpuIds[i];
  uint64_t begin = FLUX_FAR_ADDRESS(flux_kernel_begin);
  info.reserve(begin, reinterpret_cast<uint64_t>(flux_kernel_end) - begin);
}

Processor &prepareProcessor(unsigned index, void *stackTop) {
  Processor &processor = processors[index];
  processor.stackTop = reinterpret_cast<uint64_t>(stackTop);
  processor.stackBottom = processor.stackTop - processorStackSize;
  processor.index = index;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return processor;
}

void useEfiHandover(const EfiHandover &handover, BootInfo &info) {
  for (uint64_t i = 0; i != handover.numRanges; ++i)
    info.addMemory(handover.ranges[i].base, handover.ranges[i].size);
  info.commandLine = keepCommandLine(handover.commandLine);
}

void Uart::put(char c) const {
  // A port that never gets ready must not hold up the machine.
  constexpr unsigned patience = 1 << 20;
  auto byte = static_cast<uint8_t>(c);
  if (kind == Pl011) {
    for (unsigned i = 0; i != patience; ++i)
      if (!(readRegister<uint32_t>(base + 0x18) & 0x20))
        break;
    writeRegister<uint32_t>(base, byte);
  } else if (kind == Ns16550) {
    for (unsigned i = 0; i != patience; ++i)
      if (readRegister<uint8_t>(base + (uint64_t(5) << shift)) & 0x20)
        break;
    writeRegister<uint8_t>(base, byte);
  }
}

int Uart::get() const {
  if (kind == Pl011 && !(readRegister<uint32_t>(base + 0x18) & 0x10))
    return static_cast<int>(readRegister<uint32_t>(base) & 0xFF);
  if (kind == Ns16550 &&
      (readRegister<uint8_t>(base + (uint64_t(5) << shift)) & 1))
    return readRegister<uint8_t>(base);
  return -1;
}

const char *keepCommandLine(const char *text) {
  static char kept[boot::maxCommandLine + 1];
  unsigned length = 0;
  while (text != nullptr && text[length] != '\0' && length != sizeof kept - 1) {
    kept[length] = text[length];
    ++length;
  }
  kept[length] = '\0';
  return kept;
}

bool hasWord(const char *commandLine, const char *word) {
  for (const char *at = commandLine; *at != '\0';) {
    while (*at == ' ')
      ++at;
    const char *w = word;
    while (*w != '\0' && *at == *w)
      ++at, ++w;
    if (*w == '\0' && (*at == ' ' || *at == '\0'))
      return true;
    while (*at != ' ' && *at != '\0')
      ++at;
  }
  return false;
}

uint64_t getStackEnd(uint64_t at) {
  const Processor &self = processors[getProcessor()];
  return at >= self.stackBottom && at < self.stackTop ? self.stackTop : at;
}

bool isReturnAddress(uint64_t address) {
  constexpr unsigned longest = 5;
  if (address - longest - reinterpret_cast<uint64_t>(flux_kernel_text) >=
      static_cast<uint64_t>(flux_kernel_rodata - flux_kernel_text) - longest)
    return false;
  auto *end = reinterpret_cast<const uint8_t *>(address);
#if defined(__x86_64__)
  // CALL with a distance; with a register, or a place of one without or with a
  // distance of 8 bits.
  return end[-5] == 0xE8 || (end[-2] == 0xFF && (end[-1] & 0x38) == 0x10) ||
         (end[-3] == 0xFF && (end[-2] & 0x38) == 0x10);
#elif defined(__aarch64__)
  if (address % 4 != 0)
    return false;
  uint32_t code = *reinterpret_cast<const uint32_t *>(end - 4);
  return code >> 26 == 0x25 || (code & 0xFFFFFC1F) == 0xD63F0000; // BL, BLR
#else
  if (address % 2 != 0)
    return false;
  auto *halves = reinterpret_cast<const uint16_t *>(end);
  // JAL and JALR with the link in x1, and the short form of the latter.
  return (halves[-2] & 0xFFF) == 0x0EF || (halves[-2] & 0xFFF) == 0x0E7 ||
         ((halves[-1] & 0xF07F) == 0x9002 && (halves[-1] & 0xF80) != 0);
#endif
}

} // namespace flux::hal
