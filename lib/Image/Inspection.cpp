//===- Inspection.cpp - what is in an image -------------------------------===//
//
// An image is looked at as the kernel will: by its header, the archive of files
// and the packages in it, with the same code.
//
//===----------------------------------------------------------------------===//

#include "Inspection.h"
#include "Documents.h"
#include "ModuleImage.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/kernel/Archive.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace flux;
using llvm::StringRef;
namespace ELF = llvm::ELF;

static StringRef toText(Bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data), bytes.size};
}

static Bytes toBytes(StringRef text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

void *Scratch::allocate(void *self, uint64_t size) {
  auto &chunks = static_cast<Scratch *>(self)->chunks;
  // With zeros, aligned as new aligns.
  chunks.emplace_back(new char[size]());
  return chunks.back().get();
}

bool flux::openArchive(llvm::ArrayRef<char> image, kernel::Archive &archive) {
  constexpr size_t alignment = 16;
  const auto *bytes = reinterpret_cast<const uint8_t *>(image.data());
  // The kernel knows where they are; loaders and this have to look for them.
  for (size_t at = 0; at < image.size(); at += alignment)
    if (archive.open({bytes + at, image.size() - at}) == nullptr &&
        archive.getCount() != 0)
      return true;
  return false;
}

/// The names of the programs that are started.
static llvm::SmallVector<StringRef> getStarted(const kernel::Archive &archive) {
  llvm::SmallVector<StringRef> names;
  toText(archive.find(kernel::startList))
      .split(names, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef &name : names)
    name = name.split('\t').first; // capabilities may follow
  return names;
}

static std::string listEffects(uint32_t effects) {
  std::string result;
  for (unsigned bit = 0; isa::getEffectName(bit) != nullptr; ++bit)
    if (effects >> bit & 1)
      result +=
          (result.empty() ? "" : ", ") + std::string(isa::getEffectName(bit));
  return result.empty() ? "nothing" : result;
}

static StringRef describeFormat(const KernelTarget &target,
                                ImageFormat format) {
  if (target.isModule())
    return format == ImageFormat::Html ? "page" : "kernel, a module";
  if (format == ImageFormat::Efi)
    return "application of EFI";
  if (!target.isMovable)
    return "kernel, ELF with a PVH entry";
  return target.hasEfi ? "kernel, as Linux's Image, and application of EFI"
                       : "kernel, as Linux's Image";
}

std::string flux::inspectImage(const KernelTarget &target, ImageFormat format,
                               llvm::ArrayRef<char> image,
                               llvm::raw_ostream &os) {
  kernel::Archive archive;
  if (!openArchive(image, archive))
    return "the image has no files";
  os << "target: " << target.name
     << "\nformat: " << describeFormat(target, format)
     << "\nsize: " << image.size() << '\n';
  inspectFiles(archive, "", os);
  return "";
}

void flux::inspectFiles(const kernel::Archive &archive, StringRef prefix,
                        llvm::raw_ostream &os) {
  llvm::SmallVector<StringRef> started = getStarted(archive);
  for (unsigned i = 0; i != archive.getCount(); ++i) {
    Bytes name = archive.getName(i), contents = archive.getContents(i);
    os << prefix << "file: " << toText(name) << ", " << contents.size
       << " bytes";
    llvm::SmallVector<uint8_t, 0> storage;
    StringRef program = unpackProgram(toText(contents), storage);
    bytecode::Package package;
    if (package.read(toBytes(program)) == nullptr)
      os << ", package of " << package.numFunctions << " functions, needs "
         << listEffects(package.manifest.effects);
    else if (isUserProgram(program))
      os << ", machine code in user mode";
    const auto *found = llvm::find(started, toText(name));
    if (found != started.end())
      os << ", started as number " << found - started.begin() + 1;
    os << '\n';
  }
}

std::string flux::verifyImage(const KernelTarget &target,
                              llvm::ArrayRef<char> image) {
  // What the header says of the length includes memory that is not in the file.
  if (target.isMovable &&
      llvm::support::endian::read64le(image.data() + 16) < image.size())
    return "the image is longer than its header says";
  kernel::Archive archive;
  if (!openArchive(image, archive))
    return "the image is cut off or damaged: it has no files";
  llvm::SmallVector<StringRef> started = getStarted(archive);
  if (started.empty())
    return "the image starts no program";
  for (StringRef name : started) {
    Bytes contents = archive.find(
        {reinterpret_cast<const uint8_t *>(name.data()), name.size()});
    std::string prefix = ("'" + name + "': ").str();
    if (contents.data == nullptr)
      return prefix + "the image starts it but does not have it";
    // The processor guards what the kernel cannot verify.
    llvm::SmallVector<uint8_t, 0> storage;
    StringRef program = unpackProgram(toText(contents), storage);
    if (isUserProgram(target, program))
      continue;
    bytecode::Package package;
    if (const char *message = package.read(toBytes(program)))
      return prefix + message;
    Scratch scratch;
    bytecode::VerifyError error;
    if (!bytecode::verify(package, scratch.arena, error))
      return prefix + error.message + ", at word " + std::to_string(error.word);
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// The room of the kernel that a symbol belongs to, by its namespace.
static StringRef getRoom(StringRef demangled) {
  for (StringRef room : {"vm", "bytecode", "isa", "kernel", "hal", "rt"})
    if (demangled.contains(("flux::" + room + "::").str()))
      return room;
  return "others";
}

void flux::printSize(uint64_t size, const llvm::Twine &what,
                     llvm::raw_ostream &os) {
  os << llvm::format("%9llu  ", static_cast<unsigned long long>(size)) << what
     << '\n';
}

void flux::printRooms(std::vector<SizedPiece> pieces, llvm::raw_ostream &os) {
  llvm::MapVector<StringRef, uint64_t> rooms;
  for (StringRef room : {"vm", "bytecode", "isa", "kernel", "hal", "rt"})
    rooms[room] = 0;
  for (const SizedPiece &piece : pieces)
    rooms[getRoom(piece.name)] += piece.size;
  os << "\nThe kernel by rooms, as far as it has names:\n";
  for (const auto &[room, size] : rooms)
    printSize(size, room, os);
  os << "\nThe largest pieces:\n";
  llvm::sort(pieces, [](const SizedPiece &a, const SizedPiece &b) {
    return a.size != b.size ? a.size > b.size : a.name < b.name;
  });
  constexpr size_t numLargest = 30;
  for (const SizedPiece &piece : llvm::ArrayRef(pieces).take_front(numLargest))
    printSize(piece.size, piece.name, os);
}

std::string flux::reportSizes(llvm::ArrayRef<char> image,
                              llvm::ArrayRef<char> symbols,
                              llvm::raw_ostream &os) {
  if (isModuleImage({image.data(), image.size()}))
    return reportModuleSizes(image, symbols, os);
  auto file = llvm::object::ELFFile<llvm::object::ELF64LE>::create(
      StringRef(symbols.data(), symbols.size()));
  if (!file)
    return llvm::toString(file.takeError());
  auto sections = file->sections();
  if (!sections)
    return llvm::toString(sections.takeError());
  auto line = [&](uint64_t size, const llvm::Twine &what) {
    printSize(size, what, os);
  };
  line(image.size(), "the image");
  std::vector<SizedPiece> pieces;
  uint64_t archiveSize = 0, archiveAt = 0, archiveEnd = 0;
  for (const auto &section : *sections) {
    if (section.sh_type != ELF::SHT_SYMTAB)
      continue;
    auto table = file->symbols(&section);
    auto names = file->getStringTableForSymtab(section);
    if (!table || !names) {
      llvm::consumeError(table.takeError());
      llvm::consumeError(names.takeError());
      return "the symbols are damaged";
    }
    for (const auto &symbol : *table) {
      auto name = symbol.getName(*names);
      if (!name) {
        llvm::consumeError(name.takeError());
        continue;
      }
      if (*name == "flux_archive")
        archiveAt = symbol.st_value;
      else if (*name == "flux_archive_end")
        archiveEnd = symbol.st_value;
      auto where = file->getSection(symbol.st_shndx);
      if (!where) {
        llvm::consumeError(where.takeError());
        continue;
      }
      if (symbol.st_size == 0 || (*where)->sh_type == ELF::SHT_NOBITS)
        continue;
      pieces.push_back({symbol.st_size, llvm::demangle(*name)});
    }
  }
  archiveSize = archiveEnd - archiveAt;
  uint64_t inMemory = 0;
  for (const auto &section : *sections) {
    auto name = file->getSectionName(section);
    if (!name) {
      llvm::consumeError(name.takeError());
      continue;
    }
    if (!(section.sh_flags & ELF::SHF_ALLOC) || section.sh_size == 0)
      continue;
    if (section.sh_type == ELF::SHT_NOBITS)
      inMemory += section.sh_size;
    else if (archiveAt >= section.sh_addr &&
             archiveAt < section.sh_addr + section.sh_size)
      line(section.sh_size - archiveSize, "  " + *name + " of the kernel");
    else
      line(section.sh_size, "  " + *name);
  }
  line(archiveSize, "  programs and other files");
  line(inMemory, "only in memory");
  printRooms(pieces, os);
  return "";
}
