//===- Lock.cpp - reading and writing flux.lock ---------------------------===//
//
// People read the file in reviews and version control merges it, so it has one
// entry a line and one order.  A line that is neither section, entry nor
// comment is an error: a damaged lock must not pin less than it did.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Lock.h"

#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

std::string LockFile::getSectionName(StringRef document, StringRef kind) {
  return (document + " " + kind).str();
}

std::optional<LockFile> LockFile::parse(llvm::MemoryBufferRef buffer,
                                        DiagnosticEngine &diags) {
  LockFile lock;
  Section *current = nullptr;
  unsigned errors = diags.getNumErrors();
  StringRef rest = buffer.getBuffer();
  while (!rest.empty()) {
    StringRef line;
    std::tie(line, rest) = rest.split('\n');
    line = line.trim();
    if (line.empty() || line.starts_with("#"))
      continue;
    if (line.starts_with("[") && line.ends_with("]")) {
      current = &lock.sections[line.drop_front().drop_back().trim().str()];
      continue;
    }
    size_t equal = line.find(" = ");
    if (equal == StringRef::npos || equal == 0 || !current) {
      diags.report(line, diag::malformed_lock, line.take_front(60));
      continue;
    }
    StringRef key = line.take_front(equal).trim();
    StringRef value = line.drop_front(equal + 3).trim();
    if (!current->try_emplace(key.str(), value.str()).second)
      diags.report(line, diag::malformed_lock, line.take_front(60))
          .note("an entry with this key stands above");
  }
  if (diags.getNumErrors() != errors)
    return std::nullopt;
  return lock;
}

const LockFile::Section *LockFile::findSection(StringRef section) const {
  auto it = sections.find(section.str());
  return it == sections.end() ? nullptr : &it->second;
}

std::optional<StringRef> LockFile::lookup(StringRef section,
                                          StringRef key) const {
  const Section *found = findSection(section);
  if (!found)
    return std::nullopt;
  auto it = found->find(key.str());
  if (it == found->end())
    return std::nullopt;
  return StringRef(it->second);
}

/// Keys and values stand on one line, and " = " ends the key.
static std::string clean(StringRef text) {
  std::string result;
  for (char c : text.trim())
    result += llvm::isSpace(c) ? ' ' : c;
  return result;
}

void LockFile::set(StringRef section, StringRef key, StringRef value) {
  sections[clean(section)][clean(key)] = clean(value);
}

void LockFile::removeDocument(StringRef document) {
  std::string prefix = (document + " ").str();
  auto it = sections.lower_bound(prefix);
  while (it != sections.end() && StringRef(it->first).starts_with(prefix))
    it = sections.erase(it);
}

void LockFile::print(llvm::raw_ostream &os) const {
  os << "# flux.lock: what fluxc decided where documents leave it open.\n"
     << "# Written by 'fluxc --write-lock'; '--locked' refuses anything "
        "else.\n";
  for (const auto &[name, entries] : sections) {
    if (entries.empty())
      continue;
    os << "\n[" << name << "]\n";
    for (const auto &[key, value] : entries)
      os << key << " = " << value << '\n';
  }
}
