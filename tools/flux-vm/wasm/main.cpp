//===- main.cpp - flux-vm as a module of WebAssembly ----------------------===//
//
// The machine in Node and in browsers: it loads, verifies and runs packages.
// What watches programs stays with the tool for Linux.
//
//===----------------------------------------------------------------------===//
#include "../Tool.h"

using namespace flux;
using namespace flux::tool;

extern "C" int32_t flux::rt::flux_main(const rt::View *views, int64_t count) {
  Arguments args(views, count);
  if (args.isEmpty())
    return failUsage("a command is missing");
  Bytes command = args.next();
  static const struct {
    const char *name;
    int (*run)(Arguments &args);
  } commands[] = {{"run", runCommand},       {"check", checkCommand},
                  {"asm", assembleCommand},  {"dis", disassembleCommand},
                  {"verify", verifyCommand}, {"info", infoCommand}};
  for (const auto &known : commands)
    if (equals(command, known.name))
      return known.run(args);
  return failUsage("there is no command", command);
}
