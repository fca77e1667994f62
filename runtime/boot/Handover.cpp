//===- Handover.cpp - what a kernel tells the one it starts ---------------===//
//
// The record is read before there are tables of addresses, from memory that
// will be used for something else; its sizes are not trusted.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/Handover.h"

namespace flux::slots {

static uint32_t alignUp(uint32_t size) { return (size + 7) & ~7u; }

const Handover *Handover::recognize(const void *start) {
  const auto *record = static_cast<const Handover *>(start);
  return record != nullptr && reinterpret_cast<uintptr_t>(start) % 8 == 0 &&
                 record->magic == expectedMagic &&
                 record->size >= sizeof(Handover) && record->size <= maxSize
             ? record
             : nullptr;
}

Bytes Handover::find(Kind kind) const {
  const auto *bytes = reinterpret_cast<const uint8_t *>(this);
  for (uint32_t at = sizeof *this; at <= size && size - at >= sizeof(Part);) {
    Part part;
    __builtin_memcpy(&part, bytes + at, sizeof part);
    at += sizeof part;
    if (part.size > size - at)
      break;
    if (part.kind == kind)
      return {bytes + at, part.size};
    at += alignUp(part.size);
  }
  return {};
}

HandoverWriter::HandoverWriter(void *buffer)
    : record(static_cast<Handover *>(buffer)) {
  *record = {Handover::expectedMagic, Handover::currentVersion,
             sizeof(Handover)};
}

bool HandoverWriter::add(Handover::Kind kind, const void *data, uint64_t size) {
  Handover::Part part = {kind, static_cast<uint32_t>(size)};
  if (size > Handover::maxSize ||
      sizeof part + alignUp(part.size) > Handover::maxSize - record->size)
    return false;
  uint8_t *at = reinterpret_cast<uint8_t *>(record) + record->size;
  __builtin_memcpy(at, &part, sizeof part);
  __builtin_memcpy(at + sizeof part, data, size);
  record->size += static_cast<uint32_t>(sizeof part) + alignUp(part.size);
  return true;
}

} // namespace flux::slots
