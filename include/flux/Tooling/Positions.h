//===- Positions.h - lines and columns as editors count them ---*- C++ -*-===//
#ifndef FLUX_TOOLING_POSITIONS_H
#define FLUX_TOOLING_POSITIONS_H

#include "llvm/ADT/StringRef.h"
#include <vector>

namespace flux {

/// A place as the language server protocol writes it: both count from 0.
struct Position {
  unsigned line = 0, character = 0;
};

/// Translates between places in a text and positions.
class Positions {
public:
  /// \p utf16: characters count UTF-16 code units, else bytes.
  Positions(llvm::StringRef text, bool utf16);
  Position get(const char *place) const;
  /// The nearest place of a position, whatever it is.
  const char *find(Position position) const;

private:
  llvm::StringRef getLine(unsigned line) const;
  llvm::StringRef text;
  std::vector<size_t> starts;
  bool utf16;
};

} // namespace flux

#endif // FLUX_TOOLING_POSITIONS_H
