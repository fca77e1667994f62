//===- NearMiss.cpp - what a misspelt word was meant to be ----------------===//
//
// A misspelt heading, verb or name is an error that offers the right word.  One
// measure of nearness serves all of them, so that `Lop` is judged alike
// everywhere: the number of edits says what is near, and among equals, what
// fingers do (neighbouring keys, letters swapped or doubled) says what is
// meant.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
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

//===----------------------------------------------------------------------===//
// What people mistype
//===----------------------------------------------------------------------===//

/// True if the keys of two letters touch each other.  Of digits nobody knows.
static bool areNeighbours(char a, char b) {
  constexpr StringRef rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  auto find = [&](char c) {
    for (int row = 0; row < 3; ++row)
      if (size_t column = rows[row].find(c); column != StringRef::npos)
        return std::pair(row, int(column));
    return std::pair(-9, -9);
  };
  auto [rowA, columnA] = find(a);
  auto [rowB, columnB] = find(b);
  return rowA >= 0 && rowB >= 0 && std::abs(rowA - rowB) <= 1 &&
         std::abs(columnA - columnB) <= 1;
}

/// How unlikely it is that who meant \p wanted typed \p word: edits of the
/// usual kinds cost less, and those of the first letter more.
static unsigned typoCost(StringRef word, StringRef wanted) {
  constexpr unsigned otherCase = 1, swapped = 7, doubled = 7, neighbour = 8,
                     missing = 9, other = 10, atStart = 1;
  constexpr size_t maxLength = 64;
  if (word.size() > maxLength || wanted.size() > maxLength)
    return 0;
  unsigned costs[maxLength + 1][maxLength + 1];
  std::string a = word.lower(), b = wanted.lower();
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      unsigned start = i <= 1 && j <= 1 ? atStart : 0;
      unsigned best = i || j ? ~0u : 0;
      if (i && j) {
        unsigned cost = word[i - 1] == wanted[j - 1]        ? 0
                        : a[i - 1] == b[j - 1]              ? otherCase
                        : areNeighbours(a[i - 1], b[j - 1]) ? neighbour + start
                                                            : other + start;
        best = std::min(best, costs[i - 1][j - 1] + cost);
      }
      if (i) { // a letter too many
        bool isDouble = i > 1 && a[i - 1] == a[i - 2];
        bool isNear = (i > 1 && areNeighbours(a[i - 1], a[i - 2])) ||
                      (i < a.size() && areNeighbours(a[i - 1], a[i]));
        best = std::min(best, costs[i - 1][j] + (isDouble ? doubled
                                                 : isNear ? neighbour
                                                          : other + start));
      }
      if (j) {
        bool isDouble = j > 1 && b[j - 1] == b[j - 2];
        best = std::min(best, costs[i][j - 1] +
                                  (isDouble ? doubled : missing + start));
      }
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = std::min(best, costs[i - 2][j - 2] + swapped);
      costs[i][j] = best;
    }
  return costs[a.size()][b.size()];
}

llvm::SmallVector<StringRef, 4>
flux::findNearMisses(StringRef word, llvm::ArrayRef<StringRef> candidates) {
  unsigned best = word.size() >= 6 ? 2 : 1;
  constexpr size_t maxNearMisses = 8; // nobody reads more, and all names may be
  llvm::SmallVector<StringRef, 4> result;
  llvm::SmallVector<unsigned, 4> costs;
  for (StringRef candidate : candidates) {
    unsigned distance = editDistance(word, candidate, best);
    if (distance > best ||
        (distance == best && llvm::is_contained(result, candidate)))
      continue;
    if (distance < best) {
      result.clear();
      costs.clear();
    }
    best = distance;
    // Those that cost the same stay in their order.
    unsigned cost = typoCost(word, candidate);
    auto place = llvm::upper_bound(costs, cost);
    result.insert(result.begin() + (place - costs.begin()), candidate);
    costs.insert(place, cost);
    if (result.size() > maxNearMisses) {
      result.pop_back();
      costs.pop_back();
    }
  }
  return result;
}

StringRef flux::findNearMiss(StringRef word,
                             llvm::ArrayRef<StringRef> candidates) {
  llvm::SmallVector<StringRef, 4> nearest = findNearMisses(word, candidates);
  if (nearest.empty())
    return StringRef();
  // Of words that differ in case only, any will do.
  if (nearest.size() > 1 && !nearest[0].equals_insensitive(nearest[1]) &&
      (word.size() == 1 || // all are near, whatever the fingers do
       typoCost(word, nearest[0]) == typoCost(word, nearest[1])))
    return StringRef();
  return nearest.front();
}

/// How often \p word stands in \p text, at most \p limit times.
static unsigned countWord(StringRef text, StringRef word, unsigned limit) {
  auto isWordCharacter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  unsigned count = 0;
  for (size_t at = text.find(word); at != StringRef::npos && count < limit;
       at = text.find(word, at + word.size())) {
    size_t end = at + word.size();
    count += (at == 0 || !isWordCharacter(text[at - 1])) &&
             (end == text.size() || !isWordCharacter(text[end]));
  }
  return count;
}

void flux::offerName(DiagnosticBuilder &report, DiagnosticEngine &diags,
                     StringRef written, StringRef near) {
  auto find = [&](StringRef text) {
    return diags.getSources().FindBufferContainingLoc(
        llvm::SMLoc::getFromPointer(text.begin()));
  };
  if (unsigned buffer = find(near); buffer && buffer == find(written)) {
    StringRef text = diags.getSources().getMemoryBuffer(buffer)->getBuffer();
    if (countWord(text, near, 2) == 1 && countWord(text, written, 2) == 2)
      report.fixIt(DiagnosticEngine::rangeOf(near), written);
  }
  report.fixIt(DiagnosticEngine::rangeOf(written), near);
}
