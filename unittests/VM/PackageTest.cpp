//===- PackageTest.cpp - hostile containers -------------------------------===//

#include "Engines.h"
#include "gtest/gtest.h"

using namespace flux;
using namespace flux::bytecode;

namespace {

const char *const sample = R"(
.region 2 r 4096
hello: .ascii "hello"
.region 3 rw 4096
x: .quad 42
.setting x x 8
.import put "console.put" 1 -> 0 IO_WRITE
.table t 1 -> 1 f
.place 8 2 "main" "a.md"
.place 3 4 "inner" "b.md" in 1
.func main 0 -> 1
.line 7
  li r17, x
.at 2
  load r40, [r17]
  li r35, 0
  icall 19, r35, t
  li r40, 3
loop:
  iaddi r40, r40, -1
  bnei r40, 0, loop
  call_ext 24, put
  mov r16, r17
  ret
.func f 1 -> 1
  ret
.export f
.document "a.md" "text"
)";

/// Catch points, the data stack, calls, tail calls, flags and tables of jumps.
const char *const control = R"(
.stack 8192
.calls 64
.region 3 rw 4096
.func main 0 -> 1 catches
  catch r8, handler
  li r32, 3
  calli 16, work
  finally
  mov r16, r32
  ret
handler:
  li r16, 9
  ret
.func work 1 -> 1
  enter 16
  push r16
  br_table r16, one, two, two
one:
  pop r16
  leave
  tailcalli last
two:
  pop r17
  leave
  cmp r17, r16
  jle less
  throw r17
less:
  idiv r16, r16, r17
  ret
.func last 1 -> 1
  ret
)";

/// Regions of each right, a loop over memory, floats, wide literals.
const char *const memory = R"(
.region 3 rw 8192
floats: .quad 4609434218613702656, 4611686018427387904
.region 4 r 4096
text: .ascii "some text"
.region 5 w 4096
.setting scale floats 8 float
.func main 0 -> 1
  li r20, floats
  li64 r21, 0x123456789abcdef0
  li r22, 1000
  load r23, [r20]
  load r24, [r20+8]
again:
  fmul r25, r23, r24
  store r25, [r20+16]
  iaddi r20, r20, 8
  iaddi r22, r22, -1
  jnz r22, again
  iaddo r16, r21, r22, r26
  ret
.document "m.md" "text"
)";

const char *const samples[] = {sample, control, memory};

// The row of the f-th section is at 64 + 32 * f.
void patch32(std::string &file, uint64_t at, uint32_t value) {
  memcpy(&file[at], &value, 4);
}
void patch64(std::string &file, uint64_t at, uint64_t value) {
  memcpy(&file[at], &value, 8);
}

uint64_t offsetOf(const std::string &file, SectionKind kind) {
  uint32_t count;
  memcpy(&count, &file[12], 4);
  for (uint32_t i = 0; i != count; ++i) {
    uint32_t found;
    memcpy(&found, &file[64 + 32 * i], 4);
    if (found != static_cast<uint32_t>(kind))
      continue;
    uint64_t offset;
    memcpy(&offset, &file[64 + 32 * i + 8], 8);
    return offset;
  }
  return 0;
}

class PackageTest : public testing::Test {
protected:
  void SetUp() override {
    std::string message;
    file = assembleText(sample, &message);
    ASSERT_EQ(message, "");
    ASSERT_EQ(check(file), "");
  }
  std::string file;
};

TEST_F(PackageTest, EverySingleByteFlipIsRefused) {
  for (const char *text : samples) {
    std::string message, original = assembleText(text, &message);
    ASSERT_EQ(message, "");
    for (uint64_t i = 0; i != original.size(); ++i)
      for (unsigned flip = 1; flip != 256; ++flip) {
        std::string changed = original;
        changed[i] = static_cast<char>(changed[i] ^ flip);
        ASSERT_NE(check(changed), "") << "byte " << i;
      }
  }
}

TEST_F(PackageTest, EveryTruncationIsRefused) {
  for (uint64_t size = 0; size != file.size(); ++size)
    EXPECT_NE(check(file.substr(0, size)), "") << size;
  EXPECT_NE(check(file + std::string(8, '\0')), "");
}

/// The hash protects nothing: with a right one, flips must be harmless, also
/// when the package runs: it ends, traps or runs out of gas, on both engines
/// alike.
TEST_F(PackageTest, FlipsWithARightHashAreHarmless) {
  unsigned numRefused = 0, numRun = 0, numPlaces = 0;
  for (const char *text : samples) {
    std::string error, original = assembleText(text, &error);
    ASSERT_EQ(error, "");
    for (uint64_t i = 0; i != original.size(); ++i)
      for (unsigned flip = 0; flip != 13; ++flip) {
        static constexpr unsigned values[] = {0, 1, 0x7F, 0x80, 0xFF};
        std::string changed = original;
        changed[i] = static_cast<char>(flip < 8 ? changed[i] ^ 1 << flip
                                                : values[flip - 8]);
        rehash(changed);
        if (!check(changed).empty()) {
          ++numRefused;
          continue;
        }
        TestArena arena;
        Package package;
        ASSERT_EQ(package.read(toBytes(changed)), nullptr);
        disassemble(package, arena);
        for (uint64_t word = 0; word != package.codeWords; ++word)
          for (uint32_t place = package.findPlaceNumber(word); place != 0;
               place = package.getPlace(place).parent)
            ++numPlaces;
        // It also runs, if it has the region that is compared.
        bool hasRegion = false;
        for (uint32_t k = 0; k != package.numRegions; ++k)
          hasRegion |= package.getRegion(k).number == 3;
        if (changed == original || !hasRegion)
          continue;
        ++numRun;
        ASSERT_EQ(observe(package, Engine::Plain, 500, 2, false),
                  observe(package, Engine::Threaded, 500, 2, false))
            << "byte " << i;
      }
  }
  EXPECT_GT(numRefused, 10000u);
  EXPECT_GT(numRun, 1000u);
  EXPECT_GT(numPlaces, 20u);
}

TEST_F(PackageTest, SectionsAreChecked) {
  auto expect = [&](auto change, const char *message) {
    std::string changed = file;
    change(changed);
    rehash(changed);
    EXPECT_EQ(check(changed), message);
  };
  expect([](std::string &f) { f[0] = 'X'; }, "this is no FLUX package");
  expect([](std::string &f) { f[8] = 2; },
         "the package has another major version of the format");
  expect([](std::string &f) { patch32(f, 12, 65); },
         "the package has too many sections");
  expect([](std::string &f) { patch32(f, 64, 99); },
         "the package needs a section that this machine does not know");
  expect([](std::string &f) { patch32(f, 64, 2); },
         "the sections are not in the order of their kinds");
  expect([](std::string &f) { patch32(f, 64 + 4, 4); },
         "a section has flags that are not known");
  expect([](std::string &f) { patch64(f, 64 + 8, 1); },
         "a section does not lie behind the one before");
  expect([](std::string &f) { patch64(f, 64 + 16, ~0ull); },
         "a section does not lie behind the one before");
  expect([](std::string &f) { patch64(f, 64 + 24, 7); },
         "a section names a wrong unpacked size");
  uint64_t manifest = offsetOf(file, SectionKind::Manifest);
  expect([&](std::string &f) { patch32(f, manifest, 2); },
         "the package has another version of the instruction set");
  expect([&](std::string &f) { patch32(f, manifest + 4, 0x800); },
         "the manifest names effects that are not known");
  expect([&](std::string &f) { patch32(f, manifest + 4, 0); },
         "the code has effects that the manifest does not name");
  expect([&](std::string &f) { patch32(f, manifest + 4, 0x7FF); },
         "the manifest names effects that the code does not have");
  expect([&](std::string &f) { patch32(f, manifest + 8, 2); },
         "the entry function does not exist");
  expect([&](std::string &f) { patch32(f, manifest + 12, 0); },
         "the limit of calls is out of range");
  expect([&](std::string &f) { patch64(f, manifest + 16, 4097); },
         "the size of the stack is out of range or not in pages");
  uint64_t functions = offsetOf(file, SectionKind::Functions);
  expect([&](std::string &f) { patch32(f, functions, 1); },
         "a function starts outside the code");
  expect([&](std::string &f) { patch32(f, functions + 8, 0); },
         "the functions are not in order or empty");
  uint64_t regions = offsetOf(file, SectionKind::Regions);
  expect([&](std::string &f) { f[regions] = 1; },
         "a region is malformed or out of order");
  expect([&](std::string &f) { patch64(f, regions + 8, 1ull << 32); },
         "the size of a region is out of range or not in pages");
  expect([&](std::string &f) { patch64(f, regions + 16, ~0ull); },
         "the contents of a region lie outside the data");
  uint64_t settings = offsetOf(file, SectionKind::Settings);
  expect([&](std::string &f) { patch64(f, settings + 8, 4ull << 32); },
         "a setting lies outside the regions");
  uint64_t tables = offsetOf(file, SectionKind::Tables);
  expect([&](std::string &f) { patch32(f, tables, 1000); },
         "the section of tables is too short");
  uint64_t blocks = offsetOf(file, SectionKind::Blocks);
  expect([&](std::string &f) { patch32(f, blocks, 1); },
         "a recorded block lies inside an instruction");
}

/// Places are found by one step after the other: each step leads on.
TEST_F(PackageTest, PlacesAreChecked) {
  uint64_t debug = offsetOf(file, SectionKind::Debug);
  Package package;
  ASSERT_EQ(package.read(toBytes(file)), nullptr);
  ASSERT_EQ(package.numDebugRows, 2u);
  ASSERT_EQ(package.numPlaces, 3u);
  auto toText = [](Bytes text) {
    return std::string(reinterpret_cast<const char *>(text.data), text.size);
  };
  Function main = package.getFunction(0);
  Place inner = package.findPlace(main.end - 1);
  EXPECT_EQ(inner.line, 3u);
  EXPECT_EQ(inner.depth, 1u);
  EXPECT_EQ(toText(package.getPlaceName(inner.function)), "inner");
  EXPECT_EQ(toText(package.getPlaceName(inner.file)), "b.md");
  Place outer = package.getPlace(inner.parent);
  EXPECT_EQ(outer.line, 8u);
  EXPECT_EQ(toText(package.getPlaceName(outer.file)), "a.md");
  EXPECT_EQ(package.findPlace(main.start).line, 7u);
  EXPECT_EQ(package.findPlaceNumber(main.end), 0u) << "the next function";
  EXPECT_EQ(package.findLine(inner.parent + 1, toBytes("a.md")), 8u);
  EXPECT_EQ(package.findLine(inner.parent + 1, toBytes("c.md")), 0u);

  // Head, two rows, three places of which the second has a parent, names.
  uint64_t rows = debug + 16, places = rows + 2 * 8, names = places + 3 * 24;
  auto expect = [&](uint64_t at, uint32_t value, const char *message) {
    std::string changed = file;
    patch32(changed, at, value);
    rehash(changed);
    EXPECT_EQ(check(changed), message);
  };
  const char *size = "the debug map has another size than its parts";
  for (uint64_t part : {0, 4, 8}) {
    expect(debug + part, 7, size);
    expect(debug + part, 0xFFFFFFFF,
           part == 4 ? "the debug map is malformed" : size);
  }
  expect(debug + 12, 1, "the debug map is malformed");
  expect(rows, 0xFFFFFF, "the debug map is not in order");
  expect(rows + 8, 0, "the debug map is not in order");
  expect(rows + 4, 4, "the debug map names a place that does not exist");
  const char *place = "a place of the debug map is malformed";
  expect(places + 8, 99, place);
  expect(places + 12, 99, place);
  expect(places + 16, 1, place);
  expect(places + 24 + 16, 2, place);
  expect(places + 24 + 16, 0, place);
  expect(places + 24 + 20, 2, place);
  expect(names, 0xFFFFFF, "a name of the debug map is malformed");
}

TEST_F(PackageTest, UnknownOptionalSectionsAreSkipped) {
  // A section of kind 1000 at the end.
  auto append = [&](uint32_t flags) {
    std::string result = file.substr(0, 64);
    uint32_t count;
    memcpy(&count, &file[12], 4);
    patch32(result, 12, count + 1);
    for (uint32_t i = 0; i != count; ++i) {
      std::string row = file.substr(64 + 32 * i, 32);
      uint64_t offset;
      memcpy(&offset, &row[8], 8);
      patch64(row, 8, offset + 32);
      result += row;
    }
    std::string row(32, '\0');
    patch32(row, 0, 1000);
    patch32(row, 4, flags);
    patch64(row, 8, file.size() + 32);
    patch64(row, 16, 8);
    patch64(row, 24, 8);
    result += row + file.substr(64 + 32 * count) + "whatever";
    patch64(result, 16, result.size());
    patch64(result, 24, result.size());
    rehash(result);
    return check(result);
  };
  EXPECT_EQ(append(0), "");
  EXPECT_EQ(append(SectionRequired),
            "the package needs a section that this machine does not know");
}

TEST(Sha256Test, KnownHashes) {
  auto hash = [](const std::string &text) {
    Sha256 sha;
    for (char c : text)
      sha.add(&c, 1);
    uint8_t out[32];
    sha.finish(out);
    std::string hex;
    for (uint8_t byte : out)
      for (unsigned digit : {byte >> 4, byte & 15})
        hex += "0123456789abcdef"[digit];
    return hex;
  };
  EXPECT_EQ(hash(""), "e3b0c44298fc1c149afbf4c8996fb924"
                      "27ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash("abc"), "ba7816bf8f01cfea414140de5dae2223"
                         "b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash(std::string(1000, 'a')), "41edece42d63e8d9bf515a9ba6932e1c"
                                          "20cbc9f5a5d134645adb5db1b9737ea3");
}

} // namespace
