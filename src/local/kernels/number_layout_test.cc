#include "local/kernels/number_layout.h"

#include <gtest/gtest.h>

namespace tarn::local {
namespace {

std::string LaidOut(std::string_view pattern, bool is_negative, std::string_view digits) {
  const std::optional<NumberLayout> layout = ParseNumberLayout(pattern);
  if (!layout) return "no pattern";
  std::string text;
  AppendLaidOut(*layout, is_negative, digits, &text);
  return text;
}

TEST(NumberLayout, LaysOutAsJavaDoes) {
  EXPECT_EQ(LaidOut("#,##0.00", false, "1234567.5"), "1,234,567.50");
  EXPECT_EQ(LaidOut("#,##0.##", true, "1234.50"), "-1,234.5");
  EXPECT_EQ(LaidOut("0000", false, "12"), "0012");
  EXPECT_EQ(LaidOut(".00", false, "0.5"), ".50");
  EXPECT_EQ(LaidOut("#", false, "0"), "0");
  EXPECT_EQ(LaidOut("0.", false, "7"), "7.");
  EXPECT_EQ(LaidOut("#,####", false, "123456789"), "1,2345,6789");
  EXPECT_EQ(LaidOut("$0;($0)", true, "5"), "($5)");
  EXPECT_EQ(LaidOut("$0;$0", true, "5"), "-$5");
  EXPECT_EQ(LaidOut("'#'0 'o''clock'", false, "5"), "#5 o'clock");
  EXPECT_EQ(LaidOut("", false, "1234"), "1,234");
}

TEST(NumberLayout, RefusesWhatIsNoPattern) {
  for (const char* pattern : {"0.0.0", "#0#", "0,", "0,.0", "0#.0", "0E0", "0'x", "0 0", "0;0;0"}) {
    EXPECT_EQ(LaidOut(pattern, false, "1"), "no pattern") << pattern;
  }
}

}  // namespace
}  // namespace tarn::local
