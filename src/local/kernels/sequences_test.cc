#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/diagnostic.h"
#include "local/kernels/kernel.h"
#include "plan/functions.h"
#include "values/calendar.h"
#include "values/spark_datetime.h"
#include "values/spark_text.h"

namespace tarn::local {
namespace {

using ::testing::HasSubstr;

int32_t Day(const char* text) {
  int32_t days = 0;
  EXPECT_TRUE(ParseSparkDate(text, &days)) << text;
  return days;
}

// The days of sequence(start, stop, step), or the error.
std::string Days(const char* start, const char* stop, const arrow::Datum& step) {
  plan::Expr call;
  call.type = arrow::list(arrow::date32());
  const Kernel kernel = FindKernel(*plan::FindFunction("sequence"));
  const auto days = [](const char* text) {
    return arrow::Datum(std::make_shared<arrow::Date32Scalar>(Day(text)));
  };
  const auto result = kernel.call({.num_rows = 1, .call = &call}, {days(start), days(stop), step});
  if (!result.ok()) return MessageOf(result.status());
  const auto lists = std::static_pointer_cast<arrow::ListArray>(result->make_array());
  EXPECT_TRUE(lists->ValidateFull().ok());
  const auto& values = static_cast<const arrow::Date32Array&>(*lists->values());
  std::string text;
  for (int64_t i = 0; i < values.length(); ++i) text += SparkDateText(values.Value(i)) + " ";
  return text;
}

std::string ByMonths(const char* start, const char* stop, int32_t months) {
  return Days(start, stop, arrow::Datum(std::make_shared<arrow::MonthIntervalScalar>(months)));
}

std::string ByHours(const char* start, const char* stop, int64_t hours) {
  return Days(start, stop,
              arrow::Datum(std::make_shared<arrow::DurationScalar>(
                  hours * kMicrosPerDay / 24, arrow::duration(arrow::TimeUnit::MICRO))));
}

// Answers of Spark 4.3.
TEST(Sequences, OfDaysByIntervals) {
  EXPECT_EQ(ByMonths("2018-01-31", "2018-05-31", 1),
            "2018-01-31 2018-02-28 2018-03-31 2018-04-30 2018-05-31 ");
  EXPECT_EQ(ByMonths("2018-01-31", "2017-10-31", -1),
            "2018-01-31 2017-12-31 2017-11-30 2017-10-31 ");
  EXPECT_EQ(ByMonths("2016-02-29", "2020-02-29", 12),
            "2016-02-29 2017-02-28 2018-02-28 2019-02-28 2020-02-29 ");
  EXPECT_EQ(ByMonths("1582-10-31", "1583-01-31", 1),
            "1582-10-31 1582-11-30 1582-12-31 1583-01-31 ");
  EXPECT_EQ(ByHours("2018-01-01", "2018-01-10", 72),
            "2018-01-01 2018-01-04 2018-01-07 2018-01-10 ");
  EXPECT_EQ(ByHours("2018-01-01", "2018-01-03", 36), "2018-01-01 2018-01-02 ");
  EXPECT_EQ(ByHours("2018-01-05", "2018-01-01", -48), "2018-01-05 2018-01-03 2018-01-01 ");
}

TEST(Sequences, StepsThatLeadNowhereAreErrors) {
  EXPECT_THAT(ByHours("2018-01-05", "2018-01-01", 48), HasSubstr("ILLEGAL_SEQUENCE_BOUNDARIES"));
  EXPECT_THAT(ByHours("2018-01-01", "2018-01-02", 12), HasSubstr("ILLEGAL_SEQUENCE_STEP"));
  EXPECT_EQ(ByMonths("2018-01-01", "2018-01-02", std::numeric_limits<int32_t>::max()),
            "2018-01-01 ");
}

}  // namespace
}  // namespace tarn::local
