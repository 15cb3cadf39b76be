#pragma once

#include <gtest/gtest.h>

#include "spark/connect/spark_error.h"

namespace tarn::connect {

/// \brief What Spark says in `status`, which must be of Spark.
inline const SparkError& ErrorOf(const Status& status) {
  static const SparkError kNone;
  EXPECT_NE(SparkErrorOf(status), nullptr) << status.ToString();
  return SparkErrorOf(status) == nullptr ? kNone : *SparkErrorOf(status);
}

}  // namespace tarn::connect
