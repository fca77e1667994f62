//===- Pack.cpp - making images and programs small ------------------------===//
//
// What travels to a machine and waits in its slots is packed once and unpacked
// once, so it is packed as well as can be: by liblzma, in the way that fits how
// long the machine's instructions are and how they are aligned.
//
//===----------------------------------------------------------------------===//

#include "Pack.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <lzma.h>

using namespace flux;

bool flux::pack(llvm::ArrayRef<uint8_t> bytes, uint16_t machine,
                llvm::SmallVectorImpl<char> &out) {
  lzma_options_lzma options;
  if (lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME))
    return false;
  options.nice_len = 273; // the longest there is
  constexpr uint32_t leastDictionary = LZMA_DICT_SIZE_MIN;
  options.dict_size = static_cast<uint32_t>(std::clamp<uint64_t>(
      llvm::PowerOf2Ceil(bytes.size()), leastDictionary, options.dict_size));
  // The bits of a byte before that matter, of its place for what it is, and of
  // its place for whether it repeats others.
  switch (machine) {
  case llvm::ELF::EM_AARCH64:
    options.lc = options.lp = options.pb = 2;
    break;
  case llvm::ELF::EM_RISCV:
    options.lc = 2;
    options.lp = options.pb = 1;
    break;
  default:
    options.lc = 3;
    options.lp = options.pb = 0;
  }
  // The size is known, so nothing marks the end.
  options.ext_flags = 0;
  options.ext_size_low = static_cast<uint32_t>(bytes.size());
  options.ext_size_high = static_cast<uint32_t>(uint64_t(bytes.size()) >> 32);
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA1EXT, &options},
                                 {LZMA_VLI_UNKNOWN, nullptr}};
  size_t begin = out.size(), used = begin + 1;
  constexpr size_t room = 4096; // for what cannot be packed
  out.resize(used + bytes.size() + bytes.size() / 32 + room);
  out[begin] =
      static_cast<char>((options.pb * 5 + options.lp) * 9 + options.lc);
  lzma_ret result = lzma_raw_buffer_encode(
      filters, nullptr, bytes.data(), bytes.size(),
      reinterpret_cast<uint8_t *>(out.data()), &used, out.size());
  out.resize(used);
  return result == LZMA_OK;
}
