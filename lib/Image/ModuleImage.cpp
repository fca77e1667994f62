//===- ModuleImage.cpp - kernels for WebAssembly --------------------------===//
//
// A module has no addresses that a loader could know, so programs become a
// section of it that the loader copies into the memory of the machine.  What is
// hardware for other kernels is a text in JavaScript: Node gets it as an
// argument, and a page holds it beside the module, so that it needs no server.
//
//===----------------------------------------------------------------------===//

#include "ModuleImage.h"
#include "Inspection.h"
#include "flux/Target/WasmPage.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Object/Wasm.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace flux;
using llvm::StringRef;

/// Embeds the file FILE as the symbols flux_NAME and flux_NAME_end.
#define EMBED(NAME, FILE)                                                      \
  extern "C" const char flux_##NAME[], flux_##NAME##_end[];                    \
  __asm__(".pushsection .rodata.flux_embedded,\"a\",@progbits\n"               \
          "flux_" #NAME ":\n"                                                  \
          ".incbin \"" FILE "\"\n"                                             \
          "flux_" #NAME "_end:\n"                                              \
          ".popsection\n");                                                    \
  static StringRef NAME() {                                                    \
    return {flux_##NAME,                                                       \
            static_cast<size_t>(flux_##NAME##_end - flux_##NAME)};             \
  }
EMBED(machine_loader, FLUX_WASM_FOLDER "/machine.mjs")
EMBED(machine_page, FLUX_WASM_FOLDER "/machine.html")
#undef EMBED

static constexpr llvm::StringLiteral magic =
    llvm::StringLiteral::withInnerNUL("\0asm\1\0\0\0");
static constexpr llvm::StringLiteral archiveName = "flux.archive";

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/// Appends the archive at an aligned place, where those who look for it expect
/// it; the name of its section grows as far as is needed for that.
static void appendArchive(llvm::ArrayRef<char> archive,
                          llvm::SmallVectorImpl<char> &out) {
  constexpr size_t alignment = 16;
  std::string name = archiveName.str();
  auto bodySize = [&] { return 1 + name.size() + archive.size(); };
  while ((out.size() + 1 + llvm::getULEB128Size(bodySize()) + 1 + name.size()) %
             alignment !=
         0)
    name += '.';
  llvm::raw_svector_ostream os(out);
  os << '\0'; // a custom section
  llvm::encodeULEB128(bodySize(), os);
  os << static_cast<char>(name.size()) << name;
  out.append(archive.begin(), archive.end());
}

static std::string link(const KernelTarget &target,
                        llvm::ArrayRef<ObjectFile> objects, bool keepSymbols,
                        llvm::SmallVectorImpl<char> &out) {
  // What overflows the stack leaves the memory, and shows.
  StringRef options[] = {"-m",
                         target.emulation,
                         "-O2",
                         "--compress-relocations",
                         "--no-entry",
                         "--gc-sections",
                         "--stack-first",
                         "-z",
                         "stack-size=262144",
                         "--export=__stack_pointer",
                         keepSymbols ? "--strip-debug" : "--strip-all"};
  std::string error;
  return linkModule(options, objects, out, error) == LinkStatus::Success
             ? ""
             : "cannot link the kernel: " + error;
}

std::string flux::buildModuleImage(const KernelTarget &target,
                                   llvm::ArrayRef<ObjectFile> objects,
                                   llvm::ArrayRef<char> archive,
                                   llvm::SmallVectorImpl<char> &out,
                                   llvm::SmallVectorImpl<char> *symbols) {
  std::string error = link(target, objects, /*keepSymbols=*/false, out);
  if (error.empty() && symbols != nullptr)
    error = link(target, objects, /*keepSymbols=*/true, *symbols);
  if (error.empty())
    appendArchive(archive, out);
  return error;
}

bool flux::isModuleImage(StringRef bytes) {
  return bytes.starts_with(magic) && bytes.contains(archiveName);
}

//===----------------------------------------------------------------------===//
// Pages
//===----------------------------------------------------------------------===//

void flux::writeModulePage(StringRef title,
                           llvm::SmallVectorImpl<char> &image) {
  llvm::SmallVector<char, 0> module(std::move(image));
  image.clear();
  llvm::raw_svector_ostream os(image);
  fillPage(machine_page(), title, machine_loader(),
           {module.data(), module.size()}, os);
}

bool flux::readModulePage(StringRef page, llvm::SmallVectorImpl<char> &module) {
  if (!page.starts_with("<!doctype html>"))
    return false;
  StringRef text =
      page.split("<script type=\"text/plain\" id=\"program\">").second;
  size_t end = text.find('<');
  std::vector<char> bytes;
  if (end == StringRef::npos)
    return false;
  if (llvm::Error error = llvm::decodeBase64(text.take_front(end), bytes)) {
    llvm::consumeError(std::move(error));
    return false;
  }
  module.assign(bytes.begin(), bytes.end());
  return isModuleImage({module.data(), module.size()});
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

int flux::runModule(StringRef path, StringRef kernelOptions,
                    const EmulatorOptions &options, std::string &error) {
  std::string loader =
      options.dryRun
          ? "{loader}"
          : machine_loader().str() +
                "process.exitCode = await boot(process.argv[1], { memory: "
                "Number(process.argv[2]), options: process.argv[3] });";
  std::string memory = std::to_string(options.memoryMiB);
  StringRef command[] = {"node", "--input-type=module", "--eval", loader, path,
                         memory, kernelOptions};
  if (options.dryRun) {
    llvm::outs() << llvm::join(llvm::ArrayRef(command), " ") << '\n';
    return 0;
  }
  llvm::ErrorOr<std::string> node = llvm::sys::findProgramByName(command[0]);
  if (!node) // without a PATH
    node = llvm::sys::findProgramByName(command[0], {"/usr/bin", "/bin"});
  if (!node) {
    error = "'node' is not installed";
    return -1;
  }
  llvm::outs().flush();
  bool hasFailed = false;
  int status = llvm::sys::ExecuteAndWait(
      *node, command, std::nullopt, {}, options.timeout, 0, &error, &hasFailed);
  if (status >= 0 && !hasFailed)
    return status;
  if (status == -2 && options.timeout != 0)
    error = "the machine was ended after " + std::to_string(options.timeout) +
            " seconds";
  else if (error.empty())
    error = "the emulator was killed";
  return -1;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

std::string flux::reportModuleSizes(llvm::ArrayRef<char> image,
                                    llvm::ArrayRef<char> symbols,
                                    llvm::raw_ostream &os) {
  auto file = llvm::object::ObjectFile::createWasmObjectFile(
      llvm::MemoryBufferRef(StringRef(image.data(), image.size()), "image"));
  auto named =
      llvm::object::ObjectFile::createWasmObjectFile(llvm::MemoryBufferRef(
          StringRef(symbols.data(), symbols.size()), "symbols"));
  if (!file || !named) {
    std::string error =
        llvm::toString(!file ? file.takeError() : named.takeError());
    llvm::consumeError(named.takeError());
    return error;
  }
  std::vector<SizedPiece> pieces;
  for (const llvm::object::SectionRef &section : (*file)->sections()) {
    auto name = section.getName();
    std::string text = name ? name->str() : "";
    llvm::consumeError(name.takeError());
    bool isArchive = StringRef(text).starts_with(archiveName);
    pieces.push_back(
        {section.getSize(), isArchive ? "programs and other files" : text});
  }
  printSize(image.size(), "the image", os);
  for (const SizedPiece &piece : pieces)
    printSize(piece.size, "  " + piece.name, os);
  pieces.clear();
  for (const llvm::wasm::WasmFunction &function : (*named)->functions())
    pieces.push_back({function.Size, llvm::demangle(function.DebugName.str())});
  printRooms(pieces, os);
  return "";
}
