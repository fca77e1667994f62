//===- CallTableTest.cpp - the call-site table of an object ---------------===//
//
// Backtraces show whether the table is right as a whole; here its parts are
// looked at: inlined calls, tail calls, and functions with a frame pointer.
//
//===----------------------------------------------------------------------===//

#include "Emit.h"
#include "runtime/base/TrapSite.h"
#include "llvm/Object/ObjectFile.h"

using namespace flux;

static constexpr llvm::StringRef metadata = R"(
  declare void @callee()
  !llvm.dbg.cu = !{!0}
  !llvm.module.flags = !{!1}
  !0 = distinct !DICompileUnit(language: DW_LANG_C, file: !2, producer: "",
                               emissionKind: LineTablesOnly)
  !1 = !{i32 2, !"Debug Info Version", i32 3}
  !2 = !DIFile(filename: "a.flux.md", directory: ".")
  !3 = !DISubroutineType(types: !{})
  !4 = distinct !DISubprogram(name: "inner", file: !2, line: 3, type: !3,
                              unit: !0, spFlags: DISPFlagDefinition)
  !5 = distinct !DISubprogram(name: "outer", file: !2, line: 8, type: !3,
                              unit: !0, spFlags: DISPFlagDefinition)
  !6 = !DILocation(line: 4, column: 2, scope: !4)
  !7 = !DILocation(line: 9, column: 3, scope: !5)
)";

namespace {

struct Table {
  llvm::SmallVector<char, 0> object;
  std::vector<rt::CallSite> sites;
  std::vector<rt::Place> places;
  std::string strings;
  bool hasDebugSections = false;

  Table(const std::string &code, OptLevel level) {
    object =
        emit(code + metadata.str(), level, EmitFormat::ObjectWithCallTable);
    auto file = llvm::object::ObjectFile::createObjectFile(
        llvm::MemoryBufferRef({object.data(), object.size()}, "test.o"));
    if (!file) {
      ADD_FAILURE() << llvm::toString(file.takeError());
      return;
    }
    for (const llvm::object::SectionRef &section : (*file)->sections()) {
      llvm::StringRef name = llvm::cantFail(section.getName());
      hasDebugSections |= name.starts_with(".debug_info");
      if (name == ".flux.calls")
        read(llvm::cantFail(section.getContents()));
    }
  }

  const char *function(uint32_t place) const {
    return strings.data() + places[place].function;
  }

private:
  void read(llvm::StringRef bytes) {
    rt::CallTable header;
    take(bytes, &header, 1);
    sites.resize(header.numCalls);
    take(bytes, sites.data(), sites.size());
    places.resize(header.numPlaces);
    take(bytes, places.data(), places.size());
    strings = bytes.str();
  }
  template <class T>
  static void take(llvm::StringRef &bytes, T *out, size_t count) {
    ASSERT_GE(bytes.size(), count * sizeof(T));
    memcpy(out, bytes.data(), count * sizeof(T));
    bytes = bytes.drop_front(count * sizeof(T));
  }
};

} // namespace

TEST(CallTable, CallsAndTheirPlaces) {
  Table table(R"(
    define void @inner() nounwind !dbg !4 {
      call void @callee(), !dbg !6
      call void @callee(), !dbg !6
      ret void, !dbg !6
    })",
              OptLevel::O0);
  ASSERT_EQ(table.sites.size(), 2u);
  ASSERT_EQ(table.places.size(), 1u);
  EXPECT_LT(table.sites[0].offset, table.sites[1].offset);
  EXPECT_EQ(table.places[0].line, 4u);
  EXPECT_EQ(table.places[0].column, 2u);
  EXPECT_EQ(table.places[0].parent, 0u);
  EXPECT_STREQ(table.function(0), "inner");
  EXPECT_STREQ(table.strings.data() + table.places[0].file, "a.flux.md");
  EXPECT_EQ(table.sites[0].cfaRegister, 0);
  EXPECT_EQ(table.sites[0].cfaOffset, 16);
  EXPECT_FALSE(table.hasDebugSections);
}

TEST(CallTable, FramePointer) {
  Table table(R"(
    define void @inner() nounwind "frame-pointer"="all" !dbg !4 {
      call void @callee(), !dbg !6
      ret void, !dbg !6
    })",
              OptLevel::O0);
  ASSERT_EQ(table.sites.size(), 1u);
  EXPECT_EQ(table.sites[0].cfaRegister, 1);
  EXPECT_EQ(table.sites[0].cfaOffset, 16);
  EXPECT_EQ(table.sites[0].savedFrame, -16);
}

TEST(CallTable, InlinedCallsAndTailCalls) {
  Table table(R"(
    define internal void @inner() nounwind !dbg !4 {
      call void @callee(), !dbg !6
      ret void, !dbg !6
    }
    define void @outer() nounwind !dbg !5 {
      call void @inner(), !dbg !7
      call void @callee(), !dbg !7
      ret void, !dbg !7
    })",
              OptLevel::O2);
  // The second call became a jump, which nothing returns from.
  ASSERT_EQ(table.sites.size(), 1u);
  ASSERT_EQ(table.places.size(), 2u);
  const rt::Place &place = table.places[table.sites[0].place];
  EXPECT_EQ(place.line, 4u);
  EXPECT_STREQ(table.function(table.sites[0].place), "inner");
  ASSERT_NE(place.parent, 0u);
  EXPECT_EQ(table.places[place.parent - 1].line, 9u);
  EXPECT_STREQ(table.function(place.parent - 1), "outer");
}

TEST(CallTable, ColdFunctionsStayInTheSection) {
  Table table(R"(
    define void @inner() nounwind cold noinline !dbg !4 {
      call void @callee(), !dbg !6
      call void @callee(), !dbg !6
      ret void, !dbg !6
    })",
              OptLevel::O2);
  EXPECT_EQ(table.sites.size(), 1u);
}
