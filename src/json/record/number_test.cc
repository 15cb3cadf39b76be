#include "json/record/number.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tarn::json {
namespace {

/// PaddedText as a reader finds them, with their padding.
class PaddedText {
 public:
  explicit PaddedText(const std::string& text) : text_(text + std::string(kPaddingBytes, ',')) {
    value_.begin = text_.data();
    value_.length = static_cast<uint32_t>(text.size());
    const size_t point = text.find('.');
    const bool has_exponent = text.find_first_of("eE") != std::string::npos;
    const bool decimal = point != std::string::npos || has_exponent;
    value_.kind = decimal ? ValueKind::kDecimal : ValueKind::kInteger;
    if (point != std::string::npos && !has_exponent) value_.point = static_cast<uint16_t>(point);
  }

  const Value& value() const { return value_; }

 private:
  std::string text_;
  Value value_;
};

void ExpectAsFromChars(const std::string& text) {
  double expected = 0;
  std::from_chars(text.data(), text.data() + text.size(), expected);
  const double actual = ParseDouble(PaddedText(text).value());
  EXPECT_EQ(std::bit_cast<uint64_t>(actual), std::bit_cast<uint64_t>(expected)) << text;
}

// A reader uses its values again; an integer has no point, whatever the number before it had.
TEST(NumberTest, AnIntegerAfterADecimalIsAnInteger) {
  PaddedText number("18446744073709551615");
  Value value = number.value();
  for (uint16_t point = 1; point < 40; ++point) {
    value.point = point;
    EXPECT_EQ(ParseDouble(value), 18446744073709551615.0) << point;
  }
}

TEST(NumberTest, DoublesAreThoseOfFromChars) {
  for (const char* text : {"0.0",
                           "-0.0",
                           "1.5",
                           "218.93179",
                           "1540919166796.0",
                           "9007199254740992",
                           "9007199254740993",
                           "9007199254740993.0",
                           "0.1",
                           "-0.3",
                           "123456789012345678",
                           "1234567890.123456789",
                           "9.999999999999999999",
                           "0.0000000000000000001",
                           "1e22",
                           "1e23",
                           "2.2250738585072011e-308",
                           "4.9e-324",
                           "1.7976931348623157e308",
                           "99999999999999999999",
                           "0.000000000000000000000001"}) {
    ExpectAsFromChars(text);
  }
}

TEST(NumberTest, RandomDoublesAreThoseOfFromChars) {
  std::mt19937_64 random(7);
  const auto digits = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += static_cast<char>('0' + random() % 10);
    return text;
  };
  for (int i = 0; i < 100'000; ++i) {
    std::string whole = digits(1 + static_cast<int>(random() % 14));
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    std::string text = (random() % 2 == 0 ? "-" : "") + whole;
    text += "." + digits(1 + static_cast<int>(random() % 12));
    if (random() % 4 == 0) text += "e" + std::to_string(static_cast<int>(random() % 560) - 280);
    ExpectAsFromChars(text);
  }
}

// Halfway between two doubles, where the even one counts, and next to it.
TEST(NumberTest, TiesAreThoseOfFromChars) {
  std::mt19937_64 random(9);
  for (int i = 0; i < 20'000; ++i) {
    uint64_t magnitude = random() >> (10 + random() % 2) | 1;
    for (int num_fraction = 0; num_fraction <= 5; ++num_fraction) {
      for (const uint64_t near : {magnitude - 1, magnitude, magnitude + 1}) {
        std::string text = std::to_string(near);
        if (text.size() > kDigitsMax) continue;
        ExpectAsFromChars(text);
        if (num_fraction > 0) text.insert(text.size() - num_fraction, ".");
        ExpectAsFromChars(text);
      }
      if (magnitude > UINT64_MAX / 5) break;
      magnitude *= 5;
    }
  }
}

TEST(NumberTest, EachNumberOfDigits) {
  std::mt19937_64 random(10);
  for (int count = 1; count <= kDigitsMax; ++count) {
    for (int i = 0; i < 1000; ++i) {
      std::string digits;
      while (std::ssize(digits) < count) digits += static_cast<char>('0' + random() % 10);
      const std::string padded = digits + std::string(kPaddingBytes, static_cast<char>(random()));
      ASSERT_EQ(ParseDigits(padded.data(), count), std::stoull(digits)) << digits;
    }
  }
}

// Of as many digits as are read at once, one fewer and one more.
TEST(NumberTest, LongDoublesAreThoseOfFromChars) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 50'000; ++i) {
    const size_t num_digits = kDigitsMax - 2 + random() % 4;
    std::string text = std::to_string(1 + random() % 9);
    while (text.size() < num_digits) text += static_cast<char>('0' + random() % 10);
    ExpectAsFromChars(text);
    ExpectAsFromChars(std::string(text).insert(1 + random() % (num_digits - 1), "."));
    ExpectAsFromChars("-0." + text.substr(1));
  }
}

TEST(NumberTest, IntegersOfAnyLength) {
  std::string text = "1";
  int64_t expected = 1;
  for (int count = 1; count <= 18; ++count) {
    for (const std::string sign : {"", "-"}) {
      int64_t actual = 0;
      EXPECT_TRUE(ParseInteger(PaddedText(sign + text).value(), &actual));
      EXPECT_EQ(actual, sign.empty() ? expected : -expected);
    }
    text += static_cast<char>('0' + (count * 7) % 10);
    expected = expected * 10 + (count * 7) % 10;
  }
}

TEST(NumberTest, FloatsAreNotRoundedTwice) {
  // Halfway between two floats as a double, but not as written.
  const float rounded_once = ParseFloat(PaddedText("1.00000017881393432617187499").value());
  EXPECT_EQ(rounded_once, 1.0000001F);
  EXPECT_EQ(ParseFloat(PaddedText("7.038531e-26").value()), 7.038531e-26F);
}

TEST(NumberTest, DecimalsAreRoundedHalfUp) {
  for (const auto& [text, expected] :
       std::vector<std::pair<std::string, int64_t>>{{"1.5", 150},
                                                    {"-1.5", -150},
                                                    {"+2", 200},
                                                    {"0.005", 1},
                                                    {"-0.005", -1},
                                                    {"0.0049", 0},
                                                    {"12e-1", 120},
                                                    {"1e-99999999999", 0},
                                                    {"999.99", 99999}}) {
    Int128 unscaled = 0;
    EXPECT_TRUE(ParseDecimal(text, 5, 2, &unscaled)) << text;
    EXPECT_TRUE(unscaled == expected) << text;
  }
}

TEST(NumberTest, DecimalsPastThePrecisionDoNotFit) {
  Int128 unscaled = 0;
  for (const std::string text :
       {"1000", "999.995", "-1000", "1e99999999999", "", "-", "1.2.3", "1e", "x"}) {
    EXPECT_FALSE(ParseDecimal(text, 5, 2, &unscaled)) << text;
  }
  const std::string nines(kDecimalDigitsMax, '9');
  EXPECT_TRUE(ParseDecimal(nines, kDecimalDigitsMax, 0, &unscaled));
  Int128 read = 0;
  for (const char digit : nines) read = read * 10 + (digit - '0');
  EXPECT_TRUE(unscaled == read);
  EXPECT_TRUE(ParseDecimal("-" + nines, kDecimalDigitsMax, 0, &unscaled));
  EXPECT_TRUE(unscaled == -read);
  EXPECT_FALSE(ParseDecimal(nines + ".5", kDecimalDigitsMax, 0, &unscaled));
  EXPECT_FALSE(ParseDecimal(nines + "0", kDecimalDigitsMax, 0, &unscaled));
}

}  // namespace
}  // namespace tarn::json
