#include "values/interval.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace tarn {
namespace {

constexpr IntervalRange kHourToMinute = {IntervalField::kHour, IntervalField::kMinute};
constexpr IntervalRange kDays = {IntervalField::kDay, IntervalField::kDay};

TEST(IntervalTest, TypesHaveTheirFields) {
  const auto days = IntervalType(kDays), all = IntervalType(kDayToSecond);
  EXPECT_TRUE(days->Equals(*all));
  EXPECT_FALSE(SameType(*days, *all));
  EXPECT_TRUE(SameType(*days, *IntervalType(kDays)));
  EXPECT_EQ(IntervalRangeOf(*days), kDays);
  EXPECT_EQ(IntervalRangeOf(*arrow::duration(arrow::TimeUnit::MICRO)), kDayToSecond);
  EXPECT_EQ(IntervalRangeOf(*arrow::month_interval()), kYearToMonth);
  EXPECT_TRUE(IsYearMonthInterval(*IntervalType(kYearToMonth)));
  EXPECT_FALSE(IsInterval(*arrow::int64()));
  EXPECT_EQ(IntervalRangeText(WiderInterval(kDays, kHourToMinute)), "DAY TO MINUTE");
}

TEST(IntervalTest, TextOfExtremes) {
  EXPECT_EQ(SparkIntervalText(INT64_MIN, kDayToSecond),
            "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND");
  EXPECT_EQ(SparkIntervalText(INT64_MAX, kDayToSecond),
            "INTERVAL '106751991 04:00:54.775807' DAY TO SECOND");
  EXPECT_EQ(SparkIntervalText(INT32_MIN, kYearToMonth), "INTERVAL '-178956970-8' YEAR TO MONTH");
  EXPECT_EQ(SparkIntervalText(0, kDayToSecond), "INTERVAL '0 00:00:00' DAY TO SECOND");
}

TEST(IntervalTest, FieldsAreReadAsTheyAreWritten) {
  for (const int64_t value : {INT64_MIN, INT64_MAX, int64_t{-1}, int64_t{93'784'005'006}}) {
    int64_t read = 0;
    EXPECT_TRUE(ParseSparkInterval(SparkIntervalText(value, kDayToSecond), kDayToSecond, &read));
    EXPECT_EQ(read, value);
  }
}

TEST(IntervalTest, WhatIsNone) {
  int64_t value = 0;
  for (const char* text : {"", "-", "1", "1 24:00:00", "1 00:60:00", "1 00:00:60", "1 00:00",
                           "1 00:00:00.1234567890", "1  ", "a 00:00:00", "1 00:00:00x",
                           "106751991 04:00:54.775808", "INTERVAL '1' DAY", "INTERVAL 1"}) {
    EXPECT_FALSE(ParseSparkInterval(text, kDayToSecond, &value)) << text;
  }
  EXPECT_FALSE(ParseSparkInterval("1-12", kYearToMonth, &value));
  EXPECT_FALSE(ParseSparkInterval("178956970-8", kYearToMonth, &value));
}

TEST(IntervalTest, Units) {
  UnitInterval interval;
  EXPECT_EQ(ParseUnitInterval("3 weeks -1 day", &interval), UnitIntervalFault::kNone);
  EXPECT_EQ(SparkIntervalText(interval.value, interval.range), "INTERVAL '20' DAY");
  EXPECT_EQ(ParseUnitInterval("INTERVAL 1 YEAR 2 months", &interval), UnitIntervalFault::kNone);
  EXPECT_EQ(SparkIntervalText(interval.value, interval.range), "INTERVAL '1-2' YEAR TO MONTH");
  EXPECT_EQ(ParseUnitInterval("1 month 1 day", &interval), UnitIntervalFault::kMixed);
  EXPECT_EQ(ParseUnitInterval("1.5 days", &interval), UnitIntervalFault::kFraction);
  EXPECT_EQ(ParseUnitInterval("1 day 2", &interval), UnitIntervalFault::kFormat);
  EXPECT_EQ(ParseUnitInterval("", &interval), UnitIntervalFault::kFormat);
  EXPECT_EQ(ParseUnitInterval("1 fortnight", &interval), UnitIntervalFault::kFormat);
  EXPECT_EQ(ParseUnitInterval("106751992 days", &interval), UnitIntervalFault::kRange);
}

TEST(IntervalTest, CalendarsHaveMonthsAndDays) {
  CalendarInterval interval;
  ASSERT_TRUE(
      ParseCalendarInterval("interval 1 year 2 months -1 week 3 hours -1.5 seconds", &interval));
  EXPECT_EQ(interval.months, 14);
  EXPECT_EQ(interval.days, -7);
  EXPECT_EQ(interval.micros, 3 * 3600'000'000LL - 1'500'000);
  int64_t micros = 0;
  EXPECT_FALSE(interval.ToMicros(&micros));
  ASSERT_TRUE(ParseCalendarInterval("1 day 5 minutes", &interval));
  ASSERT_TRUE(interval.ToMicros(&micros));
  EXPECT_EQ(micros, 86'700'000'000LL);
  for (const char* text : {"", "x", "5", "5 minutes 1", "1.5 days", "2147483648 months"}) {
    EXPECT_FALSE(ParseCalendarInterval(text, &interval)) << text;
  }
}

}  // namespace
}  // namespace tarn
