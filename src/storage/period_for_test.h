#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "base/period.h"
#include "values/spark_datetime.h"

namespace tarn::storage {

/// \brief Between two times as Spark reads them; without end when `until` is "".
inline Period PeriodOf(std::string_view since, std::string_view until) {
  Period period;
  EXPECT_TRUE(ParseSparkTimestamp(since, &period.begin_us));
  if (!until.empty()) EXPECT_TRUE(ParseSparkTimestamp(until, &period.end_us));
  return period;
}

}  // namespace tarn::storage
