//===- Record.cpp - flux-vm record and replay -----------------------------===//
//
// The machine itself is deterministic: a run is repeated by its package, what
// it was started with, and what the host answered.  A replay needs none of the
// files and takes no time for waiting; its output is written again.
//
//===----------------------------------------------------------------------===//

#include "Record.h"
#include "Process.h"
#include "Window.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

static const char magic[] = "FLUXREC\x01";
static constexpr uint64_t magicSize = 8;

void Record::add(uint32_t call, HostResult answer, uint64_t result,
                 Bytes written) {
  if (events == nullptr) {
    events = getArena().allocate<RowWriter>(1);
    *events = RowWriter(getArena());
  }
  events->add32(call);
  events->add16(static_cast<uint64_t>(answer.action));
  events->add16(answer.code);
  events->add64(result);
  events->add64(written.size);
  events->addBytes(written);
}

bool Record::readNumber(uint64_t &value) {
  if (contents.size - at < 8)
    return false;
  __builtin_memcpy(&value, contents.data + at, 8);
  at += 8;
  return true;
}

bool Record::readBytes(Bytes &value) {
  if (!readNumber(value.size) || contents.size - at < value.size)
    return false;
  value.data = contents.data + at;
  at += value.size;
  return true;
}

bool Record::take(uint32_t call, HostResult &answer, uint64_t &result,
                  Bytes &written) {
  uint64_t head;
  if (!readNumber(head) || static_cast<uint32_t>(head) != call ||
      (head >> 32 & 0xFFFF) > static_cast<uint64_t>(HostAction::Exit))
    return false;
  answer.action = static_cast<HostAction>(head >> 32 & 0xFFFF);
  answer.code = static_cast<uint16_t>(head >> 48);
  return readNumber(result) && readBytes(written);
}

bool Record::save(const Process &process, Bytes path) {
  RowWriter out(getArena());
  out.addBytes({reinterpret_cast<const uint8_t *>(magic), magicSize});
  auto addText = [&](Bytes text) {
    out.add64(text.size);
    out.addBytes(text);
  };
  addText({process.package.hash, Sha256::size});
  out.add64(process.capabilities);
  out.add64(process.gas);
  out.add64(process.memory);
  out.add64(process.arguments.size);
  for (uint64_t i = 0; i != process.arguments.size; ++i)
    addText(process.arguments[i]);
  out.add64(process.settings.size);
  for (uint64_t i = 0; i != process.settings.size; ++i)
    addText(process.settings[i]);
  if (events != nullptr)
    out.addBytes(events->get());
  return writeFile(path, out.get());
}

bool Record::load(Process &process, Bytes path) {
  if (!readFile(path, contents))
    return false;
  Bytes rest;
  uint64_t capabilities = 0, count = 0;
  bool isGood = contents.size >= magicSize &&
                __builtin_memcmp(contents.data, magic, magicSize) == 0;
  at = magicSize;
  isGood = isGood && readBytes(hash) && hash.size == Sha256::size &&
           readNumber(capabilities) && readNumber(process.gas) &&
           readNumber(process.memory) && process.gas >> 63 == 0;
  Vector<Bytes> *const lists[] = {&process.arguments, &process.settings};
  for (Vector<Bytes> *list : lists) {
    isGood = isGood && readNumber(count);
    for (uint64_t i = 0; isGood && i != count; ++i) {
      isGood = readBytes(rest);
      if (isGood)
        list->push(rest);
    }
  }
  process.capabilities = static_cast<uint16_t>(capabilities);
  isRead = true;
  return isGood || (fail("this is no record of flux-vm:", path), false);
}

bool Record::fits(const Package &package) const {
  return __builtin_memcmp(hash.data, package.hash, Sha256::size) == 0 ||
         (fail("the record is of another package"), false);
}

namespace {

struct Options {
  Bytes path;
};

int takeOption(void *self, Bytes arg) {
  return startsWith(arg, "--record=", static_cast<Options *>(self)->path) ? -1
                                                                          : -2;
}

int runRecorded(Process &process) {
  guardRegions(process.machine);
  ThreadedCode code;
  if (!process.translate(code))
    return Failure;
  do
    code.run(process.machine);
  while (process.machine.state == State::Yielded);
  return process.finish();
}

int parse(Process &process, Arguments &args, Options &options) {
  int status = process.parse(args, takeOption, &options);
  if (status < 0 && options.path.data == nullptr)
    return failUsage("--record=FILE is missing");
  return status;
}

} // namespace

int recordCommand(Arguments &args) {
  static Process process;
  Options options;
  int status = parse(process, args, options);
  if (status >= 0)
    return status;
  process.record.isWritten = true;
  if (!process.start())
    return Failure;
  status = runRecorded(process);
  return process.record.save(process, options.path) ? status : Failure;
}

int replayCommand(Arguments &args) {
  static Process process;
  Options options;
  int status = parse(process, args, options);
  if (status >= 0)
    return status;
  if (!process.record.load(process, options.path) || !process.start() ||
      !process.record.fits(process.package))
    return Failure;
  return runRecorded(process);
}

} // namespace flux::tool
