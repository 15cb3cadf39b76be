#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "local/aggregates/accumulator.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions.h"

// sum, avg, min, max and count of whole numbers and decimals against 256-bit arithmetic.
namespace tarn::local {
namespace {

using arrow::Decimal256;

constexpr uint32_t kNumGroups = 5;  // the last one is without values

// What a group's values come to.
struct Reference {
  Decimal256 sum;
  bool overflows = false;  // on the way to the sum
  int64_t count = 0;
  std::optional<Decimal256> least;
  std::optional<Decimal256> greatest;

  void Add(const Decimal256& value, bool is_decimal) {
    sum += value;
    Decimal256 limit(1);
    limit <<= is_decimal ? 127 : 63;
    overflows = overflows || sum >= limit || sum < Decimal256(-limit);
    ++count;
    if (!least.has_value() || value < *least) least = value;
    if (!greatest.has_value() || value > *greatest) greatest = value;
  }
};

class ExactAggregates : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    type_ = pipeline::ParseDdlType(GetParam()).ValueOrDie();
    is_decimal_ = type_->id() == arrow::Type::DECIMAL128;
  }

  static int ScaleOf(const arrow::DataType& type) {
    if (type.id() != arrow::Type::DECIMAL128) return 0;
    return static_cast<const arrow::DecimalType&>(type).scale();
  }

  // Of any magnitude that the type has.
  Decimal256 RandomValue() {
    const int digits = is_decimal_ ? static_cast<const arrow::DecimalType&>(*type_).precision() : 0;
    Decimal256 value(static_cast<int64_t>(random_() >> 1));
    if (is_decimal_) {
      value = Decimal256(value * Decimal256(static_cast<int64_t>(random_() >> 1)) %
                         Decimal256(Decimal256(1).IncreaseScaleBy(1 + random_() % digits)));
    } else {
      const int bits =
          arrow::internal::checked_cast<const arrow::FixedWidthType&>(*type_).bit_width();
      value >>= 64 - bits + random_() % (bits - 1);
    }
    return random_() % 2 == 0 ? value : Decimal256(-value);
  }

  // A batch of rows, some NULL, that begins within its buffers; counted in `references`.
  GroupedRows RandomRows(std::vector<Reference>* references) {
    const int num_rows = 40 + static_cast<int>(random_() % 40), num_before = random_() % 3;
    const bool has_nulls = random_() % 2 == 0;
    arrow::Decimal128Builder values(arrow::decimal128(38, is_decimal_ ? ScaleOf(*type_) : 0));
    arrow::UInt32Builder groups;
    for (int row = 0; row < num_rows; ++row) {
      const Decimal256 value = RandomValue();
      const uint32_t group = random_() % (kNumGroups - 1);
      const bool is_null = has_nulls && random_() % 4 == 0;
      const auto words = value.little_endian_array();
      const arrow::Decimal128 narrow(static_cast<int64_t>(words[1]), words[0]);
      EXPECT_TRUE((is_null ? values.AppendNull() : values.Append(narrow)).ok());
      EXPECT_TRUE(groups.Append(group).ok());
      if (row >= num_before && !is_null) (*references)[group].Add(value, is_decimal_);
    }
    GroupedRows rows;
    const auto column = arrow::compute::Cast(*values.Finish().ValueOrDie(), type_).ValueOrDie();
    rows.args = {column->Slice(num_before)};
    rows.groups = std::static_pointer_cast<arrow::UInt32Array>(
        groups.Finish().ValueOrDie()->Slice(num_before));
    rows.num_groups = kNumGroups;
    return rows;
  }

  plan::AggregateCall CallOf(const std::string& function) const {
    plan::AggregateCall call;
    const auto resolved = plan::ResolveFunction(function, {{type_}}).ValueOrDie();
    call.function = resolved.function;
    call.type = resolved.type;
    call.args = {plan::MakeColumn(0, type_, true)};
    return call;
  }

  // One text per group, or "error".
  static std::vector<std::string> Aggregated(const plan::AggregateCall& call,
                                             const std::vector<GroupedRows>& batches) {
    const auto accumulator = Accumulator::Make(call, {}).ValueOrDie();
    for (const GroupedRows& rows : batches) {
      if (!accumulator->Consume(rows).ok()) return {"error"};
    }
    const auto array = accumulator->Finish(kNumGroups);
    if (!array.ok()) return {"error"};
    EXPECT_TRUE((*array)->ValidateFull().ok());
    EXPECT_TRUE((*array)->type()->Equals(*call.type));
    std::vector<std::string> texts;
    for (int64_t i = 0; i < (*array)->length(); ++i) {
      texts.push_back((*array)->GetScalar(i).ValueOrDie()->ToString());
    }
    return texts;
  }

  static std::vector<std::string> Expected(const std::string& function,
                                           const std::shared_ptr<arrow::DataType>& from,
                                           const arrow::DataType& to,
                                           const std::vector<Reference>& references) {
    std::vector<std::string> texts;
    for (const Reference& reference : references) {
      if (function == "count") {
        texts.push_back(std::to_string(reference.count));
        continue;
      }
      if (reference.count == 0) {
        texts.emplace_back("null");
        continue;
      }
      Decimal256 value = function == "min" ? *reference.least : *reference.greatest;
      if (function == "sum") value = reference.sum;
      if (function == "avg") {
        // Half up: twice the quotient, and one more before it is halved.
        const Decimal256 twice(reference.sum.IncreaseScaleBy(1 + ScaleOf(to) - ScaleOf(*from)));
        value = Decimal256(Decimal256(twice / Decimal256(reference.count * 5)));
        const bool negative = value.IsNegative();
        value = Decimal256(Decimal256(value + Decimal256(negative ? -1 : 1)) / Decimal256(2));
      }
      const bool adds = function == "sum" || function == "avg";
      if (adds && reference.overflows) return {"error"};
      if (to.id() == arrow::Type::DECIMAL128 &&
          !value.FitsInPrecision(static_cast<const arrow::DecimalType&>(to).precision())) {
        return {"error"};
      }
      texts.push_back(value.ToString(ScaleOf(to)));
    }
    return texts;
  }

  std::shared_ptr<arrow::DataType> type_;
  bool is_decimal_ = false;
  std::mt19937_64 random_{20181121};
};

TEST_P(ExactAggregates, AreThoseOf256Bits) {
  std::vector<std::string> functions = {"count", "sum", "min", "max"};
  if (is_decimal_) functions.emplace_back("avg");  // that of others is a DOUBLE
  int num_values = 0;
  for (int i = 0; i < 60; ++i) {
    std::vector<Reference> references(kNumGroups);
    std::vector<GroupedRows> batches;
    for (int batch = 0; batch < 3; ++batch) batches.push_back(RandomRows(&references));
    for (const std::string& function : functions) {
      const plan::AggregateCall call = CallOf(function);
      const auto expected = Expected(function, type_, *call.type, references);
      EXPECT_EQ(Aggregated(call, batches), expected) << function;
      num_values += expected[0] != "error";
    }
  }
  EXPECT_GT(num_values, 100);
}

INSTANTIATE_TEST_SUITE_P(Types, ExactAggregates,
                         testing::Values("TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL(5,2)",
                                         "DECIMAL(18,4)", "DECIMAL(19,0)", "DECIMAL(38,6)"));

}  // namespace
}  // namespace tarn::local
