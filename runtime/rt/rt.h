//===- rt.h - the functions that compiled FLUX code calls ------*- C++ -*-===//
//
// The contract between lib/Conversion/FIRToLLVM and the runtime.  Slices and
// strings are passed as address and length, and returned as a View (two
// registers).  Functions that can trap take the TrapSite of their call first.
// The runtime is freestanding: no libc, no exceptions, no RTTI, no static
// constructors.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_RT_H
#define FLUX_RUNTIME_RT_RT_H

#include "runtime/base/TrapSite.h"

namespace flux::rt {

/// A slice or string as a result.
struct View {
  const void *data;
  alignas(8) int64_t length;
};

/// A function with versions for CPUs x86-64-v3 and x86-64-v4; null if it has
/// none.  It is called by what \p slot holds.
struct VersionEntry {
  const void **slot;
  const void *versions[2];
};

extern "C" {

//===--- defined by compiled code -----------------------------------------===//

/// The program.  `args` are checked UTF-8 strings without the program's name.
/// The result is the exit status, checked by compiled code.
int32_t flux_main(const View *args, int64_t numArgs);
/// First byte of compiled code.
extern const char flux_text_begin[];
/// The call-site table, or null (weak) when the program was built without it.
extern const CallTable flux_calls[] __attribute__((weak));

//===--- traps ------------------------------------------------------------===//

[[noreturn]] void flux_trap0(const TrapSite *site);
[[noreturn]] void flux_trap1(const TrapSite *site, uint64_t a);
[[noreturn]] void flux_trap2(const TrapSite *site, uint64_t a, uint64_t b);
[[noreturn]] void flux_trap3(const TrapSite *site, uint64_t a, uint64_t b,
                             uint64_t c);

//===--- checks as calls (-O0, Checked.cpp)
//--------------------------------===//

/// flux_add_T, flux_sub_T and flux_mul_T for T from i8 to u64: the result, or
/// a trap as flux_trap2(site, a, b).
#define FLUX_CHECKED(NAME, TYPE)                                               \
  TYPE flux_add_##NAME(const TrapSite *site, TYPE a, TYPE b);                  \
  TYPE flux_sub_##NAME(const TrapSite *site, TYPE a, TYPE b);                  \
  TYPE flux_mul_##NAME(const TrapSite *site, TYPE a, TYPE b);
FLUX_CHECKED(i8, int8_t)
FLUX_CHECKED(i16, int16_t)
FLUX_CHECKED(i32, int32_t)
FLUX_CHECKED(i64, int64_t)
FLUX_CHECKED(u8, uint8_t)
FLUX_CHECKED(u16, uint16_t)
FLUX_CHECKED(u32, uint32_t)
FLUX_CHECKED(u64, uint64_t)
#undef FLUX_CHECKED
/// Traps unless index < length.
void flux_check_index(const TrapSite *site, uint64_t index, uint64_t length);
/// Traps unless low <= high <= length.
void flux_check_range(const TrapSite *site, uint64_t low, uint64_t high,
                      uint64_t length);

//===--- print: `error` selects standard error ----------------------------===//

void flux_print_i64(int64_t value, bool error);
void flux_print_u64(uint64_t value, bool error);
/// Shortest decimal text that reads back as the same value.
void flux_print_f32(float value, bool error);
void flux_print_f64(double value, bool error);
void flux_print_bool(bool value, bool error);
void flux_print_str(const char *data, int64_t length, bool error);

//===--- memory and strings -----------------------------------------------===//

/// \p count elements of \p size bytes, 16-byte aligned, from the turn region.
void *flux_alloc(const TrapSite *site, int64_t count, int64_t size);
/// What the runtime keeps for a region, in the frame that begins it or in
/// static memory.
struct Region {
  // Eight bytes each, also where addresses are shorter.
  alignas(8) char *begin;
  alignas(8) char *next;
  alignas(8) char *end;
  alignas(8) Region *link; ///< of static regions, to others
};
/// Begins a region of \p size bytes.
void flux_region_enter(const TrapSite *site, Region *region, int64_t size);
/// Ends the region that began last.
void flux_region_exit(Region *region);
/// The same, after the memory was overwritten with 0xDD.
void flux_region_poison(Region *region);
/// Like flux_alloc, from \p region.
void *flux_region_alloc(const TrapSite *site, Region *region, int64_t count,
                        int64_t size);
/// Copies bytes from the first on, as a loop does, where that is not what
/// memmove does: \p to begins within \p from.  Both have the same length.
void flux_memory_copy(char *to, int64_t toLength, const char *from,
                      int64_t fromLength);
/// Frees the turn region.
void flux_agent_turn_end();
/// Moves what the state of the agent leads to out of the turn region, and frees
/// that.  \p roots is compiled code that calls flux_state_root for each
/// variable of the state, and flux_state_region for each static region.
void flux_agent_commit(void (*roots)(), uint64_t limit);
/// The same; whoever reads what is freed, or where the state lay, shows.
void flux_agent_commit_poison(void (*roots)(), uint64_t limit);
/// \p trace calls flux_state_keep for each reference in \p place.
void flux_state_root(const TrapSite *site, void *place, void (*trace)(void *));
void flux_state_region(Region *region);
/// A slice of elements of \p size bytes, or a string; \p trace does for an
/// element what that of a root does, null where elements hold no references.
void flux_state_keep(View *slot, uint64_t size, void (*trace)(void *));
/// Negative, zero or positive as memcmp, then by length.
int32_t flux_str_compare(const char *a, int64_t aLength, const char *b,
                         int64_t bLength);
bool flux_str_equal(const char *a, int64_t aLength, const char *b,
                    int64_t bLength);
/// The hash of a string (GEN-7).
uint64_t flux_hash_str(const char *data, int64_t length);
/// Traps unless 0 <= low <= high <= length and neither end splits a character.
void flux_str_check_range(const TrapSite *site, const char *data,
                          int64_t length, int64_t low, int64_t high);
/// Traps unless the bytes are UTF-8.
void flux_str_check_utf8(const TrapSite *site, const char *data,
                         int64_t length);

//===--- built-in functions (Builtins.def) --------------------------------===//

int64_t flux_console_read(void *buffer, int64_t length);
void flux_console_write(const void *data, int64_t length);
void flux_console_flush();
int64_t flux_file_open(const char *path, int64_t length);
int64_t flux_file_create(const char *path, int64_t length);
int64_t flux_file_read(int64_t handle, void *buffer, int64_t length);
int64_t flux_file_write(int64_t handle, const void *data, int64_t length);
int64_t flux_file_size(int64_t handle);
int64_t flux_file_append(const char *path, int64_t length);
int64_t flux_file_create_new(const char *path, int64_t length);
int64_t flux_file_names(int64_t folder, char *buffer, int64_t length);
int64_t flux_file_sync(int64_t handle);
int64_t flux_file_close(int64_t handle);
int64_t flux_file_rename(const char *path, int64_t length, const char *to,
                         int64_t toLength);
int64_t flux_file_remove(const char *path, int64_t length);
int64_t flux_file_kind(const char *path, int64_t length);
View flux_error_text(int64_t code);
[[noreturn]] void flux_process_exit(const TrapSite *site, int32_t status);
int64_t flux_time_now();
int64_t flux_time_utc();
void flux_time_sleep(int64_t nanoseconds);
int64_t flux_random_entropy(void *buffer, int64_t length);
View flux_text_fixed(const TrapSite *site, double value, int64_t digits);
View flux_text_shortest(const TrapSite *site, double value);
View flux_text_hex(const TrapSite *site, uint64_t value, int64_t digits);
const char **flux_c_arguments(const View *args, int64_t count);
int64_t flux_text_find_invalid(const char *data, int64_t length);
/// Lets each function of the table from \p begin to \p end be the best of its
/// versions that this machine can run (x86_64 only).
void flux_select_versions(const VersionEntry *begin, const VersionEntry *end);

} // extern "C"

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_RT_H
