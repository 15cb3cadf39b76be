#include "generate/json_style.h"

#include <gtest/gtest.h>

namespace tarn::generate {
namespace {

std::string Text(std::string_view value, JsonStyle style) {
  std::string out;
  AppendJsonString(value, style, &out);
  return out;
}

std::string Decimal(int64_t value) {
  std::string out;
  AppendDecimal(value, &out);
  return out;
}

TEST(JsonText, Strings) {
  EXPECT_EQ(Text("", {}), R"("")");
  EXPECT_EQ(Text("a/\"b\"\\é😀", {}), R"("a/\"b\"\\é😀")");
  EXPECT_EQ(Text("a/b", {.escapes_slash = true}), R"("a\/b")");
  EXPECT_EQ(Text("é€😀", {.escapes_non_ascii = true}), R"("\u00e9\u20ac\ud83d\ude00")");
}

TEST(JsonText, Decimals) {
  EXPECT_EQ(Decimal(24630812), "246.30812");
  EXPECT_EQ(Decimal(24139710), "241.3971");
  EXPECT_EQ(Decimal(20000000), "200.0");
  EXPECT_EQ(Decimal(0), "0.0");
  EXPECT_EQ(Decimal(7), "0.00007");
  EXPECT_EQ(Decimal(-9004892), "-90.04892");
  EXPECT_EQ(Decimal(-12714), "-0.12714");
}

}  // namespace
}  // namespace tarn::generate
