//===- Devices.h - names that are no files ---------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_DEVICES_H
#define FLUX_RUNTIME_KERNEL_DEVICES_H

#include "runtime/kernel/Network.h"
#include "runtime/kernel/Update.h"

/// What OPEN, READ, WRITE and CLOSE do with `net/...` and `boot/update`.
namespace flux::kernel::devices {

inline bool isHandle(uint64_t handle) { return handle >= update::handle; }
inline bool isName(Bytes name) {
  return network::isName(name) || update::isName(name);
}

inline int64_t open(Process &process, Guard &guard, Bytes name) {
  return network::isName(name) ? network::open(process, guard, name)
                               : update::open(process);
}
inline int64_t read(Process &process, Guard &guard, uint64_t handle,
                    uint8_t *out, uint64_t size) {
  return network::isHandle(handle)
             ? network::read(process, guard, handle, out, size)
             : int64_t(BadHandle);
}
inline int64_t write(Process &process, Guard &guard, uint64_t handle,
                     const uint8_t *data, uint64_t size) {
  return network::isHandle(handle)
             ? network::write(process, guard, handle, data, size)
             : update::write(process, data, size);
}
inline int64_t close(Process &process, Guard &guard, uint64_t handle) {
  return network::isHandle(handle) ? network::close(process, guard, handle)
                                   : update::close(process);
}
inline void release(const Process &process) {
  network::release(process);
  update::release(process);
}

} // namespace flux::kernel::devices

#endif // FLUX_RUNTIME_KERNEL_DEVICES_H
