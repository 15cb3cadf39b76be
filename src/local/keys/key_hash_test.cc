#include "local/keys/key_hash.h"

#include <gtest/gtest.h>

#include <bit>
#include <functional>
#include <set>
#include <string>

namespace tarn::local {
namespace {

// Where keys go by 12 bits of their hash: of 4096 at random, about 2600 places are taken.
void ExpectSpread(const std::function<uint64_t(uint64_t)>& hash_of, int shift) {
  constexpr uint64_t kKeys = 4096;
  std::set<uint64_t> places;
  for (uint64_t i = 0; i < kKeys; ++i) places.insert((hash_of(i) >> shift) % kKeys);
  EXPECT_GT(places.size(), 2400u) << "from bit " << shift;
}

TEST(KeyHashTest, AllBitsSpreadKeys) {
  for (const int shift : {0, 12, 32, 52}) {
    ExpectSpread([](uint64_t i) { return AddToHash(kHashSeed, i); }, shift);
    ExpectSpread([](uint64_t i) { return AddToHash(kHashSeed, i * 1'000'000); }, shift);
    ExpectSpread([](uint64_t i) { return AddToHash(kHashSeed, i << 52); }, shift);
    ExpectSpread(
        [](uint64_t i) {
          return AddToHash(kHashSeed, std::bit_cast<uint64_t>(static_cast<double>(i)));
        },
        shift);
    ExpectSpread([](uint64_t i) { return AddToHash(AddToHash(kHashSeed, i / 64), i % 64); }, shift);
    ExpectSpread(
        [](uint64_t i) { return AddToHash(kHashSeed, HashBytes("key " + std::to_string(i))); },
        shift);
  }
}

TEST(KeyHashTest, EveryByteAndTheLengthCount) {
  std::set<uint64_t> hashes;
  size_t num_texts = 0;
  for (size_t length = 0; length <= 50; ++length) {
    std::string text(length, 'x');
    hashes.insert(HashBytes(text));
    ++num_texts;
    for (char& byte : text) {
      for (const char other : {'\0', 'y', '\xff'}) {
        byte = other;
        hashes.insert(HashBytes(text));
        ++num_texts;
      }
      byte = 'x';
    }
  }
  EXPECT_EQ(hashes.size(), num_texts);
}

TEST(KeyHashTest, IsTheSameOnEveryMachine) {
  EXPECT_EQ(HashBytes(""), 0xc9d874ca57d9e055);
  EXPECT_EQ(HashBytes("abc"), 0xfb8b1f8481f43601);
  EXPECT_EQ(HashBytes("abcde"), 0xafd371caafed27ff);
  EXPECT_EQ(HashBytes("abcdefgh"), 0x4bb8b996b014eb2e);
  EXPECT_EQ(HashBytes("a text of more than 32 bytes, thus"), 0x2ffd0fc1fa92407c);
  EXPECT_EQ(AddToHash(kHashSeed, 42), 0xa9c92444e166f665);
}

}  // namespace
}  // namespace tarn::local
