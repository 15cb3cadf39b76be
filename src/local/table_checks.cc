#include "local/table_checks.h"

#include "base/ascii.h"
#include "engine/broken_rule.h"
#include "plan/unique_rows.h"

namespace tarn::local {
namespace {

// Names are matched as everywhere in SQL: without case.
int FindColumn(const arrow::Schema& schema, const std::string& name) {
  for (int i = 0; i < schema.num_fields(); ++i) {
    if (SameName(schema.field(i)->name(), name)) return i;
  }
  return -1;
}

}  // namespace

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
                                                       const ExprContext& context) {
  std::unique_ptr<TableChecks> checks(new TableChecks(table, context));
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const std::string& name : table.table->key) {
    checks->key_columns_.push_back(FindColumn(*table.root->schema, name));
    types.push_back(table.root->schema->field(checks->key_columns_.back())->type());
  }
  if (!types.empty() &&
      !plan::IsUnique(*table.root, {checks->key_columns_.begin(), checks->key_columns_.end()},
                      nullptr)) {
    ARROW_ASSIGN_OR_RAISE(checks->keys_, KeyTable::Make(types));
  }
  return checks;
}

Result<TableChecks::Rows> TableChecks::Prepare(const BatchPtr& batch) const {
  Rows rows;
  rows.batch = batch;
  if (keys_ != nullptr) {
    arrow::ArrayVector columns;
    for (const int column : key_columns_) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), NormalizeKey(batch->column(column)));
    }
    ARROW_ASSIGN_OR_RAISE(rows.keys, EncodedKeys::Make(std::move(columns), batch->num_rows()));
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
  std::vector<bool> has_null(static_cast<size_t>(batch.num_rows()), false);
  for (const int key_column : key_columns_) {
    const arrow::Array& column = *batch.column(key_column);
    if (column.null_count() == 0) continue;
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      if (!column.IsNull(row) || has_null[row]) continue;
      has_null[row] = true;
      ARROW_RETURN_NOT_OK(Count(&key_not_null_, batch, row));
    }
  }
  return keys_ == nullptr ? Status::OK() : CheckUnique(batch, rows.keys, has_null);
}

// Rows whose key an earlier row has. Those with a NULL in it broke the rule before.
Status TableChecks::CheckUnique(const arrow::RecordBatch& batch, const EncodedKeys& keys,
                                const std::vector<bool>& has_null) {
  const uint32_t num_known = keys_->num_keys();
  ARROW_ASSIGN_OR_RAISE(const auto numbers, keys_->Insert(keys));
  if (keys_->num_keys() - num_known == batch.num_rows()) return Status::OK();
  std::vector<bool> seen(keys_->num_keys() - num_known, false);
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    const uint32_t number = numbers->Value(row);
    const bool is_repeated = number < num_known || seen[number - num_known];
    if (!is_repeated) seen[number - num_known] = true;
    if (!is_repeated || has_null[row]) continue;
    is_broken_ = true;
    ++key_unique_.num_rows;
    if (in_sample_.size() == kSampleRowsMax || !in_sample_.insert(number).second) continue;
    ARROW_ASSIGN_OR_RAISE(SampleRow sample, SampleOf(batch, key_columns_, row));
    key_unique_.sample.push_back(std::move(sample));
  }
  return Status::OK();
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
  ARROW_ASSIGN_OR_RAISE(SampleRow sample, SampleOf(batch, row));
  rule->sample.push_back(std::move(sample));
  return Status::OK();
}

std::vector<run::BrokenRule> TableChecks::Finish() const {
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
