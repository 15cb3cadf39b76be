#include "local/aggregates/rows_by_group.h"

#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>

#include <algorithm>
#include <span>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "local/spill/order_key.h"
#include "local/spill/spill_merge.h"
#include "rows/row_sort.h"

namespace tarn::local {
namespace {

SchemaPtr SchemaOf(const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  arrow::FieldVector fields = {arrow::field("group", arrow::uint32(), /*nullable=*/false)};
  for (const auto& type : types) fields.push_back(arrow::field("", type));
  return arrow::schema(std::move(fields));
}

const arrow::UInt32Array& GroupsOf(const arrow::RecordBatch& batch) {
  return static_cast<const arrow::UInt32Array&>(*batch.column(0));
}

}  // namespace

RowsByGroup::RowsByGroup(const std::vector<std::shared_ptr<arrow::DataType>>& types,
                         std::vector<KeyOrder> order, const AccumulatorContext& context)
    : schema_(SchemaOf(types)),
      order_(std::move(order)),
      context_(context),
      grant_(context.memory) {}

Status RowsByGroup::Add(const GroupedRows& rows) {
  num_groups_ = std::max(num_groups_, rows.num_groups);
  if (rows.num_rows() == 0) return Status::OK();
  arrow::ArrayVector columns = {rows.groups};
  columns.insert(columns.end(), rows.args.begin(), rows.args.end());
  held_.push_back(arrow::RecordBatch::Make(schema_, rows.num_rows(), std::move(columns)));
  num_held_ += rows.num_rows();
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*held_.back()));
  // Sorting takes a number for each row.
  grant_.Set(grant_.num_bytes() + num_bytes +
             rows.num_rows() * static_cast<int64_t>(sizeof(int64_t)));
  return grant_.has_to_shrink() ? Spill() : Status::OK();
}

Status RowsByGroup::ForEach(const Visit& visit) {
  if (runs_.empty()) {
    ARROW_RETURN_NOT_OK(ForEachHeld(visit));
  } else {
    if (num_held_ > 0) ARROW_RETURN_NOT_OK(Spill());
    ARROW_RETURN_NOT_OK(ForEachSpilled(visit));
  }
  held_.clear();
  grant_.Set(0);
  return Status::OK();
}

// The group, then the columns of the order.
Result<RowKeys> RowsByGroup::KeysOfHeld() const {
  const int num_columns = schema_->num_fields();
  const int first = num_columns - static_cast<int>(order_.size());
  arrow::ArrayVector columns;
  std::vector<KeyOrder> orders = {KeyOrder()};
  orders.insert(orders.end(), order_.begin(), order_.end());
  for (int column = 0; column < num_columns; ++column) {
    if (column > 0 && column < first) continue;
    arrow::ArrayVector chunks;
    for (const BatchPtr& batch : held_) {
      ARROW_ASSIGN_OR_RAISE(chunks.emplace_back(), Flatten(batch->column(column)));
    }
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::Concatenate(chunks));
  }
  ARROW_ASSIGN_OR_RAISE(columns[0], arrow::compute::Cast(*columns[0], arrow::int64()));
  return EncodeRowKeys(columns, orders, num_held_);
}

// By counting, as there is nothing to compare.
std::vector<int64_t> RowsByGroup::SortByGroup() const {
  std::vector<int64_t> places(num_groups_ + 1, 0);  // by group: of its next row
  for (const BatchPtr& batch : held_) {
    const arrow::UInt32Array& groups = GroupsOf(*batch);
    for (int64_t row = 0; row < groups.length(); ++row) ++places[groups.Value(row) + 1];
  }
  for (size_t group = 1; group < places.size(); ++group) places[group] += places[group - 1];
  std::vector<int64_t> rows(num_held_);
  int64_t number = 0;
  for (const BatchPtr& batch : held_) {
    const arrow::UInt32Array& groups = GroupsOf(*batch);
    for (int64_t row = 0; row < groups.length(); ++row) {
      rows[places[groups.Value(row)]++] = number++;
    }
  }
  return rows;
}

Result<RowsByGroup::Sorted> RowsByGroup::Sort(bool with_keys) const {
  Sorted sorted;
  if (with_keys || !order_.empty()) {
    ARROW_ASSIGN_OR_RAISE(sorted.keys, KeysOfHeld());
  }
  if (order_.empty()) {
    sorted.rows = SortByGroup();
  } else {
    ARROW_ASSIGN_OR_RAISE(sorted.rows, SortRows(sorted.keys, context_.poll));
  }
  return sorted;
}

Result<BatchPtr> RowsByGroup::Take(std::span<const int64_t> rows) const {
  const std::vector<uint64_t> numbers(rows.begin(), rows.end());
  arrow::ArrayVector columns;
  for (int column = 0; column < schema_->num_fields(); ++column) {
    arrow::ArrayVector chunks;
    for (const BatchPtr& batch : held_) chunks.push_back(batch->column(column));
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                          TakeFromChunks(*schema_->field(column), std::move(chunks), numbers));
  }
  return arrow::RecordBatch::Make(schema_, static_cast<int64_t>(rows.size()), std::move(columns));
}

// What is held becomes a run on disk.
Status RowsByGroup::Spill() {
  ARROW_ASSIGN_OR_RAISE(const Sorted sorted, Sort(/*with_keys=*/true));
  const std::span<const int64_t> rows = sorted.rows;
  // All parts together hold no more than one would.
  SpilledRows run(WithOrderKey(schema_), context_.spill,
                  SpilledRows::kBatchBytes / context_.num_parts);
  for (size_t begin = 0; begin < rows.size(); begin += kBatchRows) {
    ARROW_RETURN_NOT_OK(context_.poll());
    const auto piece = rows.subspan(begin, std::min<size_t>(kBatchRows, rows.size() - begin));
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, Take(piece));
    ARROW_ASSIGN_OR_RAISE(auto keys, OrderKeysOf(sorted.keys, piece));
    ARROW_RETURN_NOT_OK(run.Append(AddOrderKey(batch, std::move(keys))));
  }
  ARROW_RETURN_NOT_OK(run.Flush());
  runs_.push_back(std::move(run));
  held_.clear();
  num_held_ = 0;
  grant_.Set(0);
  return Status::OK();
}

Status RowsByGroup::ForEachHeld(const Visit& visit) {
  if (num_held_ == 0) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const Sorted sorted, Sort(/*with_keys=*/false));
  const std::span<const int64_t> rows = sorted.rows;
  for (size_t begin = 0; begin < rows.size(); begin += kBatchRows) {
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(
        const BatchPtr batch,
        Take(rows.subspan(begin, std::min<size_t>(kBatchRows, rows.size() - begin))));
    ARROW_RETURN_NOT_OK(VisitBatch(visit, *batch, schema_->num_fields()));
  }
  return Status::OK();
}

Status RowsByGroup::ForEachSpilled(const Visit& visit) {
  ARROW_ASSIGN_OR_RAISE(const auto merge,
                        SpillMerge::Make(schema_, std::move(runs_), context_.spill, context_.poll));
  runs_.clear();
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, merge->Next());
    if (batch == nullptr) return Status::OK();
    ARROW_RETURN_NOT_OK(VisitBatch(visit, *batch, schema_->num_fields()));
  }
}

Status RowsByGroup::VisitBatch(const Visit& visit, const arrow::RecordBatch& batch,
                               int num_columns) {
  arrow::ArrayVector columns;
  for (int column = 1; column < num_columns; ++column) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), Flatten(batch.column(column)));
  }
  return visit(GroupsOf(batch), columns);
}

}  // namespace tarn::local
