//===- Edit.cpp - changes to the text of a document -----------------------===//
//
// The formatter, repairs and renaming all say what they change as a list of
// pieces of the document with their new text; this applies them.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Edit.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::StringRef;

void flux::sortEdits(std::vector<Edit> &edits) {
  llvm::sort(edits, [](const Edit &a, const Edit &b) {
    return a.range.begin() < b.range.begin();
  });
}

std::string flux::applyEdits(StringRef text, llvm::ArrayRef<Edit> edits) {
  std::string result;
  const char *at = text.begin();
  for (const Edit &edit : edits) {
    result.append(at, edit.range.begin());
    result += edit.text;
    at = edit.range.end();
  }
  result.append(at, text.end());
  return result;
}
