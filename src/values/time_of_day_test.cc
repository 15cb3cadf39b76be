#include "values/time_of_day.h"

#include <gtest/gtest.h>

#include "values/ddl_text.h"
#include "values/interval.h"

namespace tarn {
namespace {

// The text of what `text` says; "none" where it is no time.
std::string Parsed(std::string_view text) {
  int64_t micros = 0;
  return ParseSparkTime(text, &micros) ? SparkTimeText(micros) : "none";
}

TEST(TimeOfDayTest, TextsAsSparkCastsThem) {
  EXPECT_EQ(Parsed("6:30"), "06:30:00");
  EXPECT_EQ(Parsed(" 1:2:3.4 "), "01:02:03.4");
  EXPECT_EQ(Parsed("T12"), "12:00:00");
  EXPECT_EQ(Parsed("12:30:15.1234567890"), "12:30:15.123456");
  EXPECT_EQ(Parsed("12:30:00."), "12:30:00");
  EXPECT_EQ(Parsed("23:59:59.999999"), "23:59:59.999999");
}

TEST(TimeOfDayTest, HalvesOfTheDay) {
  EXPECT_EQ(Parsed("12:30AM"), "00:30:00");
  EXPECT_EQ(Parsed("12:30  pM"), "12:30:00");
  EXPECT_EQ(Parsed("T1:30 PM"), "13:30:00");
  EXPECT_EQ(Parsed("12:30:00.5AM"), "00:30:00.5");
  for (const char* text : {"00:30 PM", "13:00 PM", "0:00 AM", "PM", "1PM", "12:30 P", "12:30 a"}) {
    EXPECT_EQ(Parsed(text), "none") << text;
  }
}

TEST(TimeOfDayTest, TextsThatAreNoTimes) {
  for (const char* text : {"", "6", "12:60", "24:00:00", "12:30:", "012:30", "-12:30", "t12:30",
                           "12:30 +01:00", "06:30:45Z", "2024-01-01 06:30:45", "12:30:00,5"}) {
    EXPECT_EQ(Parsed(text), "none") << text;
  }
}

TEST(TimeOfDayTest, DigitsAreOfTheType) {
  EXPECT_EQ(DdlOf(*TimeType()), "TIME(6)");
  EXPECT_EQ(DdlOf(*TimeType(3)), "TIME(3)");
  EXPECT_EQ(DdlOf(*arrow::time64(arrow::TimeUnit::MICRO)), "TIME(6)");
  EXPECT_TRUE(SameType(*TimeType(3), *TimeType(3)));
  EXPECT_FALSE(SameType(*TimeType(3), *TimeType()));
  EXPECT_TRUE(TimeType(3)->Equals(*TimeType()));
  EXPECT_EQ(TruncateTime(1'234'567, 3), 1'234'000);
  EXPECT_EQ(TruncateTime(1'234'567, 0), 1'000'000);
  EXPECT_EQ(TruncateTime(1'234'567, 6), 1'234'567);
}

}  // namespace
}  // namespace tarn
