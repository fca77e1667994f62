//===- Json.h - looking into JSON ------------------------------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_JSON_H
#define FLUX_TOOLS_FLUX_VM_JSON_H

#include "runtime/bytecode/Assembler.h"

namespace flux::tool {

/// A value in a JSON text, which is looked at where it lies.  What is not there
/// or wrong is an empty value.
class Json {
public:
  Json() = default;
  explicit Json(Bytes text) : text(text) {}

  /// The member \p key of an object.
  Json get(const char *key) const;
  /// Element \p index of an array.
  Json at(uint64_t index) const;
  bool isThere() const { return text.size != 0; }
  /// The number, without its fraction; 0 for everything else.
  uint64_t getNumber() const;
  /// The inside of a string, escapes as they are; empty for everything else.
  Bytes getString() const;

private:
  Bytes text; ///< from the value on
};

/// Writes \p text as a JSON string.
void writeJson(bytecode::TextBuilder &out, Bytes text);

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_JSON_H
