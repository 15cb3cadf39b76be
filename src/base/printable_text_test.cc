#include "base/printable_text.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("Zoë"), 3u);
  EXPECT_EQ(DisplayWidth("日本"), 4u);
  EXPECT_EQ(DisplayWidth("한글"), 4u);
  EXPECT_EQ(DisplayWidth("🎵"), 2u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("\xff\xc3"), 2u);
}

TEST(Printable, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("Björk – 日本"), "Björk – 日本");
  EXPECT_EQ(Printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(Printable("\x1b[2J"), "\\u001b[2J");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(Printable("\x7f\u009b"), "\\u007f\\u009b");
  EXPECT_EQ(Printable("\u202e"), "\\u202e");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(Printable("a\xff"), "a\\xFF");
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xC0\\xAF");           // overlong
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xED\\xA0\\x80");  // surrogate
  EXPECT_EQ(Printable("\xe6\x97"), "\\xE6\\x97");           // cut short
}

TEST(FindControlCharacter, FindsTheFirst) {
  EXPECT_EQ(FindControlCharacter("aé\u202e\xff"), std::string_view::npos);
  EXPECT_EQ(FindControlCharacter(std::string_view("la\0ke", 5)), 2u);
  EXPECT_EQ(FindControlCharacter("é\x1b\n"), 2u);
  EXPECT_EQ(FindControlCharacter("\x7f"), 0u);
  EXPECT_EQ(FindControlCharacter("a\u009b"), 1u);
}

TEST(CutToWidth, EndsInAnEllipsisWhenSomethingIsCut) {
  EXPECT_EQ(CutToWidth("abcdef", 6), "abcdef");
  EXPECT_EQ(CutToWidth("abcdef", 5), "abcd…");
  EXPECT_EQ(CutToWidth("abcdef", 1), "…");
  EXPECT_EQ(CutToWidth("abcdef", 0), "");
  EXPECT_EQ(CutToWidth("", 0), "");
  EXPECT_EQ(CutToWidth("日本語", 5), "日本…");
  EXPECT_EQ(CutToWidth("日本語", 4), "日…");
}

TEST(PrintableLines, KeepsLinesAndTabs) {
  EXPECT_EQ(PrintableLines("a\n\tb\r\n"), "a\n\tb\\r\n");
  EXPECT_EQ(PrintableLines("\x1b]0;title\x07\u2066"), "\\u001b]0;title\\u0007\\u2066");
}

}  // namespace
}  // namespace tarn
