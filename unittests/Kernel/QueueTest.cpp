//===- QueueTest.cpp - rings of buffers of virtio devices -----------------===//

#include "runtime/drivers/Queue.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace flux::drivers;

namespace {

/// A queue of 4 entries, and the side of the device.
class QueueTest : public testing::Test {
protected:
  static constexpr unsigned size = 4;

  QueueTest() { queue.open(page, size); }

  void use(uint32_t id, uint32_t length) {
    uint8_t *used = page + 2048;
    uint16_t index;
    memcpy(&index, used + 2, 2);
    const uint32_t entry[2] = {id, length};
    memcpy(used + 4 + 8 * (index % size), entry, 8);
    ++index;
    memcpy(used + 2, &index, 2);
  }

  Queue::Taken take() { return queue.take(head, length); }

  alignas(4096) uint8_t page[4096] = {};
  uint8_t buffer[64] = {};
  Queue queue;
  unsigned head = 0;
  uint32_t length = 0;
};

} // namespace

TEST_F(QueueTest, GivesBackWhatWasOffered) {
  // More often than it has entries, in another order than offered.
  for (unsigned round = 0; round != 40; ++round) {
    queue.set(0, buffer, 10, Queue::HasNext, 1);
    queue.set(1, buffer, 20, Queue::DeviceWrites);
    queue.set(2, buffer, 30, Queue::DeviceWrites);
    queue.offer(0);
    queue.offer(2);
    EXPECT_EQ(take(), Queue::Taken::Nothing);
    use(2, 30);
    use(0, 0);
    EXPECT_EQ(take(), Queue::Taken::Buffer);
    EXPECT_EQ(head, 2u);
    EXPECT_EQ(length, 30u);
    EXPECT_EQ(take(), Queue::Taken::Buffer);
    EXPECT_EQ(head, 0u);
    EXPECT_EQ(take(), Queue::Taken::Nothing);
  }
}

TEST_F(QueueTest, BelievesNoNumberOfABuffer) {
  queue.set(1, buffer, 20, Queue::DeviceWrites);
  queue.offer(1);
  for (uint32_t id : {0u, 2u, size, 16u, 32u, 33u, 0xFFFFFFFFu}) {
    uint8_t kept[4096];
    memcpy(kept, page, sizeof page);
    use(id, 1);
    EXPECT_EQ(take(), Queue::Taken::Broken) << id;
    memcpy(page, kept, sizeof page);
  }
  use(1, 1);
  EXPECT_EQ(take(), Queue::Taken::Buffer);
  use(1, 1); // a second time
  EXPECT_EQ(take(), Queue::Taken::Broken);
}

TEST_F(QueueTest, BelievesNoLength) {
  queue.set(0, buffer, 10, Queue::HasNext, 1);
  queue.set(1, buffer, 20, Queue::DeviceWrites);
  queue.offer(0);
  // The device enlarges its part, and says that it filled it.
  const uint32_t larger = 4096;
  memcpy(page + 16 + 8, &larger, 4);
  use(0, 21);
  EXPECT_EQ(take(), Queue::Taken::Broken);
}

TEST_F(QueueTest, CountsOnlyWhatItMayFill) {
  queue.set(0, buffer, 10);
  queue.offer(0);
  use(0, 1);
  EXPECT_EQ(take(), Queue::Taken::Broken);
}
