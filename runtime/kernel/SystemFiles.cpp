//===- SystemFiles.cpp - the folders `sys/` and `i2c/` --------------------===//
//
// Each file below `sys/` does what a call of the system does, with the same
// checks.  Those below `i2c/` are registers: a number is read and written.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/SystemFiles.h"
#include "runtime/base/Format.h"
#include "runtime/drivers/Smbus.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/kernel/Stage0.h"

namespace flux::kernel {

namespace {

enum SystemFile : uint32_t {
  Calls,
  Hardware,
  KernelLog,
  Memory,
  Processes,
  Kill,
  Power,
  Run,
  Start,
  numSystemFiles
};

constexpr const char *names[numSystemFiles] = {"calls",  "hardware",  "log",
                                               "memory", "processes", "kill",
                                               "power",  "run",       "start"};

/// Files from this one on are registers, of which the bits below tell which.
constexpr uint32_t firstRegister = 2 * drivers::smbusWord;

} // namespace

static Bytes toBytes(const char *text) {
  return {reinterpret_cast<const uint8_t *>(text),
          static_cast<uint64_t>(rt::textLength(text))};
}

/// Takes the first word off a line.
static Bytes takeWord(Bytes &line) {
  uint64_t begin = 0;
  while (begin != line.size && line.data[begin] == ' ')
    ++begin;
  uint64_t end = begin;
  while (end != line.size && line.data[end] != ' ' && line.data[end] != '\n')
    ++end;
  Bytes word = {line.data + begin, end - begin};
  line = {line.data + end, line.size - end};
  return word;
}

uint32_t findSystemFile(Bytes name) {
  for (uint32_t i = 0; i != numSystemFiles; ++i) {
    Bytes known = toBytes(names[i]);
    bool hasLine = (i == Run || i == Start) && name.size > known.size &&
                   name.data[known.size] == '/';
    if ((name.size == known.size || hasLine) &&
        __builtin_memcmp(name.data, known.data, known.size) == 0)
      return i;
  }
  return noSystemFile;
}

/// A byte of two hexadecimal digits; larger if they are none.
static uint32_t readByte(const uint8_t *at) {
  return static_cast<uint32_t>(readHexDigit(at[0])) << 4 |
         static_cast<uint32_t>(readHexDigit(at[1]));
}

uint32_t findRegister(Bytes name) {
  constexpr uint64_t length = 5;
  // The addresses below and behind are not for devices.
  constexpr uint32_t firstAddress = 0x08, lastAddress = 0x77;
  if (name.size < length || name.data[2] != '/')
    return noSystemFile;
  uint32_t address = readByte(name.data), number = readByte(name.data + 3);
  bool isWord = equals({name.data + length, name.size - length}, "/word");
  if (address < firstAddress || address > lastAddress || number > 0xFF ||
      (name.size != length && !isWord))
    return noSystemFile;
  return firstRegister | (isWord ? drivers::smbusWord : 0) | address << 8 |
         number;
}

/// Always false where there is no bus, so that nothing remains of it there.
static bool isRegister(uint32_t file) {
  return drivers::hasSmbus() && file >= firstRegister;
}

Bytes getSystemFileName(unsigned index) {
  return index < numSystemFiles ? toBytes(names[index]) : Bytes();
}

//===--- programs ---------------------------------------------------------===//

static constexpr uint64_t maxLine = hal::pageSize - 8;

/// The life of a process whose program is a file that stays.
static void runStored(Process &self) {
  Bytes line = toBytes(self.commandLine);
  Bytes name = takeWord(line);
  uint8_t *memory = nullptr;
  int64_t size, done = 0;
  {
    Guard guard;
    int64_t handle = self.files.open(self, name, OpenMode::Read);
    size =
        handle < 0 ? handle : self.files.getSize(static_cast<uint64_t>(handle));
    if (size > 0)
      if (Mapping *mapping =
              reserve(self.mappings, self.account, self.slot,
                      static_cast<uint64_t>(size), MemoryKind::Bytecode,
                      hal::Read | hal::Write))
        memory = reinterpret_cast<uint8_t *>(mapping->base);
  }
  while (memory != nullptr && done != size) {
    // Its pages are reached with the lock held, so they must be there.
    constexpr int64_t step = 16384;
    int64_t piece = size - done < step ? size - done : step;
    auto base = reinterpret_cast<uint64_t>(memory);
    Guard guard;
    int64_t count = -1;
    if (populate(*findMapping(self.mappings, base),
                 base + static_cast<uint64_t>(done),
                 static_cast<uint64_t>(piece)))
      count = self.files.read(self, guard, Files::firstHandle, memory + done,
                              static_cast<uint64_t>(piece));
    if (count <= 0)
      memory = nullptr;
    else
      done += count;
  }
  if (memory == nullptr) {
    {
      Guard guard;
      log(Level::Error, "%s: cannot be read", self.name);
    }
    exitProcess(trapStatus);
  }
  {
    Guard guard;
    self.files.close(Files::firstHandle);
  }
  self.file = {memory, static_cast<uint64_t>(size)};
  runFile(self);
}

/// Starts a program with arguments, a line; its number or an error.
static int64_t startLine(Process &self, Bytes line) {
  if (!(getCapabilities(self) & isa::EffectSPAWN))
    return AccessDenied;
  StartInfo info;
  info.name = takeWord(line);
  if (info.name.size + line.size > maxLine)
    return BadArgument;
  Bytes file = getArchive().find(info.name);
  if (file.data == nullptr) {
    if (Files::getKind(info.name) != 1)
      return NoSuchFile;
    info.entry = runStored;
  }
  info.parent = self.id;
  info.capabilities = getProgramCapabilities() & getCapabilities(self);
  info.priority = self.basePriority;
  info.memoryLimit = getMemoryLimit(self);
  Process *child;
  if (startProgram(file, info, child) != nullptr)
    return NoMemoryLeft;
  Mapping *page =
      reserve(child->mappings, child->account, child->slot, hal::pageSize,
              MemoryKind::Kernel, hal::Read | hal::Write);
  if (page == nullptr || !populate(*page, page->base, hal::pageSize)) {
    kill(*child, killedStatus);
    return NoMemoryLeft;
  }
  // The words of a command line of a machine (CommandLine.h).
  auto *out = reinterpret_cast<char *>(page->base);
  child->commandLine = out;
  auto add = [&](Bytes text) {
    __builtin_memcpy(out, text.data, text.size);
    out += text.size;
  };
  add(info.name);
  add(toBytes(" --"));
  add(line);
  return child->id;
}

int64_t openSystemFile(Process &self, uint32_t file, Bytes name, bool writes) {
  bool isSupervisor = getCapabilities(self) & isa::EffectSUPERVISOR;
  if (isRegister(file)) {
    if (!(getCapabilities(self) & isa::EffectHARDWARE))
      return AccessDenied;
    return writes ? 0 : drivers::callSmbus(file, false, 0);
  }
  switch (file) {
  case Run:
  case Start: {
    Bytes line = name;
    uint64_t length = toBytes(names[file]).size + 1;
    if (writes || name.size <= length)
      return writes ? ReadOnly : BadArgument;
    return startLine(self, {line.data + length, line.size - length});
  }
  case Power:
  case KernelLog:
    if (!isSupervisor)
      return AccessDenied;
    break;
  default:
    break;
  }
  return writes && file != Power && file != Kill ? int64_t(ReadOnly) : 0;
}

bool givesNumber(uint32_t file) { return file == Start || isRegister(file); }

int64_t readChild(Process &self, Guard &guard, uint32_t child, bool numberOnly,
                  uint8_t *out, uint64_t size, uint64_t position) {
  if (position != 0)
    return 0;
  uint64_t number = child;
  while (!numberOnly) {
    Process *process = findProcess(child);
    if (process == nullptr || process->parent != self.id)
      return NoSuchProcess; // its status went to somebody else
    if (process->state == State::Zombie) {
      number = static_cast<uint64_t>(process->status);
      freeProcess(*process);
      break;
    }
    block(guard, WaitFor::Child, child, never);
    if (self.isKilled)
      return 0;
  }
  Line line;
  line << number << "\n";
  uint64_t count = line.size() < size ? line.size() : size;
  __builtin_memcpy(out, line.data(), count);
  return static_cast<int64_t>(count);
}

//===--- text -------------------------------------------------------------===//

int64_t readSystemFile(Process &self, uint32_t file, uint8_t *out,
                       uint64_t size, uint64_t position) {
  static constexpr Subject subjects[] = {Subject::Calls, Subject::Hardware,
                                         Subject::Log, Subject::Memory,
                                         Subject::Processes};
  if (file > Processes)
    return 0;
  bool isSupervisor = getCapabilities(self) & isa::EffectSUPERVISOR;
  uint64_t length =
      describe(subjects[file], out, size, position, isSupervisor ? 0 : self.id);
  uint64_t left = length > position ? length - position : 0;
  return static_cast<int64_t>(left < size ? left : size);
}

int64_t writeSystemFile(Process &self, uint32_t file, Bytes text) {
  auto size = static_cast<int64_t>(text.size);
  Bytes word = takeWord(text);
  uint64_t number = 0;
  for (uint64_t i = 0; i != word.size; ++i) {
    if (word.data[i] < '0' || word.data[i] > '9' || i == 10)
      return BadArgument;
    number = number * 10 + (word.data[i] - '0');
  }
  if (word.size == 0)
    return BadArgument;
  if (isRegister(file)) {
    if (text.size > 1 || number > (file & drivers::smbusWord ? 0xFFFFu : 0xFFu))
      return BadArgument;
    int64_t error =
        drivers::callSmbus(file, true, static_cast<uint32_t>(number));
    return error != 0 ? error : size;
  }
  if (file == Power) {
    // What is still written is written, as at the end of each process.
    for (Process *process = nextProcess(0); process != nullptr;
         process = nextProcess(process->id))
      process->files.closeAll();
    // It proves an image as the end of the first program does.
    auto status = static_cast<int>(number & 0xFF);
    onFirstProgramEnd(status);
    endMachine(status);
  }
  Process *process = number <= 0xFFFFFFFF
                         ? findProcess(static_cast<uint32_t>(number))
                         : nullptr;
  if (process == nullptr)
    return NoSuchProcess;
  if (process->id == kernelId ||
      (process->parent != self.id && process != &self &&
       !(getCapabilities(self) & isa::EffectSUPERVISOR)))
    return NotPermitted;
  kill(*process, killedStatus);
  return size;
}

} // namespace flux::kernel
