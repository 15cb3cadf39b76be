#include "input/utf16_text.h"

#include <gtest/gtest.h>

#include "input/compress_for_test.h"

namespace tarn::input {
namespace {

std::string Encode(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const auto high = static_cast<char>(unit >> 8);
    const auto low = static_cast<char>(unit & 0xFF);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

TEST(Utf16Test, BecomesUtf8) {
  for (const bool big_endian : {false, true}) {
    const std::string bytes = Encode(u"\uFEFF{\"a\":\"\u00e9\u20ac\U0001F600\"}\n", big_endian);
    EXPECT_TRUE(BeginsWithUtf16Mark(bytes));
    for (const int64_t step : {1, 3, 100}) {
      auto text = DecodeUtf16(StreamOf(bytes));
      EXPECT_EQ(ReadAll(text.get(), step), "{\"a\":\"é€😀\"}\n");
      EXPECT_EQ(text->damage(), "");
    }
  }
}

TEST(Utf16Test, PairsMayLieInTwoPieces) {
  std::u16string text = u"\uFEFF";
  text.append((64 << 10) / 2 - 2, u'x');
  text += u"\U0001F600";
  auto stream = DecodeUtf16(StreamOf(Encode(text, false)));
  EXPECT_TRUE(ReadAll(stream.get()).ends_with("x😀"));
}

TEST(Utf16Test, LoneSurrogatesAreNotValidUtf8) {
  const char16_t units[] = {0xFEFF, 'a', 0xD83D, 'b', 0xDE00, 0xD83D};
  auto stream = DecodeUtf16(StreamOf(Encode({units, 6}, false)));
  EXPECT_EQ(ReadAll(stream.get()),
            "a\xED\xA0\xBD"
            "b\xED\xB8\x80\xED\xA0\xBD");
}

TEST(Utf16Test, HalfACharacterAtTheEndIsDamage) {
  auto stream = DecodeUtf16(StreamOf(Encode(u"\uFEFFab", false) + "c"));
  EXPECT_EQ(ReadAll(stream.get()), "ab");
  EXPECT_NE(stream->damage(), "");
}

}  // namespace
}  // namespace tarn::input
