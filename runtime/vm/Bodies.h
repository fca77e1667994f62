//===- Bodies.h - what operations do, to be put together -------*- C++ -*-===//
//
// An operation is a handler of its own, or part of a handler that does several
// in a row.  Both are made of the parts here.  A part that returns false has
// changed nothing: the plain interpreter executes its instruction and traps.
//
// With a guarded window, accesses are not compared with anything: pages outside
// of regions fault, and the signal handler goes on with slow().  So that the
// state is exact then, the access is one instruction with the state in the
// registers of the handler's arguments, behind everything that came before.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_VM_BODIES_H
#define FLUX_RUNTIME_VM_BODIES_H

#include "runtime/vm/Handlers.h"

namespace flux::vm {

constexpr bool floatResult(isa::Opcode opcode) {
  using isa::Opcode;
  return opcode == Opcode::FADD || opcode == Opcode::FSUB ||
         opcode == Opcode::FMUL || opcode == Opcode::FDIV ||
         opcode == Opcode::FSQRT || opcode == Opcode::FNEG ||
         opcode == Opcode::FABS || opcode == Opcode::I2F;
}
constexpr bool floatOperands(isa::Opcode opcode) {
  using isa::Opcode;
  return (floatResult(opcode) && opcode != Opcode::I2F) ||
         opcode == Opcode::F2I || opcode == Opcode::FCMP_EQ ||
         opcode == Opcode::FCMP_LT || opcode == Opcode::FCMP_GT ||
         opcode == Opcode::FCMP_LE || opcode == Opcode::FCMP_GE;
}

constexpr bool isOverflowOpcode(isa::Opcode opcode) {
  using isa::Opcode;
  return opcode == Opcode::IADDO || opcode == Opcode::ISUBO ||
         opcode == Opcode::IMULO;
}

constexpr bool isBranchOpcode(isa::Opcode opcode) {
  switch (opcode) {
#define FLUX_BRANCH(NAME, FORMAT, VALUE)                                       \
  case isa::Opcode::NAME:                                                      \
    return true;
#include "runtime/vm/Semantics.inc"
  default:
    return false;
  }
}

constexpr bool isAccessOpcode(isa::Opcode opcode) {
  switch (opcode) {
#define FLUX_LOAD(NAME, FORMAT, TYPE) case isa::Opcode::NAME:
#define FLUX_STORE(NAME, FORMAT, TYPE) case isa::Opcode::NAME:
#include "runtime/vm/Semantics.inc"
    return true;
  default:
    return false;
  }
}

template <isa::Opcode O>
FLUX_INLINE bool compute(u64 a, u64 b, u64 c, u64 d, u64 &result) {
  using isa::Opcode;
  (void)a, (void)b, (void)c, (void)d;
#define FLUX_NO_TRAP
#define FLUX_TRAP_IF(CONDITION, CODE)                                          \
  if (__builtin_expect(CONDITION, 0))                                          \
    return false;
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS)                                 \
  if constexpr (O == Opcode::NAME) {                                           \
    TRAPS result = static_cast<u64>(VALUE);                                    \
  }
#include "runtime/vm/Semantics.inc"
#undef FLUX_NO_TRAP
#undef FLUX_TRAP_IF
  return true;
}

/// A sum, difference or product of which `acc` says whether it fits.
template <isa::Opcode O>
FLUX_INLINE void computeOverflow(const Op *pc, u64 *R, u64 &acc) {
  using isa::Opcode;
  i64 a = i64(R[pc->b]), b = i64(R[pc->c]), result;
  bool overflows = O == Opcode::IADDO   ? __builtin_add_overflow(a, b, &result)
                   : O == Opcode::ISUBO ? __builtin_sub_overflow(a, b, &result)
                                        : mulOverflows(u64(a), u64(b));
  if constexpr (O == Opcode::IMULO)
    result = i64(u64(a) * u64(b));
  R[pc->a] = u64(result);
  acc = R[pc->d] = overflows;
}

template <isa::Opcode O>
FLUX_INLINE bool isTaken(u64 a, u64 b) {
  using isa::Opcode;
  (void)a, (void)b;
#define FLUX_BRANCH(NAME, FORMAT, VALUE)                                       \
  if constexpr (O == Opcode::NAME)                                             \
    return VALUE;
#include "runtime/vm/Semantics.inc"
  return false;
}

FLUX_INLINE u64 bitsOf(double value) { return __builtin_bit_cast(u64, value); }

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

inline constexpr u64 addressMask = (u64(1) << 36) - 1;

#if FLUX_HAS_GUARD
#define FLUX_GUARDED_STATE                                                     \
  "D"(pc), "S"(R), "c"(gas), "r"(contextRegister), "r"(memoryRegister)
#define FLUX_PIN_STATE                                                         \
  register Context *contextRegister __asm__("r8") = cx;                        \
  register u8 *memoryRegister __asm__("r9") = M

template <class T>
FLUX_INLINE u64 loadGuarded(const u8 *at, const Op *pc, u64 *R, i64 gas,
                            Context *cx, u8 *M) {
  struct __attribute__((packed)) Unaligned {
    T value;
  };
  const auto &place = *reinterpret_cast<const Unaligned *>(at);
  FLUX_PIN_STATE;
  u64 result;
#define FLUX_LOAD_AS(TEXT)                                                     \
  __asm__ volatile(TEXT                                                        \
                   : "=r"(result)                                              \
                   : "m"(place), FLUX_GUARDED_STATE                            \
                   : "memory")
  constexpr bool isSigned = T(-1) < T(0);
  if constexpr (sizeof(T) == 8)
    FLUX_LOAD_AS("movq %1, %0");
  else if constexpr (sizeof(T) == 4 && isSigned)
    FLUX_LOAD_AS("movslq %1, %0");
  else if constexpr (sizeof(T) == 4)
    FLUX_LOAD_AS("movl %1, %k0");
  else if constexpr (sizeof(T) == 2 && isSigned)
    FLUX_LOAD_AS("movswq %1, %0");
  else if constexpr (sizeof(T) == 2)
    FLUX_LOAD_AS("movzwl %1, %k0");
  else if constexpr (isSigned)
    FLUX_LOAD_AS("movsbq %1, %0");
  else
    FLUX_LOAD_AS("movzbl %1, %k0");
#undef FLUX_LOAD_AS
  return result;
}

template <class T>
FLUX_INLINE void storeGuarded(u8 *at, u64 value, const Op *pc, u64 *R, i64 gas,
                              Context *cx, u8 *M) {
  struct __attribute__((packed)) Unaligned {
    T value;
  };
  auto &place = *reinterpret_cast<Unaligned *>(at);
  FLUX_PIN_STATE;
#define FLUX_STORE_AS(TEXT)                                                    \
  __asm__ volatile(TEXT                                                        \
                   : "=m"(place)                                               \
                   : "r"(value), FLUX_GUARDED_STATE                            \
                   : "memory")
  if constexpr (sizeof(T) == 8)
    FLUX_STORE_AS("movq %1, %0");
  else if constexpr (sizeof(T) == 4)
    FLUX_STORE_AS("movl %k1, %0");
  else if constexpr (sizeof(T) == 2)
    FLUX_STORE_AS("movw %w1, %0");
  else
    FLUX_STORE_AS("movb %b1, %0");
#undef FLUX_STORE_AS
}
#endif

// Where numbers must be aligned, the plain interpreter takes the others a byte
// at a time.
#if defined(__riscv_misaligned_avoid)
template <class T>
FLUX_INLINE bool isAligned(const u8 *at) {
  return __builtin_expect(reinterpret_cast<u64>(at) % sizeof(T) == 0, 1);
}
template <class T>
FLUX_INLINE T *assumeAligned(const u8 *at) {
  return static_cast<T *>(
      __builtin_assume_aligned(const_cast<u8 *>(at), sizeof(T)));
}
#else
template <class T>
FLUX_INLINE bool isAligned(const u8 *) {
  return true;
}
template <class T>
FLUX_INLINE u8 *assumeAligned(const u8 *at) {
  return const_cast<u8 *>(at);
}
#endif

template <class T, Form F, bool Guarded>
FLUX_INLINE bool load(FLUX_PARTS) {
  u64 address =
      (F == AccFirst ? acc : R[pc->b]) + static_cast<u64>(i64(pc->imm));
#if FLUX_HAS_GUARD
  if constexpr (Guarded) {
    acc = loadGuarded<T>(M + (address & addressMask), pc, R, gas, cx, M);
  } else
#endif
  {
    const RegionView &region =
        cx->regions[address >> 32 & (bytecode::numRegions - 1)];
    u64 offset = u32(address);
    if (__builtin_expect(offset + sizeof(T) > region.readable, 0))
      return false;
    const u8 *at = region.base + offset;
    if (!isAligned<T>(at))
      return false;
    T loaded;
    __builtin_memcpy(&loaded, assumeAligned<T>(at), sizeof loaded);
    acc = static_cast<u64>(i64(loaded));
  }
  R[pc->a] = acc;
  // A 64-bit value may be a float.
  if constexpr (sizeof(T) == 8)
    facc = f64(acc);
  return true;
}

template <class T, Form F, bool Guarded>
FLUX_INLINE bool store(FLUX_PARTS) {
  u64 address =
      (F == AccFirst ? acc : R[pc->b]) + static_cast<u64>(i64(pc->imm));
  u64 value = F == AccSecond ? acc : F == AccFloat ? bitsOf(facc) : R[pc->c];
#if FLUX_HAS_GUARD
  if constexpr (Guarded) {
    storeGuarded<T>(M + (address & addressMask), value, pc, R, gas, cx, M);
    return true;
  }
#endif
  const RegionView &region =
      cx->regions[address >> 32 & (bytecode::numRegions - 1)];
  u64 offset = u32(address);
  if (__builtin_expect(offset + sizeof(T) > region.writable, 0))
    return false;
  u8 *at = region.base + offset;
  if (!isAligned<T>(at))
    return false;
  T stored = static_cast<T>(value);
  __builtin_memcpy(assumeAligned<T>(at), &stored, sizeof stored);
  return true;
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// An operation that computes, loads or stores; or a conditional jump, which is
/// the last part.
template <isa::Opcode O, Form F, bool Guarded>
struct Part {
  static constexpr bool isJump = O == isa::Opcode::JMP;
  static constexpr bool isBranch = isBranchOpcode(O) && !isJump;

  FLUX_PART_INLINE bool run(FLUX_PARTS) {
    using isa::Opcode;
#define FLUX_LOAD(NAME, FORMAT, TYPE)                                          \
  if constexpr (O == Opcode::NAME)                                             \
    return load<TYPE, F, Guarded>(FLUX_PASS);
#define FLUX_STORE(NAME, FORMAT, TYPE)                                         \
  if constexpr (O == Opcode::NAME)                                             \
    return store<TYPE, F, Guarded>(FLUX_PASS);
#include "runtime/vm/Semantics.inc"
    if constexpr (isOverflowOpcode(O)) {
      computeOverflow<O>(pc, R, acc);
      return true;
    }
    if constexpr (!isAccessOpcode(O) && !isBranchOpcode(O)) {
      u64 last = floatOperands(O) ? bitsOf(facc) : acc;
      u64 a = F == AccFirst || F == AccImmediate ? last : R[pc->b];
      u64 b = F == AccSecond ? last
              : F == Immediate || F == AccImmediate
                  ? static_cast<u64>(i64(pc->imm))
                  : R[pc->c];
      u64 result;
      if (!compute<O>(a, b, O == Opcode::SELECT ? R[pc->d] : 0, 0, result))
        return false;
      R[pc->a] = result;
      if constexpr (floatResult(O))
        facc = f64(result);
      else
        acc = result;
    }
    return true;
  }

  FLUX_PART_INLINE bool taken(FLUX_PARTS) {
    u64 a = F == AccFirst || F == AccImmediate ? acc : R[pc->a];
    u64 b = F == AccSecond ? acc
            : F == Immediate || F == AccImmediate
                ? static_cast<u64>(i64(i8(pc->b)))
                : R[pc->b];
    return isTaken<O>(a, b);
  }
};

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_BODIES_H
