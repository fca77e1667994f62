//===- EfiHeader.cpp - kernels as applications of EFI ---------------------===//
//
// EFI loads what Windows calls a PE file.  The parts of a kernel lie in the
// file as in memory, so the header only has to tell of them; nothing of the
// kernel is executed at another address than it finds out itself, so there are
// no relocations.
//
//===----------------------------------------------------------------------===//

#include "EfiHeader.h"
#include "llvm/BinaryFormat/COFF.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/COFF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
namespace COFF = llvm::COFF;
namespace ELF = llvm::ELF;
namespace endian = llvm::support::endian;

static constexpr unsigned fileAlignment = 512, numDirectories = 6;

static const std::pair<uint16_t, uint16_t> machines[] = {
    {ELF::EM_X86_64, COFF::IMAGE_FILE_MACHINE_AMD64},
    {ELF::EM_AARCH64, COFF::IMAGE_FILE_MACHINE_ARM64},
    {ELF::EM_RISCV, COFF::IMAGE_FILE_MACHINE_RISCV64}};

void flux::writeEfiHeader(llvm::SmallVectorImpl<char> &image,
                          uint16_t elfMachine, uint64_t base, uint64_t entry,
                          llvm::ArrayRef<ImagePart> parts) {
  image.resize(llvm::alignTo(image.size(), fileAlignment));
  llvm::object::coff_file_header file = {};
  for (auto [elf, coff] : machines)
    if (elf == elfMachine)
      file.Machine = coff;
  file.SizeOfOptionalHeader =
      sizeof(llvm::object::pe32plus_header) +
      numDirectories * sizeof(llvm::object::data_directory);
  file.Characteristics =
      COFF::IMAGE_FILE_EXECUTABLE_IMAGE | COFF::IMAGE_FILE_LARGE_ADDRESS_AWARE |
      COFF::IMAGE_FILE_LINE_NUMS_STRIPPED | COFF::IMAGE_FILE_DEBUG_STRIPPED;
  llvm::object::pe32plus_header header = {};
  header.Magic = COFF::PE32Header::PE32_PLUS;
  header.AddressOfEntryPoint = entry;
  header.ImageBase = base;
  header.SectionAlignment = efiHeaderPage;
  header.FileAlignment = fileAlignment;
  header.SizeOfHeaders = efiHeaderPage;
  header.Subsystem = COFF::IMAGE_SUBSYSTEM_EFI_APPLICATION;
  header.DLLCharacteristics = COFF::IMAGE_DLL_CHARACTERISTICS_NX_COMPAT;
  header.NumberOfRvaAndSize = numDirectories;

  llvm::SmallVector<llvm::object::coff_section, 4> sections;
  for (ImagePart part : parts) {
    // The page of the header is no part.
    if (part.begin < efiHeaderPage) {
      if (part.begin + part.size <= efiHeaderPage)
        continue;
      part.size -= efiHeaderPage - part.begin;
      part.fileSize -= efiHeaderPage - part.begin;
      part.begin = efiHeaderPage;
    }
    part.fileSize = llvm::alignTo(part.fileSize, fileAlignment);
    llvm::object::coff_section section = {};
    const char *name = part.isExecutable ? ".text"
                       : part.isWritable ? ".data"
                                         : ".rodata";
    std::copy_n(name, strlen(name), section.Name);
    section.VirtualAddress = part.begin;
    section.VirtualSize = part.size;
    section.PointerToRawData = part.begin;
    section.SizeOfRawData = part.fileSize;
    section.Characteristics =
        COFF::IMAGE_SCN_MEM_READ |
        (part.isWritable ? COFF::IMAGE_SCN_MEM_WRITE : 0u) |
        (part.isExecutable
             ? COFF::IMAGE_SCN_MEM_EXECUTE | COFF::IMAGE_SCN_CNT_CODE
             : uint32_t(COFF::IMAGE_SCN_CNT_INITIALIZED_DATA));
    sections.push_back(section);
    if (part.isExecutable && header.BaseOfCode == 0)
      header.BaseOfCode = part.begin;
    if (part.isExecutable)
      header.SizeOfCode = header.SizeOfCode + part.fileSize;
    else
      header.SizeOfInitializedData =
          header.SizeOfInitializedData + part.fileSize;
    header.SizeOfImage = llvm::alignTo(part.begin + part.size, efiHeaderPage);
  }

  file.NumberOfSections = sections.size();
  std::copy_n("MZ", 2, image.data());
  endian::write32le(image.data() + 0x3C, efiHeaderOffset);
  char *at = image.data() + efiHeaderOffset;
  auto put = [&](const void *bytes, size_t size) {
    at = std::copy_n(static_cast<const char *>(bytes), size, at);
  };
  put(COFF::PEMagic, sizeof COFF::PEMagic);
  put(&file, sizeof file);
  put(&header, sizeof header);
  const llvm::object::data_directory directories[numDirectories] = {};
  put(directories, sizeof directories);
  put(sections.data(), sections.size() * sizeof sections[0]);
}

uint16_t flux::getEfiMachine(llvm::ArrayRef<char> image) {
  if (image.size() < efiHeaderPage || image[0] != 'M' || image[1] != 'Z' ||
      endian::read32le(image.data() + 0x3C) != efiHeaderOffset)
    return 0;
  const char *at = image.data() + efiHeaderOffset;
  if (memcmp(at, COFF::PEMagic, sizeof COFF::PEMagic) != 0)
    return 0;
  for (auto [elf, coff] : machines)
    if (endian::read16le(at + sizeof COFF::PEMagic) == coff)
      return elf;
  return 0;
}
