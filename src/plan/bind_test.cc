#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/test_pipeline.h"

namespace tarn::plan {
namespace {

TEST(Bind, SparkifyHasNoErrors) { EXPECT_EQ(SparkifyPipeline().Errors(), ""); }

}  // namespace
}  // namespace tarn::plan
