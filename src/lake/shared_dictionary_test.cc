#include "lake/shared_dictionary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace tarn::lake {
namespace {

using Texts = std::vector<std::string_view>;

std::vector<std::string> ValuesOf(const SharedDictionary::Codes& codes) {
  std::vector<std::string> values;
  for (const int32_t code : codes.code_of) values.push_back(codes.dictionary->GetString(code));
  return values;
}

TEST(SharedDictionaryTest, GrowsByNewTexts) {
  SharedDictionary dictionary;
  const auto first = dictionary.CodesOf({"b", "", "a"}).ValueOrDie();
  EXPECT_THAT(first.code_of, testing::ElementsAre(0, 1, 2));
  const auto same = dictionary.CodesOf({"a", "b"}).ValueOrDie();
  EXPECT_EQ(same.dictionary, first.dictionary);
  EXPECT_THAT(same.code_of, testing::ElementsAre(2, 0));
  const auto more = dictionary.CodesOf({"c", "a"}).ValueOrDie();
  EXPECT_THAT(ValuesOf(more), testing::ElementsAre("c", "a"));
  EXPECT_EQ(more.dictionary->length(), 4);
  EXPECT_THAT(ValuesOf(first), testing::ElementsAre("b", "", "a"));
}

TEST(SharedDictionaryTest, TheSameTextTwiceHasOneCode) {
  SharedDictionary dictionary;
  const auto codes = dictionary.CodesOf({"a", "b", "a"}).ValueOrDie();
  EXPECT_THAT(codes.code_of, testing::ElementsAre(0, 1, 0));
  EXPECT_EQ(codes.dictionary->length(), 2);
}

TEST(SharedDictionaryTest, OfNoTexts) {
  SharedDictionary dictionary;
  const auto codes = dictionary.CodesOf({}).ValueOrDie();
  EXPECT_EQ(codes.dictionary->length(), 0);
  EXPECT_THAT(codes.code_of, testing::IsEmpty());
}

TEST(SharedDictionaryTest, BeginsAnewWhereItWouldBecomeLarge) {
  SharedDictionary dictionary;
  std::vector<std::string> texts;
  for (size_t i = 0; i < SharedDictionary::kEntriesMax; ++i) texts.push_back(fmt::format("{}", i));
  const auto full = dictionary.CodesOf(Texts(texts.begin(), texts.end())).ValueOrDie();
  EXPECT_EQ(full.dictionary->length(), std::ssize(texts));
  const auto anew = dictionary.CodesOf({"7", "new"}).ValueOrDie();
  EXPECT_THAT(ValuesOf(anew), testing::ElementsAre("7", "new"));
  EXPECT_EQ(anew.dictionary->length(), 2);
  EXPECT_EQ(ValuesOf(full), texts);
}

}  // namespace
}  // namespace tarn::lake
