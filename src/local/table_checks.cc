#include "local/table_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/ascii.h"
#include "engine/broken_rule.h"

namespace tarn::local {
namespace {

// "user_id = 15, level = paid" of one row.
std::string RowText(const arrow::RecordBatch& batch, const std::vector<int>& columns, int64_t row) {
  std::vector<std::string> parts;
  for (int column : columns) {
    auto value = batch.column(column)->GetScalar(row);
    std::string text = value.ok() && (*value)->is_valid ? (*value)->ToString() : "NULL";
    constexpr size_t kShown = 80;
    if (text.size() > kShown) text = text.substr(0, kShown) + "…";
    parts.push_back(fmt::format("{} = {}", batch.schema()->field(column)->name(), text));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<int> AllColumns(const arrow::RecordBatch& batch) {
  std::vector<int> columns;
  for (int i = 0; i < batch.num_columns(); ++i) columns.push_back(i);
  return columns;
}

// Names are matched as everywhere in SQL: without case.
int FindColumn(const arrow::Schema& schema, const std::string& name) {
  for (int i = 0; i < schema.num_fields(); ++i) {
    if (SameName(schema.field(i)->name(), name)) return i;
  }
  return -1;
}

}  // namespace

Result<std::unique_ptr<TableChecks>> TableChecks::Make(const plan::TablePlan& table,
                                                       const ExprContext& context) {
  std::unique_ptr<TableChecks> checks(new TableChecks(table, context));
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const std::string& name : table.table->key) {
    checks->key_columns_.push_back(FindColumn(*table.root->schema, name));
    types.push_back(table.root->schema->field(checks->key_columns_.back())->type());
  }
  if (!types.empty()) {
    ARROW_ASSIGN_OR_RAISE(checks->keys_, KeyTable::Make(types));
  }
  return checks;
}

Status TableChecks::Consume(const arrow::RecordBatch& batch) {
  if (keys_ != nullptr) ARROW_RETURN_NOT_OK(CheckKey(batch));
  num_rows_ += batch.num_rows();
  return CheckRows(batch);
}

Status TableChecks::CheckKey(const arrow::RecordBatch& batch) {
  arrow::ArrayVector columns;
  for (int column : key_columns_) {
    ARROW_ASSIGN_OR_RAISE(auto normalized, NormalizeKey(batch.column(column)));
    columns.push_back(std::move(normalized));
    if (columns.back()->null_count() == 0) continue;
    int64_t row = 0;
    while (columns.back()->IsValid(row)) ++row;
    return engine::KeyIsNull(*table_.table, RowText(batch, AllColumns(batch), row));
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t row, FirstRepeated(columns, batch.num_rows()));
  if (row < 0) return Status::OK();
  return engine::KeyIsNotUnique(*table_.table, RowText(batch, key_columns_, row));
}

// The first row whose key an earlier row has; -1 when there is none.
Result<int64_t> TableChecks::FirstRepeated(const arrow::ArrayVector& keys, int64_t num_rows) {
  const uint32_t num_known = keys_->num_keys();
  ARROW_ASSIGN_OR_RAISE(const auto numbers, keys_->Insert(keys, num_rows));
  if (keys_->num_keys() - num_known == num_rows) return -1;
  std::vector<bool> seen(keys_->num_keys() - num_known, false);
  for (int64_t row = 0; row < num_rows; ++row) {
    const uint32_t number = numbers->Value(row);
    if (number < num_known || seen[number - num_known]) return row;
    seen[number - num_known] = true;
  }
  return Status::UnknownError("fewer keys than rows, but none repeated");
}

Status TableChecks::CheckRows(const arrow::RecordBatch& batch) const {
  for (size_t i = 0; i < checks_.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto truth, checks_[i].Evaluate(batch));
    const auto& holds = static_cast<const arrow::BooleanArray&>(*truth);
    // NULL is not false: a rule about a missing value holds, as in SQL's CHECK.
    if (holds.true_count() + holds.null_count() == batch.num_rows()) continue;
    int64_t row = 0;
    while (holds.IsNull(row) || holds.Value(row)) ++row;
    return engine::CheckDoesNotHold(*table_.table, table_.table->checks[i],
                                    RowText(batch, AllColumns(batch), row));
  }
  return Status::OK();
}

Status TableChecks::Finish() const { return engine::CheckMinRows(*table_.table, num_rows_); }

}  // namespace tarn::local
