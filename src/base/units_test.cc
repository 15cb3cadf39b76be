#include "base/units.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(Units, Bytes) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(1234), "1.2 kB");
  EXPECT_EQ(FormatBytes(34'000'000), "34 MB");
  EXPECT_EQ(FormatBytes(999'999), "1.0 MB");
  EXPECT_EQ(FormatBytes(1'500'000'000), "1.5 GB");
}

TEST(Units, Counts) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-1234), "-1,234");
  EXPECT_EQ(FormatCount(1, "file"), "1 file");
  EXPECT_EQ(FormatCount(0, "file"), "0 files");
  EXPECT_EQ(FormatCount(1234, "file"), "1,234 files");
}

TEST(Units, DurationsFromText) {
  using std::chrono::seconds;
  EXPECT_EQ(ParseDuration("0s"), seconds(0));
  EXPECT_EQ(ParseDuration("90 s"), seconds(90));
  EXPECT_EQ(ParseDuration("10m"), seconds(600));
  EXPECT_EQ(ParseDuration("5 min"), seconds(300));
  EXPECT_EQ(ParseDuration("2h"), seconds(7200));
  for (const char* text : {"", "10", "m", "-1s", "1d", "1.5h", "1 m x", " 1s", "99999999999s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(Units, Durations) {
  EXPECT_EQ(FormatDuration(0.0008), "0.8 ms");
  EXPECT_EQ(FormatDuration(0.012), "12 ms");
  EXPECT_EQ(FormatDuration(1.239), "1.24 s");
  EXPECT_EQ(FormatDuration(185), "3 min 05 s");
  EXPECT_EQ(FormatDuration(7440), "2 h 04 min");
}

}  // namespace
}  // namespace tarn
