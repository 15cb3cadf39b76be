// The expectations were recorded from Spark 4.3's JSON reader (dateFormat, timestampFormat) and its
// CAST to a string, time zone UTC.
#include "values/datetime_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "values/spark_datetime.h"
#include "values/spark_text.h"

namespace tarn {
namespace {

using Use = DatetimePattern::Use;

struct Answer {
  const char* pattern;
  const char* text;
  const char* value;  ///< empty: the text does not fit
};

constexpr Answer kDates[] = {
    {"dd/MM/yyyy", "21/11/2018", "2018-11-21"},
    {"dd/MM/yyyy", "1/2/2018", ""},
    {"dd/MM/yyyy", " 21/11/2018", ""},
    {"dd/MM/yyyy", "21/11/2018 ", ""},
    {"dd/MM/yyyy", "21/11/12018", ""},
    {"dd/MM/yyyy", "21/11/+12018", "+12018-11-21"},
    {"dd/MM/yyyy", "21/11/-2018", "-2018-11-21"},
    {"dd/MM/yyyy", "29/02/2019", ""},
    {"dd/MM/yyyy", "2018-11-21", ""},
    {"dd/MM/yyyy", "", ""},
    {"d/M/y", "1/2/2018", "2018-02-01"},
    {"d/M/y", "01/02/18", "0018-02-01"},
    {"d/M/y", "1/2/-5", "-0005-02-01"},
    {"d/M/y", "1/2/+5", ""},
    {"d/M/y", "1/2/12018", "+12018-02-01"},
    {"d/M/y", "-1/2/2018", ""},
    {"d/M/y", "1/2/5881580", "+5881580-02-01"},
    {"d/M/y", "1/7/5881581", ""},
    {"d/M/y", "1/1/999999999", ""},
    {"d/M/y", "1/2/-0", ""},
    {"d/M/y", "1/2/0", "0000-02-01"},
    {"yyMMdd", "181121", "2018-11-21"},
    {"yyMMdd", "991231", "2099-12-31"},
    {"yyMMdd", "18112", ""},
    {"yyMMdd", "1811211", ""},
    {"yyyyMMdd", "20181121", "2018-11-21"},
    {"yyyyMMdd", "120181121", ""},
    {"yyyyMMdd", "+120181121", "+12018-11-21"},
    {"yyyyMMdd", "-20181121", "-2018-11-21"},
    {"yMMdd", "20181121", "2018-11-21"},
    {"yMMdd", "181121", "0018-11-21"},
    {"yMMdd", "1121", ""},
    {"dd MMM yyyy", "21 Nov 2018", "2018-11-21"},
    {"dd MMM yyyy", "21 nov 2018", "2018-11-21"},
    {"dd MMM yyyy", "21 NOVEMBER 2018", ""},
    {"dd MMM yyyy", "21 Xyz 2018", ""},
    {"dd MMMM yyyy", "21 November 2018", "2018-11-21"},
    {"dd MMMM yyyy", "21 Nov 2018", ""},
    {"dd LLLL yyyy", "21 november 2018", "2018-11-21"},
    {"yyyy-DDD", "2018-325", "2018-11-21"},
    {"yyyy-DDD", "2018-366", ""},
    {"yyyy-DDD", "2020-366", "2020-12-31"},
    {"yyyy-DDD", "2018-5", ""},
    {"yyyy-DDD", "2018-000", ""},
    {"yyyy-DD", "2018-325", "2018-11-21"},
    {"yyyy-DD", "2018-05", "2018-01-05"},
    {"yyyy-DD", "2018-5", ""},
    {"yyyy-D", "2018-5", "2018-01-05"},
    {"yyyy-D", "2018-400", ""},
    {"DDD", "040", "1970-02-09"},
    {"yyyy-MM-dd DDD", "2018-11-21 325", "2018-11-21"},
    {"yyyy-MM-dd DDD", "2018-11-21 324", ""},
    {"yyyy-MM-dd'T'HH:mm", "2018-11-21T10:11", "2018-11-21"},
    {"yyyy-MM-dd'T'HH:mm", "2018-11-21t10:11", "2018-11-21"},
    {"yyyy-MM-dd'T'HH:mm", "2018-11-21T25:11", ""},
    {"yyyy-MM-dd'T'HH:mm", "2018-11-21T10:60", ""},
    {"yyyy[-MM[-dd]]", "2018", "2018-01-01"},
    {"yyyy[-MM[-dd]]", "2018-11", "2018-11-01"},
    {"yyyy[-MM[-dd]]", "2018-11-21", "2018-11-21"},
    {"yyyy[-MM[-dd]]", "2018-", ""},
    {"yyyy[-MM[-dd]]", "2018-11-", ""},
    {"yyyy-MM-dd[", "2018-11-21", "2018-11-21"},
    {"MM-dd", "11-21", "1970-11-21"},
    {"MM-dd", "02-29", ""},
    {"yyyy-MM-dd G", "2018-11-21 AD", "2018-11-21"},
    {"yyyy-MM-dd G", "0005-01-01 BC", "-0004-01-01"},
    {"yyyy-MM-dd G", "0005-01-01 bc", "-0004-01-01"},
    {"yyyy-MM-dd G", "0000-01-01 AD", ""},
    {"yyyy GGGG", "2018 Anno Domini", "2018-01-01"},
    {"yyyy GGGG", "2018 AD", ""},
    {"yyyyyy-MM-dd", "002018-11-21", "2018-11-21"},
    {"yyyyyy-MM-dd", "2018-11-21", ""},
    {"yyyyyy-MM-dd", "+1002018-11-21", "+1002018-11-21"},
    {"yyyy-MM-dd", "2018-11-21", "2018-11-21"},
    {"yyyy-MM-dd", "2018-1-1", ""},
    {"yyyy-MM-dd", "1541", ""},
    {"yyyy-MM-dd", "2018-11-21T00:00", ""},
    {"yyyy-MM-dd", " 2018-11-21", ""},
    {"'d'ddMMyyyy''", "d21112018'", "2018-11-21"},
    {"'d'ddMMyyyy''", "D21112018'", "2018-11-21"},
    {"y y", "2018 2018", "2018-01-01"},
    {"y y", "2018 2019", ""},
    {"yyyy MM M dd", "2018 11 11 21", "2018-11-21"},
    {"yyyy MM M dd", "2018 11 10 21", ""},
};

constexpr Answer kTimestamps[] = {
    {"yyyy-MM-dd HH:mm:ss.SSS", "2018-11-21 10:11:12.5", "2018-11-21 10:11:12.5"},
    {"yyyy-MM-dd HH:mm:ss.SSS", "2018-11-21 10:11:12.567", "2018-11-21 10:11:12.567"},
    {"yyyy-MM-dd HH:mm:ss.SSS", "2018-11-21 10:11:12.5678", ""},
    {"yyyy-MM-dd HH:mm:ss.SSS", "2018-11-21 10:11:12.", ""},
    {"yyyy-MM-dd HH:mm:ss.SSS", "2018-11-21 10:11:12", ""},
    {"yyyy-MM-dd HH:mm:ss.SSS'Z'", "2018-11-21 10:11:12.5Z", "2018-11-21 10:11:12.5"},
    {"yyyy-MM-dd HH:mm:ss.SSS'Z'", "2018-11-21 10:11:12.Z", ""},
    {"yyyy-MM-dd HH:mm:ss.SSS'Z'", "2018-11-21 10:11:12.5z", "2018-11-21 10:11:12.5"},
    {"yyyyMMddHHmmssSSS", "20181121101112567", ""},
    {"yyyyMMddHHmmssSSS", "201811211011125", ""},
    {"yyyyMMddHHmmssSSS", "20181121101112", ""},
    {"HHmmssS", "1011125", "1970-01-01 10:11:12.5"},
    {"HHmmssS", "10111256", ""},
    {"HHmmssS", "101112", ""},
    {"HmmssS", "1011125", "1970-01-01 10:11:12.5"},
    {"HmmssS", "91112567", ""},
    {"yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2018-11-21 10:11:12.123456789",
     "2018-11-21 10:11:12.123456"},
    {"yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "1969-12-31 23:59:59.999999999",
     "1969-12-31 23:59:59.999999"},
    {"hh:mm a", "09:56 PM", "1970-01-01 21:56:00"},
    {"hh:mm a", "12:00 am", "1970-01-01 00:00:00"},
    {"hh:mm a", "13:00 PM", ""},
    {"hh:mm a", "00:10 AM", ""},
    {"hh:mm a", "09:56 pm", "1970-01-01 21:56:00"},
    {"hh:mm", "09:56", "1970-01-01 09:56:00"},
    {"hh:mm", "12:10", "1970-01-01 00:10:00"},
    {"KK:mm", "11:10", "1970-01-01 11:10:00"},
    {"KK:mm", "12:10", ""},
    {"kk:mm", "24:10", "1970-01-01 00:10:00"},
    {"kk:mm", "00:10", ""},
    {"kk:mm", "25:10", ""},
    {"a", "PM", "1970-01-01 12:00:00"},
    {"a", "AM", "1970-01-01 00:00:00"},
    {"HH:mm a", "13:10 PM", "1970-01-01 13:10:00"},
    {"HH:mm a", "13:10 AM", ""},
    {"HH hh", "13 01", "1970-01-01 13:00:00"},
    {"HH hh", "13 02", ""},
    {"H h a", "13 1 PM", "1970-01-01 13:00:00"},
    {"H h a", "13 1 AM", ""},
    {"HH ss", "10 11", "1970-01-01 10:00:11"},
    {"mm", "11", "1970-01-01 00:11:00"},
    {"SSS", "123", "1970-01-01 00:00:00.123"},
    {"dd/MM/yyyy", "21/11/2018", "2018-11-21 00:00:00"},
    {"yyyy-MM-dd HH:mm:ss XXX", "2018-11-21 24:00:00 +02:00", ""},
    {"yyyy-MM-dd HH:mm:ss XXX", "2018-11-21 10:11:60 +02:00", ""},
    {"yyyy-MM-dd HH:mm:ss XXX", "292277-01-01 10:11:12 Z", ""},
    {"yyyy-MM-dd HH:mm:ss XXX", "-290308-01-01 00:00:00 Z", ""},
    {"yyyy-MM-dd HH:mm:ss XXX", "+294247-01-10 04:00:54 Z", "+294247-01-10 04:00:54"},
    {"yyyy-MM-dd HH:mm:ss XXX", "+294247-01-10 04:00:55 Z", ""},
};

// What follows `2018-11-21 10:11`.
constexpr const char* kOffsets[] = {
    "Z",      "z",      "+02",    "+0230",  "+02:30", "+023015",   "+02:30:15", "-08:00",
    "+00",    "+0000",  "+00:00", "GMT",    "GMT+2",  "GMT+02:30", "GMT+2:30",  "gmt+02:30:15",
    "+18:00", "+19:00", "+18:01", "+24:00", "",       "UTC",       "+2"};

struct OffsetAnswer {
  const char* letters;
  std::vector<std::pair<std::string, std::string>> fitting;  ///< of kOffsets, and the moment
};

const OffsetAnswer kOffsetAnswers[] = {
    {"X",
     {{"Z", "2018-11-21 10:11:00"},
      {"z", "2018-11-21 10:11:00"},
      {"+02", "2018-11-21 08:11:00"},
      {"+0230", "2018-11-21 07:41:00"},
      {"+00", "2018-11-21 10:11:00"},
      {"+0000", "2018-11-21 10:11:00"}}},
    {"XX",
     {{"Z", "2018-11-21 10:11:00"},
      {"z", "2018-11-21 10:11:00"},
      {"+0230", "2018-11-21 07:41:00"},
      {"+0000", "2018-11-21 10:11:00"}}},
    {"XXX",
     {{"Z", "2018-11-21 10:11:00"},
      {"z", "2018-11-21 10:11:00"},
      {"+02:30", "2018-11-21 07:41:00"},
      {"-08:00", "2018-11-21 18:11:00"},
      {"+00:00", "2018-11-21 10:11:00"},
      {"+18:00", "2018-11-20 16:11:00"}}},
    {"XXXX",
     {{"Z", "2018-11-21 10:11:00"},
      {"z", "2018-11-21 10:11:00"},
      {"+0230", "2018-11-21 07:41:00"},
      {"+023015", "2018-11-21 07:40:45"},
      {"+0000", "2018-11-21 10:11:00"}}},
    {"XXXXX",
     {{"Z", "2018-11-21 10:11:00"},
      {"z", "2018-11-21 10:11:00"},
      {"+02:30", "2018-11-21 07:41:00"},
      {"+02:30:15", "2018-11-21 07:40:45"},
      {"-08:00", "2018-11-21 18:11:00"},
      {"+00:00", "2018-11-21 10:11:00"},
      {"+18:00", "2018-11-20 16:11:00"}}},
    {"x",
     {{"+02", "2018-11-21 08:11:00"},
      {"+0230", "2018-11-21 07:41:00"},
      {"+00", "2018-11-21 10:11:00"}}},
    {"xx", {{"+0230", "2018-11-21 07:41:00"}, {"+0000", "2018-11-21 10:11:00"}}},
    {"xxx",
     {{"+02:30", "2018-11-21 07:41:00"},
      {"-08:00", "2018-11-21 18:11:00"},
      {"+00:00", "2018-11-21 10:11:00"},
      {"+18:00", "2018-11-20 16:11:00"}}},
    {"xxxx",
     {{"+0230", "2018-11-21 07:41:00"},
      {"+023015", "2018-11-21 07:40:45"},
      {"+0000", "2018-11-21 10:11:00"}}},
    {"xxxxx",
     {{"+02:30", "2018-11-21 07:41:00"},
      {"+02:30:15", "2018-11-21 07:40:45"},
      {"-08:00", "2018-11-21 18:11:00"},
      {"+00:00", "2018-11-21 10:11:00"},
      {"+18:00", "2018-11-20 16:11:00"}}},
    {"Z", {{"+0230", "2018-11-21 07:41:00"}, {"+0000", "2018-11-21 10:11:00"}}},
    {"ZZ", {{"+0230", "2018-11-21 07:41:00"}, {"+0000", "2018-11-21 10:11:00"}}},
    {"ZZZ", {{"+0230", "2018-11-21 07:41:00"}, {"+0000", "2018-11-21 10:11:00"}}},
    {"ZZZZ",
     {{"GMT", "2018-11-21 10:11:00"},
      {"GMT+02:30", "2018-11-21 07:41:00"},
      {"gmt+02:30:15", "2018-11-21 07:40:45"}}},
    {"ZZZZZ",
     {{"Z", "2018-11-21 10:11:00"},
      {"z", "2018-11-21 10:11:00"},
      {"+02:30", "2018-11-21 07:41:00"},
      {"+02:30:15", "2018-11-21 07:40:45"},
      {"-08:00", "2018-11-21 18:11:00"},
      {"+00:00", "2018-11-21 10:11:00"},
      {"+18:00", "2018-11-20 16:11:00"}}},
    {"O",
     {{"GMT", "2018-11-21 10:11:00"},
      {"GMT+2", "2018-11-21 08:11:00"},
      {"GMT+02:30", "2018-11-21 07:41:00"},
      {"GMT+2:30", "2018-11-21 07:41:00"},
      {"gmt+02:30:15", "2018-11-21 07:40:45"}}},
    {"OOOO",
     {{"GMT", "2018-11-21 10:11:00"},
      {"GMT+02:30", "2018-11-21 07:41:00"},
      {"gmt+02:30:15", "2018-11-21 07:40:45"}}},
};

std::string DateText(const DatetimePattern& pattern, std::string_view text) {
  int32_t days = 0;
  return pattern.ParseDate(text, &days) ? SparkDateText(days) : "";
}

std::string TimestampText(const DatetimePattern& pattern, std::string_view text) {
  int64_t micros = 0;
  return pattern.ParseTimestamp(text, &micros) ? SparkTimestampText(micros) : "";
}

DatetimePattern PatternOf(std::string_view text) {
  return DatetimePattern::Make(text, Use::kParse).ValueOrDie();
}

TEST(DatetimePatternTest, ParsesDatesAsSparkDoes) {
  for (const Answer& answer : kDates) {
    EXPECT_EQ(DateText(PatternOf(answer.pattern), answer.text), answer.value)
        << answer.pattern << " of " << answer.text;
  }
}

TEST(DatetimePatternTest, ParsesTimestampsAsSparkDoes) {
  for (const Answer& answer : kTimestamps) {
    EXPECT_EQ(TimestampText(PatternOf(answer.pattern), answer.text), answer.value)
        << answer.pattern << " of " << answer.text;
  }
}

TEST(DatetimePatternTest, ParsesOffsetsAsSparkDoes) {
  for (const OffsetAnswer& answer : kOffsetAnswers) {
    const DatetimePattern pattern = PatternOf(std::string("yyyy-MM-dd HH:mm") + answer.letters);
    std::vector<std::pair<std::string, std::string>> fitting;
    for (const char* offset : kOffsets) {
      std::string text = TimestampText(pattern, std::string("2018-11-21 10:11") + offset);
      if (!text.empty()) fitting.emplace_back(offset, std::move(text));
    }
    EXPECT_EQ(fitting, answer.fitting) << answer.letters;
  }
}

TEST(DatetimePatternTest, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"yyyy-MM-dd 'unclosed",
                           "'",
                           "yyyy-MM-dd]",
                           "[yyyy]]",
                           "YYYY-MM-dd",
                           "uuuu-MM-dd",
                           "yyyyyyy-MM-dd",
                           "yyyy-MM-dd{}",
                           "yyyy#MM",
                           "yyyy-MM-dd q",
                           "EEE, dd MMM",
                           "abc",
                           "MMMMM",
                           "ddd",
                           "HHH",
                           "DDDD",
                           "aa",
                           "SSSSSSSSSS",
                           "XXXXXX",
                           "ZZZZZZ",
                           "OO",
                           "V",
                           "zzzzz",
                           "GGGGG"}) {
    const Status status = DatetimePattern::Make(text, Use::kParse).status();
    EXPECT_TRUE(status.IsInvalid()) << text;
    EXPECT_THAT(MessageOf(status), testing::HasSubstr(text));
  }
  EXPECT_EQ(MessageOf(DatetimePattern::Make("yyyy-MM-dd hh:mm B", Use::kParse).status()),
            "unsupported in the pattern 'yyyy-MM-dd hh:mm B': B");
}

TEST(DatetimePatternTest, Formats) {
  std::string text;
  DatetimePattern::Make("yyyy-MM-dd['T'HH:mm:ss.SSS] E", Use::kFormat)
      .ValueOrDie()
      .Format(1542837407796000, &text);
  EXPECT_EQ(text, "2018-11-21T21:56:47.796 Wed");
  EXPECT_TRUE(DatetimePattern::Make("yyyy-MM-dd B", Use::kFormat).status().IsInvalid());
}

TEST(DatetimePatternTest, FarthestMomentsAreReadBothWays) {
  const DatetimePattern pattern = PatternOf("yyyy-MM-dd HH:mm:ss.SSSSSS");
  for (const int64_t moment : {INT64_MIN + 1'000'000, INT64_MAX}) {
    const std::string text = SparkTimestampText(moment);
    int64_t micros = 0;
    EXPECT_TRUE(pattern.ParseTimestamp(text, &micros)) << text;
    EXPECT_EQ(micros, moment);
    EXPECT_TRUE(ParseSparkTimestamp(text, &micros)) << text;
    EXPECT_EQ(micros, moment);
  }
  int64_t micros = 0;
  EXPECT_FALSE(ParseSparkTimestamp("+294247-01-10 04:00:54.775808", &micros));
  EXPECT_FALSE(pattern.ParseTimestamp("+294247-01-10 04:00:54.775808", &micros));
}

}  // namespace
}  // namespace tarn
