#include "local/batch/operator_for_test.h"

#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include "local/batch/gather.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"

namespace tarn::local {
namespace {

class BatchesOperator : public Operator {
 public:
  BatchesOperator(SchemaPtr schema, std::vector<BatchPtr> batches)
      : Operator(std::move(schema)), batches_(std::move(batches)) {}
  Result<BatchPtr> Next() override {
    return position_ < batches_.size() ? batches_[position_++] : nullptr;
  }

 private:
  const std::vector<BatchPtr> batches_;
  size_t position_ = 0;
};

BatchPtr BatchOf(const SchemaPtr& schema, const std::string& rows) {
  auto array =
      arrow::json::ArrayFromJSONString(arrow::struct_(schema->fields()), rows).ValueOrDie();
  auto batch = arrow::RecordBatch::FromStructArray(array).ValueOrDie();
  return arrow::RecordBatch::Make(schema, batch->num_rows(), batch->columns());
}

}  // namespace

BatchPtr MakeBatch(const std::string& ddl, const std::string& rows) {
  return BatchOf(pipeline::ParseDdl(ddl).ValueOrDie(), rows);
}

OperatorPtr MakeInput(const std::string& ddl, const std::vector<std::string>& batches) {
  std::vector<BatchPtr> made;
  for (const std::string& rows : batches) {
    made.push_back(MakeBatch(ddl, rows));
    if (made.back()->num_rows() == 0) made.pop_back();
  }
  return std::make_unique<BatchesOperator>(pipeline::ParseDdl(ddl).ValueOrDie(), std::move(made));
}

plan::ExprPtr ColumnOf(const std::string& ddl, const std::string& name) {
  auto schema = pipeline::ParseDdl(ddl).ValueOrDie();
  return plan::MakeColumn(*schema, schema->GetFieldIndex(name));
}

void ExpectRows(Operator* output, const std::string& rows) {
  Result<BatchPtr> found = DrainToOne(output);
  ASSERT_TRUE(found.ok()) << found.status().ToString();
  ASSERT_TRUE((*found)->ValidateFull().ok()) << (*found)->ValidateFull().ToString();
  const BatchPtr wanted = BatchOf(output->schema(), rows);
  const auto options = arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false);
  EXPECT_TRUE((*found)->Equals(*wanted, options))
      << "found: " << (*found)->ToString() << "\nwanted: " << wanted->ToString();
}

void ExpectArray(const arrow::Array& found, const std::string& values) {
  ASSERT_TRUE(found.ValidateFull().ok()) << found.ValidateFull().ToString();
  auto wanted = arrow::json::ArrayFromJSONString(found.type(), values).ValueOrDie();
  const auto options = arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false);
  EXPECT_TRUE(found.Equals(*wanted, options))
      << "found: " << found.ToString() << "\nwanted: " << wanted->ToString();
}

}  // namespace tarn::local
