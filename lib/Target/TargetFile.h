//===- TargetFile.h - one description of a target --------------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_TARGETFILE_H
#define FLUX_LIB_TARGET_TARGETFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SMLoc.h"
#include <map>
#include <string>
#include <vector>

namespace flux {

class DiagnosticEngine;

/// The value of one entry.  Ranges point into the text of the file.
struct TargetEntry {
  enum Kind : uint8_t { Text, Flag, List } kind = Text;
  llvm::SMRange range;
  std::string text; ///< Text
  bool flag = false;
  std::vector<std::string> items; ///< List
  std::vector<llvm::SMRange> itemRanges;
};

/// The entries of a description by their keys, all of a known kind.
struct TargetFile {
  llvm::SMRange range; ///< the opening brace
  std::map<std::string, TargetEntry> entries;

  const TargetEntry *find(llvm::StringRef key) const {
    auto entry = entries.find(key.str());
    return entry == entries.end() ? nullptr : &entry->second;
  }
  llvm::StringRef getText(llvm::StringRef key) const {
    const TargetEntry *entry = find(key);
    return entry ? llvm::StringRef(entry->text) : llvm::StringRef();
  }
  bool getFlag(llvm::StringRef key) const {
    const TargetEntry *entry = find(key);
    return entry && entry->flag;
  }
};

/// Reads the JSON object \p text, a buffer of the SourceMgr of \p diags, into
/// \p file.  Returns false after reporting what is wrong.
bool parseTargetFile(llvm::StringRef text, DiagnosticEngine &diags,
                     TargetFile &file);

} // namespace flux

#endif // FLUX_LIB_TARGET_TARGETFILE_H
