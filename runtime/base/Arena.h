//===- Arena.h - memory that is freed as a whole ---------------*- C++ -*-===//
//
// The runtime has no malloc: who uses it says where memory comes from, and gets
// it back in one piece.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_ARENA_H
#define FLUX_RUNTIME_BASE_ARENA_H

#include <stdint.h>

namespace flux {

/// Bytes that belong to somebody else.
struct Bytes {
  const uint8_t *data = nullptr;
  uint64_t size = 0;
};

/// Gives memory from chunks of a source and never takes it back.
class Arena {
public:
  /// Returns \p size zeroed bytes, aligned to 16, or null.
  using Source = void *(*)(void *context, uint64_t size);
  /// Called when memory is needed that is not there; must not return.
  using Failure = void (*)(void *context);

  constexpr Arena(Source source, Failure failure, void *context)
      : source(source), failure(failure), context(context) {}

  /// \p count zeroed values, or null.
  template <class T>
  T *tryAllocate(uint64_t count) {
    if (count > (uint64_t(1) << 40) / sizeof(T))
      return nullptr;
    return static_cast<T *>(allocateBytes(count * sizeof(T)));
  }
  /// The same; ends the program if there is no memory.
  template <class T>
  T *allocate(uint64_t count) {
    T *result = tryAllocate<T>(count);
    if (result == nullptr)
      failure(context);
    return result;
  }

private:
  void *allocateBytes(uint64_t size) {
    size = (size + 15) & ~uint64_t(15);
    if (size > left) {
      uint64_t chunk = size > chunkSize ? size : chunkSize;
      at = static_cast<uint8_t *>(source(context, chunk));
      left = at != nullptr ? chunk : 0;
      if (at == nullptr)
        return nullptr;
    }
    void *result = at;
    at += size;
    left -= size;
    return result;
  }

  static constexpr uint64_t chunkSize = 1 << 16;
  Source source;
  Failure failure;
  void *context;
  uint8_t *at = nullptr;
  uint64_t left = 0;
};

/// An array that grows, in an arena.
template <class T>
class Vector {
public:
  explicit Vector(Arena &arena) : arena(&arena) {}

  void push(const T &value) {
    if (size == capacity) {
      uint64_t larger = capacity == 0 ? 16 : 2 * capacity;
      T *copy = arena->allocate<T>(larger);
      for (uint64_t i = 0; i != size; ++i)
        copy[i] = data[i];
      data = copy;
      capacity = larger;
    }
    data[size++] = value;
  }
  T &operator[](uint64_t i) { return data[i]; }
  const T &operator[](uint64_t i) const { return data[i]; }
  T &back() { return data[size - 1]; }
  T *begin() { return data; }
  T *end() { return data + size; }

  T *data = nullptr;
  uint64_t size = 0;

private:
  Arena *arena;
  uint64_t capacity = 0;
};

} // namespace flux

#endif // FLUX_RUNTIME_BASE_ARENA_H
