//===- HostCalls.h - what both hosts know of their services ----*- C++ -*-===//
//
// flux-vm on Linux and the kernel of images offer the same imports to packages.
// What they are called, take and need, and how an import finds its service, is
// here; what a service does is theirs.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_VM_HOSTCALLS_H
#define FLUX_RUNTIME_VM_HOSTCALLS_H

#include "runtime/vm/Machine.h"

namespace flux::vm {

/// What a program may ask the host for (HostCalls.def).
enum class HostCall : uint8_t {
#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC) NAME,
#include "runtime/vm/HostCalls.def"
};

struct HostCallInfo {
  char name[12];
  uint8_t args, results;
  uint16_t effects;
  int8_t writes; ///< the parameter with the address that is written to, or -1
};

inline constexpr uint16_t EffectNone = 0;
#define IO_READ isa::EffectIO_READ
#define IO_WRITE isa::EffectIO_WRITE
#define FILESYSTEM isa::EffectFILESYSTEM
#define COMMUNICATE isa::EffectCOMMUNICATE
inline constexpr HostCallInfo hostCalls[] = {
#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC)       \
  {#NAME, ARGUMENTS, RESULTS, EffectNone | EFFECTS, WRITES},
#include "runtime/vm/HostCalls.def"
};
#undef IO_READ
#undef IO_WRITE
#undef FILESYSTEM
#undef COMMUNICATE
inline constexpr unsigned numHostCalls = sizeof hostCalls / sizeof hostCalls[0];

inline HostResult done() { return {HostAction::Done, 0}; }
inline HostResult refuse(isa::TrapCode code) {
  return {HostAction::Trap, static_cast<uint16_t>(code)};
}

/// What becomes of an import.
enum class Binding : uint8_t { Found, Unknown, OtherType };

/// Finds the service of \p import, which is called `flux.NAME`.
inline Binding bindImport(const bytecode::Import &import, HostCall &call) {
  static constexpr char prefix[] = "flux.";
  constexpr uint64_t length = sizeof prefix - 1;
  Bytes name = import.name;
  if (name.size < length || __builtin_memcmp(name.data, prefix, length) != 0)
    return Binding::Unknown;
  for (unsigned number = 0; number != numHostCalls; ++number) {
    const HostCallInfo &info = hostCalls[number];
    uint64_t i = 0;
    while (i != name.size - length && info.name[i] != '\0' &&
           name.data[length + i] == static_cast<uint8_t>(info.name[i]))
      ++i;
    if (i != name.size - length || info.name[i] != '\0')
      continue;
    call = static_cast<HostCall>(number);
    return import.args == info.args && import.results == info.results &&
                   import.effects == info.effects
               ? Binding::Found
               : Binding::OtherType;
  }
  return Binding::Unknown;
}

/// True if a call of files begins with a path, or gives memory from its second
/// argument on, to be written to or read from.
inline bool takesPath(HostCall call) {
  return call == HostCall::file_open || call == HostCall::file_rename ||
         call == HostCall::file_remove || call == HostCall::file_kind;
}
inline bool fillsMemory(HostCall call) {
  return call == HostCall::file_read || call == HostCall::file_names;
}
inline bool takesMemory(HostCall call) {
  return fillsMemory(call) || call == HostCall::file_write;
}

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_HOSTCALLS_H
