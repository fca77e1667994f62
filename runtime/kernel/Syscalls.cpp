//===- Syscalls.cpp - the calls of the system -----------------------------===//
//
// Syscalls.def says what there is; here each call checks its arguments and does
// it.  A call that fails gives all ones and its error in R61; nothing that a
// program passes traps or harms the kernel.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Syscalls.h"
#include "runtime/drivers/Smbus.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Devices.h"
#include "runtime/kernel/Exchange.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/kernel/User.h"

namespace flux::kernel {

using namespace vm;

/// What fluxc calls machine code for this machine.
#if defined(__x86_64__)
static constexpr char nativeTarget[] = "x86_64-flux-native";
#elif defined(__aarch64__)
static constexpr char nativeTarget[] = "arm64-flux-native";
#else
static constexpr char nativeTarget[] = "riscv64-flux-native";
#endif

static bool isPackage(Bytes file) {
  return file.size >= 8 && __builtin_memcmp(file.data, "FLUXBC\x1A\n", 8) == 0;
}

namespace {

/// A call while it is worked on: the handlers give its result, or fail().
class Call {
public:
  Call(Process &process, const uint64_t args[2])
      : process(process), first(args[0]), second(args[1]) {}

  uint64_t execute(Syscall number);

  Error error = Error::None;
  bool isExit = false;

private:
  uint64_t fail(Error why) {
    error = why;
    return ~uint64_t(0);
  }
  /// Where memory of the process lies, with pages behind it; null after a
  /// failure.
  uint8_t *find(uint64_t address, uint64_t size, uint8_t right);
  /// What a function of files gives, or its error.
  uint64_t giveFile(int64_t result);
  bool has(uint16_t capability) const {
    return (capability & ~getCapabilities(process)) == 0;
  }
  Bytes reachAll(uint64_t address, uint64_t size);
  bool readWords(uint64_t address, uint64_t *words, unsigned count);
  /// The process with a number if it is a child, or if this is a supervisor.
  Process *findGoverned(uint64_t id);
  uint64_t deadline(uint64_t time) { return getDeadline(process, time); }

  uint64_t spawnCompiled(uint64_t id, const StartInfo &info);
  uint64_t spawn();
  uint64_t killProcess();
  uint64_t wait();
  uint64_t allocateRegion();
  uint64_t freeRegion(bool isDevice);
  bool checkRegisters();
  uint64_t mapRegisters();
  uint64_t protect();
  uint64_t changeRegions(Syscall number);
  uint64_t changeAreas(Syscall number);
  uint64_t send();
  uint64_t receive();
  uint64_t broadcast();
  uint64_t load(Bytes file);
  uint64_t compile();
  // Apart, since a package takes much of the stack.
  [[gnu::noinline]] uint64_t emit();
  uint64_t start();
  uint64_t getStatus();
  uint64_t dump();
  uint64_t read();
  uint64_t write();
  uint64_t control();
  uint64_t open();
  uint64_t tell(Subject subject);
  uint64_t addMessage();

  Process &process;
  uint64_t first, second;
};

} // namespace

uint8_t *Call::find(uint64_t address, uint64_t size, uint8_t right) {
  uint8_t *at = reach(process, address, size, right);
  if (at == nullptr)
    fail(access(process, address, size, right) == nullptr ? Error::BadAddress
                                                          : Error::NoMemory);
  return at;
}

bool Call::readWords(uint64_t address, uint64_t *words, unsigned count) {
  Guard guard;
  uint8_t *at = find(address, 8 * count, bytecode::RegionRead);
  if (at == nullptr)
    return false;
  __builtin_memcpy(words, at, 8 * count);
  return true;
}

Process *Call::findGoverned(uint64_t id) {
  Process *other =
      id <= 0xFFFFFFFF ? findProcess(static_cast<uint32_t>(id)) : nullptr;
  if (other == nullptr)
    return fail(Error::NotFound), nullptr;
  if (other->parent != process.id && other != &process &&
      !has(isa::EffectSUPERVISOR))
    return fail(Error::Denied), nullptr;
  return other;
}

//===--- processes --------------------------------------------------------===//

/// Starts what COMPILE gave the number \p id, as \p info says.
uint64_t Call::spawnCompiled(uint64_t id, const StartInfo &info) {
  Process *child = findGoverned(id);
  if (child == nullptr)
    return ~uint64_t(0);
  if (!child->isStartable)
    return fail(Error::Invalid);
  child->basePriority = child->priority = info.priority;
  child->capabilities = info.capabilities;
  uint64_t limit = info.memoryLimit / hal::pageSize;
  if (limit != 0 && limit < child->account.limit) {
    child->account.limit = limit;
    if (info.memoryLimit < child->regionLimit)
      child->regionLimit = info.memoryLimit;
  }
  startProcess(*child);
  return id;
}

uint64_t Call::spawn() {
  uint64_t words[5];
  if (!readWords(first, words, 5))
    return ~uint64_t(0);
  Guard guard;
  StartInfo info;
  info.parent = process.id;
  info.capabilities =
      static_cast<uint16_t>(words[2] & getCapabilities(process));
  uint8_t highest = has(isa::EffectSUPERVISOR) ? 255 : process.basePriority;
  if (words[3] > highest)
    return fail(words[3] > 255 ? Error::Invalid : Error::Denied);
  info.priority = static_cast<uint8_t>(words[3]);
  if (words[3] == 0)
    info.priority = defaultPriority < highest ? defaultPriority : highest;
  info.memoryLimit = getMemoryLimit(process);
  if (words[4] != 0 && (info.memoryLimit == 0 || words[4] < info.memoryLimit))
    info.memoryLimit = words[4];
  if (words[1] == 0)
    return spawnCompiled(words[0], info);
  uint8_t *name = find(words[0], words[1], bytecode::RegionRead);
  if (name == nullptr)
    return ~uint64_t(0);
  Bytes file = getArchive().find({name, words[1]});
  if (file.data == nullptr)
    return fail(Error::NotFound);
  info.name = {name, words[1]};
  Process *child;
  return startProgram(file, info, child) == nullptr ? child->id
                                                    : fail(Error::NoMemory);
}

uint64_t Call::killProcess() {
  Guard guard;
  if (first == kernelId)
    return fail(Error::Denied);
  Process *other = findGoverned(first);
  if (other == nullptr)
    return ~uint64_t(0);
  kill(*other, killedStatus);
  return 0;
}

uint64_t Call::wait() {
  Guard guard;
  uint64_t end = deadline(second);
  for (;;) {
    Process *other = findGoverned(first);
    if (other == nullptr)
      return ~uint64_t(0);
    if (other == &process || other->id == kernelId)
      return fail(Error::Invalid);
    if (other->state == State::Zombie) {
      auto status = static_cast<uint64_t>(other->status);
      if (other->parent == process.id)
        freeProcess(*other);
      return status;
    }
    if (hal::now() >= end)
      return fail(Error::Timeout);
    block(guard, WaitFor::Child, other->id, end);
    if (process.isKilled)
      return 0;
  }
}

//===--- memory -----------------------------------------------------------===//

uint64_t Call::allocateRegion() {
  constexpr uint8_t all = bytecode::RegionRead | bytecode::RegionWrite;
  if (second == 0 || second > all)
    return fail(Error::Invalid);
  int number = process.machine.makeRegion(first, static_cast<uint8_t>(second));
  return number >= 0 ? static_cast<uint64_t>(number) << 32
                     : fail(first == 0 ? Error::Invalid : Error::NoMemory);
}

uint64_t Call::freeRegion(bool isDevice) {
  uint64_t number = first >> 32;
  if ((first & 0xFFFFFFFF) != 0 || number >= bytecode::numRegions ||
      !process.machine.regions[number].made)
    return fail(Error::NotFound);
  {
    Guard guard;
    Mapping *mapping = findMapping(
        process.mappings,
        reinterpret_cast<uint64_t>(process.machine.regions[number].base));
    if (mapping == nullptr || (mapping->kind == MemoryKind::Device) != isDevice)
      return fail(Error::NotFound);
  }
  process.machine.removeRegion(number);
  return 0;
}

/// Looks at the operands of MMAP, and makes the size one of pages.
bool Call::checkRegisters() {
  if (second == 0 || first % hal::pageSize != 0 ||
      second > bytecode::maxRegionSize || first + second < first)
    return fail(Error::Invalid), false;
  second = (second + hal::pageSize - 1) & ~(hal::pageSize - 1);
  if (getBootInfo().hasMemory(first, second))
    return fail(Error::Denied), false;
  return true;
}

uint64_t Call::mapRegisters() {
  if (!checkRegisters())
    return ~uint64_t(0);
  uint64_t physical = first, size = second;
  Machine &machine = process.machine;
  unsigned number = bytecode::firstDataRegion;
  while (number != bytecode::numRegions &&
         machine.regions[number].base != nullptr)
    ++number;
  if (number == bytecode::numRegions || size > machine.memoryLeft)
    return fail(Error::NoMemory);
  Guard guard;
  Mapping *mapping = mapDevice(process.mappings, process.account, process.slot,
                               physical, size);
  if (mapping == nullptr)
    return fail(Error::NoMemory);
  RegionState &region = machine.regions[number];
  region.base = reinterpret_cast<uint8_t *>(mapping->base);
  region.size = size;
  region.rights = bytecode::RegionRead | bytecode::RegionWrite;
  region.made = true;
  ++machine.regionChanges;
  machine.memoryLeft -= size;
  return static_cast<uint64_t>(number) << 32;
}

uint64_t Call::changeRegions(Syscall number) {
  switch (number) {
  case Syscall::ALLOC:
    return allocateRegion();
  case Syscall::MMAP:
    return mapRegisters();
  case Syscall::MPROTECT:
    return protect();
  default:
    return freeRegion(/*isDevice=*/number == Syscall::MUNMAP);
  }
}

/// The same for machine code.
uint64_t Call::changeAreas(Syscall number) {
  Guard guard;
  auto rights = static_cast<uint8_t>(second);
  auto give = [&](uint64_t address) {
    return address != 0 ? address : fail(Error::NoMemory);
  };
  auto check = [&](bool isDone) { return isDone ? 0 : fail(Error::NotFound); };
  switch (number) {
  case Syscall::ALLOC:
    if (first == 0 || second == 0 || second > (hal::Read | hal::Write))
      return fail(Error::Invalid);
    return give(allocateUserArea(process, first, rights));
  case Syscall::MMAP:
    return checkRegisters() ? give(mapUserDevice(process, first, second))
                            : ~uint64_t(0);
  case Syscall::MPROTECT:
    if (second == 0 || (second > (hal::Read | hal::Write) &&
                        second != (hal::Read | hal::Execute)))
      return fail(Error::Invalid);
    return check(protectUserArea(process, first, rights));
  default:
    return check(freeUserArea(process, first,
                              /*isDevice=*/number == Syscall::MUNMAP));
  }
}

uint64_t Call::protect() {
  constexpr uint8_t all = bytecode::RegionRead | bytecode::RegionWrite;
  uint64_t number = first >> 32;
  if (second > all)
    return fail(Error::Invalid);
  if ((first & 0xFFFFFFFF) != 0 || number >= bytecode::numRegions ||
      !process.machine.regions[number].made)
    return fail(Error::NotFound);
  process.machine.regions[number].rights = static_cast<uint8_t>(second);
  ++process.machine.regionChanges;
  return 0;
}

//===--- messages ---------------------------------------------------------===//

uint64_t Call::send() {
  uint64_t words[2];
  if (!readWords(second, words, 2))
    return ~uint64_t(0);
  if (words[1] > maxMessageSize || first == process.id)
    return fail(Error::Invalid);
  Guard guard;
  Bytes text = {nullptr, words[1]};
  if (words[1] != 0) {
    text.data = find(words[0], words[1], bytecode::RegionRead);
    if (text.data == nullptr)
      return ~uint64_t(0);
  }
  Process *target =
      first <= 0xFFFFFFFF ? findProcess(static_cast<uint32_t>(first)) : nullptr;
  if (target == nullptr || target->state == State::Zombie)
    return fail(Error::NotFound);
  if (target->id == kernelId)
    return fail(Error::Denied);
  return deliver(*target, process.id, text) ? 0 : fail(Error::Overflow);
}

uint64_t Call::receive() {
  uint64_t words[3];
  if (!readWords(first, words, 3))
    return ~uint64_t(0);
  if (words[2] > 0xFFFFFFFF)
    return fail(Error::NotFound);
  auto sender = static_cast<uint32_t>(words[2]);
  Guard guard;
  uint64_t end = deadline(second);
  constexpr uint64_t senderOffset = 24;
  uint8_t *out = nullptr,
          *who = find(first + senderOffset, 8, bytecode::RegionWrite);
  if (who == nullptr)
    return ~uint64_t(0);
  if (words[1] != 0) {
    out = find(words[0], words[1], bytecode::RegionWrite);
    if (out == nullptr)
      return ~uint64_t(0);
  }
  for (;;) {
    if (const Message *message = process.mailbox.find(sender)) {
      uint64_t length = message->length, from = message->sender;
      if (length != 0 && out != nullptr)
        __builtin_memcpy(out, message->getText(),
                         length < words[1] ? length : words[1]);
      __builtin_memcpy(who, &from, 8);
      process.mailbox.remove(message);
      return length;
    }
    if (hal::now() >= end)
      return fail(Error::Timeout);
    block(guard, WaitFor::Message, sender, end);
    if (process.isKilled)
      return 0;
  }
}

uint64_t Call::broadcast() {
  uint64_t words[2];
  if (!readWords(second, words, 2))
    return ~uint64_t(0);
  if (words[1] > maxMessageSize)
    return fail(Error::Invalid);
  Guard guard;
  Bytes text = {nullptr, words[1]};
  if (words[1] != 0) {
    text.data = find(words[0], words[1], bytecode::RegionRead);
    if (text.data == nullptr)
      return ~uint64_t(0);
  }
  uint64_t receivers = 0;
  for (Process *other = nextProcess(0); other != nullptr;
       other = nextProcess(other->id))
    if (other != &process && other->state != State::Zombie &&
        other->mailbox.hasTopic(first))
      receivers += deliver(*other, process.id, text);
  return receivers;
}

//===--- packages ---------------------------------------------------------===//

/// Memory of the process with pages behind it; without data after a failure.
Bytes Call::reachAll(uint64_t address, uint64_t size) {
  Guard guard;
  return {find(address, size, bytecode::RegionRead), size};
}

/// Makes a child of a program that does not run yet.
uint64_t Call::load(Bytes file) {
  if (file.data == nullptr)
    return ~uint64_t(0);
  StartInfo info;
  info.name = {reinterpret_cast<const uint8_t *>(process.name),
               sizeof process.name};
  info.parent = process.id;
  info.priority = process.basePriority;
  info.memoryLimit = getMemoryLimit(process);
  Process *child;
  if (const char *message = loadProgram(process, file, info, child)) {
    Guard guard;
    log(Level::Info, "%s: %s", process.name, message);
    return fail(Error::Invalid);
  }
  return child->id;
}

/// The compiler of a kernel: a package is verified, and translated when it
/// runs; machine code needs neither.
uint64_t Call::compile() {
  uint64_t words[2];
  if (!readWords(first, words, 2))
    return ~uint64_t(0);
  Bytes file = reachAll(words[0], words[1]);
  if (file.data != nullptr && !isUserProgram(file) && !isPackage(file))
    return fail(Error::NotSupported);
  return load(file);
}

/// The program for this machine that a package brings.
uint64_t Call::emit() {
  uint64_t words[4];
  if (!readWords(first, words, 2) || !readWords(second, words + 2, 2))
    return ~uint64_t(0);
  Bytes file = reachAll(words[0], words[1]);
  if (file.data == nullptr)
    return ~uint64_t(0);
  bytecode::Package package;
  if (package.read(file) != nullptr)
    return fail(Error::Invalid);
  for (uint32_t i = 0; i != package.numNatives; ++i) {
    bytecode::NativeCode native = package.getNative(i);
    Bytes code = native.executable;
    if (!equals(native.target, nativeTarget))
      continue;
    uint64_t count = words[3] < code.size ? words[3] : code.size;
    Guard guard;
    if (count != 0) {
      uint8_t *out = find(words[2], count, bytecode::RegionWrite);
      if (out == nullptr)
        return ~uint64_t(0);
      __builtin_memcpy(out, code.data, count);
    }
    return code.size;
  }
  return fail(Error::NotFound);
}

uint64_t Call::start() {
  Guard guard;
  Process *child = findGoverned(first);
  if (child == nullptr)
    return ~uint64_t(0);
  if (!child->isStartable)
    return fail(Error::Invalid);
  child->capabilities =
      static_cast<uint16_t>(second & getCapabilities(process));
  startProcess(*child);
  return 0;
}

uint64_t Call::getStatus() {
  Guard guard;
  Process *other = findGoverned(first);
  if (other == nullptr)
    return ~uint64_t(0);
  switch (second) {
  case 0:
    return static_cast<uint64_t>(other->state);
  case 1:
    return other->machine.pc;
  case 2:
    return other->processorTime;
  case 3:
    return other->account.used * hal::pageSize;
  case 4:
    return other->basePriority;
  default:
    return fail(Error::Invalid);
  }
}

uint64_t Call::dump() {
  uint64_t words[2];
  if (!readWords(second, words, 2))
    return ~uint64_t(0);
  Guard guard;
  Process *other = findGoverned(first);
  if (other == nullptr)
    return ~uint64_t(0);
  // What has ended has nothing any more, what failed never had it.
  Bytes file = other->file;
  if (other->state == State::Zombie || file.data == nullptr)
    return fail(Error::NotFound);
  uint64_t count = words[1] < file.size ? words[1] : file.size;
  if (count != 0) {
    uint8_t *out = find(words[0], count, bytecode::RegionWrite);
    if (out == nullptr)
      return ~uint64_t(0);
    __builtin_memcpy(out, file.data, count);
  }
  return file.size;
}

//===--- streams and files ------------------------------------------------===//

uint64_t Call::giveFile(int64_t result) {
  if (result >= 0)
    return static_cast<uint64_t>(result);
  switch (result) {
  case NoSuchFile:
  case NoSuchProcess:
  case BadHandle:
  case network::NoNetwork:
  case drivers::NobodyThere:
    return fail(Error::NotFound);
  case network::NoAnswer:
    return fail(Error::Timeout);
  case NotPermitted:
  case AccessDenied:
  case ReadOnly:
    return fail(Error::Denied);
  case NoMemoryLeft:
    return fail(Error::NoMemory);
  case TooManyFiles:
  case store::TooManyWriters:
  case store::NoRoom:
    return fail(Error::Overflow);
  case store::DeviceFailed:
  case store::Replaced:
  case update::IsBusy:
  case network::StreamEnded:
  case network::StreamReset:
  case network::Refused:
    return fail(Error::General);
  default:
    return fail(Error::Invalid);
  }
}

uint64_t Call::read() {
  uint64_t words[2];
  if (!readWords(second, words, 2))
    return ~uint64_t(0);
  if (words[1] == 0)
    return 0;
  if (access(process, words[0], words[1], bytecode::RegionWrite) == nullptr)
    return fail(Error::BadAddress);
  if (first == 0) {
    uint64_t length = 0;
    readStream(process, words[0], words[1], length);
    return length;
  }
  if (!devices::isHandle(first) && !has(isa::EffectFILESYSTEM))
    return fail(Error::Denied);
  Guard guard;
  uint8_t *out = reach(process, words[0], words[1], bytecode::RegionWrite);
  if (out == nullptr)
    return fail(Error::NoMemory);
  return giveFile(
      devices::isHandle(first)
          ? devices::read(process, guard, first, out, words[1])
          : process.files.read(process, guard, first, out, words[1]));
}

uint64_t Call::write() {
  uint64_t words[2];
  if (!readWords(second, words, 2))
    return ~uint64_t(0);
  bool isConsole = first == 1 || first == 2;
  if (!isConsole && !has(isa::EffectFILESYSTEM))
    return fail(Error::Denied);
  if (words[1] != 0 &&
      access(process, words[0], words[1], bytecode::RegionRead) == nullptr)
    return fail(Error::BadAddress);
  if (!isConsole) {
    int64_t result = 0;
    writeFile(process, first, words[0], words[1], result);
    return giveFile(result);
  }
  writeStream(process, static_cast<Stream>(first), words[0], words[1]);
  return words[1];
}

uint64_t Call::control() {
  Guard guard;
  int64_t size = process.files.getSize(first);
  if (size < 0)
    return giveFile(size);
  switch (second) {
  case 0:
    return static_cast<uint64_t>(size);
  case 1:
    return process.files.isFolder(first);
  case 2:
    return giveFile(process.files.sync(first));
  default:
    return fail(Error::Invalid);
  }
}

uint64_t Call::open() {
  Guard guard;
  uint64_t mode = second >> 32, length = second & 0xFFFFFFFF;
  if (mode > static_cast<uint64_t>(OpenMode::CreateNew))
    return fail(Error::Invalid);
  uint8_t *name = find(first, length, bytecode::RegionRead);
  if (name == nullptr)
    return ~uint64_t(0);
  return giveFile(devices::isName({name, length})
                      ? devices::open(process, guard, {name, length})
                      : process.files.open(process, {name, length},
                                           static_cast<OpenMode>(mode)));
}

//===--- the machine and the system ---------------------------------------===//

uint64_t Call::tell(Subject subject) {
  Guard guard;
  uint8_t *out = nullptr;
  if (second != 0) {
    out = find(first, second, bytecode::RegionWrite);
    if (out == nullptr)
      return ~uint64_t(0);
  }
  return describe(subject, out, second);
}

uint64_t Call::addMessage() {
  constexpr uint64_t longest = 200;
  uint64_t count = second < longest ? second : longest;
  Guard guard;
  Bytes text = {nullptr, count};
  if (second != 0) {
    text.data = find(first, second, bytecode::RegionRead);
    if (text.data == nullptr)
      return ~uint64_t(0);
  }
  log(Level::Info, "%s: %b", process.name, &text);
  return 0;
}

//===--- all of them ------------------------------------------------------===//

uint64_t Call::execute(Syscall number) {
  switch (number) {
  case Syscall::SPAWN:
    return spawn();
  case Syscall::YIELD: {
    Guard guard;
    if (isFirstTry(process))
      yieldProcessor(guard);
    return 0;
  }
  case Syscall::EXIT:
    isExit = true;
    return 0;
  case Syscall::KILL:
    return killProcess();
  case Syscall::WAIT:
    return wait();
  case Syscall::GETPID:
    return process.id;
  case Syscall::ALLOC:
  case Syscall::FREE:
  case Syscall::MMAP:
  case Syscall::MUNMAP:
  case Syscall::MPROTECT:
    return process.hasSpace ? changeAreas(number) : changeRegions(number);
  case Syscall::A2A_SEND:
    return send();
  case Syscall::A2A_RECV:
    return receive();
  case Syscall::A2A_BROADCAST:
    return broadcast();
  case Syscall::A2A_SUBSCRIBE: {
    Guard guard;
    return process.mailbox.addTopic(first) ? 0 : fail(Error::Overflow);
  }
  case Syscall::BC_LOAD:
    return load(reachAll(first, second));
  case Syscall::BC_EXEC:
    return start();
  case Syscall::BC_STATUS:
    return getStatus();
  case Syscall::BC_DUMP:
    return dump();
  case Syscall::COMPILE:
    return compile();
  case Syscall::EMIT:
    return emit();
  case Syscall::DEVCODE:
    return fail(Error::NotSupported); // who could, is not in a kernel
  case Syscall::READ:
    return read();
  case Syscall::WRITE:
    return write();
  case Syscall::IOCTL:
    return control();
  case Syscall::OPEN:
    return open();
  case Syscall::CLOSE: {
    Guard guard;
    return giveFile(devices::isHandle(first)
                        ? devices::close(process, guard, first)
                        : process.files.close(first));
  }
  case Syscall::HW_INFO:
    return tell(Subject::Hardware);
  case Syscall::HW_CONFIG:
    return tell(Subject::Configuration);
  case Syscall::INFO:
    return tell(Subject::System);
  case Syscall::LOG:
    return addMessage();
  }
  return fail(Error::NotFound);
}

/// What a call needs.
static uint16_t getCapability(Syscall number) {
  constexpr uint16_t EffectNone = 0;
  using namespace isa;
  switch (number) {
#define SYSCALL(NUMBER, NAME, CAPABILITY, FIRST, SECOND, RESULT, ERRORS, DOC)  \
  case Syscall::NAME:                                                          \
    return Effect##CAPABILITY;
#include "runtime/kernel/Syscalls.def"
  }
  return EffectNone;
}

HostResult callSystem(Process &process, uint64_t wanted, const uint64_t args[2],
                      uint64_t &result, uint64_t &error) {
  auto number = static_cast<Syscall>(wanted <= 0xFFFF ? wanted : 0);
  Call call(process, args);
  if ((getCapability(number) & ~getCapabilities(process)) == 0) {
    result = call.execute(number);
  } else {
    call.error = Error::Denied;
    result = ~uint64_t(0);
  }
  if (call.isExit)
    return {HostAction::Exit, static_cast<uint16_t>(args[0] & 0xFF)};
  if (process.isKilled)
    return {HostAction::Wait, 0};
  error = static_cast<uint64_t>(call.error);
  return {HostAction::Done, 0};
}

} // namespace flux::kernel
