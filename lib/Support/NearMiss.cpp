//===- NearMiss.cpp - what a misspelt word was meant to be ----------------===//
//
// A misspelt heading, verb or name is an error that offers the right word.  One
// measure of nearness serves all of them, so that `Lop` is judged alike
// everywhere.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

unsigned flux::editDistance(StringRef a, StringRef b, unsigned limit) {
  if (a.size() > b.size())
    std::swap(a, b);
  if (b.size() - a.size() > limit)
    return limit + 1;

  // Rows of the usual table; a cell further than `limit` from the diagonal can
  // only hold a larger value, which keeps long words linear.
  size_t width = a.size() + 1;
  std::vector<unsigned> beforeLast(width), last(width), row(width);
  for (size_t i = 0; i < width; ++i)
    last[i] = i;
  for (size_t j = 1; j <= b.size(); ++j) {
    size_t from = j > limit ? j - limit : 1;
    size_t to = std::min(a.size(), j + limit);
    row[from - 1] = from == 1 ? j : limit + 1;
    unsigned best = row[from - 1];
    char cb = llvm::toLower(b[j - 1]);
    for (size_t i = from; i <= to; ++i) {
      char ca = llvm::toLower(a[i - 1]);
      unsigned value = last[i - 1] + (ca != cb);
      value = std::min(value, row[i - 1] + 1);
      if (i < j + limit)
        value = std::min(value, last[i] + 1);
      if (i > 1 && j > 1 && ca == llvm::toLower(b[j - 2]) &&
          llvm::toLower(a[i - 2]) == cb)
        value = std::min(value, beforeLast[i - 2] + 1);
      row[i] = value;
      best = std::min(best, value);
    }
    if (best > limit)
      return limit + 1;
    std::swap(beforeLast, last);
    std::swap(last, row);
  }
  return std::min(last[a.size()], limit + 1);
}

StringRef flux::findNearMiss(StringRef word,
                             llvm::ArrayRef<StringRef> candidates) {
  unsigned limit = word.size() >= 6 ? 2 : 1;
  unsigned best = limit + 1;
  StringRef found;
  for (StringRef candidate : candidates) {
    unsigned distance = editDistance(word, candidate, limit);
    if (distance < best) {
      best = distance;
      found = candidate;
    } else if (distance == best && !found.equals_insensitive(candidate)) {
      found = StringRef();
    }
  }
  return best <= limit ? found : StringRef();
}
