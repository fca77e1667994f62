//===- Json.cpp - looking into JSON ---------------------------------------===//
//
// Messages of editors are small: each look walks over the text again, without
// memory and without recursion.
//
//===----------------------------------------------------------------------===//

#include "Json.h"
#include "Tool.h"

namespace flux::tool {

namespace {

/// A place in a JSON text.
struct Cursor {
  Bytes text;
  uint64_t at = 0;

  uint8_t peek() {
    while (at != text.size && (text.data[at] == ' ' || text.data[at] == '\n' ||
                               text.data[at] == '\r' || text.data[at] == '\t'))
      ++at;
    return at != text.size ? text.data[at] : 0;
  }
  bool take(char c) {
    if (peek() != static_cast<uint8_t>(c))
      return false;
    ++at;
    return true;
  }
  /// The inside of a string that starts here.
  bool takeString(Bytes &inside) {
    if (!take('"'))
      return false;
    uint64_t start = at;
    while (at != text.size && text.data[at] != '"')
      at += text.data[at] == '\\' && at + 1 != text.size ? 2 : 1;
    if (at >= text.size)
      return false;
    inside = {text.data + start, at - start};
    ++at;
    return true;
  }
  /// Goes behind the value that starts here.
  bool skip() {
    uint64_t depth = 0;
    do {
      Bytes unused;
      uint8_t c = peek();
      if (c == 0)
        return false;
      if (c == '"') {
        if (!takeString(unused))
          return false;
      } else {
        depth += c == '{' || c == '[';
        bool closes = c == '}' || c == ']';
        if (closes && depth == 0)
          return false;
        depth -= closes;
        bool isMark = c == '{' || c == '[' || closes || c == ',' || c == ':';
        ++at;
        while (!isMark && at != text.size && text.data[at] > ' ' &&
               text.data[at] != ',' && text.data[at] != '}' &&
               text.data[at] != ']')
          ++at;
      }
    } while (depth != 0);
    return true;
  }
  Bytes rest() {
    peek();
    return {text.data + at, text.size - at};
  }
};

} // namespace

Json Json::get(const char *key) const {
  Cursor cursor = {text};
  Bytes name;
  if (!cursor.take('{'))
    return Json();
  do {
    if (!cursor.takeString(name) || !cursor.take(':'))
      return Json();
    if (equals(name, key))
      return Json(cursor.rest());
  } while (cursor.skip() && cursor.take(','));
  return Json();
}

Json Json::at(uint64_t index) const {
  Cursor cursor = {text};
  if (!cursor.take('[') || cursor.peek() == ']')
    return Json();
  for (; index != 0; --index)
    if (!cursor.skip() || !cursor.take(','))
      return Json();
  return Json(cursor.rest());
}

uint64_t Json::getNumber() const {
  uint64_t value = 0;
  for (uint64_t i = 0; i != text.size && i != 18; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9')
      break;
    value = 10 * value + (text.data[i] - '0');
  }
  return value;
}

Bytes Json::getString() const {
  Cursor cursor = {text};
  Bytes inside;
  return cursor.takeString(inside) ? inside : Bytes{};
}

void writeJson(bytecode::TextBuilder &out, Bytes text) {
  out << "\"";
  for (uint64_t i = 0; i != text.size; ++i) {
    uint8_t c = text.data[i];
    if (c == '"' || c == '\\')
      out << "\\" << Bytes{&text.data[i], 1};
    else if (c < ' ')
      (out << "\\u").hex(c, 4);
    else
      out << Bytes{&text.data[i], 1};
  }
  out << "\"";
}

} // namespace flux::tool
