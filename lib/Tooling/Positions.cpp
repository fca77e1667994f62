//===- Positions.cpp - lines and columns as editors count them ------------===//
//
// Editors count in UTF-16 unless they agree on bytes; documents are UTF-8.  A
// position may come from a hostile client, so each means some place.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Positions.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::StringRef;

Positions::Positions(StringRef text, bool utf16) : text(text), utf16(utf16) {
  starts.push_back(0);
  for (size_t at = text.find('\n'); at != StringRef::npos;
       at = text.find('\n', at + 1))
    starts.push_back(at + 1);
}

/// Without its end.
StringRef Positions::getLine(unsigned line) const {
  size_t end = line + 1 < starts.size() ? starts[line + 1] - 1 : text.size();
  return text.slice(starts[line], end);
}

/// UTF-16 units of the character that begins with \p c; 0 inside of one.
static unsigned getUnits(char c) {
  unsigned char byte = c;
  return (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
}

Position Positions::get(const char *place) const {
  size_t offset = std::clamp(place, text.begin(), text.end()) - text.begin();
  auto it = llvm::upper_bound(starts, offset);
  Position position;
  position.line = it - starts.begin() - 1;
  StringRef before = text.slice(starts[position.line], offset);
  position.character = before.size();
  if (utf16) {
    position.character = 0;
    for (char c : before)
      position.character += getUnits(c);
  }
  return position;
}

const char *Positions::find(Position position) const {
  if (position.line >= starts.size())
    return text.end();
  StringRef line = getLine(position.line);
  line.consume_back("\r");
  size_t at = 0;
  if (!utf16) {
    at = std::min<size_t>(position.character, line.size());
  } else {
    for (unsigned units = 0; at < line.size(); ++at) {
      units += getUnits(line[at]);
      if (units > position.character)
        break;
    }
  }
  while (at > 0 && at < line.size() && getUnits(line[at]) == 0)
    --at;
  return line.begin() + at;
}
