//===- Messages.h - the mailbox of a process -------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_MESSAGES_H
#define FLUX_RUNTIME_KERNEL_MESSAGES_H

#include "runtime/base/Arena.h"
#include "runtime/kernel/Memory.h"

namespace flux::kernel {

inline constexpr uint64_t maxMessageSize = 4096;
inline constexpr unsigned maxMessages = 64, maxTopics = 8;

/// A message that waits to be taken.
struct Message {
  Message *next = nullptr;
  uint32_t sender = 0;
  uint32_t length = 0;
  uint64_t page = noPage; ///< with its text, if that is not short
  static constexpr uint64_t maxShort = 96;
  uint8_t shortText[maxShort];

  const void *getText() const {
    return page != noPage ? hal::toPointer(page) : shortText;
  }
};

/// The messages for a process, the oldest first, on its account.  Needs the
/// kernel's lock.
struct Mailbox {
  Message *first = nullptr, *last = nullptr;
  unsigned count = 0;
  Account *account = nullptr;
  uint16_t owner = 0;
  uint64_t topics[maxTopics] = {};
  unsigned numTopics = 0;

  /// Appends a copy; false if there is no room.
  bool put(uint32_t sender, Bytes text);
  /// The first message of \p sender, or of anybody if that is 0; null if there
  /// is none.
  const Message *find(uint32_t sender) const;
  /// Removes what find() returned.
  void remove(const Message *message);
  void clear();

  bool hasTopic(uint64_t topic) const;
  /// False if there are too many.
  bool addTopic(uint64_t topic);
};

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_MESSAGES_H
