#include "json/record/key_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace tarn::json {
namespace {

// Whatever bytes come after the key.
int Find(const KeyIndex& index, const std::string& key) {
  const std::string zeros = key + std::string(KeyIndex::kWordBytes, '\0');
  const std::string others = key + std::string(KeyIndex::kWordBytes, '\xFF');
  const int number = index.Find(zeros.data(), key.size());
  EXPECT_EQ(index.Find(others.data(), key.size()), number) << key;
  return number;
}

TEST(KeyIndexTest, NumbersKeysInOrder) {
  KeyIndex index;
  EXPECT_EQ(Find(index, ""), -1);
  EXPECT_EQ(index.Add("ts"), 0);
  EXPECT_EQ(index.Add(""), 1);
  EXPECT_EQ(index.Add("ts"), 0);
  EXPECT_EQ(index.Add(std::string("ts\0", 3)), 2);
  EXPECT_EQ(Find(index, "ts"), 0);
  EXPECT_EQ(Find(index, ""), 1);
  EXPECT_EQ(Find(index, std::string("ts\0", 3)), 2);
  EXPECT_EQ(Find(index, std::string("\0", 1)), -1);
}

// Of each length, and each byte counts.
TEST(KeyIndexTest, SimilarKeysAreDifferent) {
  KeyIndex index;
  std::string key;
  for (int length = 0; length < 70; ++length) {
    EXPECT_EQ(index.Add(key), length);
    key += 'k';
  }
  for (size_t length = 0; length < 70; ++length) {
    key.assign(length, 'k');
    EXPECT_EQ(Find(index, key), static_cast<int>(length));
    for (size_t i = 0; i < length; ++i) {
      key[i] = 'x';
      EXPECT_EQ(Find(index, key), -1) << key;
      key[i] = 'k';
    }
  }
}

TEST(KeyIndexTest, FindsWhatAMapFinds) {
  std::mt19937 random(5);
  const auto key = [&] {
    std::string text;
    for (auto n = random() % 20; n > 0; --n) text += static_cast<char>('a' + random() % 2);
    return text;
  };
  KeyIndex index;
  std::map<std::string, int> numbers;
  for (int i = 0; i < 5000; ++i) {
    const std::string added = key();
    EXPECT_EQ(index.Add(added), numbers.emplace(added, numbers.size()).first->second) << added;
    const std::string looked_for = key();
    const auto found = numbers.find(looked_for);
    EXPECT_EQ(Find(index, looked_for), found == numbers.end() ? -1 : found->second) << looked_for;
  }
}

}  // namespace
}  // namespace tarn::json
