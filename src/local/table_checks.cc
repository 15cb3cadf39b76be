#include "local/table_checks.h"

#include "engine/broken_rule.h"
#include "local/batch/encoding.h"
#include "plan/unique_rows.h"

namespace tarn::local {

TableChecks::TableChecks(const plan::TablePlan& table, const ExprContext& context)
    : table_(table),
      exprs_(CompileAll(table.checks, context)),
      key_not_null_(engine::KeyNotNull(*table.table)),
      key_unique_(engine::KeyUnique(*table.table)) {
  for (const pipeline::Check& check : table.table->checks) {
    checks_.push_back(engine::Holds(*table.table, check));
  }
}

Result<std::unique_ptr<TableChecks>> TableChecks::Make(const plan::TablePlan& table,
                                                       const ExprContext& context,
                                                       const StageContext& stage) {
  std::unique_ptr<TableChecks> checks(new TableChecks(table, context));
  checks->key_columns_ = plan::KeyColumns(table);
  if (plan::KeyMayRepeat(table)) {
    ARROW_ASSIGN_OR_RAISE(checks->unique_,
                          UniqueKeys::Make(*table.root->schema, checks->key_columns_, stage));
  }
  return checks;
}

std::shared_ptr<arrow::Schema> TableChecks::key_schema() const {
  arrow::FieldVector fields;
  for (const int column : key_columns_) fields.push_back(table_.root->schema->field(column));
  return arrow::schema(std::move(fields));
}

Status TableChecks::ConsumeOldKeys(const BatchPtr& keys) {
  ARROW_ASSIGN_OR_RAISE(const auto rows, UniqueKeys::PrepareKeys(keys));
  ARROW_RETURN_NOT_OK(unique_->Consume(rows));
  unique_->Work();
  return Status::OK();
}

Result<TableChecks::Rows> TableChecks::Prepare(const BatchPtr& batch) const {
  Rows rows;
  rows.batch = batch;
  if (unique_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(rows.keys, unique_->Prepare(batch));
  }
  for (const CompiledExpr& expr : exprs_) {
    ARROW_ASSIGN_OR_RAISE(const auto truth, expr.Evaluate(*batch));
    rows.holds.push_back(std::static_pointer_cast<arrow::BooleanArray>(truth));
  }
  return rows;
}

Status TableChecks::Consume(const Rows& rows) {
  ARROW_RETURN_NOT_OK(CheckKey(rows));
  num_rows_ += rows.batch->num_rows();
  return CheckRows(rows);
}

Status TableChecks::CheckKey(const Rows& rows) {
  const arrow::RecordBatch& batch = *rows.batch;
  std::vector<bool> has_null;  // by row, where a column has any
  for (const int key_column : key_columns_) {
    const arrow::Array& column = *batch.column(key_column);
    if (column.null_count() == 0) continue;
    has_null.resize(static_cast<size_t>(batch.num_rows()));
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      if (!column.IsNull(row) || has_null[row]) continue;
      has_null[row] = true;
      ARROW_RETURN_NOT_OK(Count(&key_not_null_, batch, row));
    }
  }
  return unique_ == nullptr ? Status::OK() : unique_->Consume(rows.keys);
}

Status TableChecks::CheckRows(const Rows& rows) {
  const arrow::RecordBatch& batch = *rows.batch;
  for (size_t i = 0; i < exprs_.size(); ++i) {
    const arrow::BooleanArray& holds = *rows.holds[i];
    // NULL is not false: a rule about a missing value holds, as in SQL's CHECK.
    if (holds.true_count() + holds.null_count() == batch.num_rows()) continue;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      if (holds.IsNull(row) || holds.Value(row)) continue;
      ARROW_RETURN_NOT_OK(Count(&checks_[i], batch, row));
    }
  }
  return Status::OK();
}

// One more row that breaks the rule.
Status TableChecks::Count(run::BrokenRule* rule, const arrow::RecordBatch& batch, int64_t row) {
  is_broken_ = true;
  ++rule->num_rows;
  if (rule->sample.size() == kSampleRowsMax) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const BatchPtr flat, FlattenBatch(batch.Slice(row, 1)));
  ARROW_ASSIGN_OR_RAISE(SampleRow sample, SampleOf(*flat, 0));
  rule->sample.push_back(std::move(sample));
  return Status::OK();
}

void TableChecks::Close(Status input, std::function<void(Status)> on_end) {
  if (unique_ == nullptr) return on_end(std::move(input));
  unique_->Close(std::move(input), std::move(on_end));
}

std::vector<run::BrokenRule> TableChecks::Finish() {
  if (unique_ != nullptr) {
    key_unique_.num_rows = unique_->num_repeated();
    key_unique_.sample = unique_->sample();
  }
  std::vector<run::BrokenRule> broken;
  const auto add = [&](const run::BrokenRule& rule) {
    if (rule.num_rows > 0) broken.push_back(rule);
  };
  add(key_not_null_);
  add(key_unique_);
  for (const run::BrokenRule& check : checks_) add(check);
  if (auto min_rows = engine::CheckMinRows(*table_.table, num_rows_)) {
    broken.push_back(*std::move(min_rows));
  }
  return broken;
}

}  // namespace tarn::local
