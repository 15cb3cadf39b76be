#include "local/scan/match_bounds.h"

#include <arrow/scalar.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tarn::local {
namespace {

using BoundsOp = json::Comparison::Op;

// Whether `value` may pass `bounds op value`.
template <class T>
bool May(T min, T max, BoundsOp op, T value) {
  lake::ColumnBounds bounds;
  bounds.min = arrow::MakeScalar(min);
  bounds.max = arrow::MakeScalar(max);
  bounds.may_be_null = false;
  return MayMatch({{{{0, op, arrow::MakeScalar(value)}}}}, {bounds});
}

TEST(MatchBoundsTest, ComparesWithTheBounds) {
  const auto may = [](BoundsOp op, int32_t value) { return May<int32_t>(3, 5, op, value); };
  EXPECT_FALSE(may(BoundsOp::kEq, 2));
  EXPECT_TRUE(may(BoundsOp::kEq, 3));
  EXPECT_TRUE(may(BoundsOp::kEq, 5));
  EXPECT_FALSE(may(BoundsOp::kEq, 6));
  EXPECT_FALSE(may(BoundsOp::kLt, 3));
  EXPECT_TRUE(may(BoundsOp::kLt, 4));
  EXPECT_TRUE(may(BoundsOp::kLe, 3));
  EXPECT_FALSE(may(BoundsOp::kLe, 2));
  EXPECT_FALSE(may(BoundsOp::kGt, 5));
  EXPECT_TRUE(may(BoundsOp::kGt, 4));
  EXPECT_TRUE(may(BoundsOp::kGe, 5));
  EXPECT_FALSE(may(BoundsOp::kGe, 6));
  EXPECT_TRUE(may(BoundsOp::kNe, 4));
  EXPECT_FALSE(May<int32_t>(4, 4, BoundsOp::kNe, 4));
  EXPECT_TRUE(May<int32_t>(4, 4, BoundsOp::kNe, 5));
}

TEST(MatchBoundsTest, TextsAreComparedByTheirBytes) {
  const std::string umlaut = "\xC3\xA4";
  EXPECT_TRUE(May<std::string>("a", umlaut, BoundsOp::kGt, "z"));
  EXPECT_FALSE(May<std::string>("a", "b", BoundsOp::kEq, umlaut));
}

// NaN is in no bounds, and greater than all that is.
TEST(MatchBoundsTest, NanMayBeAnywhere) {
  EXPECT_TRUE(May(1.0, 2.0, BoundsOp::kGt, 5.0));
  EXPECT_TRUE(May(1.0, 2.0, BoundsOp::kGe, 5.0));
  EXPECT_TRUE(May(1.0, 1.0, BoundsOp::kNe, 1.0));
  EXPECT_TRUE(May(1.0, 2.0, BoundsOp::kEq, std::nan("")));
  EXPECT_FALSE(May(1.0, 2.0, BoundsOp::kEq, 5.0));
  EXPECT_FALSE(May(1.0, 2.0, BoundsOp::kLt, 1.0));
  EXPECT_TRUE(May(0.0, 0.0, BoundsOp::kEq, -0.0));
}

TEST(MatchBoundsTest, Nulls) {
  lake::ColumnBounds bounds;
  const json::RowFilter is_null{{{{0, BoundsOp::kIsNull, nullptr}}}};
  const json::RowFilter is_not_null{{{{0, BoundsOp::kIsNotNull, nullptr}}}};
  const json::RowFilter is_one{{{{0, BoundsOp::kEq, arrow::MakeScalar(int32_t{1})}}}};
  EXPECT_TRUE(MayMatch(is_null, {bounds}));
  EXPECT_TRUE(MayMatch(is_not_null, {bounds}));
  EXPECT_TRUE(MayMatch(is_one, {bounds}));
  bounds.is_all_null = true;
  EXPECT_TRUE(MayMatch(is_null, {bounds}));
  EXPECT_FALSE(MayMatch(is_not_null, {bounds}));
  EXPECT_FALSE(MayMatch(is_one, {bounds}));
  bounds = {nullptr, nullptr, false, false};
  EXPECT_FALSE(MayMatch(is_null, {bounds}));
  EXPECT_TRUE(MayMatch({}, {bounds}));
}

TEST(MatchBoundsTest, BoundsOfOtherTypesSayNothing) {
  lake::ColumnBounds bounds;
  bounds.min = bounds.max = arrow::MakeScalar(int64_t{7});
  EXPECT_TRUE(MayMatch({{{{0, BoundsOp::kEq, arrow::MakeScalar(int32_t{1})}}}}, {bounds}));
}

}  // namespace
}  // namespace tarn::local
