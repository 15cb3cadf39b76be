#include "local/operators/external_sort.h"

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>

#include <algorithm>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "local/spill/order_key.h"
#include "rows/row_sort.h"
#include "rows/take_rows.h"

namespace tarn::local {
namespace {

// Copies rows of several batches, in any order, into a run on disk, some at a time.
class RunWriter {
 public:
  RunWriter(const SchemaPtr& schema, const SortedBatches& from, SpilledRows* run)
      : schema_(schema), run_(run) {
    const int64_t num_rows = from.runs.num_rows();
    rows_at_once_ = std::clamp<int64_t>(num_rows * SpilledRows::kBatchBytes / (from.num_bytes + 1),
                                        1, kBatchRows);
    for (int i = 0; i < schema_->num_fields(); ++i) {
      arrow::ArrayVector chunks;
      for (const BatchPtr& batch : from.batches) chunks.push_back(batch->column(i));
      columns_.push_back(std::move(chunks));
    }
  }

  Status Add(const SortedRuns::Row& row) {
    places_.push_back({static_cast<int32_t>(row.run), static_cast<int32_t>(row.row)});
    ARROW_RETURN_NOT_OK(keys_.Append(row.key));
    return std::ssize(places_) < rows_at_once_ ? Status::OK() : Write();
  }

  Status Finish() {
    ARROW_RETURN_NOT_OK(Write());
    return run_->Flush();
  }

 private:
  Status Write() {
    arrow::ArrayVector columns;
    for (const arrow::ArrayVector& column : columns_) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), tarn::TakeValues(column, places_));
    }
    const BatchPtr rows =
        arrow::RecordBatch::Make(schema_, std::ssize(places_), std::move(columns));
    places_.clear();
    ARROW_ASSIGN_OR_RAISE(auto keys, keys_.Finish());
    return run_->Append(AddOrderKey(rows, std::move(keys)));
  }

  const SchemaPtr& schema_;
  SpilledRows* const run_;
  int64_t rows_at_once_;
  std::vector<arrow::ArrayVector> columns_;  // their chunks
  std::vector<RowPlace> places_;
  arrow::BinaryBuilder keys_;
};

}  // namespace

Result<SortedBatch> SortedBatch::Make(BatchPtr batch, RowKeys keys, const Poll& poll) {
  ARROW_ASSIGN_OR_RAISE(std::vector<int64_t> order, SortRows(keys, poll));
  return SortedBatch{std::move(batch), std::move(keys), std::move(order)};
}

Result<SortedBatch> SortedBatch::MakeOf(const BatchPtr& batch, const RowKeys& keys,
                                        std::vector<int64_t> rows, const Poll& poll) {
  if (std::ssize(rows) == batch->num_rows()) return Make(batch, keys, poll);
  RowKeys taken_keys = keys.Take(rows);
  const auto num_rows = static_cast<int64_t>(rows.size());
  ARROW_ASSIGN_OR_RAISE(BatchPtr taken,
                        TakeRows(batch, std::make_shared<arrow::Int64Array>(
                                            num_rows, arrow::Buffer::FromVector(std::move(rows)))));
  return Make(std::move(taken), std::move(taken_keys), poll);
}

Status ExternalSort::Add(SortedBatch sorted) {
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*sorted.batch));
  // The order of all rows takes as much again, once it is made.
  const int64_t order_bytes = 2 * sorted.batch->num_rows() * static_cast<int64_t>(sizeof(int64_t));
  held_.num_bytes += num_bytes + sorted.keys.num_bytes() + order_bytes;
  held_.batches.push_back(std::move(sorted.batch));
  held_.runs.Add(std::move(sorted.keys), std::move(sorted.order));
  return Status::OK();
}

Result<std::string> ExternalSort::KeepFirst(int64_t num_rows) {
  SortedBatches all = Take();
  all.runs.Split(1);
  std::vector<std::vector<int64_t>> kept(all.batches.size());
  std::string last_key;
  int64_t num_kept = 0;
  const auto keep = [&](const SortedRuns::Row& row) {
    if (num_kept == num_rows) return Status::OK();
    kept[row.run].push_back(row.row);
    if (++num_kept == num_rows) last_key = row.key;
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(all.runs.VisitRange(0, keep, poll_));
  for (size_t run = 0; run < kept.size(); ++run) {
    if (kept[run].empty()) continue;
    std::sort(kept[run].begin(), kept[run].end());
    ARROW_ASSIGN_OR_RAISE(SortedBatch sorted,
                          SortedBatch::MakeOf(std::exchange(all.batches[run], nullptr),
                                              all.runs.keys(run), std::move(kept[run]), poll_));
    ARROW_RETURN_NOT_OK(Add(std::move(sorted)));
  }
  return last_key;
}

Status ExternalSort::Spill() {
  SortedBatches held = Take();
  if (held.runs.num_rows() == 0) return Status::OK();
  held.runs.Split(1);
  RunWriter writer(schema_, held, &spilled_.emplace_back(WithOrderKey(schema_), store_));
  ARROW_RETURN_NOT_OK(held.runs.VisitRange(
      0, [&writer](const SortedRuns::Row& row) { return writer.Add(row); }, poll_));
  return writer.Finish();
}

Result<std::unique_ptr<SpillMerge>> ExternalSort::Merge() {
  ARROW_RETURN_NOT_OK(Spill());
  return SpillMerge::Make(schema_, std::exchange(spilled_, {}), store_, poll_);
}

}  // namespace tarn::local
