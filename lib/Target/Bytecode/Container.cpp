//===- Container.cpp - what travels with a program ------------------------===//
//
// The assembler makes a package of a program alone.  Here its document is
// compressed, the same program for processors is added, and all is signed.
//
//===----------------------------------------------------------------------===//

#include "Container.h"
#include "flux/Target/BytecodeCompiler.h"
#include "runtime/bytecode/Signature.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/ErrorHandling.h"

using namespace flux;
using namespace flux::fbc;
using bytecode::SectionKind;

void *Chunks::get(void *self, uint64_t size) {
  auto &chunks = static_cast<Chunks *>(self)->chunks;
  chunks.push_back(std::make_unique<uint8_t[]>(size));
  return chunks.back().get();
}

void Chunks::fail(void *) { llvm::report_bad_alloc_error("no memory"); }

static Bytes toBytes(llvm::ArrayRef<char> bytes) {
  return {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()};
}

void flux::fbc::packDocument(bytecode::Contents &contents,
                             llvm::SmallVectorImpl<uint8_t> &packed) {
  // Higher levels save a few per cent more and take ten times as long.
  constexpr int level = 9;
  Bytes document = contents[SectionKind::Document];
  if (document.size == 0 || document.size > bytecode::maxDocumentSize ||
      contents.unpackedDocument != 0 || !llvm::compression::zstd::isAvailable())
    return;
  llvm::compression::zstd::compress({document.data, document.size}, packed,
                                    level);
  if (packed.size() >= document.size)
    return;
  contents.unpackedDocument = document.size;
  contents[SectionKind::Document] = {packed.data(), packed.size()};
}

bool flux::finishPackage(llvm::SmallVectorImpl<char> &package,
                         llvm::ArrayRef<NativeProgram> programs,
                         llvm::ArrayRef<uint8_t> secret, std::string &error) {
  Chunks chunks;
  Arena arena(Chunks::get, Chunks::fail, &chunks);
  bytecode::Package read;
  if (const char *message = read.read(toBytes(package))) {
    error = message;
    return false;
  }
  bytecode::Contents contents(read);
  std::vector<NativeProgram> sorted(programs.begin(), programs.end());
  llvm::sort(sorted, [](const NativeProgram &a, const NativeProgram &b) {
    return a.target < b.target;
  });
  Vector<bytecode::NativeCode> parts(arena);
  for (const NativeProgram &program : sorted) {
    if (program.target.size() > bytecode::nativeNameSize) {
      error = "the name of the target '" + program.target.str() +
              "' is too long for a package";
      return false;
    }
    parts.push({toBytes(llvm::ArrayRef<char>(program.target.data(),
                                             program.target.size())),
                toBytes(program.executable)});
  }
  if (parts.size != 0)
    contents[SectionKind::Native] = bytecode::makeNativeSection(parts, arena);
  Bytes result;
  if (secret.empty()) {
    result.size = bytecode::getPackageSize(contents);
    auto *data = arena.allocate<uint8_t>(result.size);
    bytecode::writePackage(contents, data);
    result.data = data;
  } else {
    result = bytecode::writeSigned(contents, secret.data(), arena);
  }
  if (const char *message = read.read(result)) {
    error = message;
    return false;
  }
  package.assign(result.data, result.data + result.size);
  return true;
}
