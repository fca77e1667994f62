//===- Documents.cpp - documents as programs of an image ------------------===//
//
// The compiler is a program of its own: it ends without giving its memory back,
// and what it has to say of a document goes to the user as it is.
//
//===----------------------------------------------------------------------===//

#include "Documents.h"
#include "Inspection.h"
#include "Pack.h"
#include "runtime/base/Lzma.h"
#include "runtime/bytecode/Package.h"
#include "runtime/kernel/Archive.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

// The document of the shell.
extern "C" const char flux_embedded_shell[], flux_embedded_shell_end[];
__asm__(".pushsection .rodata.flux_embedded,\"a\",@progbits\n"
        "flux_embedded_shell:\n"
        ".incbin \"" FLUX_SHELL "\"\n"
        "flux_embedded_shell_end:\n"
        ".popsection\n");

using namespace flux;
using llvm::StringRef;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral documentEnd = ".md",
                                     fluxDocumentEnd = ".flux.md";

bool flux::isDocument(StringRef name) { return name.ends_with(documentEnd); }

StringRef flux::getProgramName(StringRef name) {
  name = path::filename(name);
  if (!name.consume_back(fluxDocumentEnd))
    name.consume_back(documentEnd);
  return name;
}

/// The compiler that lies beside this program, else the one of the user.
static llvm::ErrorOr<std::string> findCompiler() {
  static const int anchor = 0;
  std::string self =
      llvm::sys::fs::getMainExecutable(nullptr, const_cast<int *>(&anchor));
  llvm::ErrorOr<std::string> beside =
      llvm::sys::findProgramByName("fluxc", {path::parent_path(self)});
  return beside ? beside : llvm::sys::findProgramByName("fluxc");
}

static std::unique_ptr<llvm::MemoryBuffer>
compile(const KernelTarget &target, StringRef document, bool isNative,
        llvm::ArrayRef<StringRef> options, std::string &error) {
  llvm::ErrorOr<std::string> compiler = findCompiler();
  if (!compiler) {
    error = "'fluxc', which compiles documents, is not installed";
    return nullptr;
  }
  llvm::SmallString<128> package;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile(
          "flux-package", "fluxbc", package)) {
    error = "cannot make a temporary file: " + code.message();
    return nullptr;
  }
  std::string targetOption =
      ("--target=" + target.name + (isNative ? "-flux-native" : "-flux")).str();
  llvm::SmallVector<StringRef> arguments = {*compiler, targetOption, "-f",
                                            "-o",      package,      document};
  arguments.append(options.begin(), options.end());
  llvm::outs().flush();
  int status = llvm::sys::ExecuteAndWait(*compiler, arguments, std::nullopt, {},
                                         0, 0, &error);
  std::unique_ptr<llvm::MemoryBuffer> result;
  if (status == 0) {
    // Its pages stay when the file is removed.
    auto buffer = llvm::MemoryBuffer::getFile(package, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    if (buffer)
      result = std::move(*buffer);
    else
      error = "cannot read '" + std::string(package) +
              "': " + buffer.getError().message();
  }
  llvm::sys::fs::remove(package);
  return result;
}

std::unique_ptr<llvm::MemoryBuffer>
flux::compileDocument(const KernelTarget &target, StringRef document,
                      bool isNative, std::string &error) {
  return compile(target, document, isNative, {}, error);
}

static Bytes toBytes(StringRef text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

/// Leaves out of a package what it can run without: its document, the names of
/// its functions.
static std::string strip(StringRef program) {
  using namespace bytecode;
  Package package;
  if (package.read(toBytes(program)) != nullptr)
    return program.str(); // machine code
  Contents contents(package);
  Bytes &strings = contents[SectionKind::Strings];
  contents[SectionKind::Document] = contents[SectionKind::Names] = {};
  contents.unpackedDocument = 0;
  // Names of functions stand behind those that stay.
  uint64_t end = 0;
  auto keep = [&](Bytes name) {
    end = std::max<uint64_t>(end, name.data + name.size - strings.data);
  };
  for (uint32_t i = 0; i != package.numImports; ++i)
    keep(package.getImport(i).name);
  for (uint32_t i = 0; i != package.numExports; ++i)
    keep(package.getExport(i).name);
  if (package.numSettings == 0 && package.numDebugRows == 0)
    strings.size = end;
  std::string result(getPackageSize(contents), '\0');
  writePackage(contents, reinterpret_cast<uint8_t *>(result.data()));
  return result;
}

static std::unique_ptr<llvm::MemoryBuffer> packProgram(StringRef program,
                                                       uint16_t machine) {
  llvm::SmallVector<char, 0> result(std::begin(kernel::packedMagic),
                                    std::end(kernel::packedMagic));
  result.resize(kernel::packedHeaderSize);
  llvm::support::endian::write64le(result.data() + sizeof kernel::packedMagic,
                                   program.size());
  if (!pack(llvm::arrayRefFromStringRef(program), machine, result))
    return llvm::MemoryBuffer::getMemBufferCopy(program);
  return llvm::MemoryBuffer::getMemBufferCopy({result.data(), result.size()});
}

std::unique_ptr<llvm::MemoryBuffer>
flux::compileShell(const KernelTarget &target, bool isNative,
                   std::string &error) {
  llvm::SmallString<128> folder;
  if (std::error_code code =
          llvm::sys::fs::createUniqueDirectory("flux-shell", folder)) {
    error = "cannot make a temporary folder: " + code.message();
    return nullptr;
  }
  llvm::SmallString<128> document = folder;
  path::append(document, "shell.flux.md");
  std::unique_ptr<llvm::MemoryBuffer> result;
  std::error_code code;
  llvm::raw_fd_ostream os(document, code);
  os << StringRef(flux_embedded_shell,
                  flux_embedded_shell_end - flux_embedded_shell);
  os.close();
  if (code || os.has_error()) {
    error = "cannot write '" + std::string(document) + "'";
    os.clear_error();
  } else {
    result = compile(target, document, isNative, {"-Oz", "-g0"}, error);
  }
  llvm::sys::fs::remove(document);
  llvm::sys::fs::remove(folder);
  return result != nullptr
             ? packProgram(strip(result->getBuffer()),
                           isNative ? target.machine : llvm::ELF::EM_NONE)
             : nullptr;
}

StringRef flux::unpackProgram(StringRef file,
                              llvm::SmallVectorImpl<uint8_t> &storage) {
  uint64_t size;
  Bytes bytes = toBytes(file);
  if (!kernel::isPacked(bytes, size))
    return file;
  if (size > kernel::maxUnpackedSize)
    return "";
  storage.resize(size);
  Scratch scratch;
  return unpackLzma({bytes.data + kernel::packedHeaderSize,
                     bytes.size - kernel::packedHeaderSize},
                    storage.data(), size, scratch.arena)
             ? llvm::toStringRef(storage)
             : "";
}
