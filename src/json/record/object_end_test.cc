#include "json/record/object_end.h"

#include <gtest/gtest.h>

namespace tarn::json {
namespace {

TEST(ObjectEndTest, GoesByBracketsAndQuotes) {
  EXPECT_EQ(FindObjectEnd("{} {}"), 2U);
  EXPECT_EQ(FindObjectEnd("{\"}\":[{}]} "), 10U);
  EXPECT_EQ(FindObjectEnd("[\"\\\"]\"]"), 7U);
  EXPECT_EQ(FindObjectEnd("{\"a"), std::string_view::npos);
  EXPECT_EQ(FindObjectEnd("{\"a\\"), std::string_view::npos);
  EXPECT_EQ(FindObjectEnd("{{}"), std::string_view::npos);
  EXPECT_EQ(FindObjectEnd(""), std::string_view::npos);
}

TEST(ObjectEndTest, IsTheSameInPieces) {
  const std::string_view text = R"({"}\"]":[{},"\\",[2]]} {})";
  const size_t end = FindObjectEnd(text);
  EXPECT_EQ(end, text.size() - 3);
  for (size_t length = 1; length < text.size(); ++length) {
    ObjectEndFinder finder;
    size_t begin = 0;
    size_t found = std::string_view::npos;
    while ((found = finder.Find(text.substr(begin, length))) == std::string_view::npos) {
      begin += length;
      ASSERT_LT(begin, text.size());
    }
    EXPECT_EQ(begin + found, end) << length;
  }
}

}  // namespace
}  // namespace tarn::json
