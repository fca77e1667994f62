//===- TrapSite.h - what the runtime is told about traps -------*- C++ -*-===//
//
// A check that fails calls one of flux_trap0 ... flux_trap3 with a TrapSite and
// the values involved.  The site is constant data: which rule broke, and where
// in the document.  The call-site table lets the runtime turn return addresses
// into places in the document without debug information or an unwinder library.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_TRAPSITE_H
#define FLUX_RUNTIME_BASE_TRAPSITE_H

#include <stdint.h>

namespace flux::rt {

/// Status with which a program ends that trapped.
inline constexpr int trapStatus = 101;

enum TrapKind : uint8_t {
#define TRAP(NAME, VALUES, MESSAGE) NAME,
#include "runtime/base/TrapKinds.def"
};

/// How the values of a site are read: only the bits of the type count; floats
/// are passed as their bits (f32 in the low half).
enum ValueType : uint8_t {
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F32,
  F64,
};

/// A place that can trap, made by lib/Conversion/FIRToLLVM/TrapSites.cpp. Texts
/// are NUL-terminated and given by their distance from the site, which needs no
/// relocation; a distance of 0 means that there is none.
struct TrapSite {
  int32_t file;       ///< name of the document
  int32_t function;   ///< name of the function
  int32_t text;       ///< the line of the document
  uint32_t line;      ///< from 1; 0 if unknown
  uint16_t column;    ///< from 1, in bytes; 0 if it is not known
  uint8_t kind;       ///< TrapKind
  uint8_t type;       ///< ValueType of the operands
  uint8_t resultType; ///< ValueType: conversions

  const char *getFile() const { return at(file); }
  const char *getFunction() const { return at(function); }
  const char *getText() const { return at(text); }

private:
  const char *at(int32_t distance) const {
    return distance != 0 ? reinterpret_cast<const char *>(this) + distance : "";
  }
};

/// Header of the call-site table, section `.flux.calls`: followed by
/// `numCalls` CallSite sorted by offset, `numPlaces` Place, then strings.
struct CallTable {
  uint32_t numCalls, numPlaces;
};

/// A call instruction of compiled code, known by its return address.
struct CallSite {
  uint32_t offset;     ///< return address - flux_text_begin
  uint32_t place;      ///< index of the innermost Place
  int32_t cfaOffset;   ///< canonical frame address - CFA register
  uint8_t cfaRegister; ///< 0: stack pointer, 1: frame pointer
  int8_t savedReturn;  ///< where the return address is saved, from the
                       ///< canonical frame address, in words; 0: nowhere
  int16_t savedFrame;  ///< where the caller's frame pointer is saved, from the
                       ///< canonical frame address; 0: it is not
};

/// A place in the document within a function; `parent` leads out of inlined
/// calls.
struct Place {
  uint32_t line;
  uint32_t column;
  uint32_t function; ///< offset of the NUL-terminated name among the strings
  uint32_t file;     ///< offset of the NUL-terminated name among the strings
  uint32_t parent;   ///< index + 1 of the place of the inlined call; 0: none
};

} // namespace flux::rt

#endif // FLUX_RUNTIME_BASE_TRAPSITE_H
