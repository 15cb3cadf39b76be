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
  EXPECT_EQ(Common("MAP<INT, STRING>", "MAP<BIGINT, STRING>"), "MAP<BIGINT, STRING>");
  EXPECT_EQ(Common("MAP<INT, STRING>", "MAP<DATE, STRING>"), "none");
}

TEST(WiderType, GoesAsFarAsIsAllowed) {
  const auto wider = [](const std::string& left, const std::string& right, Widening widening) {
    const TypePtr type = WiderType(Type(left), Type(right), widening);
    return type == nullptr ? "none" : pipeline::DdlOf(*type);
  };
  EXPECT_EQ(wider("ARRAY<INT>", "ARRAY<STRING>", Widening::kAny), "ARRAY<BIGINT>");
  EXPECT_EQ(wider("ARRAY<INT>", "ARRAY<STRING>", Widening::kWithoutText), "none");
  EXPECT_EQ(wider("INT", "DECIMAL(2,1)", Widening::kWithoutText), "DECIMAL(11,1)");
  EXPECT_EQ(wider("INT", "DECIMAL(2,1)", Widening::kTightest), "none");
  EXPECT_EQ(wider("INT", "BIGINT", Widening::kTightest), "BIGINT");
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
  EXPECT_TRUE(CanCast(*Type("ARRAY<INT>"), *Type("ARRAY<STRING>")));
  EXPECT_FALSE(CanCast(*Type("ARRAY<DATE>"), *Type("ARRAY<INT>")));
  EXPECT_TRUE(CanCast(*Type("STRUCT<a: INT>"), *Type("STRUCT<b: STRING>")));
  EXPECT_FALSE(CanCast(*Type("STRUCT<a: INT, b: INT>"), *Type("STRUCT<a: INT>")));
  EXPECT_TRUE(CanCast(*Type("MAP<INT, INT>"), *Type("STRING")));
  EXPECT_FALSE(CanCast(*Type("STRING"), *Type("ARRAY<INT>")));
}

TEST(CanCastImplicitly, IsNarrower) {
  EXPECT_TRUE(CanCastImplicitly(*Type("STRING"), *Type("INT")));
  EXPECT_TRUE(CanCastImplicitly(*Type("INT"), *Type("STRING")));
  EXPECT_FALSE(CanCastImplicitly(*Type("INT"), *Type("TIMESTAMP")));
  EXPECT_FALSE(CanCastImplicitly(*Type("BOOLEAN"), *Type("INT")));
}

TEST(CastReadsClock, WhereThereMayBeATimeAndNoDay) {
  const auto reads = [](const char* from, const char* to) {
    return CastReadsClock(*Type(from), *Type(to));
  };
  EXPECT_TRUE(reads("STRING", "TIMESTAMP"));
  EXPECT_TRUE(reads("ARRAY<STRING>", "ARRAY<TIMESTAMP>"));
  EXPECT_TRUE(reads("TIME", "TIMESTAMP"));
  EXPECT_TRUE(reads("TIME", "TIMESTAMP_NTZ"));
  EXPECT_FALSE(reads("STRING", "TIMESTAMP_NTZ"));
  EXPECT_FALSE(reads("STRING", "DATE"));
  EXPECT_FALSE(reads("DATE", "TIMESTAMP"));
  EXPECT_FALSE(reads("BIGINT", "TIMESTAMP"));
  EXPECT_FALSE(reads("TIMESTAMP", "STRING"));
}

}  // namespace
}  // namespace tarn::plan
