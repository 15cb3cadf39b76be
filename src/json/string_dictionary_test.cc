#include <arrow/api.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "json/string_dictionary_internal.h"

namespace tarn::json {
namespace {

std::unique_ptr<StringDictionary> MakeDictionary() {
  return StringDictionary::Make(arrow::default_memory_pool()).ValueOrDie();
}

std::string Padded(std::string text, char padding = '\0') {
  return text + std::string(kPaddingBytes, padding);
}

int32_t CodeOf(const std::string& text, StringDictionary* dictionary, char padding = '\0') {
  return dictionary->CodeOf(Padded(text, padding).data(), static_cast<int64_t>(text.size()));
}

uint32_t HashOf(const std::string& text) {
  return StringDictionary::KeyOf(Padded(text).data(), static_cast<int64_t>(text.size())).hash;
}

std::shared_ptr<arrow::StringArray> EntriesOf(const StringDictionary& dictionary) {
  auto entries = std::make_shared<arrow::StringArray>(dictionary.Entries());
  EXPECT_TRUE(entries->ValidateFull().ok());
  return entries;
}

// Texts that go to the same slot as long as the dictionary is small.
std::vector<std::string> CollidingTexts(size_t count) {
  constexpr uint32_t kSlotsMin = 256;
  std::vector<std::string> texts;
  for (int i = 0; texts.size() < count; ++i) {
    std::string text = std::to_string(i);
    if (HashOf(text) % kSlotsMin == 0) texts.push_back(std::move(text));
  }
  return texts;
}

TEST(StringDictionaryTest, NumbersTextsByFirstAppearance) {
  const auto dictionary = MakeDictionary();
  EXPECT_EQ(EntriesOf(*dictionary)->length(), 0);
  EXPECT_EQ(CodeOf("b", dictionary.get()), 0);
  EXPECT_EQ(CodeOf("", dictionary.get()), 1);
  EXPECT_EQ(CodeOf("a", dictionary.get()), 2);
  EXPECT_EQ(CodeOf("b", dictionary.get()), 0);
  EXPECT_EQ(CodeOf("", dictionary.get()), 1);
  EXPECT_EQ(dictionary->size(), 3);
  const auto entries = EntriesOf(*dictionary);
  EXPECT_EQ(entries->GetView(0), "b");
  EXPECT_EQ(entries->GetView(1), "");
  EXPECT_EQ(entries->GetView(2), "a");
}

TEST(StringDictionaryTest, WhatFollowsATextDoesNotMatter) {
  const auto dictionary = MakeDictionary();
  for (int length = 0; length < 100; ++length) {
    const std::string text(length, 'x');
    EXPECT_EQ(CodeOf(text, dictionary.get(), '\0'), length);
    EXPECT_EQ(CodeOf(text, dictionary.get(), 'x'), length);
    EXPECT_EQ(CodeOf(text, dictionary.get(), '\xFF'), length);
  }
}

TEST(StringDictionaryTest, ZeroBytesAreNotTheEnd) {
  const auto dictionary = MakeDictionary();
  int32_t code = 0;
  for (const std::string& begin : {std::string(), std::string("a"), std::string("1234567"),
                                   std::string("12345678"), std::string("0123456789abcdef")}) {
    for (size_t num_zeros = 0; num_zeros < 3; ++num_zeros) {
      EXPECT_EQ(CodeOf(begin + std::string(num_zeros, '\0'), dictionary.get()), code++);
    }
  }
}

// Long texts differ somewhere in the middle often enough.
TEST(StringDictionaryTest, EveryByteCounts) {
  for (const size_t length : {1, 7, 8, 9, 16, 17, 31, 32, 33, 64, 120, 300, 1000}) {
    const auto dictionary = MakeDictionary();
    const std::string text(length, 'a');
    std::set<uint32_t> hashes{HashOf(text)};
    EXPECT_EQ(CodeOf(text, dictionary.get()), 0);
    for (size_t i = 0; i < length; ++i) {
      std::string other = text;
      other[i] = 'b';
      hashes.insert(HashOf(other));
      EXPECT_EQ(CodeOf(other, dictionary.get()), static_cast<int32_t>(i + 1));
    }
    EXPECT_EQ(hashes.size(), length + 1);
  }
}

TEST(StringDictionaryTest, HoldsNoMoreEntriesThanItsCapacity) {
  const auto dictionary = MakeDictionary();
  for (int32_t i = 0; i < StringDictionary::kEntriesMax; ++i) {
    ASSERT_EQ(CodeOf(std::to_string(i), dictionary.get()), i);
  }
  EXPECT_EQ(CodeOf("new", dictionary.get()), StringDictionary::kNoCode);
  for (int32_t i = 0; i < StringDictionary::kEntriesMax; ++i) {
    ASSERT_EQ(CodeOf(std::to_string(i), dictionary.get()), i);
  }
  EXPECT_EQ(EntriesOf(*dictionary)->length(), StringDictionary::kEntriesMax);
}

TEST(StringDictionaryTest, HoldsNoMoreTextThanItsCapacity) {
  const auto dictionary = MakeDictionary();
  constexpr int64_t kLength = StringDictionary::kTextBytesMax / 4;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(CodeOf(std::string(kLength, static_cast<char>('a' + i)), dictionary.get()), i);
  }
  EXPECT_EQ(CodeOf("z", dictionary.get()), StringDictionary::kNoCode);
  EXPECT_EQ(CodeOf("", dictionary.get()), 4);
  EXPECT_EQ(CodeOf(std::string(kLength, 'c'), dictionary.get()), 2);
  EXPECT_EQ(CodeOf(std::string(StringDictionary::kTextBytesMax + 1, 'a'), MakeDictionary().get()),
            StringDictionary::kNoCode);
}

TEST(StringDictionaryTest, RefusesTextsWhosePlacesAreAllTaken) {
  const auto dictionary = MakeDictionary();
  const std::vector<std::string> texts = CollidingTexts(StringDictionary::kProbesMax + 1);
  for (uint32_t i = 0; i < StringDictionary::kProbesMax; ++i) {
    ASSERT_EQ(CodeOf(texts[i], dictionary.get()), static_cast<int32_t>(i));
  }
  EXPECT_EQ(CodeOf(texts.back(), dictionary.get()), StringDictionary::kNoCode);
  EXPECT_EQ(CodeOf(texts.front(), dictionary.get()), 0);
  EXPECT_EQ(CodeOf("elsewhere", dictionary.get()),
            static_cast<int32_t>(StringDictionary::kProbesMax));
}

TEST(StringDictionaryTest, EntriesThatWereShownStayAsTheyAre) {
  const auto dictionary = MakeDictionary();
  CodeOf("first", dictionary.get());
  CodeOf("second", dictionary.get());
  const auto before = EntriesOf(*dictionary);
  for (int i = 0; i < 10'000; ++i) CodeOf(std::to_string(i), dictionary.get());
  const auto after = EntriesOf(*dictionary);
  EXPECT_EQ(before->length(), 2);
  EXPECT_EQ(before->GetView(1), "second");
  EXPECT_EQ(after->length(), 10'002);
  EXPECT_EQ(after->data()->buffers[1], before->data()->buffers[1]);
  EXPECT_EQ(after->data()->buffers[2], before->data()->buffers[2]);
  EXPECT_TRUE(after->Slice(0, 2)->Equals(before));
}

}  // namespace
}  // namespace tarn::json
