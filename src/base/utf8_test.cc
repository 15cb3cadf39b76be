#include "base/utf8.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(Utf8CharacterLengthTest, CharactersAndNone) {
  EXPECT_EQ(Utf8CharacterLength("a"), 1);
  EXPECT_EQ(Utf8CharacterLength("éx"), 2);
  EXPECT_EQ(Utf8CharacterLength("日"), 3);
  EXPECT_EQ(Utf8CharacterLength("\xF0\x9F\x98\x80"), 4);
  EXPECT_EQ(Utf8CharacterLength("\xED\x9F\xBF"), 3);  // the last one below the surrogates
  EXPECT_EQ(Utf8CharacterLength("\xF4\x8F\xBF\xBF"), 4);
  for (const std::string_view text :
       {"", "\x80", "\xFF.json", "\xC3", "\xC3.", "\xE6\x97", "\xF0\x9F\x98", "\xC0\xAF",
        "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE9.json"}) {
    EXPECT_EQ(Utf8CharacterLength(text), 0) << EscapeNonUtf8(text);
  }
}

TEST(IsUtf8Test, AllOfIt) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("a é 日"));
  EXPECT_FALSE(IsUtf8("a\xE9"));
}

TEST(ReplaceNonUtf8Test, PutsOneMarkForEachCharacterCutOff) {
  EXPECT_EQ(ReplaceNonUtf8("a é 日"), "a é 日");
  EXPECT_EQ(ReplaceNonUtf8("\xFF"), "\uFFFD");
  EXPECT_EQ(ReplaceNonUtf8("\xE2\x82"), "\uFFFD");
  EXPECT_EQ(ReplaceNonUtf8("\xE2\x82z"), "\uFFFDz");
  EXPECT_EQ(ReplaceNonUtf8("\xF0\x9F\x98\xE9"), "\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceNonUtf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceNonUtf8("\xC0\x80"), "\uFFFD\uFFFD");
}

TEST(EscapeNonUtf8Test, EscapesBytesThatAreNone) {
  EXPECT_EQ(EscapeNonUtf8("plain é \\x"), "plain é \\x");
  EXPECT_EQ(EscapeNonUtf8("caf\xE9.json"), "caf\\xE9.json");
  EXPECT_EQ(EscapeNonUtf8("\xE6\x97 \xFF"), "\\xE6\\x97 \\xFF");
}

}  // namespace
}  // namespace tarn
