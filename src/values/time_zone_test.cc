#include "values/time_zone.h"

#include <gtest/gtest.h>

#include "values/spark_datetime.h"
#include "values/spark_text.h"

namespace tarn {
namespace {

// The moment of a local time in a zone; "" when there is none.
std::string Moment(const std::string& text) {
  int64_t micros = 0;
  return ParseSparkTimestamp(text, &micros) ? SparkTimestampText(micros) : "";
}

TEST(TimeZoneTest, RegionsAndShortNames) {
  EXPECT_EQ(Moment("2020-07-01T12:00:00 Europe/Berlin"), "2020-07-01 10:00:00");
  EXPECT_EQ(Moment("2020-01-01T12:00:00 Europe/Berlin"), "2020-01-01 11:00:00");
  EXPECT_EQ(Moment("2020-07-01 12:00:00 CET"), "2020-07-01 10:00:00");
  EXPECT_EQ(Moment("2020-07-01 12:00:00PST"), "2020-07-01 19:00:00");
  EXPECT_EQ(Moment("2020-07-01 12:00:00 EST"), "2020-07-01 17:00:00");
  EXPECT_EQ(Moment("2020-07-01 12:00:00 BST"), "2020-07-01 06:00:00");
  EXPECT_EQ(Moment("2020-07-01 12:00:00.5  Asia/Kathmandu "), "2020-07-01 06:15:00.5");
  EXPECT_EQ(Moment("2020-07-01 12:00:00 GMT0"), "2020-07-01 12:00:00");
  EXPECT_EQ(Moment("2020-07-01 12:00:00 Etc/GMT+5"), "2020-07-01 17:00:00");
}

TEST(TimeZoneTest, TimesThatWereSkippedOrCameTwice) {
  EXPECT_EQ(Moment("2020-03-29 02:30:00 Europe/Berlin"), "2020-03-29 01:30:00");
  EXPECT_EQ(Moment("2020-10-25 02:30:00 Europe/Berlin"), "2020-10-25 00:30:00");
  EXPECT_EQ(Moment("2011-12-30 12:00:00 Pacific/Apia"), "2011-12-30 22:00:00");
}

TEST(TimeZoneTest, ClocksThereAndBack) {
  const TimeZone& berlin = *TimeZone::Find("Europe/Berlin");
  constexpr int64_t kSecond = 1'000'000, kHour = 3600 * kSecond;
  constexpr int64_t kSummer = 1'603'584'000 * kSecond;  // 2020-10-25 00:00:00Z
  EXPECT_EQ(berlin.ToLocal(kSummer) - kSummer, 2 * kHour);
  EXPECT_EQ(berlin.ToLocal(kSummer + kHour) - kSummer, 2 * kHour);
  // 02:00 comes twice; which one is told by the moment that it comes from.
  EXPECT_EQ(berlin.ToUtc(kSummer + 2 * kHour), kSummer);
  EXPECT_EQ(berlin.ToUtcNear(kSummer + 2 * kHour, kSummer + kHour), kSummer + kHour);
  EXPECT_EQ(berlin.AbbreviationAt(kSummer), "CEST");
  EXPECT_EQ(berlin.AbbreviationAt(kSummer + kHour), "CET");
  // Then LMT, and CEMT.
  EXPECT_EQ(berlin.AbbreviationAt(-62'135'596'800'000'000), "CET");
  EXPECT_EQ(berlin.AbbreviationAt(-776'561'400'000'000), "CEST");
}

TEST(TimeZoneTest, Offsets) {
  const auto offset = [](const char* name) {
    const TimeZone* zone = TimeZone::Find(name);
    return zone == nullptr ? INT64_MIN : zone->OffsetAt(0);
  };
  EXPECT_EQ(offset("Z"), 0);
  EXPECT_EQ(offset("UTC"), 0);
  EXPECT_EQ(offset("+2"), 7200);
  EXPECT_EQ(offset("-02:30"), -9000);
  EXPECT_EQ(offset("+0230"), 9000);
  EXPECT_EQ(offset("-2:5"), -7500);
  EXPECT_EQ(offset("UTC+01:02:03"), 3723);
  EXPECT_EQ(offset("+18"), 64'800);
  for (const char* none : {"", "+", "+18:01", "+2:", "+020", "+02:60", "2", "nonsense", "UTC2"}) {
    EXPECT_EQ(offset(none), INT64_MIN) << none;
  }
  EXPECT_TRUE(TimeZone::Utc().is_utc());
}

TEST(TimeZoneTest, BeforeAndAfterTheListedYears) {
  EXPECT_EQ(Moment("1800-07-01 12:00:00 Europe/Berlin"), "1800-07-01 11:06:32");
  EXPECT_EQ(Moment("2050-07-01 12:00:00 Europe/Berlin"), "2050-07-01 10:00:00");
  EXPECT_EQ(Moment("2100-07-01 12:00:00 America/New_York"), "2100-07-01 16:00:00");
  EXPECT_EQ(Moment("9999-12-31 12:00:00 America/New_York"), "9999-12-31 17:00:00");
}

TEST(TimeZoneTest, WhatIsNoName) {
  for (const std::string zone : {"europe/berlin", "CEST", "Nowhere/X", "ROC", "localtime",
                                 "posixrules", "posix/CET", "../CET", "", "/", "CET\t\tx"}) {
    int64_t offset = 0;
    EXPECT_FALSE(FindZoneOffset(zone, 0, &offset)) << zone;
  }
  EXPECT_EQ(Moment("2020-07-01 Europe/Berlin"), "");
}

TEST(TimeZoneTest, AZoneComesAfterSeconds) {
  for (const std::string text : {"2020-07-01 12:34+05:00", "2020-07-01T12:34Z", "2020-07-01 12 UTC",
                                 "2020-07-01 12:00 Europe/Berlin"}) {
    EXPECT_EQ(Moment(text), "") << text;
  }
  EXPECT_EQ(Moment("2020-07-01T12:34:5Z"), "2020-07-01 12:34:05");
}

}  // namespace
}  // namespace tarn
