//===- Document.cpp - where in the document a place is --------------------===//
//
// A message names the section and step around its place, because readers of a
// document think in headings, not in line numbers.
//
//===----------------------------------------------------------------------===//
#include "flux/Source/Document.h"

#include "llvm/ADT/StringExtras.h"
#include <functional>

using namespace flux;
using llvm::StringRef;

/// Numbers the last step that begins at or before \p place: "2" or "2.1".
static std::string numberStep(const std::vector<Step> &steps,
                              const char *place) {
  std::string number;
  const std::vector<Step> *level = &steps;
  while (true) {
    // Steps are in the order of the document.
    auto after = llvm::upper_bound(
        *level, place, [](const char *place, const Step &step) {
          return std::less<const char *>()(place, step.text.begin());
        });
    if (after == level->begin())
      return number;
    const Step &step = *std::prev(after);
    if (!number.empty())
      number += '.';
    number += std::to_string(step.number);
    level = &step.children;
  }
}

std::string Document::describe(llvm::SMLoc loc) const {
  constexpr size_t maxHeading = 60;
  const char *place = loc.getPointer();
  std::less<const char *> before;
  for (const Section &section : sections) {
    if (section.heading.empty() || before(place, section.range.begin()) ||
        !before(place, section.range.end()))
      continue;
    StringRef heading = section.heading.take_until(
        [](char c) { return c == '\n' || c == '\r'; });
    size_t length = heading.size();
    if (length > maxHeading) {
      length = maxHeading;
      while ((heading[length] & 0xC0) == 0x80) // not inside of a character
        --length;
    }
    std::string trail = "in section '" + heading.take_front(length).str();
    trail += length < heading.size() ? "...'" : "'";
    std::string number = numberStep(section.steps, place);
    if (!number.empty())
      trail += ", step " + number;
    return trail;
  }
  return "";
}
