#include "text/case_mapping.h"

#include <gtest/gtest.h>

namespace tarn::text {
namespace {

std::string Lower(std::string_view text) {
  std::string out;
  EXPECT_TRUE(AppendLower(text, &out).ok());
  return out;
}

std::string Upper(std::string_view text) {
  std::string out;
  EXPECT_TRUE(AppendUpper(text, &out).ok());
  return out;
}

std::string Title(std::string_view text) {
  std::string out;
  EXPECT_TRUE(AppendTitle(text, &out).ok());
  return out;
}

TEST(CaseMappingTest, OneCharacterMayBecomeSeveral) {
  EXPECT_EQ(Upper("straße ﬁn"), "STRASSE FIN");
  EXPECT_EQ(Lower("İ"), "i̇");
  EXPECT_EQ(Title("ßeta ﬁn"), "Sseta Fin");
}

TEST(CaseMappingTest, TheEndOfAWordCounts) {
  EXPECT_EQ(Lower("ΣΑΣ ΟΔΟΣ Σ"), "σας οδος σ");
  EXPECT_EQ(Lower("AΣ's"), "aσ's");
  EXPECT_EQ(Title("ΣΑΣ ΟΔΟΣ"), "Σας Οδος");
}

TEST(CaseMappingTest, WordsEndAtSpaces) {
  EXPECT_EQ(Title("hello wOrld-foo o'neil  x\ty"), "Hello World-foo O'neil  X\ty");
  EXPECT_EQ(Title(" 1ab 2CD"), " 1ab 2cd");
  EXPECT_EQ(Title("ǆa ქა"), "ǅa ქა");
  EXPECT_EQ(Title(""), "");
}

TEST(CaseMappingTest, PlainText) {
  EXPECT_EQ(Lower("AbC[\\]`{|"), "abc[\\]`{|");
  EXPECT_EQ(Upper("aBc[\\]`{|"), "ABC[\\]`{|");
}

}  // namespace
}  // namespace tarn::text
