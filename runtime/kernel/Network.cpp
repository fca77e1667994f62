//===- Network.cpp - streams of processes to other machines ---------------===//
//
// Who waits for the network looks at the card each millisecond, and the
// kernel's process sometimes, once a program has used it: a machine whose
// programs do not is silent, and never interrupted.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Network.h"
#include "runtime/drivers/Drivers.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Random.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/net/Stack.h"

namespace flux::kernel::network {

using net::Stack;
using net::Stream;

static constinit Stack *stack = nullptr;
static constinit bool isStarted = false;
/// The process that has each stream, or 0.
static constinit uint32_t owners[Stack::maxStreams] = {};

static constexpr uint64_t millisecond = 1000000;

static uint64_t drawNumber() {
  uint64_t number = hal::now();
  // Without chance others can guess it, but all works.
  fillRandom(reinterpret_cast<uint8_t *>(&number), sizeof number);
  return number;
}

void init() {
  Guard guard;
  constexpr unsigned pages =
      (sizeof(Stack) + hal::pageSize - 1) / hal::pageSize;
  net::NetDevice *device = drivers::getNetDevice();
  void *memory = device != nullptr ? allocateForever(pages) : nullptr;
  if (memory == nullptr)
    return;
  // Zeros are what a new one is until it is opened.
  stack = static_cast<Stack *>(memory);
  stack->open(*device, drawNumber);
}

uint64_t poll() {
  if (!isStarted)
    return never;
  constexpr uint64_t usual = 100 * millisecond, quick = 10 * millisecond;
  uint64_t now = hal::now(), due = stack->poll(now);
  uint64_t next = now + usual;
  for (unsigned i = 0; i != Stack::maxStreams; ++i)
    if (stack->getStream(static_cast<int>(i)).state != Stream::Unused)
      next = now + quick;
  return due < next ? due : next;
}

/// Lets others run until something may have come; false if the process is to
/// end, or if it was \p end before.
static bool wait(const Process &process, Guard &guard, uint64_t end) {
  uint64_t now = hal::now(), due = stack->poll(now);
  if (now >= end || process.isKilled)
    return false;
  uint64_t next = stack->wasBusy() ? now : now + millisecond;
  block(guard, WaitFor::Input, 0, due < next ? due : next);
  return !process.isKilled;
}

static bool takeNumber(Bytes &text, uint32_t most, uint32_t &number) {
  uint64_t digits = 0;
  for (number = 0; digits != text.size && text.data[digits] >= '0' &&
                   text.data[digits] <= '9';
       ++digits) {
    number = number * 10 + (text.data[digits] - '0');
    if (number > most)
      return false;
  }
  text = {text.data + digits, text.size - digits};
  return digits != 0;
}

static bool take(Bytes &text, const char *word) {
  uint64_t length = 0;
  while (word[length] != '\0')
    ++length;
  if (text.size < length || !equals({text.data, length}, word))
    return false;
  text = {text.data + length, text.size - length};
  return true;
}

static bool takeRoot(Bytes &name) {
  take(name, "/");
  return take(name, "net/");
}

bool isName(Bytes name) { return takeRoot(name); }

/// `1.2.3.4:5` or `listen:5`, which is address 0, behind `tcp/` or `udp/`.
static bool parse(Bytes name, bool &isStream, net::Address &address,
                  uint16_t &port) {
  address = 0;
  uint32_t number;
  if (!takeRoot(name))
    return false;
  isStream = take(name, "tcp/");
  if (!isStream && !take(name, "udp/"))
    return false;
  if (!take(name, "listen")) {
    for (unsigned i = 0; i != 4; ++i) {
      if ((i != 0 && !take(name, ".")) || !takeNumber(name, 255, number))
        return false;
      address = address << 8 | number;
    }
    if (address == 0)
      return false;
  }
  if (!take(name, ":") || !takeNumber(name, 65535, number) || number == 0 ||
      name.size != 0)
    return false;
  port = static_cast<uint16_t>(number);
  return true;
}

/// What the end of a stream is called.
static int64_t getError(const Stream &stream) {
  switch (stream.error) {
  case Stream::Error::Refused:
    return Refused;
  case Stream::Error::TimedOut:
    return NoAnswer;
  default:
    return StreamReset;
  }
}

/// The number of a stream of \p process, or -1.
static int findStream(const Process &process, uint64_t handle) {
  uint64_t number = handle - firstHandle;
  return number < Stack::maxStreams && owners[number] == process.id
             ? static_cast<int>(number)
             : -1;
}

static void release(int number) {
  owners[number] = 0;
  stack->release(number, hal::now());
}

void release(const Process &process) {
  for (unsigned i = 0; i != Stack::maxStreams; ++i)
    if (owners[i] == process.id)
      release(static_cast<int>(i));
}

/// Waits until the machine has an address.
static bool start(const Process &process, Guard &guard) {
  constexpr uint64_t patience = 10000 * millisecond;
  if (stack->getAddress() != 0)
    return true;
  if (!isStarted)
    stack->startDhcp(hal::now());
  isStarted = true;
  wakeKernel(); // it looks at the card, too, from now on
  uint64_t end = hal::now() + patience;
  while (stack->getAddress() == 0 && wait(process, guard, end))
    ;
  net::Address address = stack->getAddress();
  if (address != 0)
    log(Level::Info, "the address is %u.%u.%u.%u", address >> 24,
        address >> 16 & 255, address >> 8 & 255, address & 255);
  return address != 0;
}

int64_t open(Process &process, Guard &guard, Bytes name) {
  net::Address address;
  uint16_t port;
  bool isStream;
  if (!(getCapabilities(process) & isa::EffectNETWORK))
    return AccessDenied;
  if (!parse(name, isStream, address, port))
    return NoSuchFile;
  if (stack == nullptr)
    return NoNetwork;
  if (!start(process, guard))
    return NoAnswer;
  int number = !isStream      ? stack->openDatagrams(address, port)
               : address != 0 ? stack->connect(address, port, hal::now())
                              : stack->listen(port);
  if (number < 0)
    return TooManyFiles;
  owners[number] = process.id;
  const Stream &stream = stack->getStream(number);
  while (stream.state == Stream::Connecting && wait(process, guard, never))
    ;
  if (stream.state == Stream::Failed || process.isKilled) {
    int64_t error = getError(stream);
    release(number);
    return error;
  }
  return static_cast<int64_t>(firstHandle) + number;
}

int64_t read(Process &process, Guard &guard, uint64_t handle, uint8_t *out,
             uint64_t size) {
  int number = findStream(process, handle);
  if (number < 0)
    return BadHandle;
  const Stream &stream = stack->getStream(number);
  for (;;) {
    size_t count = stack->read(number, out, size, hal::now());
    if (count != 0 || size == 0 || stream.peerClosed)
      return static_cast<int64_t>(count);
    if (stream.state == Stream::Failed)
      return getError(stream);
    if (!wait(process, guard, never))
      return 0;
  }
}

int64_t write(Process &process, Guard &guard, uint64_t handle,
              const uint8_t *data, uint64_t size) {
  int number = findStream(process, handle);
  if (number < 0)
    return BadHandle;
  const Stream &stream = stack->getStream(number);
  if (stream.state == Stream::Datagrams &&
      (size > Stack::maxDatagram || stream.remote == 0))
    return BadArgument;
  for (uint64_t written = 0;;) {
    written += stack->write(number, data + written, size - written, hal::now());
    if (written == size)
      return static_cast<int64_t>(size);
    if (stream.state == Stream::Failed)
      return getError(stream);
    if (!wait(process, guard, never))
      return StreamEnded;
  }
}

int64_t close(Process &process, Guard &guard, uint64_t handle) {
  constexpr uint64_t patience = 10000 * millisecond;
  int number = findStream(process, handle);
  if (number < 0)
    return BadHandle;
  uint64_t end = hal::now() + patience;
  const Stream &stream = stack->getStream(number);
  stack->finish(number, hal::now());
  while (stream.state == Stream::Open && !stream.isClosed &&
         wait(process, guard, end))
    ;
  int64_t result = stream.state == Stream::Failed ? getError(stream)
                   : stream.state == Stream::Open && !stream.isClosed
                       ? int64_t(NoAnswer)
                       : 0;
  release(number);
  return result;
}

} // namespace flux::kernel::network
