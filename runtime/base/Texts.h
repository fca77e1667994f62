//===- Texts.h - lists of texts --------------------------------*- C++ -*-===//
//
// Each text of a list has a zero byte behind it, and there are no addresses to
// keep: a list takes its characters only.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_TEXTS_H
#define FLUX_RUNTIME_BASE_TEXTS_H

namespace flux {

/// The text of \p texts behind \p number others.
inline const char *getText(const char *texts, unsigned number) {
  for (; number != 0; --number)
    while (*texts++ != '\0')
      continue;
  return texts;
}

} // namespace flux

#endif // FLUX_RUNTIME_BASE_TEXTS_H
