#include "local/expr/spark_answers_for_test.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <set>

#include "base/diagnostic.h"
#include "local/batch/batches_for_test.h"
#include "local/batch/encoding.h"
#include "local/expr/compiled_expr.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/plan.h"
#include "sql/parse.h"

namespace tarn::local {
namespace {

using plan::Expr;
using plan::ExprPtr;

constexpr int64_t kNumRows = 3;

Result<ExprPtr> BindExpression(const std::string& sql) {
  pipeline::Table table;
  table.name = "answers";
  table.text = std::make_shared<const sql::Text>(
      sql::Text{"answers.sql", "SELECT (" + sql + ") IS NULL AS v"});
  ARROW_ASSIGN_OR_RAISE(table.query, sql::Parse(table.text));
  pipeline::Pipeline pipeline;
  pipeline.tables.push_back(std::move(table));
  ARROW_ASSIGN_OR_RAISE(auto plan, plan::Bind(pipeline, {}));
  const auto* project = plan::As<plan::Project>(*plan->tables[0].root);
  if (project == nullptr) return Status::Invalid("no projection");
  return project->exprs[0]->args[0];
}

// `expr` with its literals moved into columns of their own.
ExprPtr LiteralsToColumns(const ExprPtr& expr,
                          std::vector<std::shared_ptr<arrow::Array>>* columns) {
  if (plan::IsLiteral(*expr)) {
    columns->push_back(arrow::MakeArrayFromScalar(*expr->literal, kNumRows).ValueOrDie());
    return plan::MakeColumn(static_cast<int>(columns->size()) - 1, expr->type, expr->nullable,
                            expr->at);
  }
  static const std::set<std::string_view> kConstantArguments = {
      "round",   "bround",    "ceil",    "floor",    "to_number", "try_to_number",
      "to_char", "from_json", "to_json", "from_csv", "to_csv"};
  const bool only_first =
      expr->function != nullptr && kConstantArguments.contains(expr->function->name);
  std::vector<ExprPtr> args = expr->args;
  for (size_t i = 0; i < (only_first ? 1 : args.size()); ++i) {
    args[i] = LiteralsToColumns(args[i], columns);
  }
  return plan::WithArgs(expr, std::move(args));
}

// The first row's text; all rows must have the same.
std::string ValueOf(const ExprPtr& expr, std::vector<std::shared_ptr<arrow::Array>> columns,
                    bool is_encoded) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const auto& column : columns) fields.push_back(arrow::field("c", column->type()));
  auto batch = arrow::RecordBatch::Make(arrow::schema(fields), kNumRows, std::move(columns));
  if (is_encoded) batch = EncodeForTest({batch})[0];
  auto result = CompiledExpr(expr, {}).Evaluate(*batch);
  if (!result.ok()) return "!" + MessageOf(result.status());
  result = Flatten(*result);
  EXPECT_TRUE((*result)->ValidateFull().ok());
  EXPECT_EQ((*result)->length(), kNumRows);
  EXPECT_TRUE((*result)->RangeEquals(**result, 0, 1, kNumRows - 1));
  if ((*result)->IsNull(0)) return "NULL";
  return static_cast<const arrow::StringArray&>(**result).GetString(0);
}

// What to compare of an error: its class without what follows a dot.
std::string ErrorClass(const std::string& value) {
  size_t begin = value.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return value.substr(0, 1) +
         (begin == std::string::npos
              ? value
              : value.substr(
                    begin, value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", begin) - begin));
}

void ExpectValue(const SparkAnswer& answer, const std::string& actual) {
  if (answer.value[0] == '!') {
    EXPECT_EQ(actual[0], '!') << "Spark: " << answer.value << ", here: " << actual;
    EXPECT_EQ(ErrorClass(actual), ErrorClass(answer.value)) << actual;
  } else {
    EXPECT_EQ(actual, answer.value);
  }
}

}  // namespace

void ExpectSparkAnswers(std::span<const SparkAnswer> answers) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const SparkAnswer& answer : answers) {
    SCOPED_TRACE(answer.sql);
    Result<ExprPtr> expr = BindExpression(answer.sql);
    if (!expr.ok()) {
      ADD_FAILURE() << MessageOf(expr.status());
      continue;
    }
    EXPECT_EQ(pipeline::DdlOf(*(*expr)->type), answer.type);
    const ExprPtr text = plan::CastTo(*expr, arrow::utf8());
    ExpectValue(answer, ValueOf(text, {}, /*is_encoded=*/false));
    std::vector<std::shared_ptr<arrow::Array>> columns;
    const ExprPtr over_columns = LiteralsToColumns(text, &columns);
    if (columns.empty()) continue;
    for (const bool is_encoded : {false, true}) {
      ExpectValue(answer, ValueOf(over_columns, columns, is_encoded));
    }
  }
}

}  // namespace tarn::local
