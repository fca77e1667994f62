//===- LockTest.cpp - flux.lock -------------------------------------------===//
#include "flux/Frontend/Lock.h"

#include "flux/Support/Diagnostics.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

struct Reader {
  llvm::SourceMgr sources;
  DiagnosticEngine diags{sources};
  std::optional<LockFile> read(llvm::StringRef text) {
    unsigned id = sources.AddNewSourceBuffer(
        llvm::MemoryBuffer::getMemBufferCopy(text), {});
    return LockFile::parse(sources.getMemoryBuffer(id)->getMemBufferRef(),
                           diags);
  }
};

std::string print(const LockFile &lock) {
  std::string text;
  llvm::raw_string_ostream os(text);
  lock.print(os);
  return text;
}

TEST(Lock, RoundTrip) {
  LockFile lock;
  lock.set("b.flux.md setting", "threshold", "temperature");
  lock.set("b.flux.md setting", "location", "str");
  lock.set("a.flux.md import", "shapes.flux.md", "sha256:12");
  std::string text = print(lock);
  EXPECT_EQ(text.find("location"), text.find("threshold") - 15);
  EXPECT_LT(text.find("[a.flux.md import]"), text.find("[b.flux.md setting]"));

  Reader reader;
  std::optional<LockFile> again = reader.read(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(print(*again), text);
  EXPECT_EQ(again->lookup("b.flux.md setting", "threshold"), "temperature");
  EXPECT_EQ(again->lookup("b.flux.md setting", "thresold"), std::nullopt);
  EXPECT_EQ(again->lookup("a.flux.md setting", "threshold"), std::nullopt);
}

TEST(Lock, RemoveDocument) {
  LockFile lock;
  lock.set("a.md setting", "x", "i64");
  lock.set("a.md driver", "y", "lm75");
  lock.set("a.mdx setting", "x", "i64");
  lock.removeDocument("a.md");
  EXPECT_FALSE(lock.findSection("a.md setting"));
  EXPECT_FALSE(lock.findSection("a.md driver"));
  EXPECT_TRUE(lock.findSection("a.mdx setting"));
}

TEST(Lock, LineEndsCannotForgeEntries) {
  LockFile lock;
  lock.set("a.md\n[x]", "k\nk2 = v2", "v\nother = 1");
  Reader reader;
  std::optional<LockFile> again = reader.read(print(lock));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->lookup("a.md [x]", "other"), std::nullopt);
}

TEST(Lock, Malformed) {
  for (llvm::StringRef text :
       {"key = value", "[a]\nkey", "[a]\n = v", "[a]\nk = 1\nk = 2", "[a\n"}) {
    Reader reader;
    EXPECT_FALSE(reader.read(text)) << text.str();
    EXPECT_TRUE(reader.diags.hasErrors());
  }
}

} // namespace
