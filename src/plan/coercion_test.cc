#include "plan/coercion.h"

#include <gtest/gtest.h>

#include "pipeline/ddl.h"
#include "plan/functions.h"

namespace tarn::plan {
namespace {

TypePtr Type(const std::string& ddl) { return pipeline::ParseDdlType(ddl).ValueOrDie(); }

std::string Common(const std::string& left, const std::string& right) {
  TypePtr common = CommonType(Type(left), Type(right));
  return common == nullptr ? "none" : pipeline::DdlOf(*common);
}

TEST(CommonType, IsSymmetric) {
  const std::vector<std::string> kTypes = {"BOOLEAN", "TINYINT", "SMALLINT",  "INT",
                                           "BIGINT",  "FLOAT",   "DOUBLE",    "DECIMAL(10,2)",
                                           "STRING",  "DATE",    "TIMESTAMP", "BINARY"};
  for (const std::string& left : kTypes) {
    for (const std::string& right : kTypes) {
      EXPECT_EQ(Common(left, right), Common(right, left)) << left << " " << right;
    }
  }
}

TEST(CommonType, FollowsAnsi) {
  EXPECT_EQ(Common("TINYINT", "BIGINT"), "BIGINT");
  EXPECT_EQ(Common("BIGINT", "FLOAT"), "DOUBLE");
  EXPECT_EQ(Common("FLOAT", "FLOAT"), "FLOAT");
  EXPECT_EQ(Common("DECIMAL(10,2)", "DOUBLE"), "DOUBLE");
  EXPECT_EQ(Common("DECIMAL(10,2)", "INT"), "DECIMAL(12,2)");
  EXPECT_EQ(Common("STRING", "INT"), "BIGINT");
  EXPECT_EQ(Common("STRING", "DECIMAL(10,2)"), "DOUBLE");
  EXPECT_EQ(Common("STRING", "TIMESTAMP"), "TIMESTAMP");
  EXPECT_EQ(Common("STRING", "BOOLEAN"), "BOOLEAN");
  EXPECT_EQ(Common("DATE", "TIMESTAMP"), "TIMESTAMP");
  EXPECT_EQ(Common("DATE", "INT"), "none");
  EXPECT_EQ(Common("BOOLEAN", "INT"), "none");
  EXPECT_EQ(Common("ARRAY<INT>", "ARRAY<BIGINT>"), "ARRAY<BIGINT>");
  EXPECT_EQ(Common("ARRAY<INT>", "INT"), "none");
}

TEST(WiderDecimal, KeepsTheDigitsBeforeThePoint) {
  EXPECT_EQ(Common("DECIMAL(38,37)", "DECIMAL(10,0)"), "DECIMAL(38,28)");
  EXPECT_EQ(Common("DECIMAL(38,0)", "DECIMAL(38,38)"), "DECIMAL(38,0)");
}

TEST(BoundedDecimal, KeepsSixDigitsAfterThePoint) {
  EXPECT_EQ(pipeline::DdlOf(*BoundedDecimal(38, 10)), "DECIMAL(38,10)");
  EXPECT_EQ(pipeline::DdlOf(*BoundedDecimal(77, 36)), "DECIMAL(38,6)");
  EXPECT_EQ(pipeline::DdlOf(*BoundedDecimal(40, 10)), "DECIMAL(38,8)");
  EXPECT_EQ(pipeline::DdlOf(*BoundedDecimal(42, 2)), "DECIMAL(38,2)");
}

TEST(CanCast, FollowsAnsi) {
  EXPECT_TRUE(CanCast(*Type("STRING"), *Type("TIMESTAMP")));
  EXPECT_TRUE(CanCast(*Type("TIMESTAMP"), *Type("BIGINT")));
  EXPECT_FALSE(CanCast(*Type("DATE"), *Type("INT")));
  EXPECT_FALSE(CanCast(*Type("BOOLEAN"), *Type("DATE")));
  EXPECT_TRUE(CanCast(*Type("STRING"), *Type("BINARY")));
  EXPECT_FALSE(CanCast(*Type("INT"), *Type("BINARY")));
  EXPECT_FALSE(CanCast(*Type("ARRAY<INT>"), *Type("INT")));
}

TEST(CanCastImplicitly, IsNarrower) {
  EXPECT_TRUE(CanCastImplicitly(*Type("STRING"), *Type("INT")));
  EXPECT_TRUE(CanCastImplicitly(*Type("INT"), *Type("STRING")));
  EXPECT_FALSE(CanCastImplicitly(*Type("INT"), *Type("TIMESTAMP")));
  EXPECT_FALSE(CanCastImplicitly(*Type("BOOLEAN"), *Type("INT")));
}

}  // namespace
}  // namespace tarn::plan
