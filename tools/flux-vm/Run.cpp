//===- Run.cpp - flux-vm run ----------------------------------------------===//
//
// Runs a package to its end, or until its gas is used up: then the machine can
// be saved, to go on later or elsewhere.
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include "Window.h"
#include "runtime/vm/Snapshot.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

/// What the command line says besides the options of all programs.
struct Options {
  bool showGas = false, plain = false, isChecked = false;
  Bytes snapshot, restored;
};

int takeOption(void *self, Bytes arg) {
  auto &options = *static_cast<Options *>(self);
  Bytes value;
  if (startsWith(arg, "--snapshot=", value))
    options.snapshot = value;
  else if (startsWith(arg, "--restore=", value))
    options.restored = value;
  else if (equals(arg, "--plain"))
    options.plain = true;
  else if (equals(arg, "--checked"))
    options.isChecked = true;
  else if (equals(arg, "--show-gas"))
    options.showGas = true;
  else
    return -2;
  return -1;
}

bool saveSnapshot(const Machine &machine, Bytes path) {
  RowWriter out(getArena());
  writeSnapshot(
      machine,
      [](void *self, const void *data, uint64_t size) {
        static_cast<RowWriter *>(self)->addBytes(
            {static_cast<const uint8_t *>(data), size});
      },
      &out);
  return writeFile(path, out.get());
}

} // namespace

int runCommand(Arguments &args) {
  static Process process;
  Options options;
  int status = process.open(args, takeOption, &options);
  if (status >= 0)
    return status;
  Machine &machine = process.machine;
  Bytes snapshot;
  if (options.restored.data != nullptr) {
    if (!readFile(options.restored, snapshot))
      return Failure;
    if (const char *message = readSnapshot(machine, snapshot, getArena()))
      return fail(message);
    machine.gas = static_cast<int64_t>(process.gas);
  }
  ThreadedCode code;
  if (!options.isChecked)
    guardRegions(machine);
  if (!options.plain && !process.translate(code))
    return Failure;
  do {
    if (options.plain)
      machine.run();
    else
      code.run(machine);
  } while (machine.state == State::Yielded);
  if (options.showGas) {
    rt::flux_console_flush();
    Output(/*toError=*/true).text
        << "gas used: " << process.gas - static_cast<uint64_t>(machine.gas)
        << "\n";
  }
  if (machine.state == State::OutOfGas && options.snapshot.data != nullptr &&
      !saveSnapshot(machine, options.snapshot))
    return Failure;
  return process.finish();
}

} // namespace flux::tool
