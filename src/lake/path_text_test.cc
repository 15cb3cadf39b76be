#include "lake/path_text.h"

#include <gtest/gtest.h>

#include <set>

#include "base/utf8.h"

namespace tarn::lake {
namespace {

TEST(TextOfPathTest, UnicodeStaysAsItIs) {
  for (const std::string path : {"", "/raw/a b.json", "/raw/日本/é.json", "/raw/a\\b\\x.json"}) {
    EXPECT_EQ(TextOfPath(path), path);
    EXPECT_EQ(PathOfText(path), path);
  }
}

TEST(TextOfPathTest, OtherBytesAreEscaped) {
  EXPECT_EQ(TextOfPath("/raw/caf\xE9.json"), "/raw/caf\\xE9.json");
  EXPECT_EQ(TextOfPath("/é/\xFF\\"), "/é/\\xFF\\x5C");
}

TEST(TextOfPathTest, NoTwoPathsHaveTheSameText) {
  std::set<std::string> texts;
  const std::string paths[] = {"a\xE9", "a\\xE9",  "a\\x5CxE9", "a\\\xE9",    "a\\x5C\\xE9", "\\",
                               "\\x5C", "\\\\x5C", "\xFF\xFE",  "\\xFF\\xFE", "\xFF\\xFE\\"};
  for (const std::string& path : paths) {
    const std::string text = TextOfPath(path);
    EXPECT_TRUE(IsUtf8(text)) << EscapeNonUtf8(text);
    EXPECT_EQ(PathOfText(text), path) << text;
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
}

}  // namespace
}  // namespace tarn::lake
