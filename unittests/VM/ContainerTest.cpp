//===- ContainerTest.cpp - what travels with a program --------------------===//
//
// Documents that zstd compressed, native code and signatures, the good ones and
// those of an attacker.
//
//===----------------------------------------------------------------------===//

#include "TestArena.h"
#include "runtime/base/Zstd.h"
#include "runtime/bytecode/Signature.h"
#include "runtime/crypto/Ed25519.h"
#include "runtime/crypto/KeyFile.h"
#include "runtime/crypto/Sha512.h"
#include "gtest/gtest.h"
#include <random>
#include <zstd.h>

using namespace flux;
using namespace flux::bytecode;

namespace {

const uint8_t *bytesOf(const std::string &text) { return toBytes(text).data; }

std::string fromHex(const std::string &hex) {
  std::string result;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    result += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return result;
}

std::string toHex(const uint8_t *bytes, size_t size) {
  std::string result;
  for (size_t i = 0; i != size; ++i)
    for (unsigned digit : {bytes[i] >> 4, bytes[i] & 15})
      result += "0123456789abcdef"[digit];
  return result;
}

std::string compress(const std::string &text, int level = 3) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(),
                              text.size(), level));
  return packed;
}

/// What is unpacked, or "refused".
std::string unpack(const std::string &packed, size_t size) {
  TestArena arena;
  std::string result(size, '\0');
  auto *out = reinterpret_cast<uint8_t *>(result.data());
  return unpackZstd(toBytes(packed), out, size, arena) ? result : "refused";
}

/// Texts that make a compressor use everything it has.
std::string makeText(std::mt19937 &random, unsigned kind, size_t length) {
  std::string text;
  while (text.size() < length) {
    if (kind == 0)
      text += static_cast<char>(random());
    else if (kind == 1)
      text += "abcd"[random() % 4];
    else if (kind == 2)
      text += 'x';
    else if (text.size() > 10 && random() % 2)
      text += text.substr(random() % text.size(), random() % 300);
    else
      text += static_cast<char>(random() % 50 + 40);
  }
  return text;
}

TEST(ZstdTest, UnpacksWhatTheLibraryPacks) {
  std::mt19937 random(1);
  for (unsigned i = 0; i != 300; ++i) {
    size_t limit = i % 30 == 0 ? 400000 : 5000;
    std::string text = makeText(random, i % 4, random() % limit);
    int level = static_cast<int>(random() % 24) - 3;
    EXPECT_EQ(unpack(compress(text, level), text.size()), text)
        << "text " << i << ", level " << level;
  }
}

/// Of damaged frames it unpacks only what the library does, and to the same.
TEST(ZstdTest, DamagedFrames) {
  std::mt19937 random(2);
  unsigned numGood = 0;
  for (unsigned i = 0; i != 2000; ++i) {
    std::string text = makeText(random, 1 + i % 3, random() % 3000 + 1);
    std::string packed = compress(text, 1 + static_cast<int>(i % 19));
    for (unsigned n = random() % 3 + 1; n != 0; --n)
      packed[random() % packed.size()] = static_cast<char>(random());
    std::string mine = unpack(packed, text.size());
    if (mine == "refused")
      continue;
    ++numGood;
    std::string theirs(text.size(), '\0');
    EXPECT_EQ(ZSTD_decompress(theirs.data(), theirs.size(), packed.data(),
                              packed.size()),
              text.size());
    EXPECT_EQ(mine, theirs);
  }
  EXPECT_GT(numGood, 20u);
}

TEST(ZstdTest, Bombs) {
  std::string text(100000, 'x'), packed = compress(text);
  ASSERT_LT(packed.size(), 100u);
  EXPECT_EQ(unpack(packed, text.size()), text);
  for (size_t size : {size_t(0), size_t(1), text.size() - 1, text.size() + 1})
    EXPECT_EQ(unpack(packed, size), "refused") << size;
  for (size_t size = 0; size != packed.size(); ++size)
    EXPECT_EQ(unpack(packed.substr(0, size), text.size()), "refused") << size;
  EXPECT_EQ(unpack(packed + packed, text.size()), "refused");
  // Without a size in its head, 128 KiB in each block of four bytes.
  std::string bomb = fromHex("28b52ffd0058");
  for (unsigned i = 0; i != 50; ++i)
    bomb += fromHex("02001078");
  bomb += fromHex("010000");
  EXPECT_EQ(unpack(bomb, 1 << 20), "refused");
  EXPECT_EQ(unpack(bomb, 50 << 17), std::string(50 << 17, 'x'));
}

TEST(Sha512Test, KnownHashes) {
  auto hash = [](const std::string &text) {
    Sha512 sha;
    sha.add(text.data(), text.size());
    uint8_t out[64];
    sha.finish(out);
    return toHex(out, sizeof out);
  };
  EXPECT_EQ(hash("abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(hash(""),
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
            "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
  EXPECT_EQ(hash(std::string(111, 'a')).substr(0, 16), "fa9121c7b32b9e01");
  EXPECT_EQ(hash(std::string(112, 'a')).substr(0, 16), "c01d080efd492776");
}

struct Vector8032 {
  const char *secret, *key, *message, *signature;
};
const Vector8032 vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb882159"
     "0"
     "a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43"
     "e"
     "15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538"
     "d"
     "16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a2"
     "7"
     "4fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9a"
     "c"
     "90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

TEST(Ed25519Test, VectorsOfRFC8032) {
  for (const Vector8032 &vector : vectors) {
    std::string secret = fromHex(vector.secret);
    std::string message = fromHex(vector.message);
    uint8_t key[32], signature[64];
    ed25519::makePublicKey(bytesOf(secret), key);
    EXPECT_EQ(toHex(key, 32), vector.key);
    ed25519::sign(bytesOf(secret), toBytes(message), signature);
    EXPECT_EQ(toHex(signature, 64), vector.signature);
    EXPECT_TRUE(ed25519::verify(key, toBytes(message), signature));
  }
}

TEST(Ed25519Test, EveryFlippedBitIsNoticed) {
  std::string key = fromHex(vectors[2].key);
  std::string message = fromHex(vectors[2].message);
  std::string signature = fromHex(vectors[2].signature);
  for (std::string *part : {&key, &message, &signature})
    for (size_t i = 0; i != part->size(); ++i) {
      char &byte = (*part)[i];
      byte = static_cast<char>(byte ^ 1 << i % 8);
      EXPECT_FALSE(
          ed25519::verify(bytesOf(key), toBytes(message), bytesOf(signature)))
          << i;
      byte = static_cast<char>(byte ^ 1 << i % 8);
    }
  EXPECT_TRUE(
      ed25519::verify(bytesOf(key), toBytes(message), bytesOf(signature)));
}

/// S and keys have one encoding each, and keys that everybody could sign for
/// are none.
TEST(Ed25519Test, OtherEncodingsAreRefused) {
  const std::string order = fromHex(
      "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  for (const Vector8032 &vector : vectors) {
    std::string signature = fromHex(vector.signature);
    unsigned carry = 0;
    for (unsigned i = 0; i != 32; ++i) {
      carry += uint8_t(signature[32 + i]) + uint8_t(order[i]);
      signature[32 + i] = static_cast<char>(carry);
      carry >>= 8;
    }
    std::string key = fromHex(vector.key), message = fromHex(vector.message);
    EXPECT_FALSE(
        ed25519::verify(bytesOf(key), toBytes(message), bytesOf(signature)));
  }
  // With R neutral and S = 0 these would sign any message: the neutral element,
  // the points of order 2, 4 and 8, and what is not reduced or has the sign of
  // 0.
  const std::string ff(60, 'f'), zeros(62, '0');
  std::string forged = fromHex("01" + zeros + std::string(64, '0'));
  for (const std::string &key :
       {"01" + zeros, "ec" + ff + "7f", "00" + zeros,
        "00" + zeros.substr(2) + "80",
        std::string(
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792a"
            "c037a"),
        std::string(
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d5"
            "3fc05"),
        "ee" + ff + "7f", "ed" + ff + "7f", "ee" + ff + "ff", "ff" + ff + "ff",
        "01" + zeros.substr(2) + "80"})
    for (char c = 'a'; c != 'i'; ++c)
      EXPECT_FALSE(ed25519::verify(bytesOf(fromHex(key)),
                                   toBytes(std::string(1, c)), bytesOf(forged)))
          << key;
}

TEST(KeyFileTest, FilesAreThoseOfOpenSSL) {
  // openssl pkey writes these for the third vector.
  const std::string secret =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIMWqjfQ/n4N77bdELzHct7Fm04U1B28JS4XOOi4LRFj3\n"
      "-----END PRIVATE KEY-----\n";
  const std::string key =
      "-----BEGIN PUBLIC KEY-----\n"
      "MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=\n"
      "-----END PUBLIC KEY-----\n";
  using ed25519::KeyKind;
  for (auto [kind, text, hex] :
       {std::tuple(KeyKind::Secret, secret, vectors[2].secret),
        std::tuple(KeyKind::Public, key, vectors[2].key)}) {
    char out[ed25519::maxKeyFile];
    std::string bytes = fromHex(hex);
    unsigned length = ed25519::writeKeyFile(kind, bytesOf(bytes), out);
    EXPECT_EQ(std::string(out, length), text);
    uint8_t read[32];
    ASSERT_TRUE(ed25519::readKeyFile(kind, toBytes(text), read));
    EXPECT_EQ(toHex(read, 32), hex);
    KeyKind other = kind == KeyKind::Secret ? KeyKind::Public : KeyKind::Secret;
    EXPECT_FALSE(ed25519::readKeyFile(other, toBytes(text), read));
    for (size_t i = 0; i != text.size(); ++i) {
      EXPECT_EQ(ed25519::readKeyFile(kind, toBytes(text.substr(0, i)), read),
                i == text.size() - 1);
      std::string changed = text;
      changed[i] = '!';
      EXPECT_FALSE(ed25519::readKeyFile(kind, toBytes(changed), read));
    }
  }
}

class ContainerTest : public testing::Test {
protected:
  void SetUp() override {
    std::string message;
    for (unsigned i = 0; i != 100; ++i)
      document += "A line of a document, number " + std::to_string(i) + ". ";
    plain = assembleText(".func main 0 -> 0\n  ret\n.document \"a.md\" \"" +
                             document + "\"\n",
                         &message);
    ASSERT_EQ(message, "");
    ASSERT_EQ(package.read(toBytes(plain)), nullptr);
    std::string section = toString(package.getSection(SectionKind::Document));
    packed = compress(section);
    unpackedSize = section.size();
  }

  std::string write(const Contents &contents) {
    std::string file(getPackageSize(contents), '\0');
    writePackage(contents, reinterpret_cast<uint8_t *>(file.data()));
    return file;
  }
  std::string writePacked() {
    Contents contents(package);
    contents[SectionKind::Document] = toBytes(packed);
    contents.unpackedDocument = unpackedSize;
    return write(contents);
  }
  /// What getDocument() says of a file.
  std::string getText(const std::string &file) {
    Package read;
    if (const char *message = read.read(toBytes(file)))
      return message;
    TestArena arena;
    Bytes name, text;
    return read.getDocument(arena, name, text)
               ? toString(name) + ": " + toString(text)
               : "refused";
  }

  TestArena arena;
  std::string document, plain, packed;
  uint64_t unpackedSize = 0;
  Package package;
};

TEST_F(ContainerTest, DocumentsAreUnpacked) {
  EXPECT_EQ(getText(plain), "a.md: " + document);
  std::string file = writePacked();
  EXPECT_EQ(check(file), "");
  EXPECT_LT(file.size(), plain.size());
  EXPECT_EQ(getText(file), "a.md: " + document);
  // Written again it is the same.
  Package read;
  ASSERT_EQ(read.read(toBytes(file)), nullptr);
  EXPECT_EQ(write(Contents(read)), file);
}

TEST_F(ContainerTest, DocumentsThatAreTooLargeAreRefused) {
  unpackedSize = maxDocumentSize + 1;
  EXPECT_EQ(getText(writePacked()), "the document would be too large");
  unpackedSize = maxDocumentSize;
  EXPECT_EQ(getText(writePacked()), "refused");
  packed = compress("ab");
  unpackedSize = 2; // shorter than the length of a name
  EXPECT_EQ(getText(writePacked()), "refused");
  packed = compress(std::string("\xFF\xFF\xFF\xFFxx", 6));
  unpackedSize = 6; // the name is longer than all
  EXPECT_EQ(getText(writePacked()), "refused");
}

TEST_F(ContainerTest, FlipsInCompressedDocumentsAreHarmless) {
  std::string file = writePacked();
  unsigned numRead = 0;
  for (size_t i = 64; i != file.size(); ++i)
    for (unsigned value : {0u, 1u, 0x80u, 0xFFu}) {
      std::string changed = file;
      changed[i] = static_cast<char>(value);
      EXPECT_TRUE(changed == file || !check(changed).empty());
      rehash(changed);
      Package read;
      Bytes name, text;
      if (read.read(toBytes(changed)) == nullptr)
        numRead += read.getDocument(arena, name, text);
    }
  EXPECT_GT(numRead, 20u);
}

TEST_F(ContainerTest, Signatures) {
  std::string secret = fromHex(vectors[0].secret),
              key = fromHex(vectors[0].key);
  std::string other = fromHex(vectors[1].key);
  EXPECT_STREQ(checkSignature(package, bytesOf(key)),
               "the package is not signed");
  std::string file =
      toString(writeSigned(Contents(package), bytesOf(secret), arena));
  std::string again =
      toString(writeSigned(Contents(package), bytesOf(secret), arena));
  EXPECT_EQ(file, again);
  EXPECT_EQ(check(file), "");
  Package read;
  ASSERT_EQ(read.read(toBytes(file)), nullptr);
  EXPECT_EQ(checkSignature(read, bytesOf(key)), nullptr);
  EXPECT_STREQ(checkSignature(read, bytesOf(other)),
               "another key signed the package");
  // A signed package that is changed, also with a right hash.
  for (size_t i = 0; i < file.size(); i += 41) {
    std::string changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    rehash(changed);
    Package forged;
    if (changed == file || forged.read(toBytes(changed)) != nullptr)
      continue;
    EXPECT_NE(checkSignature(forged, bytesOf(key)), nullptr) << i;
  }
}

TEST_F(ContainerTest, NativeCode) {
  Vector<NativeCode> parts(arena);
  std::string names[] = {"arm64-linux", "x86_64-linux"};
  std::string arm = "code of arm64", intel = "code of x86_64";
  parts.push({toBytes(names[0]), toBytes(arm)});
  parts.push({toBytes(names[1]), toBytes(intel)});
  Contents contents(package);
  contents[SectionKind::Native] = makeNativeSection(parts, arena);
  std::string file = write(contents);
  EXPECT_EQ(check(file), "");
  Package read;
  ASSERT_EQ(read.read(toBytes(file)), nullptr);
  ASSERT_EQ(read.numNatives, 2u);
  EXPECT_EQ(toString(read.getNative(1).target), "x86_64-linux");
  EXPECT_EQ(toString(read.getNative(0).executable), arm);
  EXPECT_EQ(toString(read.getNative(1).executable), intel);

  uint64_t at = file.find("arm64-linux") - 8;
  auto expect = [&](uint64_t offset, uint64_t value, unsigned bytes) {
    std::string changed = file;
    memcpy(&changed[at + offset], &value, bytes);
    rehash(changed);
    EXPECT_EQ(check(changed), "the native code is malformed") << offset;
  };
  expect(0, 0, 4);
  expect(0, 3, 4);
  expect(0, ~0ull, 4);
  expect(4, 1, 4);
  expect(8, 0, 1);
  expect(8, 'y', 1);      // the order of the names
  expect(8 + 31, 'x', 1); // behind the end of a name
  expect(8 + 32, 0, 8);   // where the code is
  expect(8 + 40, 0, 8);   // its size
  expect(8 + 40, ~0ull, 8);
}

/// The signature is last, whatever else there is.
TEST_F(ContainerTest, UnknownSectionsStandBeforeTheSignature) {
  std::string secret = fromHex(vectors[0].secret),
              key = fromHex(vectors[0].key);
  std::string file =
      toString(writeSigned(Contents(package), bytesOf(secret), arena));
  // An unknown section between the others and the signature.
  auto insert = [&](bool isBehind) {
    std::string head = file.substr(0, 64), rows, unknown(32, '\0');
    uint32_t count;
    memcpy(&count, &file[12], 4);
    uint64_t body = 64 + 32 * count, signatureAt = file.size() - 96;
    auto put = [](std::string &text, uint64_t at, uint64_t value,
                  unsigned bytes) { memcpy(&text[at], &value, bytes); };
    put(unknown, 0, 1000, 4);
    put(unknown, 8, isBehind ? file.size() + 32 : signatureAt + 32, 8);
    put(unknown, 16, 8, 8);
    put(unknown, 24, 8, 8);
    for (uint32_t i = 0; i != count; ++i) {
      std::string row = file.substr(64 + 32 * i, 32);
      uint64_t offset;
      memcpy(&offset, &row[8], 8);
      bool isSignature = i + 1 == count;
      put(row, 8, offset + 32 + (isSignature && !isBehind ? 8 : 0), 8);
      rows += isSignature && !isBehind ? unknown + row : row;
    }
    rows += isBehind ? unknown : "";
    std::string signature = file.substr(signatureAt);
    std::string result =
        head + rows + file.substr(body, signatureAt - body) +
        (isBehind ? signature + "whatever" : "whatever" + signature);
    put(result, 12, count + 1, 4);
    put(result, 16, result.size(), 8);
    put(result, 24, result.size() - (isBehind ? 0 : 96), 8);
    rehash(result);
    return result;
  };
  std::string before = insert(false);
  EXPECT_EQ(check(before), "");
  Package read;
  ASSERT_EQ(read.read(toBytes(before)), nullptr);
  EXPECT_TRUE(read.hasUnknownSections);
  ed25519::sign(bytesOf(secret), {read.hash, sizeof read.hash},
                reinterpret_cast<uint8_t *>(&before[before.size() - 64]));
  ASSERT_EQ(read.read(toBytes(before)), nullptr);
  EXPECT_EQ(checkSignature(read, bytesOf(key)), nullptr);
  EXPECT_EQ(check(insert(true)),
            "the sections are not in the order of their kinds");
}

} // namespace
