//===- Services.cpp - files, clocks and traps by the host -----------------===//
//
// The host checks handles and paths, because it cannot trust a package.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/vm/System.h"

namespace flux::rt {

#ifndef __FLUX_IMAGE__ // there a program tells of its traps itself
void trap(TrapKind kind, const TrapSite *site, uint64_t a, uint64_t b,
          uint64_t c, Frame) {
  host::flux_host_trap(kind, site, a, b, c);
}

extern "C" {

void flux_trap0(const TrapSite *site) {
  host::flux_host_trap(site->kind, site, 0, 0, 0);
}
void flux_trap1(const TrapSite *site, uint64_t a) {
  host::flux_host_trap(site->kind, site, a, 0, 0);
}
void flux_trap2(const TrapSite *site, uint64_t a, uint64_t b) {
  host::flux_host_trap(site->kind, site, a, b, 0);
}
void flux_trap3(const TrapSite *site, uint64_t a, uint64_t b, uint64_t c) {
  host::flux_host_trap(site->kind, site, a, b, c);
}

} // extern "C"
#endif

extern "C" {

/// The modes of `flux.file_open`.
enum OpenMode : int64_t { Reading, Emptied, Appending, New };

int64_t flux_file_open(const char *path, int64_t length) {
  return host::flux_host_file_open(path, length, Reading);
}

int64_t flux_file_create(const char *path, int64_t length) {
  return host::flux_host_file_open(path, length, Emptied);
}

int64_t flux_file_append(const char *path, int64_t length) {
  return host::flux_host_file_open(path, length, Appending);
}

int64_t flux_file_create_new(const char *path, int64_t length) {
  return host::flux_host_file_open(path, length, New);
}

int64_t flux_file_read(int64_t handle, void *buffer, int64_t length) {
  return host::flux_host_file_read(handle, buffer, length);
}

int64_t flux_file_write(int64_t handle, const void *data, int64_t length) {
  return host::flux_host_file_write(handle, data, length);
}

int64_t flux_file_size(int64_t handle) {
  return host::flux_host_file_size(handle);
}

int64_t flux_file_names(int64_t folder, char *buffer, int64_t length) {
  return host::flux_host_file_names(folder, buffer, length);
}

int64_t flux_file_sync(int64_t handle) {
  return host::flux_host_file_sync(handle);
}

int64_t flux_file_close(int64_t handle) {
  return host::flux_host_file_close(handle);
}

int64_t flux_file_rename(const char *path, int64_t length, const char *to,
                         int64_t toLength) {
  return host::flux_host_file_rename(path, length, to, toLength);
}

int64_t flux_file_remove(const char *path, int64_t length) {
  return host::flux_host_file_remove(path, length);
}

int64_t flux_file_kind(const char *path, int64_t length) {
  return host::flux_host_file_kind(path, length);
}

int64_t flux_time_now() { return host::flux_host_clock(0); }
int64_t flux_time_utc() { return host::flux_host_clock(1); }

void flux_time_sleep(int64_t nanoseconds) {
#ifdef __FLUX_IMAGE__
  flushAll();
#endif
  host::flux_host_sleep(nanoseconds);
}

int64_t flux_random_entropy(void *buffer, int64_t length) {
  return host::flux_host_random(buffer, length);
}

} // extern "C"

} // namespace flux::rt
