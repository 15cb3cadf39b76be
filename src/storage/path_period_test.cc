#include "storage/path_period.h"

#include <gtest/gtest.h>

#include "storage/period_for_test.h"

namespace tarn::storage {
namespace {

TEST(PathPeriodTest, ByTheDatesInThePath) {
  const Period days = PeriodOf("2018-11-01", "2018-11-08");
  const auto is_of = [&](const std::string& path, const std::vector<std::string>& globs) {
    return IsOfPeriod(path, globs, days).ValueOrDie();
  };
  const std::string daily = "/raw/{yyyy}/{MM}/{dd}/*.json";
  EXPECT_TRUE(is_of("/raw/2018/11/07/a.json", {daily}));
  EXPECT_FALSE(is_of("/raw/2018/11/08/a.json", {daily}));
  EXPECT_FALSE(is_of("/raw/2018/11/07/a.csv", {daily}));
  EXPECT_FALSE(is_of("/other/2018/11/07/a.json", {daily}));
  EXPECT_TRUE(is_of("/raw/2018/11/all.json", {daily, "/raw/{yyyy}/{MM}/all.json"}));
  EXPECT_TRUE(is_of("s3://raw/log/2018-11-01.json", {"s3://raw/log/{yyyy}-{MM}-{dd}.json"}));
  EXPECT_FALSE(is_of("s3://raw/log/2018-10-31.json", {"s3://raw/log/{yyyy}-{MM}-{dd}.json"}));
}

}  // namespace
}  // namespace tarn::storage
