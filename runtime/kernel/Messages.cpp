//===- Messages.cpp - the mailbox of a process ----------------------------===//
//
// A mailbox is bounded and paid for by its owner, so nobody can use up the
// memory of the machine by sending.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Messages.h"

namespace flux::kernel {

static constinit Pool<Message> messagePool;

bool Mailbox::put(uint32_t sender, Bytes text) {
  if (count == maxMessages || text.size > maxMessageSize ||
      account->used >= account->limit)
    return false;
  Message *message = messagePool.allocate();
  if (message == nullptr)
    return false;
  if (text.size <= Message::maxShort) {
    __builtin_memcpy(message->shortText, text.data, text.size);
  } else {
    message->page = allocatePage(MemoryKind::Agent, owner);
    if (message->page == noPage) {
      messagePool.free(message);
      return false;
    }
    ++account->used;
    __builtin_memcpy(hal::toPointer(message->page), text.data, text.size);
  }
  message->sender = sender;
  message->length = static_cast<uint32_t>(text.size);
  (last != nullptr ? last->next : first) = message;
  last = message;
  ++count;
  return true;
}

const Message *Mailbox::find(uint32_t sender) const {
  const Message *message = first;
  while (message != nullptr && sender != 0 && message->sender != sender)
    message = message->next;
  return message;
}

void Mailbox::remove(const Message *message) {
  Message **link = &first, *previous = nullptr;
  while (*link != message) {
    previous = *link;
    link = &previous->next;
  }
  Message *taken = *link;
  *link = taken->next;
  if (last == taken)
    last = previous;
  --count;
  if (taken->page != noPage) {
    freePage(taken->page);
    --account->used;
  }
  messagePool.free(taken);
}

void Mailbox::clear() {
  while (first != nullptr)
    remove(first);
}

bool Mailbox::hasTopic(uint64_t topic) const {
  for (unsigned i = 0; i != numTopics; ++i)
    if (topics[i] == topic)
      return true;
  return false;
}

bool Mailbox::addTopic(uint64_t topic) {
  if (hasTopic(topic))
    return true;
  if (numTopics == maxTopics)
    return false;
  topics[numTopics++] = topic;
  return true;
}

} // namespace flux::kernel
