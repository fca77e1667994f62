//===- Lzma.h - what liblzma packs -----------------------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_KERNEL_LZMA_H
#define FLUX_UNITTESTS_KERNEL_LZMA_H

#include <lzma.h>
#include <string>

/// \p text as unpackLzma() takes it.
inline std::string packLzma(const std::string &text,
                            unsigned literalContext = 3,
                            unsigned literalPosition = 0,
                            unsigned positions = 2) {
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 6);
  options.dict_size = 1 << 16;
  options.lc = literalContext;
  options.lp = literalPosition;
  options.pb = positions;
  options.ext_flags = 0;
  options.ext_size_low = static_cast<uint32_t>(text.size());
  options.ext_size_high = 0;
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA1EXT, &options},
                                 {LZMA_VLI_UNKNOWN, nullptr}};
  std::string out(text.size() * 2 + 64, '\0');
  out[0] =
      static_cast<char>((positions * 5 + literalPosition) * 9 + literalContext);
  size_t used = 1;
  if (lzma_raw_buffer_encode(
          filters, nullptr, reinterpret_cast<const uint8_t *>(text.data()),
          text.size(), reinterpret_cast<uint8_t *>(out.data()), &used,
          out.size()) != LZMA_OK)
    return "";
  out.resize(used);
  return out;
}

#endif // FLUX_UNITTESTS_KERNEL_LZMA_H
