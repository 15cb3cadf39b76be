#include <arrow/array/concatenate.h>
#include <arrow/compute/initialize.h>
#include <arrow/scalar.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "local/aggregates/accumulator.h"
#include "local/batch/batches_for_test.h"
#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "local/expr/compiled_expr.h"
#include "pipeline/ddl.h"
#include "plan/node.h"
#include "plan/plan.h"
#include "sql/parse.h"

// Aggregates against what Spark 4.3 (ANSI mode, UTC, one partition) gave.
namespace tarn::local {
namespace {

using plan::As;

// SELECT aggregate AS v FROM VALUES values.
struct SparkAnswer {
  const char* aggregate;
  const char* values;
  const char* type;
  const char* value;  // "NULL"; after a `!`, the error's class
};

Result<BatchPtr> RowsOf(const plan::Node& node) {
  if (As<plan::OneRow>(node) != nullptr) {
    return arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector());
  }
  std::vector<BatchPtr> inputs;
  for (const plan::NodePtr& input : node.inputs) {
    ARROW_ASSIGN_OR_RAISE(inputs.emplace_back(), RowsOf(*input));
  }
  if (As<plan::UnionAll>(node) != nullptr) return Concatenate(node.schema, std::move(inputs));
  const auto* project = As<plan::Project>(node);
  if (project == nullptr) return Status::Invalid("not an input of VALUES");
  ARROW_ASSIGN_OR_RAISE(auto columns, EvaluateAll(CompileAll(project->exprs, {}), *inputs[0]));
  ARROW_ASSIGN_OR_RAISE(columns, FlattenAll(std::move(columns)));
  return arrow::RecordBatch::Make(node.schema, inputs[0]->num_rows(), std::move(columns));
}

template <typename Float>
requires std::is_floating_point_v<Float> std::string TextOf(Float value) {
  return std::isnan(value) ? "nan" : fmt::format("{}", value);  // of either sign
}

std::string TextOf(const arrow::Scalar& scalar) {
  if (!scalar.is_valid) return "NULL";
  switch (scalar.type->id()) {
    case arrow::Type::DOUBLE:
      return TextOf(static_cast<const arrow::DoubleScalar&>(scalar).value);
    case arrow::Type::FLOAT:
      return TextOf(static_cast<const arrow::FloatScalar&>(scalar).value);
    case arrow::Type::BINARY:
    case arrow::Type::STRING:
      return std::string(static_cast<const arrow::BaseBinaryScalar&>(scalar).view());
    case arrow::Type::LIST: {
      const auto& values = static_cast<const arrow::ListScalar&>(scalar).value;
      std::string text = "[";
      for (int64_t i = 0; i < values->length(); ++i) {
        text += (i == 0 ? "" : ", ") + TextOf(*values->GetScalar(i).ValueOrDie());
      }
      return text + "]";
    }
    case arrow::Type::STRUCT: {
      std::string text;
      for (const auto& value : static_cast<const arrow::StructScalar&>(scalar).value) {
        text += (text.empty() ? "{" : ", ") + TextOf(*value);
      }
      return text + "}";
    }
    default:
      return scalar.ToString();
  }
}

// The aggregation of one query, and its input.
class Query {
 public:
  static Result<Query> Make(const std::string& sql) {
    Query query;
    pipeline::Table table;
    table.name = "answers";
    table.text = std::make_shared<const sql::Text>(sql::Text{"answers.sql", sql});
    ARROW_ASSIGN_OR_RAISE(table.query, sql::Parse(table.text));
    query.pipeline_ = std::make_unique<pipeline::Pipeline>();
    query.pipeline_->tables.push_back(std::move(table));
    plan::BindOptions options;
    options.optimized = false;
    ARROW_ASSIGN_OR_RAISE(query.plan_, plan::Bind(*query.pipeline_, options));
    ARROW_RETURN_NOT_OK(CheckAggregates(*query.plan_));
    const plan::Node* node = query.plan_->tables[0].root.get();
    while (As<plan::Aggregate>(*node) == nullptr) node = node->inputs.at(0).get();
    query.call_ = &As<plan::Aggregate>(*node)->calls.at(0);
    ARROW_ASSIGN_OR_RAISE(query.input_, RowsOf(*node->inputs[0]));
    return query;
  }

  std::string type() const { return pipeline::DdlOf(*call_->type); }

  // The result of one group, whose rows come in batches of this length, after one that is sliced
  // off. The group after it has no rows.
  Result<std::string> Run(int64_t batch_rows, bool is_encoded) const {
    ARROW_ASSIGN_OR_RAISE(const auto accumulator, Accumulator::Make(*call_, {}));
    const auto args = CompileAll(call_->args, {});
    for (int64_t begin = 0; begin < input_->num_rows(); begin += batch_rows) {
      BatchPtr batch = input_->Slice(begin, batch_rows);
      if (is_encoded) batch = EncodeForTest({batch})[0];
      GroupedRows rows;
      rows.num_groups = 1;
      rows.groups = std::make_shared<arrow::UInt32Array>(
          batch->num_rows(), arrow::Buffer::FromVector(std::vector<uint32_t>(batch->num_rows())));
      ARROW_ASSIGN_OR_RAISE(rows.args, EvaluateAll(args, *batch));
      if (rows.args.size() > 1) {
        ARROW_ASSIGN_OR_RAISE(rows.args.back(), Flatten(rows.args.back()));
      }
      if (call_->filter != nullptr) {
        ARROW_ASSIGN_OR_RAISE(const auto keep, CompiledExpr(call_->filter, {}).Evaluate(*batch));
        ARROW_ASSIGN_OR_RAISE(rows,
                              SelectRows(rows, static_cast<const arrow::BooleanArray&>(*keep)));
      }
      ARROW_RETURN_NOT_OK(accumulator->Consume(rows));
    }
    EXPECT_GE(accumulator->num_bytes(), 0);
    int64_t num_consumed = 0;
    ARROW_RETURN_NOT_OK(accumulator->ConsumeRest(2, &num_consumed));
    ARROW_ASSIGN_OR_RAISE(const auto result, accumulator->Finish(2));
    EXPECT_TRUE(result->ValidateFull().ok());
    EXPECT_TRUE(result->type()->Equals(*call_->type)) << result->type()->ToString();
    EXPECT_EQ(result->length(), 2);
    ARROW_ASSIGN_OR_RAISE(const auto value, result->GetScalar(0));
    return TextOf(*value);
  }

 private:
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<plan::Plan> plan_;
  const plan::AggregateCall* call_ = nullptr;  // of plan_
  BatchPtr input_;
};

// A class without what follows a dot.
void ExpectError(const Status& status, const std::string& error_class) {
  EXPECT_NE(MessageOf(status).find(error_class.substr(1)), std::string::npos)
      << "Spark: " << error_class << ", here: " << MessageOf(status);
}

void ExpectAnswer(const SparkAnswer& answer) {
  const std::string sql =
      fmt::format("SELECT {} AS v FROM VALUES {}", answer.aggregate, answer.values);
  SCOPED_TRACE(sql);
  const Result<Query> query = Query::Make(sql);
  if (!query.ok()) {
    ASSERT_EQ(answer.value[0], '!') << MessageOf(query.status());
    return ExpectError(query.status(), answer.value);
  }
  EXPECT_EQ(query->type(), answer.type);
  for (const int64_t batch_rows : {1, 2, 100}) {
    for (const bool is_encoded : {false, true}) {
      const Result<std::string> value = query->Run(batch_rows, is_encoded);
      if (!value.ok()) {
        ASSERT_EQ(answer.value[0], '!') << MessageOf(value.status());
        ExpectError(value.status(), answer.value);
      } else {
        EXPECT_EQ(*value, answer.value);
      }
    }
  }
}

class SparkAggregates : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }
};

// Of (1.1), …: five numbers; three with NaN; pairs.
#define NUMBERS "(1.1D), (2.2D), (3.7D), (9.1D), (-4.3D) AS t(x)"
#define PAIRS "(1.1D, 3D), (2.2D, 5.5D), (3.7D, -1D), (9.1D, 2.25D), (-4.3D, 7D) AS t(x, y)"
#define ONE_PAIR "(1.1D, 3D) AS t(x, y)"
#define EQUAL_X "(1.1D, 3D), (1.1D, 4D), (1.1D, 7D) AS t(x, y)"
#define NOT_NUMBERS "(CAST('NaN' AS DOUBLE)), (CAST('Infinity' AS DOUBLE)), (1D) AS t(x)"

constexpr SparkAnswer kStatistics[] = {
    {"stddev(x)", NUMBERS, "DOUBLE", "4.826800182315401"},
    {"std(x)", NUMBERS, "DOUBLE", "4.826800182315401"},
    {"var_samp(x)", NUMBERS, "DOUBLE", "23.297999999999995"},
    {"variance(x)", NUMBERS, "DOUBLE", "23.297999999999995"},
    {"skewness(x)", NUMBERS, "DOUBLE", "0.027776567464501314"},
    {"kurtosis(x)", NUMBERS, "DOUBLE", "-0.6759078098772298"},
    {"stddev_pop(x)", NUMBERS, "DOUBLE", "4.317221328586247"},
    {"var_pop(x)", NUMBERS, "DOUBLE", "18.638399999999997"},
    {"stddev(x)", "(1.1D) AS t(x)", "DOUBLE", "NULL"},
    {"skewness(x)", "(1.1D) AS t(x)", "DOUBLE", "NULL"},
    {"kurtosis(x)", "(1.1D) AS t(x)", "DOUBLE", "NULL"},
    {"stddev_pop(x)", "(1.1D) AS t(x)", "DOUBLE", "0"},
    {"var_pop(x)", "(CAST(NULL AS INT)) AS t(x)", "DOUBLE", "NULL"},
    {"stddev(x)", NOT_NUMBERS, "DOUBLE", "nan"},
    {"kurtosis(x)", NOT_NUMBERS, "DOUBLE", "nan"},
    {"stddev(x)", "(1), (NULL), (2), (3) AS t(x)", "DOUBLE", "1"},
    {"stddev(DISTINCT x)", "(1), (1), (2), (3), (3) AS t(x)", "DOUBLE", "1"},
    {"stddev(x)", "(DATE '2020-01-01') AS t(x)", "", "!argument 1 is DATE"},
    {"corr(x, y)", PAIRS, "DOUBLE", "-0.627753010061741"},
    {"covar_pop(x, y)", PAIRS, "DOUBLE", "-7.491"},
    {"covar_samp(x, y)", PAIRS, "DOUBLE", "-9.36375"},
    {"regr_slope(y, x)", PAIRS, "DOUBLE", "-0.40191218130311623"},
    {"regr_intercept(y, x)", PAIRS, "DOUBLE", "4.298512747875354"},
    {"regr_r2(y, x)", PAIRS, "DOUBLE", "0.3940738416415763"},
    {"regr_sxx(y, x)", PAIRS, "DOUBLE", "93.19199999999998"},
    {"regr_syy(y, x)", PAIRS, "DOUBLE", "38.2"},
    {"regr_sxy(y, x)", PAIRS, "DOUBLE", "-37.455"},
    {"regr_avgx(y, x)", PAIRS, "DOUBLE", "2.3600000000000003"},
    {"regr_avgy(y, x)", PAIRS, "DOUBLE", "3.35"},
    {"regr_count(y, x)", PAIRS, "BIGINT", "5"},
    {"corr(x, y)", ONE_PAIR, "DOUBLE", "NULL"},
    {"covar_pop(x, y)", ONE_PAIR, "DOUBLE", "0"},
    {"covar_samp(x, y)", ONE_PAIR, "DOUBLE", "NULL"},
    {"regr_slope(y, x)", ONE_PAIR, "DOUBLE", "NULL"},
    {"regr_intercept(y, x)", ONE_PAIR, "DOUBLE", "NULL"},
    {"regr_sxy(y, x)", ONE_PAIR, "DOUBLE", "0"},
    {"corr(x, y)", EQUAL_X, "DOUBLE", "NULL"},
    {"regr_slope(y, x)", EQUAL_X, "DOUBLE", "NULL"},
    {"regr_r2(y, x)", EQUAL_X, "DOUBLE", "NULL"},
    {"regr_r2(x, y)", EQUAL_X, "DOUBLE", "1"},
    {"regr_syy(y, x)", EQUAL_X, "DOUBLE", "8.666666666666666"},
    {"corr(x, y)", "(1e-170D, 1e-170D), (2e-170D, 5e-170D) AS t(x, y)", "DOUBLE", "NULL"},
    {"corr(x, y)", "(1e170D, 1e170D), (2e170D, 5e170D) AS t(x, y)", "DOUBLE", "nan"},
    {"regr_avgx(y, x)", "(1.10, 3), (4.25, 3) AS t(x, y)", "DECIMAL(7,6)", "2.675000"},
    {"regr_avgx(y, x)", "(1, NULL), (2, 3), (4, 4) AS t(x, y)", "DOUBLE", "3"},
    {"regr_count(y, x)", "(1, NULL), (2, 3), (NULL, 4) AS t(x, y)", "BIGINT", "1"},
    {"regr_count(DISTINCT y, x)", "(1, 2), (1, 2), (2, 5) AS t(y, x)", "BIGINT", "2"},
};

TEST_F(SparkAggregates, Statistics) {
  for (const SparkAnswer& answer : kStatistics) ExpectAnswer(answer);
}

#define SOME_NULLS "(NULL), (1), (2), (NULL) AS t(x)"
#define RANKED "('a', 10), ('b', 50), ('c', 50), ('d', NULL), (NULL, 60) AS t(x, y)"

constexpr SparkAnswer kOneRow[] = {
    {"first(x)", SOME_NULLS, "INT", "NULL"},
    {"first(x, true)", SOME_NULLS, "INT", "1"},
    {"first_value(x) IGNORE NULLS", SOME_NULLS, "INT", "1"},
    {"last(x)", SOME_NULLS, "INT", "NULL"},
    {"last(x, false)", SOME_NULLS, "INT", "NULL"},
    {"last_value(x) IGNORE NULLS", SOME_NULLS, "INT", "2"},
    {"any_value(x)", SOME_NULLS, "INT", "NULL"},
    {"any_value(x, true)", SOME_NULLS, "INT", "1"},
    {"first(x, true) RESPECT NULLS", SOME_NULLS, "INT", "NULL"},
    {"first(x, false) IGNORE NULLS", SOME_NULLS, "INT", "1"},
    {"sum(x) RESPECT NULLS", SOME_NULLS, "BIGINT", "3"},
    {"first(x, x > 1)", SOME_NULLS, "", "!argument 2"},
    {"sum(x) IGNORE NULLS", SOME_NULLS, "", "!takes no IGNORE NULLS"},
    {"first(x)", "('a'), ('b') AS t(x)", "STRING", "a"},
    {"last(x)", "('a'), ('b') AS t(x)", "STRING", "b"},
    {"max_by(x, y, 2)", RANKED, "ARRAY<STRING>", "[NULL, b]"},
    {"min_by(x, y, 2)", RANKED, "ARRAY<STRING>", "[a, b]"},
    {"min_by(x, y, 3)", "('a', 1), ('b', 1), ('c', 1), ('d', 1) AS t(x, y)", "ARRAY<STRING>",
     "[a, b, c]"},
    {"max_by(x, y, 0)", RANKED, "", "!VALUE_OUT_OF_RANGE"},
    {"max_by(x, y, 100001)", RANKED, "", "!VALUE_OUT_OF_RANGE"},
    {"max_by(x, y, y)", RANKED, "", "!not a constant"},
    {"max_by(x, y, 2)", "('a', CAST(NULL AS INT)) AS t(x, y)", "ARRAY<STRING>", "NULL"},
};

TEST_F(SparkAggregates, OneRow) {
  for (const SparkAnswer& answer : kOneRow) ExpectAnswer(answer);
}

#define LARGE "(9223372036854775807), (1), (-5) AS t(x)"
#define LARGE_DECIMALS "(99999999999999999999999999999999999999), (1) AS t(x)"

constexpr SparkAnswer kNumbers[] = {
    {"bit_and(x)", "(3Y), (5Y), (NULL) AS t(x)", "TINYINT", "1"},
    {"bit_or(x)", "(3Y), (5Y), (NULL) AS t(x)", "TINYINT", "7"},
    {"bit_xor(x)", "(3Y), (5Y), (NULL) AS t(x)", "TINYINT", "6"},
    {"bit_and(x)", "(CAST(NULL AS BIGINT)) AS t(x)", "BIGINT", "NULL"},
    {"bit_and(x)", "(-1L), (9223372036854775807L) AS t(x)", "BIGINT", "9223372036854775807"},
    {"bit_xor(DISTINCT x)", "(3), (3) AS t(x)", "INT", "3"},
    {"bit_and(x)", "('3') AS t(x)", "", "!argument 1 is STRING"},
    {"bit_or(x)", "(1.5) AS t(x)", "", "!argument 1 is DECIMAL"},
    {"count(DISTINCT x)",
     "(make_interval(1)), (make_interval(0, 12)), (make_interval(0, 13)) AS t(x)", "BIGINT", "2"},
    {"try_sum(x)", LARGE, "BIGINT", "NULL"},
    {"sum(x)", LARGE, "BIGINT", "!ARITHMETIC_OVERFLOW"},
    {"try_avg(x)", LARGE, "DOUBLE", "3.0744573456182584e+18"},
    {"try_sum(x)", LARGE_DECIMALS, "DECIMAL(38,0)", "NULL"},
    {"sum(x)", LARGE_DECIMALS, "DECIMAL(38,0)", "!ARITHMETIC_OVERFLOW"},
    {"try_avg(x)", LARGE_DECIMALS, "DECIMAL(38,4)", "NULL"},
    {"try_sum(x)", "(NULL), (10), (15) AS t(x)", "BIGINT", "25"},
    {"try_sum(x)", "(CAST(NULL AS INT)) AS t(x)", "BIGINT", "NULL"},
    {"bitmap_construct_agg(x)", "(40000L) AS t(x)", "BINARY", "!INVALID_BITMAP_POSITION"},
    {"bitmap_construct_agg(x)", "(-1L) AS t(x)", "BINARY", "!INVALID_BITMAP_POSITION"},
};

TEST_F(SparkAggregates, Numbers) {
  for (const SparkAnswer& answer : kNumbers) ExpectAnswer(answer);
}

#define FIVE "(1, 1), (5, 2), (7, 0), (NULL, 3), (20, 1) AS t(x, f)"
#define LARGE_CENTS "(1.25), (9999999999.99) AS t(x)"

constexpr SparkAnswer kPercentiles[] = {
    {"percentile(x, 0.5)", FIVE, "DOUBLE", "6"},
    {"percentile(x, 0.5, f)", FIVE, "DOUBLE", "5"},
    {"median(x)", FIVE, "DOUBLE", "6"},
    {"percentile_cont(0.3) WITHIN GROUP (ORDER BY x DESC)", FIVE, "DOUBLE", "8.3"},
    {"percentile_disc(0.3) WITHIN GROUP (ORDER BY x DESC)", FIVE, "DOUBLE", "7"},
    {"percentile_disc(0.3) WITHIN GROUP (ORDER BY x)", FIVE, "DOUBLE", "5"},
    {"percentile_disc(array(0, 0.25, 0.26, 0.5, 0.51, 1)) WITHIN GROUP (ORDER BY x)", FIVE,
     "ARRAY<DOUBLE>", "[1, 1, 5, 5, 7, 20]"},
    {"percentile(x, 1.5)", FIVE, "", "!DATATYPE_MISMATCH"},
    {"percentile(x, NULL)", FIVE, "", "!DATATYPE_MISMATCH"},
    {"percentile(x, x)", FIVE, "", "!not a constant"},
    {"percentile(x, 0.5, -1)", FIVE, "DOUBLE", "!NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION"},
    {"percentile(x, 0.5, NULL)", FIVE, "DOUBLE", "NULL"},
    {"percentile(x, '0.5')", "(1) AS t(x)", "DOUBLE", "1"},
    {"percentile(x, 0.5)",
     "(-0.0D), (0.0D), (CAST('NaN' AS DOUBLE)), (CAST('Infinity' AS DOUBLE)) AS t(x)", "DOUBLE",
     "inf"},
    {"percentile(x, 0.9)",
     "(-0.0D), (0.0D), (CAST('NaN' AS DOUBLE)), (CAST('Infinity' AS DOUBLE)) AS t(x)", "DOUBLE",
     "nan"},
    {"percentile(x, 0.5)", LARGE_CENTS, "DOUBLE", "5000000000.62"},
    {"percentile_cont(0.25) WITHIN GROUP (ORDER BY x)", LARGE_CENTS, "DOUBLE", "2500000000.935"},
    {"percentile_disc(0.25) WITHIN GROUP (ORDER BY x)", LARGE_CENTS, "DOUBLE", "1.25"},
    {"percentile(DISTINCT x, 0.5)", "(1), (1), (1), (5) AS t(x)", "DOUBLE", "3"},
    {"median(DISTINCT x)", "(1), (1), (1), (5) AS t(x)", "DOUBLE", "3"},
    {"percentile_cont(0.5)", FIVE, "", "!needs WITHIN GROUP"},
    {"percentile_cont(DISTINCT 0.5) WITHIN GROUP (ORDER BY x)", FIVE, "", "!takes no DISTINCT"},
    {"percentile_cont(0.5) WITHIN GROUP (ORDER BY x, f)", FIVE, "", "!orders by one value"},
    {"sum(x) WITHIN GROUP (ORDER BY x)", FIVE, "", "!takes no WITHIN GROUP"},
    {"percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FILTER (WHERE x > 1)",
     "(CAST(1.5 AS FLOAT)), (CAST(2.25 AS FLOAT)) AS t(x)", "DOUBLE", "1.875"},
    {"percentile_approx(x, 0.5)", LARGE_CENTS, "DECIMAL(12,2)", "1.25"},
    {"percentile_approx(x, 0.9, 3)", LARGE_CENTS, "DECIMAL(12,2)", "9999999999.99"},
    {"percentile_approx(x, 0.5)", "(9007199254740993L) AS t(x)", "BIGINT", "9007199254740992"},
    {"percentile_approx(x, 0.5)", "(9223372036854775807L) AS t(x)", "BIGINT",
     "9223372036854775807"},
    {"percentile_approx(x, 0.5)", "(DATE '2020-01-01') AS t(x)", "DATE", "2020-01-01"},
    {"percentile_approx(x, 0.5)", "(3Y), (NULL) AS t(x)", "TINYINT", "3"},
    {"percentile_approx(x, 0.5)", "('7') AS t(x)", "DOUBLE", "7"},
    {"percentile_approx(DISTINCT x, 0.5)", "(1), (2), (2) AS t(x)", "INT", "1"},
    {"percentile_approx(x, 0.5, 0)", FIVE, "", "!VALUE_OUT_OF_RANGE"},
    {"percentile_approx(x, 0.5, 3000000000)", FIVE, "", "!VALUE_OUT_OF_RANGE"},
    {"percentile_approx(x, 0.5, 100.5D)", FIVE, "", "!argument 3 is DOUBLE"},
    {"percentile_approx(x, 1.1)", FIVE, "", "!DATATYPE_MISMATCH"},
    {"histogram_numeric(x, 3)", "(1), (5), (2), (9), (NULL), (7) AS t(x)",
     "ARRAY<STRUCT<x: INT, y: DOUBLE>>", "[{1, 2}, {5, 1}, {8, 2}]"},
    {"histogram_numeric(x, 10)", "(1), (5), (2), (9), (NULL), (7) AS t(x)",
     "ARRAY<STRUCT<x: INT, y: DOUBLE>>", "[{1, 1}, {2, 1}, {5, 1}, {7, 1}, {9, 1}]"},
    {"histogram_numeric(x, 2)", "(1.5), (2.5), (2.6) AS t(x)",
     "ARRAY<STRUCT<x: DECIMAL(2,1), y: DOUBLE>>", "[{1.5, 1}, {2.6, 2}]"},
    {"histogram_numeric(x, 2)",
     "(CAST('NaN' AS DOUBLE)), (1D), (2D), (CAST('NaN' AS DOUBLE)) AS t(x)",
     "ARRAY<STRUCT<x: DOUBLE, y: DOUBLE>>", "[{nan, 3}, {nan, 1}]"},
    {"histogram_numeric(x, 3)", "(CAST(NULL AS INT)) AS t(x)", "ARRAY<STRUCT<x: INT, y: DOUBLE>>",
     "NULL"},
    {"histogram_numeric(x, 1)", FIVE, "", "!VALUE_OUT_OF_RANGE"},
};

TEST_F(SparkAggregates, Percentiles) {
  for (const SparkAnswer& answer : kPercentiles) ExpectAnswer(answer);
}

#define ZEROS "(-0.0D), (0.0D), (CAST('NaN' AS DOUBLE)), (CAST('NaN' AS DOUBLE)), (1.5D) AS t(x)"
#define TEXTS "('b', 1), ('a', 1), (NULL, 5), ('c', 2) AS t(x, y)"

constexpr SparkAnswer kLists[] = {
    {"collect_list(x)", "(NULL), (3), (1), (3), (2) AS t(x)", "ARRAY<INT>", "[3, 1, 3, 2]"},
    {"array_agg(x)", "('b'), (NULL), ('b') AS t(x)", "ARRAY<STRING>", "[b, b]"},
    {"collect_list(x) IGNORE NULLS", "(NULL), (3) AS t(x)", "ARRAY<INT>", "[3]"},
    {"collect_list(x) RESPECT NULLS", "(NULL), (3) AS t(x)", "ARRAY<INT>", "[NULL, 3]"},
    {"collect_set(x) RESPECT NULLS", "(NULL), (3), (NULL) AS t(x)", "ARRAY<INT>", "[NULL, 3]"},
    {"collect_list(DISTINCT x) RESPECT NULLS", "(3), (NULL), (3), (NULL) AS t(x)", "ARRAY<INT>",
     "[3, NULL]"},
    {"collect_list(x)", "(CAST(NULL AS INT)) AS t(x)", "ARRAY<INT>", "[]"},
    {"collect_list(x) FILTER (WHERE x > 1)", "(1), (2), (3) AS t(x)", "ARRAY<INT>", "[2, 3]"},
    {"collect_list(DISTINCT x)", ZEROS, "ARRAY<DOUBLE>", "[0, nan, 1.5]"},
    {"collect_set(x)", ZEROS, "ARRAY<DOUBLE>", "[0, nan, 1.5]"},  // Spark: [0.0, 1.5, NaN]
    {"collect_set(x)", "(CAST(NULL AS INT)) AS t(x)", "ARRAY<INT>", "[]"},
    {"collect_union(x)", "(array(1, NULL, 2)), (NULL), (array(2, 3)), (array()) AS t(x)",
     "ARRAY<INT>", "[1, 2, 3]"},
    {"collect_union(x) RESPECT NULLS", "(array(1, NULL)), (array(NULL, 2)) AS t(x)", "ARRAY<INT>",
     "[1, NULL, 2]"},
    {"collect_union(x)", "(array(-0.0D, 0.0D)), (array(CAST('NaN' AS DOUBLE), 0.0D)) AS t(x)",
     "ARRAY<DOUBLE>", "[0, nan]"},
    {"collect_union(DISTINCT x) FILTER (WHERE x[0] = 'b')",
     "(array('b', 'a')), (array('c')), (array('b', 'a')) AS t(x)", "ARRAY<STRING>", "[b, a]"},
    {"collect_union(x)", "(CAST(NULL AS ARRAY<INT>)) AS t(x)", "ARRAY<INT>", "[]"},
    {"collect_union(x)", "(1) AS t(x)", "", "!argument 1 is INT, not an ARRAY"},
    {"collect_union(x)", "(NULL) AS t(x)", "", "!not an ARRAY"},
    {"collect_union(x)", "(array(map('a', 1))) AS t(x)", "", "!MAP"},
    {"collect_list(x) WITHIN GROUP (ORDER BY x)", "(1) AS t(x)", "", "!takes no WITHIN GROUP"},
    {"mode(x)", "(0), (10), (10), (NULL), (NULL), (NULL) AS t(x)", "INT", "10"},
    {"mode(x, true)", "(-10), (0), (10) AS t(x)", "INT", "-10"},
    {"mode() WITHIN GROUP (ORDER BY x)", "(0), (10), (10), (20), (20) AS t(x)", "INT", "10"},
    {"mode() WITHIN GROUP (ORDER BY x DESC)", "(0), (10), (10), (20), (20) AS t(x)", "INT", "20"},
    {"mode(x)", "(-0.0D), (0.0D), (1D), (1D) AS t(x)", "DOUBLE", "0"},
    {"mode(x)", "(CAST(NULL AS INT)) AS t(x)", "INT", "NULL"},
    {"mode()", "(1) AS t(x)", "", "!needs WITHIN GROUP"},
    {"mode(DISTINCT x)", "(1) AS t(x)", "", "!takes no DISTINCT"},
    {"listagg(x)", TEXTS, "STRING", "bac"},
    {"listagg(x, ',')", TEXTS, "STRING", "b,a,c"},
    {"listagg(x) WITHIN GROUP (ORDER BY x)", TEXTS, "STRING", "abc"},
    {"string_agg(x, '-') WITHIN GROUP (ORDER BY y DESC, x)", TEXTS, "STRING", "c-a-b"},
    {"listagg(DISTINCT x, ',') WITHIN GROUP (ORDER BY x DESC)", "('b'), ('a'), ('b') AS t(x)",
     "STRING", "b,a"},
    {"listagg(DISTINCT x, ',') WITHIN GROUP (ORDER BY y DESC)", TEXTS, "", "!another value"},
    {"listagg(x, x)", TEXTS, "", "!not a constant"},
    {"listagg(x, NULL)", "('b'), ('c') AS t(x)", "STRING", "bc"},
    {"listagg(x, 5)", "(1), (2) AS t(x)", "STRING", "152"},
    {"listagg(x, ',') WITHIN GROUP (ORDER BY x)", "(10), (9), (10) AS t(x)", "STRING", "9,10,10"},
    {"listagg(DISTINCT x, ',') WITHIN GROUP (ORDER BY x)", "(10), (9), (10) AS t(x)", "STRING",
     "9,10"},
    {"listagg(x, X'2C')", "(X'61'), (X'62') AS t(x)", "BINARY", "a,b"},
    {"listagg(x, ',')", "(X'61'), (X'62') AS t(x)", "", "!argument 2 is STRING"},
    {"listagg(x, ',') FILTER (WHERE x > 5)", "(1), (2) AS t(x)", "STRING", "NULL"},
    {"listagg(x, '') WITHIN GROUP (ORDER BY x NULLS LAST)", "('😀'), ('ÿ'), (''), ('a') AS t(x)",
     "STRING", "aÿ😀"},
};

TEST_F(SparkAggregates, Lists) {
  for (const SparkAnswer& answer : kLists) ExpectAnswer(answer);
}

}  // namespace
}  // namespace tarn::local
