//===- KernelImage.cpp - kernels with programs in them --------------------===//
//
// Programs become an object file of one section, lld puts the kernel around it,
// and loaders that know no ELF get what lies in its segments, EFI with a header
// that tells of them.
//
//===----------------------------------------------------------------------===//

#include "flux/Image/KernelImage.h"
#include "EfiHeader.h"
#include "KernelObject.h"
#include "ModuleImage.h"
#include "flux/Target/Linker.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using llvm::SmallVectorImpl;
using llvm::StringRef;
namespace ELF = llvm::ELF;
namespace endian = llvm::support::endian;

/// Appends \p value as the host, which is little-endian, has it.
template <class T>
static void append(SmallVectorImpl<char> &out, const T &value) {
  const char *bytes = reinterpret_cast<const char *>(&value);
  out.append(bytes, bytes + sizeof(T));
}

static void alignTo(SmallVectorImpl<char> &out, size_t alignment) {
  out.resize(llvm::alignTo(out.size(), alignment));
}

//===----------------------------------------------------------------------===//
// The archive
//===----------------------------------------------------------------------===//

void flux::writeArchive(llvm::ArrayRef<ImageFile> files,
                        SmallVectorImpl<char> &out) {
  constexpr size_t headerSize = 16, rowSize = 24, alignment = 16;
  out.assign(headerSize + rowSize * files.size(), 0);
  char *header = out.data();
  for (auto [index, file] : llvm::enumerate(files)) {
    size_t row = headerSize + rowSize * index;
    size_t name = out.size();
    out.append(file.name.begin(), file.name.end());
    alignTo(out, alignment);
    size_t contents = out.size();
    out.append(file.bytes.begin(), file.bytes.end());
    alignTo(out, alignment);
    endian::write32le(out.data() + row, name);
    endian::write32le(out.data() + row + 4, file.name.size());
    endian::write64le(out.data() + row + 8, contents);
    endian::write64le(out.data() + row + 16, file.bytes.size());
  }
  header = out.data();
  std::copy_n("FLUXAR\x1A\x01", 8, header);
  endian::write32le(header + 8, files.size());
  endian::write32le(header + 12, out.size());
}

/// An object file with \p bytes as a section and symbols at its begin and end.
static void writeArchiveObject(const KernelTarget &target,
                               llvm::ArrayRef<char> bytes,
                               SmallVectorImpl<char> &out) {
  static constexpr char names[] =
      "\0.flux_archive\0.flux_archive.first\0.symtab\0.strtab\0"
      "flux_archive\0flux_archive_end";
  auto nameAt = [](StringRef name) {
    StringRef all(names, sizeof names);
    // With the NUL, since a name may begin another one.
    std::string whole = '\0' + name.str() + '\0';
    return static_cast<uint32_t>(all.find(whole) + 1);
  };
  constexpr size_t alignment = 16;
  out.assign(sizeof(ELF::Elf64_Ehdr), 0);
  alignTo(out, alignment);
  size_t contentsAt = out.size();
  out.append(bytes.begin(), bytes.end());
  alignTo(out, alignment);

  size_t symbolsAt = out.size();
  ELF::Elf64_Sym symbols[3] = {};
  StringRef symbolNames[] = {"flux_archive", "flux_archive_end"};
  for (unsigned i = 0; i != 2; ++i) {
    ELF::Elf64_Sym &symbol = symbols[i + 1];
    symbol.st_name = nameAt(symbolNames[i]);
    symbol.st_info = ELF::STB_GLOBAL << 4 | ELF::STT_OBJECT;
    symbol.st_other = ELF::STV_HIDDEN;
    symbol.st_shndx = 1;
    symbol.st_value = i == 0 ? 0 : bytes.size();
  }
  append(out, symbols);
  size_t namesAt = out.size();
  out.append(names, names + sizeof names);
  alignTo(out, alignment);

  ELF::Elf64_Shdr sections[4] = {};
  // By its name the script of the linker knows where it is to be.
  sections[1].sh_name =
      nameAt(target.machine == ELF::EM_AARCH64 ? ".flux_archive.first"
                                               : ".flux_archive");
  sections[1].sh_type = ELF::SHT_PROGBITS;
  sections[1].sh_flags = ELF::SHF_ALLOC;
  sections[1].sh_offset = contentsAt;
  sections[1].sh_size = bytes.size();
  sections[1].sh_addralign = alignment;
  sections[2].sh_name = nameAt(".symtab");
  sections[2].sh_type = ELF::SHT_SYMTAB;
  sections[2].sh_offset = symbolsAt;
  sections[2].sh_size = sizeof symbols;
  sections[2].sh_link = 3;
  sections[2].sh_info = 1; // the first global symbol
  sections[2].sh_addralign = 8;
  sections[2].sh_entsize = sizeof(ELF::Elf64_Sym);
  sections[3].sh_name = nameAt(".strtab");
  sections[3].sh_type = ELF::SHT_STRTAB;
  sections[3].sh_offset = namesAt;
  sections[3].sh_size = sizeof names;
  sections[3].sh_addralign = 1;

  ELF::Elf64_Ehdr header = {};
  std::copy_n(ELF::ElfMagic, 4, header.e_ident);
  header.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
  header.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
  header.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
  header.e_type = ELF::ET_REL;
  header.e_machine = target.machine;
  header.e_version = ELF::EV_CURRENT;
  header.e_flags = target.flags;
  header.e_ehsize = sizeof header;
  header.e_shoff = out.size();
  header.e_shentsize = sizeof(ELF::Elf64_Shdr);
  header.e_shnum = std::size(sections);
  header.e_shstrndx = 3;
  std::copy_n(reinterpret_cast<const char *>(&header), sizeof header,
              out.data());
  append(out, sections);
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

static std::string linkKernel(const KernelTarget &target, bool isEfi,
                              llvm::ArrayRef<char> archive,
                              llvm::ArrayRef<ImageFile> others,
                              bool keepSymbols, SmallVectorImpl<char> &out) {
  std::string script = getKernelScript().str();
  std::string base = "0x" + llvm::utohexstr(target.base);
  for (size_t at; (at = script.find("@BASE@")) != std::string::npos;)
    script.replace(at, 6, base);
  // What enters by PVH reads the parts to their addresses, so that they need no
  // pages of their own in the file.
  StringRef pageSize =
      target.isMovable || isEfi ? "max-page-size=4096" : "max-page-size=16";
  llvm::SmallVector<StringRef, 16> options = {"-e",
                                              isEfi ? "flux_hal_efi_main"
                                                    : target.entry,
                                              "--gc-sections",
                                              "--icf=all",
                                              "-O2",
                                              "-z",
                                              "norelro",
                                              "-z",
                                              pageSize,
                                              "--build-id=none"};
  if (target.isMovable)
    options.append({"-pie", "--no-dynamic-linker", "-Bsymbolic",
                    "--pack-dyn-relocs=relr"});
  if (!keepSymbols)
    options.push_back("--strip-all");
  std::string error;
  llvm::SmallVector<ObjectFile, 4> objects = {
      {"flux-kernel", {target.kernel.data(), target.kernel.size()}},
      {"flux-archive", archive}};
  for (const ImageFile &other : others)
    objects.push_back({other.name, other.bytes});
  return linkByScript(target.emulation, script, options, objects, out, error) ==
                 LinkStatus::Success
             ? ""
             : "cannot link the kernel: " + error;
}

/// Appends what an ELF file that lld made puts into memory, from its lowest
/// address on, to \p out, and its parts to \p parts; returns that address, and
/// \p entry behind it.
static uint64_t flatten(llvm::ArrayRef<char> elf, SmallVectorImpl<char> &out,
                        SmallVectorImpl<ImagePart> &parts, uint64_t &entry) {
  ELF::Elf64_Ehdr header;
  std::copy_n(elf.data(), sizeof header, reinterpret_cast<char *>(&header));
  size_t begin = out.size();
  uint64_t base = ~uint64_t(0);
  for (unsigned i = 0; i != header.e_phnum; ++i) {
    ELF::Elf64_Phdr segment;
    std::copy_n(elf.data() + header.e_phoff + i * sizeof segment,
                sizeof segment, reinterpret_cast<char *>(&segment));
    if (segment.p_type != ELF::PT_LOAD)
      continue;
    base = std::min(base, segment.p_paddr);
    uint64_t at = begin + segment.p_paddr - base;
    if (out.size() < at + segment.p_filesz)
      out.resize(at + segment.p_filesz);
    std::copy_n(elf.data() + segment.p_offset, segment.p_filesz,
                out.data() + at);
    parts.push_back({at, segment.p_filesz, segment.p_memsz,
                     (segment.p_flags & ELF::PF_X) != 0,
                     (segment.p_flags & ELF::PF_W) != 0});
  }
  entry = begin + header.e_entry - base;
  return base;
}

std::string flux::buildKernelImage(const KernelTarget &target,
                                   ImageFormat format,
                                   llvm::ArrayRef<ImageFile> files,
                                   SmallVectorImpl<char> &out,
                                   SmallVectorImpl<char> *symbols,
                                   llvm::ArrayRef<ImageFile> objects) {
  llvm::SmallVector<char, 0> archive, object, elf;
  writeArchive(files, archive);
  if (archive.size() > UINT32_MAX)
    return "the programs take more than 4 GiB";
  if (target.isModule()) {
    llvm::SmallVector<ObjectFile, 4> all = {
        {"flux-kernel", {target.kernel.data(), target.kernel.size()}}};
    for (const ImageFile &other : objects)
      all.push_back({other.name, other.bytes});
    std::string error = buildModuleImage(target, all, archive, out, symbols);
    if (error.empty() && format == ImageFormat::Html)
      writeModulePage(files.front().name, out);
    return error;
  }
  writeArchiveObject(target, archive, object);
  bool isEfi =
      target.hasEfi && (target.isMovable || format == ImageFormat::Efi);
  if (symbols != nullptr) {
    std::string error =
        linkKernel(target, isEfi, object, objects, true, *symbols);
    if (!error.empty())
      return error;
  }
  if (!target.isMovable && !isEfi)
    return linkKernel(target, false, object, objects, false, out);
  std::string error = linkKernel(target, isEfi, object, objects, false, elf);
  if (!error.empty())
    return error;
  // An Image has room for the header in its first page.
  out.assign(target.isMovable ? 0 : efiHeaderPage, 0);
  size_t headerSize = out.size();
  llvm::SmallVector<ImagePart, 4> parts;
  uint64_t entry, base = flatten(elf, out, parts, entry);
  if (isEfi)
    writeEfiHeader(out, target.machine, base - headerSize, entry, parts);
  return "";
}

std::string flux::buildFlatKernel(const KernelTarget &target,
                                  llvm::ArrayRef<ImageFile> files,
                                  FlatKernel &out) {
  llvm::SmallVector<char, 0> image;
  std::string error = buildKernelImage(target, ImageFormat::Kernel, files,
                                       image, /*symbols=*/nullptr);
  if (!error.empty())
    return error;
  if (target.isMovable) {
    constexpr size_t memorySizeAt = 16; // in the header of Linux's Image
    out.memorySize = std::max<uint64_t>(
        endian::read64le(image.data() + memorySizeAt), image.size());
    out.bytes = std::move(image);
    return "";
  }
  llvm::SmallVector<ImagePart, 4> parts;
  out.loadAddress = flatten(image, out.bytes, parts, out.entry);
  out.memorySize = out.bytes.size();
  for (const ImagePart &part : parts)
    out.memorySize = std::max(out.memorySize, part.begin + part.size);
  return "";
}

static ELF::Elf64_Ehdr readHeader(StringRef bytes) {
  ELF::Elf64_Ehdr header = {};
  if (bytes.starts_with(StringRef(ELF::ElfMagic, 4)) &&
      bytes.size() >= sizeof header)
    std::copy_n(bytes.data(), sizeof header, reinterpret_cast<char *>(&header));
  return header;
}

bool flux::isUserProgram(StringRef bytes) {
  return readHeader(bytes).e_entry >= userModeBase;
}

bool flux::isUserProgram(const KernelTarget &target, StringRef bytes) {
  return isUserProgram(bytes) && readHeader(bytes).e_machine == target.machine;
}

const KernelTarget *flux::recognizeKernelImage(llvm::ArrayRef<char> image,
                                               ImageFormat &format) {
  constexpr size_t headerSize = 64;
  format = ImageFormat::Kernel;
  if (image.size() < headerSize)
    return nullptr;
  if (isModuleImage({image.data(), image.size()}))
    return findKernelTarget("wasm32");
  StringRef bytes(image.data(), headerSize);
  if (bytes.substr(56, 4) == "ARM\x64")
    return findKernelTarget("arm64");
  if (bytes.substr(48, 5) == "RISCV")
    return findKernelTarget("riscv64");
  if (readHeader(bytes).e_machine == ELF::EM_X86_64 && !isUserProgram(bytes))
    return findKernelTarget("x86_64");
  format = ImageFormat::Efi;
  return getEfiMachine(image) == ELF::EM_X86_64 ? findKernelTarget("x86_64")
                                                : nullptr;
}
