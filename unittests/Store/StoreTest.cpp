//===- StoreTest.cpp - files that stay, whatever the disk does ------------===//
//
// A map of strings says what must be there; the store has to say the same after
// any change, any cut of the power, and, but for one file, any damaged byte.
//
//===----------------------------------------------------------------------===//

#include "runtime/store/Store.h"
#include "FaultyDisk.h"
#include "gtest/gtest.h"
#include <functional>
#include <memory>

using namespace flux;
using store::Store;

namespace {

using Random = std::mt19937_64;
using Files = std::map<std::string, std::string>;

Bytes toBytes(const std::string &text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

std::string makeText(Random &random, size_t size) {
  std::string result(size, '\0');
  for (char &c : result)
    c = static_cast<char>(random());
  return result;
}

/// The content of a file; an error as a number.
std::string readFile(Store &store, const std::string &name,
                     size_t step = 3000) {
  Store::File file;
  int64_t error = store.find(toBytes(name), file);
  std::string result, buffer(step, '\0');
  while (error == 0) {
    int64_t count = store.read(
        file, result.size(), reinterpret_cast<uint8_t *>(buffer.data()), step);
    if (count == 0)
      return result;
    if (count < 0)
      error = count;
    else
      result.append(buffer, 0, static_cast<size_t>(count));
  }
  return "error " + std::to_string(error);
}

Files readAll(Store &store) {
  Files result;
  unsigned slot = 0;
  for (;;) {
    Bytes name = store.nextName(slot);
    if (name.size == 0)
      return result;
    std::string text(reinterpret_cast<const char *>(name.data), name.size);
    EXPECT_EQ(result.count(text), 0u);
    result[text] = readFile(store, text);
  }
}

int64_t writeFile(Store &store, const std::string &name,
                  const std::string &text,
                  Store::Mode mode = Store::Mode::Create,
                  size_t step = ~size_t(0)) {
  int64_t writer = store.open(toBytes(name), mode);
  if (writer < 0)
    return writer;
  int64_t error = 0;
  for (size_t at = 0; at < text.size() && error >= 0; at += step) {
    std::string piece = text.substr(at, step);
    error = store.write(static_cast<unsigned>(writer), toBytes(piece).data,
                        piece.size());
    if (step >= text.size())
      break;
  }
  int64_t closed = store.close(static_cast<unsigned>(writer));
  return error < 0 ? error : closed;
}

/// One random change of \p store, and of \p files if it went well; \p next is
/// what they are if it did.
int64_t changeSomething(Store &store, Random &random, const Files &files,
                        Files &next) {
  auto pick = [&] { return "f" + std::to_string(random() % 12); };
  std::string name = pick();
  next = files;
  size_t sizes[] = {0, 1, 507, 508, 509, 4064, 5000, 20000};
  size_t size = sizes[random() % 8];
  size += random() % 4 == 0 ? random() % 600 : 0;
  size_t step = random() % 3 == 0 ? 1 + random() % 700 : ~size_t(0);
  std::string text = makeText(random, size);
  switch (random() % 8) {
  case 0:
  case 1:
    next[name] = text;
    return writeFile(store, name, text, Store::Mode::Create, step);
  case 2:
  case 3:
  case 4:
    if (next[name].size() > 60000)
      return 0;
    next[name] += text;
    return writeFile(store, name, text, Store::Mode::Append, step);
  case 5:
    next.erase(name);
    return store.remove(toBytes(name));
  case 6: {
    std::string other = pick();
    if (other != name && files.count(name) != 0) {
      next[other] = next[name];
      next.erase(name);
    }
    return store.rename(toBytes(name), toBytes(other));
  }
  default:
    next[name] = text;
    return writeFile(store, name, text, Store::Mode::CreateNew, step);
  }
}

TEST(Store, DoesWhatAMapDoes) {
  Random random(1);
  FaultyDisk disk(2048);
  auto store = std::make_unique<Store>();
  EXPECT_EQ(store->look(disk), store::Mark::Nothing);
  ASSERT_EQ(store->format(disk), 0);
  EXPECT_EQ(store->look(disk), store::Mark::Store);
  Files files, next;
  unsigned errors = 0;
  for (unsigned i = 0; i != 6000; ++i) {
    int64_t error = changeSomething(*store, random, files, next);
    if (error == 0)
      files = next;
    else
      ++errors;
    EXPECT_TRUE(error == 0 || error == store::NoSuchFile ||
                error == store::Exists || error == store::NoRoom)
        << error;
    if (i % 50 == 0) {
      if (i % 100 == 0)
        ASSERT_EQ(store->mount(disk), 0);
      ASSERT_EQ(readAll(*store), files) << i;
      ASSERT_EQ(store->getNumFiles(), files.size());
    }
  }
  EXPECT_LT(errors, 3000u);
  // All room comes back.
  for (const auto &[name, text] : files)
    EXPECT_EQ(store->remove(toBytes(name)), 0);
  uint64_t room = store->getFreeBytes();
  ASSERT_EQ(store->format(disk), 0);
  EXPECT_EQ(store->getFreeBytes(), room);
}

TEST(Store, KeepsWhatWasConfirmedWhenThePowerGoes) {
  Random random(2);
  unsigned cuts = 0, mounted = 0;
  for (unsigned round = 0; round != 10; ++round) {
    // A small log is compacted often.
    FaultyDisk disk(round % 2 == 0 ? 700 : 1500);
    auto store = std::make_unique<Store>();
    ASSERT_EQ(store->format(disk), 0);
    Files files, next;
    for (unsigned i = 0; i != 101; ++i) {
      disk.cutAfter(random() % 200);
      while (!disk.isOff()) {
        int64_t error = changeSomething(*store, random, files, next);
        if (error == 0)
          files = next;
        else if (error != store::DeviceFailed)
          next = files;
      }
      ++cuts;
      disk.restart(random);
      ASSERT_EQ(store->mount(disk), 0) << round << " " << i;
      ++mounted;
      Files found = readAll(*store);
      ASSERT_TRUE(found == files || found == next) << round << " " << i;
      files = found;
    }
  }
  EXPECT_GE(cuts, 1000u);
  EXPECT_EQ(cuts, mounted);
}

TEST(Store, ConfirmsInTheMiddleOfWriting) {
  Random random(3);
  for (unsigned i = 0; i != 200; ++i) {
    FaultyDisk disk(700);
    auto store = std::make_unique<Store>();
    ASSERT_EQ(store->format(disk), 0);
    std::string before = makeText(random, random() % 2000);
    ASSERT_EQ(writeFile(*store, "log", before), 0);
    int64_t writer = store->open(toBytes("log"), Store::Mode::Append);
    ASSERT_GE(writer, 0);
    std::string confirmed = before, all = before;
    disk.cutAfter(random() % 40);
    while (!disk.isOff()) {
      std::string text = makeText(random, random() % 1500);
      if (store->write(static_cast<unsigned>(writer), toBytes(text).data,
                       text.size()) < 0)
        break;
      all += text;
      if (random() % 2 == 0 &&
          store->commit(static_cast<unsigned>(writer)) == 0)
        confirmed = all;
    }
    disk.restart(random);
    ASSERT_EQ(store->mount(disk), 0);
    std::string found = readFile(*store, "log");
    EXPECT_TRUE(found == confirmed || found == all) << i;
  }
}

TEST(Store, ADamagedByteCostsOneFileAtMost) {
  Random random(4);
  FaultyDisk disk(1200);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  Files files, next;
  for (unsigned i = 0; i != 150; ++i)
    if (changeSomething(*store, random, files, next) == 0)
      files = next;
  ASSERT_GT(files.size(), 4u);
  std::string good = disk.bytes;
  for (unsigned i = 0; i != 600; ++i) {
    disk.bytes = good;
    disk.restart(random); // nothing is unflushed
    size_t at = random() % (i % 2 == 0 ? good.size() : 80 * 512);
    disk.bytes[at] = static_cast<char>(disk.bytes[at] ^ (1 << random() % 8));
    ASSERT_EQ(store->mount(disk), 0) << at;
    Files found = readAll(*store);
    unsigned lost = 0;
    for (const auto &[name, text] : files)
      lost += found.count(name) == 0 || found[name] != text;
    EXPECT_LE(lost, 1u) << at;
    // What is left can be worked on.
    EXPECT_EQ(writeFile(*store, "new", "text"), 0) << at;
    EXPECT_EQ(readFile(*store, "new"), "text") << at;
    ASSERT_EQ(store->mount(disk), 0) << at;
    EXPECT_EQ(readFile(*store, "new"), "text") << at;
  }
  // A sector that cannot be read.
  for (unsigned i = 0; i != 300; ++i) {
    disk.bytes = good;
    disk.restart(random);
    disk.badSector = i;
    ASSERT_EQ(store->mount(disk), 0) << i;
    unsigned lost = 0;
    Files found = readAll(*store);
    for (const auto &[name, text] : files)
      lost += found.count(name) == 0 || found[name] != text;
    EXPECT_LE(lost, 1u) << i;
  }
}

TEST(Store, ADamagedRemovalTakesNothingFromOthers) {
  FaultyDisk disk(256);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  // The records of a, of its removal, and of b, which gets its cluster.
  ASSERT_EQ(writeFile(*store, "a", "of a"), 0);
  ASSERT_EQ(store->remove(toBytes("a")), 0);
  ASSERT_EQ(writeFile(*store, "c", ""), 0); // takes the slot
  ASSERT_EQ(writeFile(*store, "b", "of b"), 0);
  for (unsigned sector : {5u, 6u}) {
    disk.bytes[sector * 512 + 100] ^= 1;
    ASSERT_EQ(store->mount(disk), 0);
    EXPECT_EQ(readFile(*store, "b"), "of b");
    EXPECT_FALSE(store->exists(toBytes("a")));
  }
  // And it stays so when b goes.
  EXPECT_EQ(writeFile(*store, "d", ""), 0);
  EXPECT_EQ(store->remove(toBytes("b")), 0);
  ASSERT_EQ(store->mount(disk), 0);
  EXPECT_FALSE(store->exists(toBytes("a")));
  EXPECT_EQ(store->getNumFiles(), 1u);
}

TEST(Store, OldRecordsOfTheOtherHalfNeverCount) {
  // Headers of the newer half are damaged, and its records are still there.
  FaultyDisk disk(256);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  for (unsigned i = 0; i != 24; ++i)
    ASSERT_EQ(writeFile(*store, "f" + std::to_string(i % 7), "old"), 0);
  disk.bytes[2 * 512 + 20] ^= 1;
  disk.bytes[3 * 512 + 20] ^= 1;
  ASSERT_EQ(store->mount(disk), 0);
  for (unsigned i = 0; i != 3; ++i)
    ASSERT_EQ(store->remove(toBytes("f" + std::to_string(i))), 0);
  ASSERT_EQ(writeFile(*store, "new", "new"), 0);
  Files files = readAll(*store);
  ASSERT_EQ(store->mount(disk), 0);
  EXPECT_EQ(readAll(*store), files);
  EXPECT_EQ(files["new"], "new");
}

TEST(Store, NonsenseIsNoStore) {
  Random random(5);
  for (unsigned i = 0; i != 300; ++i) {
    FaultyDisk disk(64 + random() % 1000);
    auto store = std::make_unique<Store>();
    if (i % 2 != 0)
      ASSERT_EQ(store->format(disk), 0);
    // The headers stay in every third, so that the rest is looked at.
    size_t from = i % 3 == 1 ? 4 * 512 : 0;
    for (size_t at = from; at != disk.bytes.size(); ++at)
      disk.bytes[at] = static_cast<char>(random());
    if (from == 0) {
      EXPECT_EQ(store->look(disk), store::Mark::Other);
      EXPECT_EQ(store->mount(disk), store::DeviceFailed);
    } else if (i % 2 != 0) {
      EXPECT_EQ(store->mount(disk), 0);
      EXPECT_EQ(store->getNumFiles(), 0u);
    }
  }
  FaultyDisk tiny(63);
  EXPECT_EQ(Store().format(tiny), store::NoRoom);
}

TEST(Store, IsFullAndGoesOn) {
  FaultyDisk disk(256);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  std::string large(1 << 20, 'x'), small = "small";
  EXPECT_EQ(writeFile(*store, "kept", small), 0);
  EXPECT_EQ(writeFile(*store, "large", large), store::NoRoom);
  // As on Linux, what fitted stays.
  EXPECT_EQ(readFile(*store, "large"),
            large.substr(0, readFile(*store, "large").size()));
  EXPECT_EQ(store->getFreeBytes(), 0u);
  EXPECT_EQ(writeFile(*store, "more", small), store::NoRoom);
  // A full disk can be made empty, however full the log is.
  for (unsigned i = 0; i != 100; ++i) {
    std::string name = "n" + std::to_string(i);
    EXPECT_EQ(store->rename(toBytes(i == 0 ? std::string("kept")
                                           : "n" + std::to_string(i - 1)),
                            toBytes(name)),
              0);
  }
  EXPECT_EQ(readFile(*store, "n99"), small);
  EXPECT_EQ(store->remove(toBytes("large")), 0);
  EXPECT_EQ(writeFile(*store, "again", std::string(30000, 'y')), 0);
  // Eight files are what the smallest stores hold.
  for (unsigned i = 0; store->getNumFiles() != 8; ++i)
    EXPECT_EQ(writeFile(*store, "e" + std::to_string(i), ""), 0);
  EXPECT_EQ(writeFile(*store, "ninth", ""), store::NoRoom);
  EXPECT_EQ(writeFile(*store, "again", ""), 0);
}

TEST(Store, NamesAreChecked) {
  FaultyDisk disk(256);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  EXPECT_EQ(writeFile(*store, "", ""), store::NoSuchFile);
  EXPECT_EQ(writeFile(*store, "a/b", ""), store::NoSuchFile);
  EXPECT_EQ(writeFile(*store, std::string("a\0b", 3), ""), store::BadName);
  EXPECT_EQ(writeFile(*store, ".", ""), store::BadName);
  EXPECT_EQ(writeFile(*store, "..", ""), store::BadName);
  EXPECT_EQ(writeFile(*store, "...", "dots"), 0);
  std::string longest(Store::maxNameLength, 'n');
  EXPECT_EQ(writeFile(*store, longest, "long"), 0);
  EXPECT_EQ(readFile(*store, longest), "long");
  EXPECT_EQ(writeFile(*store, longest + "n", ""), store::NameTooLong);
  EXPECT_EQ(store->rename(toBytes("nobody"), toBytes("x")), store::NoSuchFile);
  EXPECT_EQ(store->rename(toBytes("..."), toBytes("..")), store::BadName);
  EXPECT_EQ(store->rename(toBytes("..."), toBytes("...")), 0);
}

TEST(Store, WritersAndReadersMeet) {
  FaultyDisk disk(512);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  ASSERT_EQ(writeFile(*store, "f", "old"), 0);
  Store::File reader;
  ASSERT_EQ(store->find(toBytes("f"), reader), 0);
  uint8_t buffer[16];
  auto write = [&](int64_t writer, const std::string &text) {
    return store->write(static_cast<unsigned>(writer), toBytes(text).data,
                        text.size());
  };
  auto close = [&](int64_t writer) {
    return store->close(static_cast<unsigned>(writer));
  };
  // Nobody sees half of a content, and two at the end share it.
  int64_t a = store->open(toBytes("f"), Store::Mode::Append);
  int64_t b = store->open(toBytes("f"), Store::Mode::Append);
  EXPECT_EQ(write(a, "1"), 1);
  EXPECT_EQ(write(b, "2"), 1);
  EXPECT_EQ(store->read(reader, 0, buffer, 16), 3);
  EXPECT_EQ(close(a), 0);
  EXPECT_EQ(store->read(reader, 0, buffer, 16), 5);
  EXPECT_EQ(write(b, "3"), 1);
  EXPECT_EQ(close(b), 0);
  EXPECT_EQ(readFile(*store, "f"), "old123");
  // A new content ends what others hold.
  a = store->open(toBytes("f"), Store::Mode::Append);
  b = store->open(toBytes("f"), Store::Mode::Create);
  EXPECT_EQ(write(b, "new"), 3);
  EXPECT_EQ(write(a, "x"), 1);
  EXPECT_EQ(close(b), 0);
  EXPECT_EQ(write(a, "x"), store::Replaced);
  EXPECT_EQ(close(a), 0);
  EXPECT_EQ(store->read(reader, 0, buffer, 16), store::Replaced);
  EXPECT_EQ(readFile(*store, "f"), "new");
  // So does removing it; a file that is written for the first time is there.
  a = store->open(toBytes("g"), Store::Mode::CreateNew);
  EXPECT_TRUE(store->exists(toBytes("g")));
  EXPECT_EQ(store->open(toBytes("g"), Store::Mode::CreateNew), store::Exists);
  EXPECT_EQ(write(a, std::string(9000, 'g')), 9000);
  EXPECT_EQ(store->rename(toBytes("g"), toBytes("h")), 0);
  EXPECT_EQ(store->remove(toBytes("h")), 0);
  EXPECT_EQ(write(a, "x"), store::Replaced);
  EXPECT_EQ(close(a), 0);
  EXPECT_FALSE(store->exists(toBytes("h")));
  // A writer follows its file.
  a = store->open(toBytes("f"), Store::Mode::Append);
  EXPECT_EQ(store->rename(toBytes("f"), toBytes("k")), 0);
  EXPECT_EQ(write(a, "er"), 2);
  EXPECT_EQ(close(a), 0);
  EXPECT_EQ(readFile(*store, "k"), "newer");
  EXPECT_FALSE(store->exists(toBytes("f")));
  // There are so many.
  for (unsigned i = 0; i != Store::maxWriters; ++i)
    EXPECT_GE(
        store->open(toBytes("w" + std::to_string(i)), Store::Mode::Create), 0);
  EXPECT_EQ(store->open(toBytes("k"), Store::Mode::Append),
            store::TooManyWriters);
}

TEST(Store, WritersSideBySideDoNotCutEachOtherToPieces) {
  FaultyDisk disk(40000);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  int64_t writers[4];
  for (unsigned i = 0; i != 4; ++i)
    writers[i] =
        store->open(toBytes("w" + std::to_string(i)), Store::Mode::Create);
  std::string text(4064, 'x');
  for (unsigned k = 0; k != 800; ++k)
    for (int64_t writer : writers)
      ASSERT_EQ(store->write(static_cast<unsigned>(writer), toBytes(text).data,
                             text.size()),
                4064);
  for (int64_t writer : writers)
    EXPECT_EQ(store->close(static_cast<unsigned>(writer)), 0);
  EXPECT_EQ(readFile(*store, "w3", 100000).size(), 4064u * 800);
}

TEST(Store, LargeDisksHaveLargeClusters) {
  FaultyDisk disk(280000);
  auto store = std::make_unique<Store>();
  ASSERT_EQ(store->format(disk), 0);
  Random random(6);
  std::string text = makeText(random, 100000);
  EXPECT_EQ(writeFile(*store, "f", text, Store::Mode::Create, 9999), 0);
  EXPECT_EQ(writeFile(*store, "f", text, Store::Mode::Append), 0);
  ASSERT_EQ(store->mount(disk), 0);
  EXPECT_EQ(readFile(*store, "f"), text + text);
  EXPECT_EQ(readFile(*store, "f", 1).size(), 200000u);
}

} // namespace
