//===- FilesTest.cpp - calls, and files that stay, on this machine --------===//
//
// The texts of calls in test/OS/Inputs, which images run, too; and a table of
// what they must try: each call, each error that it can give, and what it does
// without its capability.
//
//===----------------------------------------------------------------------===//

#include "Boot.h"
#include "Calls.h"
#include "TestDisk.h"
#include "runtime/store/Store.h"
#include "unittests/Store/FaultyDisk.h"
#include "gtest/gtest.h"
#include <memory>
#include <sys/mman.h>

using namespace flux;

namespace {

/// A file in memory with the bytes of a disk.
int makeFile(const FaultyDisk &disk) {
  int file = memfd_create("disk", 0);
  EXPECT_EQ(write(file, disk.bytes.data(), disk.bytes.size()),
            static_cast<ssize_t>(disk.bytes.size()));
  return file;
}

/// One with an empty store.
int makeDisk(uint64_t sectors) {
  FaultyDisk disk(sectors);
  auto store = std::make_unique<store::Store>();
  EXPECT_EQ(store->format(disk), 0);
  return makeFile(disk);
}

BootResult bootCalls(const std::string &name, hal::native::Machine machine = {},
                     std::vector<NamedFile> others = {}) {
  others.insert(others.begin(), {name, makeCallProgram(readCallText(name))});
  return boot(others, machine);
}

NamedFile readChild() { return {"child", readCallText("child.fluxasm")}; }

TEST(Calls, SucceedAndFailAsTheyShould) {
  BootResult result = bootCalls("syscalls.calls", {}, {readChild()});
  EXPECT_EQ(result.status, 0) << result.output;
  hal::native::Machine machine;
  machine.options = "allow=ALL";
  result = bootCalls("supervisor.calls", machine, {readChild()});
  EXPECT_EQ(result.status, 0) << result.output;
}

/// A package that brings machine code for this machine, which it cannot run.
NamedFile makeNative() {
  std::string plain = assembleText(".func main 0 -> 0\n  halt\n");
  bytecode::Package package;
  EXPECT_EQ(package.read(toBytes(plain)), nullptr);
#if defined(__x86_64__)
  std::string target = "x86_64-flux-native";
#elif defined(__aarch64__)
  std::string target = "arm64-flux-native";
#else
  std::string target = "riscv64-flux-native";
#endif
  std::string code = "\x7F"
                     "ELF\2\1" +
                     std::string(100, ' ');
  TestArena arena;
  Vector<bytecode::NativeCode> parts(arena);
  parts.push({toBytes(target), toBytes(code)});
  bytecode::Contents contents(package);
  contents[bytecode::SectionKind::Native] =
      bytecode::makeNativeSection(parts, arena);
  std::string file(bytecode::getPackageSize(contents), '\0');
  bytecode::writePackage(contents, reinterpret_cast<uint8_t *>(file.data()));
  return {"native", file};
}

TEST(Calls, PackagesAndCodeBecomeChildren) {
  hal::native::Machine machine;
  machine.options = "allow=ALL";
  BootResult result = bootCalls("compile.calls", machine, {makeNative()});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find("no user mode"), std::string::npos);
}

TEST(Calls, FilesStay) {
  hal::native::Machine machine;
  machine.disk = makeDisk(4096);
  machine.memory = 32 << 20;
  BootResult result = bootCalls("store-write.calls", machine, {readChild()});
  EXPECT_EQ(result.status, 0) << result.output;
  result = bootCalls("store-read.calls", machine);
  EXPECT_EQ(result.status, 0) << result.output;
  close(machine.disk);
}

TEST(Calls, FilesStayOnAPartOfADisk) {
  hal::native::Machine machine;
  machine.memory = 32 << 20;
  machine.options = "log=info";
  FaultyDisk disk(5000);
  writeTestGpt(disk, {{"EFI", 100}, {"flux-store", 4096}, {"more", 100}});
  // What was never used is formatted, and nothing beside it is touched.
  std::string before = disk.bytes;
  machine.disk = makeFile(disk);
  BootResult result = bootCalls("store-write.calls", machine, {readChild()});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find(" 0 files stay"), std::string::npos);
  std::string after(before.size(), '\0');
  ASSERT_EQ(pread(machine.disk, after.data(), after.size(), 0),
            static_cast<ssize_t>(after.size()));
  size_t begin = (34 + 100) * 512, end = begin + 4096 * 512;
  EXPECT_EQ(before.substr(0, begin), after.substr(0, begin));
  EXPECT_EQ(before.substr(end), after.substr(end));
  result = bootCalls("store-read.calls", machine);
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_NE(result.output.find(" 3 files stay"), std::string::npos)
      << result.output;
  // What is damaged beyond use is told and left as it is.
  std::string nonsense(4 * 512, 'x');
  ASSERT_EQ(pwrite(machine.disk, nonsense.data(), nonsense.size(),
                   static_cast<off_t>(begin)),
            static_cast<ssize_t>(nonsense.size()));
  result = bootCalls("store-read.calls", machine);
  EXPECT_EQ(result.status, 2) << result.output;
  EXPECT_NE(result.output.find("error: the disk's place for files is damaged"),
            std::string::npos)
      << result.output;
  close(machine.disk);
}

/// Each call has tests for what the table says of it.
TEST(Calls, AllAreTried) {
  std::map<std::string, std::set<std::string>> tried;
  std::set<std::string> denied;
  auto calls = getCalls();
  EXPECT_EQ(calls.size(), 31u);
  for (const char *name :
       {"syscalls.calls", "supervisor.calls", "compile.calls",
        "store-write.calls", "store-read.calls"}) {
    bool hasNone = false;
    for (const CallLine &line : readCallLines(readCallText(name))) {
      if (line.words[0] == "caps") {
        hasNone = line.words.size() == 1;
        continue;
      }
      if (line.words[0] == "poke")
        continue;
      ASSERT_EQ(line.words.size(), 6u) << name << line.number;
      const std::string &call = line.words[0], &error = line.words[5];
      ASSERT_EQ(calls.count(call), 1u) << call;
      const CallInfo &info = calls[call];
      if (hasNone && info.capability != "None") {
        EXPECT_EQ(error, "Denied") << call;
        denied.insert(call);
      } else if (error != "None" && info.errors.count(error) == 0) {
        // A capability that programs do not have by themselves.
        EXPECT_EQ(error, "Denied") << call << ": the table lacks " << error;
      } else {
        tried[call].insert(error);
      }
    }
  }
  for (const auto &[name, info] : calls) {
    for (const std::string &error : info.errors)
      EXPECT_EQ(tried[name].count(error), 1u)
          << name << " is not made to fail with " << error;
    if (info.errors.count("NotSupported") == 0)
      EXPECT_EQ(tried[name].count("None"), 1u) << name << " does not succeed";
    if (info.capability != "None")
      EXPECT_EQ(denied.count(name), 1u)
          << name << " is not tried without " << info.capability;
  }
}

} // namespace
