//===- SlotImage.cpp - what updates and slots hold ------------------------===//
//
// A kernel as it lies in memory, packed, with a header that says for what
// machine it is and who made it; one for each architecture.
//
//===----------------------------------------------------------------------===//

#include "SlotImage.h"
#include "Inspection.h"
#include "Pack.h"
#include "runtime/base/Branches.h"
#include "runtime/base/Lzma.h"
#include "runtime/base/Sha256.h"
#include "runtime/boot/Handover.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace flux;
using namespace flux::slots;
using llvm::StringRef;

static constexpr uint64_t sectorSize = BlockDevice::sectorSize;

/// The headers that are used; the numbers in them are not checked.
static llvm::SmallVector<SlotHeader, 0> getHeaders(llvm::ArrayRef<char> slot) {
  llvm::SmallVector<SlotHeader, 0> headers;
  for (unsigned i = 0; i != SlotHeader::maxImages; ++i) {
    SlotHeader header;
    if (slot.size() < (i + 1) * sectorSize)
      break;
    memcpy(&header, slot.data() + i * sectorSize, sizeof header);
    if (memcmp(header.magic, slotMagic, sizeof slotMagic) == 0)
      headers.push_back(header);
  }
  return headers;
}

static const KernelTarget *findTarget(const SlotHeader &header) {
  for (const KernelTarget &target : getKernelTargets())
    if (target.machine == header.machine)
      return &target;
  return nullptr;
}

bool flux::isSlot(llvm::ArrayRef<char> bytes) {
  return bytes.size() >= sectorSize &&
         memcmp(bytes.data(), slotMagic, sizeof slotMagic) == 0;
}

std::string flux::buildSlot(llvm::ArrayRef<SlotContents> contents,
                            SlotKind kind, const SlotOptions &options,
                            llvm::SmallVectorImpl<char> &out) {
  out.assign(SlotHeader::maxImages * sectorSize, 0);
  for (auto [index, one] : llvm::enumerate(contents)) {
    FlatKernel kernel;
    std::string error = buildFlatKernel(*one.target, one.files, kernel);
    if (!error.empty())
      return error;
    if (kernel.memorySize > maxImageSize)
      return "the image is too large";
    uint16_t machine = one.target->machine;
    auto *code = reinterpret_cast<uint8_t *>(kernel.bytes.data());
    convertBranches(machine, code, kernel.bytes.size(), Targets::Absolute);
    llvm::SmallVector<char, 0> packed;
    if (!pack({code, kernel.bytes.size()}, machine, packed))
      return "there is not enough memory to pack the image";
    SlotHeader header = {};
    memcpy(header.magic, slotMagic, sizeof slotMagic);
    header.format = slotFormat;
    header.handover = Handover::currentVersion;
    header.machine = machine;
    header.kind = kind;
    header.confirmation = options.confirmation;
    options.board.copy(header.board, sizeof header.board);
    header.version = options.version;
    header.lowestVersion = options.lowestVersion;
    header.offset = out.size() / sectorSize;
    header.packedSize = packed.size();
    header.size = kernel.bytes.size();
    header.memorySize = kernel.memorySize;
    header.loadAddress = kernel.loadAddress;
    header.entry = kernel.entry;
    Sha256 hash;
    hash.add(packed.data(), packed.size());
    hash.finish(header.hash);
    if (options.secret)
      signHeader(header, options.secret->data());
    out.append(packed.begin(), packed.end());
    out.resize(llvm::alignTo(out.size(), sectorSize));
    memcpy(out.data() + index * sectorSize, &header, sizeof header);
  }
  return "";
}

void flux::signSlot(llvm::MutableArrayRef<char> slot, const Key &secret) {
  for (unsigned i = 0; i != SlotHeader::maxImages; ++i) {
    if (slot.size() < (i + 1) * sectorSize)
      break;
    llvm::MutableArrayRef<char> sector = slot.slice(i * sectorSize, sectorSize);
    if (!isSlot(sector))
      continue;
    SlotHeader header;
    memcpy(&header, sector.data(), sizeof header);
    signHeader(header, secret.data());
    memcpy(sector.data(), &header, sizeof header);
  }
}

static StringRef getBoard(const SlotHeader &header) {
  return StringRef(header.board, sizeof header.board).take_until([](char c) {
    return c == '\0';
  });
}

/// Unpacks the image of \p header, which was checked.  Returns what is wrong,
/// or an empty text.
static std::string
unpackImage(llvm::ArrayRef<char> slot, const SlotHeader &header,
            std::unique_ptr<llvm::WritableMemoryBuffer> &out) {
  llvm::ArrayRef<uint8_t> packed(
      reinterpret_cast<const uint8_t *>(slot.data()) +
          header.offset * sectorSize,
      header.packedSize);
  Sha256 hash;
  uint8_t sum[Sha256::size];
  hash.add(packed.data(), packed.size());
  hash.finish(sum);
  if (memcmp(sum, header.hash, sizeof sum) != 0)
    return "the image is damaged";
  // What unpacks to more than is plausible would take all memory.
  constexpr uint64_t mostRatio = 1 << 15;
  if (header.size / mostRatio > header.packedSize)
    return "the header of the image makes no sense";
  out = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(header.size);
  if (out == nullptr)
    return "there is not enough memory for the image";
  Scratch scratch;
  auto *image = reinterpret_cast<uint8_t *>(out->getBufferStart());
  if (!unpackLzma({packed.data(), packed.size()}, image, header.size,
                  scratch.arena))
    return "the image cannot be unpacked";
  convertBranches(header.machine, image, header.size, Targets::Relative);
  return "";
}

/// Prints the files of an image, or what is wrong with it.
static void inspectContents(llvm::ArrayRef<char> slot, const SlotHeader &header,
                            StringRef prefix, llvm::raw_ostream &os) {
  Policy own;
  own.machine = header.machine;
  std::copy_n(header.board, sizeof header.board, own.board);
  std::string wrong;
  std::unique_ptr<llvm::WritableMemoryBuffer> image;
  kernel::Archive archive;
  if (const char *message =
          checkHeader(header, own, header.kind, 0, slot.size() / sectorSize))
    wrong = message;
  else
    wrong = unpackImage(slot, header, image);
  if (wrong.empty() && !openArchive(image->getBuffer(), archive))
    wrong = "the image has no files";
  if (wrong.empty())
    inspectFiles(archive, prefix, os);
  else
    os << prefix << "wrong: " << wrong << '\n';
}

void flux::inspectSlot(llvm::ArrayRef<char> slot, StringRef prefix,
                       llvm::raw_ostream &os) {
  for (const SlotHeader &header : getHeaders(slot)) {
    const KernelTarget *target = findTarget(header);
    bool isSigned = llvm::any_of(header.signature, [](uint8_t b) { return b; });
    os << prefix
       << "image: " << (target != nullptr ? target->name : "unknown machine")
       << (header.kind == SlotKind::Recovery ? ", recovery" : "")
       << ", version " << header.version << ", allows " << header.lowestVersion
       << " and later";
    if (!getBoard(header).empty()) {
      os << ", board '";
      os.write_escaped(getBoard(header)) << '\'';
    }
    os << ", " << header.size << " bytes, packed " << header.packedSize
       << (isSigned ? ", signed" : ", not signed")
       << (header.confirmation == Confirmation::Ending
               ? ", confirmed when it ends"
               : "")
       << '\n';
    inspectContents(slot, header, (prefix + "  ").str(), os);
  }
}

std::string flux::verifySlot(llvm::ArrayRef<char> slot, const Policy &policy,
                             SlotKind kind, uint64_t lowestVersion) {
  llvm::SmallVector<SlotHeader, 0> headers = getHeaders(slot);
  if (headers.empty())
    return "there is no image";
  for (const SlotHeader &header : headers) {
    const KernelTarget *target = findTarget(header);
    if (target == nullptr)
      return "an image is for an unknown machine";
    auto wrong = [&](const llvm::Twine &what) {
      return (llvm::Twine(target->name) + ": " + what).str();
    };
    Policy own = policy;
    own.machine = policy.machine != 0 ? policy.machine : header.machine;
    if (const char *message = checkHeader(header, own, kind, lowestVersion,
                                          slot.size() / sectorSize))
      return wrong(message);
    std::unique_ptr<llvm::WritableMemoryBuffer> image;
    std::string message = unpackImage(slot, header, image);
    if (!message.empty())
      return wrong(message);
    message = verifyImage(*target, image->getBuffer());
    if (!message.empty())
      return wrong(message);
  }
  return "";
}
