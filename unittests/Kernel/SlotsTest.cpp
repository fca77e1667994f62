//===- SlotsTest.cpp - starting, confirming and updating images -----------===//
//
// The disk, the images and the machine that starts them are simulated; what
// must hold is that a machine always has something good to start.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/Slots.h"
#include "Lzma.h"
#include "TestDisk.h"
#include "runtime/base/Sha256.h"
#include "runtime/boot/Handover.h"
#include "runtime/crypto/Ed25519.h"
#include "runtime/store/Store.h"
#include "unittests/VM/TestArena.h"
#include "gtest/gtest.h"
#include <memory>

using namespace flux;
using namespace flux::slots;

namespace {

constexpr uint16_t machine = 183, otherMachine = 62;
constexpr uint8_t secret[32] = {1, 2, 3}, otherSecret[32] = {4, 5, 6};

/// What an update consists of.
struct Image {
  std::string text;
  uint64_t version = 1, lowest = 0;
  uint16_t machine = ::machine;
  std::string board = "test";
  SlotKind kind = SlotKind::System;
  const uint8_t *key = secret; ///< null: unsigned
  uint32_t handover = Handover::currentVersion;
};

std::string makeUpdate(const Image &image) {
  std::string packed = packLzma(image.text);
  SlotHeader header = {};
  memcpy(header.magic, slotMagic, sizeof slotMagic);
  header.format = slotFormat;
  header.handover = image.handover;
  header.machine = image.machine;
  header.kind = image.kind;
  image.board.copy(header.board, sizeof header.board);
  header.version = image.version;
  header.lowestVersion = image.lowest;
  header.offset = SlotHeader::maxImages;
  header.packedSize = packed.size();
  header.size = header.memorySize = image.text.size();
  Sha256 hash;
  hash.add(packed.data(), packed.size());
  hash.finish(header.hash);
  if (image.key != nullptr)
    signHeader(header, image.key);
  std::string out(SlotHeader::maxImages * 512, '\0');
  memcpy(out.data(), &header, sizeof header);
  return out + packed;
}

/// The text of an image: so long that it takes some sectors.
std::string makeText(uint64_t version) {
  std::string text;
  for (unsigned i = 0; i != 300; ++i)
    text += "image " + std::to_string(version) + " line " + std::to_string(i);
  return text;
}

class TestLoader : public Loader {
public:
  TestLoader() {
    allocate = [](Loader &self, uint64_t size) {
      auto &chunks = static_cast<TestLoader &>(self).chunks;
      chunks.emplace_back(new uint8_t[size]);
      return chunks.back().get();
    };
    place = [](Loader &self, const SlotHeader &header) {
      return self.allocate(self, header.memorySize);
    };
    release = [](Loader &self) {
      static_cast<TestLoader &>(self).chunks.clear();
    };
    report = [](Loader &self, Slot slot, const char *message) {
      static_cast<TestLoader &>(self).messages +=
          std::string(1, "ABR"[unsigned(slot)]) + ": " + message + "\n";
    };
  }
  std::string messages;

private:
  std::vector<std::unique_ptr<uint8_t[]>> chunks;
};

class SlotsTest : public testing::Test {
protected:
  static constexpr uint64_t slotSectors = 60, stateSector = 4;

  SlotsTest() : disk(400) {
    writeTestGpt(disk,
                 {{"flux-state", 16},
                  {"flux-a", slotSectors},
                  {"flux-b", slotSectors},
                  {"flux-r", slotSectors},
                  {"flux-store", 128}},
                 /*tableSectors=*/2);
    policy.machine = machine;
    policy.hasKey = 1;
    ed25519::makePublicKey(secret, policy.key);
    memcpy(policy.board, "test", 4);
    put(Slot::A, {makeText(1)});
    put(Slot::Recovery, {.text = "recovery", .kind = SlotKind::Recovery});
    Slots slots;
    EXPECT_EQ(slots.open(disk), nullptr);
    EXPECT_TRUE(slots.isRecordLost);
    slots.record = {};
    slots.record.activate(Slot::A, firstTries);
    EXPECT_TRUE(writeRecord(slots.state, slots.record));
  }

  /// Writes what the tool that makes disks would write.
  void put(Slot slot, const Image &image) {
    Partition part;
    ASSERT_TRUE(findPartition(disk, getPartitionName(slot), part));
    std::string bytes = makeUpdate(image);
    bytes.resize((bytes.size() + 511) / 512 * 512);
    ASSERT_TRUE(part.write(0, bytes.data(), bytes.size() / 512));
    disk.flush();
  }

  /// Starts the machine: what it runs, or "".
  std::string start() {
    loaded = std::make_unique<Loaded>();
    TestLoader loader;
    Slots slots;
    bool isGood =
        slots.open(disk) == nullptr && load(slots, policy, loader, *loaded);
    messages = loader.messages;
    return isGood ? std::string(reinterpret_cast<char *>(loaded->image),
                                loaded->header.size)
                  : "";
  }
  /// What was started works.
  bool confirmStarted() {
    Slots slots;
    return slots.open(disk) == nullptr &&
           confirm(slots, loaded->slot, loaded->header.lowestVersion);
  }
  std::string update(const std::string &bytes, Slot running,
                     size_t piece = 700) {
    Slots slots;
    auto updater = std::make_unique<Updater>();
    if (const char *message = slots.open(disk))
      return message;
    const char *message = updater->begin(slots, policy, running, bytes.size());
    for (size_t at = 0; message == nullptr && at < bytes.size(); at += piece)
      message =
          updater->add(bytes.data() + at, std::min(piece, bytes.size() - at));
    if (message == nullptr)
      message = updater->finish();
    return message != nullptr ? message : "";
  }
  SlotRecord getRecord() {
    Slots slots;
    EXPECT_EQ(slots.open(disk), nullptr);
    return slots.record;
  }

  FaultyDisk disk;
  Policy policy;
  std::unique_ptr<Loaded> loaded;
  std::string messages;
};

} // namespace

TEST_F(SlotsTest, AGoodUpdateIsConfirmed) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_EQ(loaded->slot, Slot::A);
  // Nothing is updated before what runs has proved itself.
  EXPECT_EQ(update(makeUpdate({makeText(2), 2}), Slot::A),
            "what runs is not confirmed yet");
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(update(makeUpdate({makeText(2), 2, 2}), Slot::A), "");
  EXPECT_EQ(start(), makeText(2));
  EXPECT_EQ(loaded->slot, Slot::B);
  // What it does not let come back may come back until it is confirmed.
  EXPECT_EQ(getRecord().lowestVersion, 0u);
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(getRecord().lowestVersion, 2u);
  for (unsigned i = 0; i != 10; ++i)
    EXPECT_EQ(start(), makeText(2));
  // A confirmation that changes nothing writes nothing.
  uint64_t generation = getRecord().generation;
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(getRecord().generation, generation);
}

TEST_F(SlotsTest, WhatDoesNotWorkRunsOutOfTries) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(update(makeUpdate({makeText(2), 2, 2}), Slot::A), "");
  for (unsigned i = 0; i != firstTries; ++i)
    EXPECT_EQ(start(), makeText(2));
  for (unsigned i = 0; i != 3; ++i)
    EXPECT_EQ(start(), makeText(1));
  EXPECT_EQ(getRecord().lowestVersion, 0u);
  // Without a good slot, the last resort runs; it can be updated from there.
  put(Slot::A, {.text = "unsigned", .key = nullptr});
  EXPECT_EQ(start(), "recovery");
  EXPECT_EQ(messages, "A: the image is not signed\n");
  EXPECT_EQ(update(makeUpdate({makeText(3), 3}), Slot::Recovery), "");
  EXPECT_EQ(start(), makeText(3));
}

TEST_F(SlotsTest, BadImagesNeverStart) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(update(makeUpdate({makeText(5), 5, 4}), Slot::A), "");
  EXPECT_EQ(start(), makeText(5));
  EXPECT_TRUE(confirmStarted());
  struct {
    Image image;
    const char *message;
  } const cases[] = {
      {{.text = "x", .version = 6, .key = nullptr}, "the image is not signed"},
      {{.text = "x", .version = 6, .key = otherSecret},
       "the signature is wrong"},
      {{.text = "x", .version = 6, .machine = otherMachine},
       "the update is for another architecture"},
      {{.text = "x", .version = 6, .board = "other"},
       "the image is for another board"},
      {{.text = "x", .version = 6, .board = "test2"},
       "the image is for another board"},
      {{.text = "x", .version = 6, .kind = SlotKind::Recovery},
       "the image is for another kind of slot"},
      {{.text = "x", .version = 6, .handover = 2},
       "the image needs another stage 0"},
      {{.text = "x", .version = 3}, "the image is older than allowed"},
  };
  for (const auto &[image, message] : cases) {
    // Not by an update, and not if something else wrote it.
    EXPECT_EQ(update(makeUpdate(image), Slot::B), message);
    EXPECT_EQ(start(), makeText(5));
    std::string kept = disk.bytes;
    put(Slot::A, image);
    Slots slots;
    EXPECT_EQ(slots.open(disk), nullptr);
    slots.record.activate(Slot::A, 7);
    EXPECT_TRUE(writeRecord(slots.state, slots.record));
    disk.flush();
    EXPECT_EQ(start(), makeText(5)) << message;
    EXPECT_EQ(loaded->slot, Slot::B);
    std::string expected = "A: " + std::string(message) + "\n";
    if (image.machine != machine)
      expected = "A: there is no image for this architecture\n";
    EXPECT_EQ(messages, expected);
    disk.bytes = kept;
  }
  // The last resort is no way for old images.
  put(Slot::Recovery, {makeText(1)});
  Slots slots;
  EXPECT_EQ(slots.open(disk), nullptr);
  slots.record.disable(Slot::A);
  slots.record.disable(Slot::B);
  EXPECT_TRUE(writeRecord(slots.state, slots.record));
  EXPECT_EQ(start(), "");
  EXPECT_EQ(messages, "R: the image is for another kind of slot\n");
}

TEST_F(SlotsTest, DamagedUpdatesAreRefused) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  std::string good = makeUpdate({"a short image", 2});
  // Each part counts: the header, and what is behind the headers' row.
  std::vector<size_t> places;
  for (size_t at = 0; at < 512; at += 3)
    places.push_back(at);
  for (size_t at = SlotHeader::maxImages * 512; at != good.size(); ++at)
    places.push_back(at);
  for (size_t at : places) {
    std::string bad = good;
    bad[at] ^= static_cast<char>(1 << at % 8);
    EXPECT_NE(update(bad, Slot::A), "") << at;
  }
  for (size_t length = 0; length < good.size(); length += 37)
    EXPECT_NE(update(good.substr(0, length), Slot::A), "") << length;
  EXPECT_EQ(update(good + std::string(60 * 512, 'x'), Slot::A),
            "the update is larger than the slot");
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(messages.empty());
  // In pieces of any size, and with something behind.
  for (size_t piece : {1, 511, 4096, 5000}) {
    EXPECT_EQ(update(good + "more", Slot::A, piece), "");
    EXPECT_EQ(start(), "a short image");
  }
}

TEST_F(SlotsTest, AnImageInASlotThatChangedDoesNotStart) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  std::mt19937 random(7);
  Partition part;
  ASSERT_TRUE(findPartition(disk, "flux-a", part));
  uint64_t used = SlotHeader::maxImages * 512 + packLzma(makeText(1)).size();
  for (unsigned n = 0; n != 300; ++n) {
    uint64_t at = random() % used;
    if (at >= 512 && at < SlotHeader::maxImages * 512)
      continue; // other headers, which are for no other image
    uint8_t &byte = sectorOf(disk, part.first + at / 512)[at % 512],
            kept = byte;
    byte ^= 1 << random() % 8;
    EXPECT_EQ(start(), "recovery") << at;
    byte = kept;
  }
  EXPECT_EQ(start(), makeText(1));
}

TEST_F(SlotsTest, ALostRecordLetsBothSlotsBeTried) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(update(makeUpdate({makeText(4), 4, 3}), Slot::A), "");
  EXPECT_EQ(start(), makeText(4));
  EXPECT_TRUE(confirmStarted());
  std::string kept = disk.bytes;
  // One copy is enough, whichever: then it is the older one, or the same.
  for (uint64_t sector : {stateSector, stateSector + 8}) {
    sectorOf(disk, sector)[20] ^= 1;
    std::string text = start();
    EXPECT_TRUE(text == makeText(4)) << sector;
    disk.bytes = kept;
  }
  sectorOf(disk, stateSector)[20] ^= 1;
  sectorOf(disk, stateSector + 8)[20] ^= 1;
  // The old one is not allowed any more, which the new one says, too.
  EXPECT_EQ(start(), makeText(4));
  EXPECT_EQ(messages, "A: the image is older than allowed\n");
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(getRecord().lowestVersion, 3u);
  EXPECT_TRUE(getRecord()[Slot::B].successful);
  for (unsigned i = 0; i != 5; ++i)
    EXPECT_EQ(start(), makeText(4));
}

TEST_F(SlotsTest, RandomRecordsAreNoDanger) {
  policy.hasKey = 0; // signatures take their time
  std::mt19937 random(3);
  for (unsigned n = 0; n != 500; ++n) {
    for (uint64_t sector : {stateSector, stateSector + 8}) {
      SlotRecord record;
      Partition part;
      ASSERT_TRUE(findPartition(disk, "flux-state", part));
      record.generation = random() % 4;
      for (SlotState &one : record.states)
        one = {uint8_t(random() % 17), uint8_t(random() % 9),
               uint8_t(random() % 3)};
      EXPECT_TRUE(writeRecord(part, record));
      disk.flush();
      if (random() % 3 == 0)
        sectorOf(disk, sector)[random() % 512] ^= 1 << random() % 8;
    }
    std::string text = start();
    EXPECT_TRUE(text == makeText(1) || text == "recovery") << n;
  }
}

TEST_F(SlotsTest, ADiskThatCannotBeWrittenStartsOnlyWhatIsConfirmed) {
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  EXPECT_EQ(update(makeUpdate({makeText(2), 2}), Slot::A), "");
  disk.writeSectors = [](BlockDevice &, uint64_t, const void *, uint64_t) {
    return false;
  };
  for (unsigned i = 0; i != 5; ++i) {
    EXPECT_EQ(start(), makeText(1));
    EXPECT_EQ(messages, "B: its try cannot be counted\n");
  }
}

// The power goes at any read, write or flush of updates, starts and
// confirmations; whatever of it is on the disk, a good image starts.
TEST_F(SlotsTest, PowerCuts) {
  policy.hasKey = 0; // signatures take their time
  std::mt19937_64 random(2026);
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  uint64_t good = 1, next = 2, cuts = 0, updates = 0;
  while (cuts < 1000) {
    disk.cutAfter(random() % 50);
    Slot running = loaded->slot;
    bool works = random() % 4 != 0;
    uint64_t version = next++;
    bool updated = update(makeUpdate({makeText(version), version, good}),
                          running, 4096) == "";
    // A restart without a power cut, by which an unproven image starts.
    std::string text = updated ? start() : "";
    bool confirmed = text == makeText(version) && works && confirmStarted();
    updates += confirmed;
    cuts += disk.isOff();
    disk.restart(random);
    // Until something confirmed runs, or this one uses up its tries.
    std::string last;
    for (unsigned i = 0; i != firstTries + 1; ++i) {
      text = start();
      ASSERT_TRUE(text == makeText(good) || text == makeText(version))
          << cuts << ": " << messages;
      ASSERT_TRUE(text == makeText(version) || !confirmed);
      if (text == makeText(good))
        break;
      if (works) {
        ASSERT_TRUE(confirmStarted());
        good = version;
        break;
      }
    }
    ASSERT_EQ(text, makeText(good)) << cuts;
    ASSERT_TRUE(getRecord()[loaded->slot].successful);
    ASSERT_LE(getRecord().lowestVersion, good);
  }
  EXPECT_GT(updates, 20u);
}

/// Files of a store that tell how often they were written.
class CountedFiles {
public:
  explicit CountedFiles(BlockDevice &device)
      : device(device), store(std::make_unique<store::Store>()) {
    EXPECT_EQ(store->format(device), 0);
  }
  /// Writes one of the files anew; what is confirmed is remembered.
  void write(unsigned file) {
    if (tried != numFiles)
      return; // the power is gone
    std::string name(1, static_cast<char>('a' + file));
    std::string text(400 * file + 8, static_cast<char>(counts[file] + 1));
    tried = file;
    int64_t writer = store->open(toBytes(name), store::Store::Mode::Create);
    if (writer < 0)
      return;
    auto number = static_cast<unsigned>(writer);
    bool good = store->write(number, toBytes(text).data, text.size()) >= 0;
    if (store->close(number) == 0 && good) {
      ++counts[file];
      tried = numFiles;
    }
  }
  /// After a cut: the last write is there or not, all others are.
  void check() {
    ASSERT_EQ(store->mount(device), 0);
    for (unsigned file = 0; file != numFiles; ++file) {
      std::string name(1, static_cast<char>('a' + file));
      uint8_t buffer[2048];
      store::Store::File found;
      uint8_t count = 0;
      if (store->find(toBytes(name), found) == 0) {
        ASSERT_EQ(store->read(found, 0, buffer, sizeof buffer),
                  int64_t(400 * file + 8));
        count = buffer[0];
        for (unsigned i = 0; i != 400 * file + 8; ++i)
          ASSERT_EQ(buffer[i], count);
      }
      auto expected = counts[file];
      auto other = static_cast<uint8_t>(expected + (file == tried));
      ASSERT_TRUE(count == expected || count == other) << file;
      counts[file] = count;
    }
    tried = numFiles;
  }

  static constexpr unsigned numFiles = 4;

private:
  BlockDevice &device;
  std::unique_ptr<store::Store> store;
  uint8_t counts[numFiles] = {};
  unsigned tried = numFiles;
};

TEST_F(SlotsTest, PowerCutsDuringUpdatesLoseNoFile) {
  policy.hasKey = 0;
  std::mt19937_64 random(1);
  Partition part;
  ASSERT_TRUE(findPartition(disk, "flux-store", part));
  CountedFiles files(part);
  EXPECT_EQ(start(), makeText(1));
  EXPECT_TRUE(confirmStarted());
  uint64_t next = 2, good = 1;
  for (unsigned cuts = 0; cuts < 1000;) {
    disk.cutAfter(random() % 80);
    uint64_t version = next++;
    // Files are written before an update, after it, and as the new image.
    for (unsigned i = random() % 4; i != 0; --i)
      files.write(random() % CountedFiles::numFiles);
    if (!disk.isOff() &&
        update(makeUpdate({makeText(version), version, good}), loaded->slot,
               4096) == "" &&
        !disk.isOff()) {
      files.write(random() % CountedFiles::numFiles);
      if (!disk.isOff() && start() == makeText(version) && confirmStarted())
        good = version;
    }
    while (!disk.isOff() && random() % 8 != 0)
      files.write(random() % CountedFiles::numFiles);
    cuts += disk.isOff();
    disk.restart(random);
    files.check();
    if (HasFatalFailure())
      return;
    // Something good starts; an image that does not prove itself gives way.
    std::string text;
    for (unsigned i = 0; i != firstTries + 1 && text != makeText(good); ++i) {
      text = start();
      ASSERT_TRUE(text == makeText(good) || text == makeText(version)) << cuts;
      if (text == makeText(version) && confirmStarted())
        good = version;
    }
    ASSERT_EQ(text, makeText(good)) << cuts;
  }
}
