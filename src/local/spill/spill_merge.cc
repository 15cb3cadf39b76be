#include "local/spill/spill_merge.h"

#include <arrow/array.h>
#include <arrow/chunked_array.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "local/spill/order_key.h"
#include "rows/take_rows.h"

namespace tarn::local {
namespace {

// Of one batch that is put out, about.
constexpr int64_t kOutputBytes = 4 << 20;

Result<BatchPtr> Take(const SchemaPtr& schema, const std::vector<BatchPtr>& batches,
                      const std::vector<RowPlace>& places) {
  arrow::ArrayVector columns;
  for (int i = 0; i < schema->num_fields(); ++i) {
    arrow::ArrayVector chunks;
    for (const BatchPtr& batch : batches) chunks.push_back(batch->column(i));
    ARROW_ASSIGN_OR_RAISE(
        columns.emplace_back(),
        tarn::TakeRows(arrow::ChunkedArray(std::move(chunks), schema->field(i)->type()), places));
  }
  return arrow::RecordBatch::Make(schema, static_cast<int64_t>(places.size()), std::move(columns));
}

}  // namespace

Result<std::unique_ptr<SpillMerge>> SpillMerge::Make(const SchemaPtr& schema,
                                                     std::vector<SpilledRows> runs,
                                                     SpillStore* store, const Poll& poll) {
  const SchemaPtr keyed = WithOrderKey(schema);
  while (runs.size() > kRunsMax) {
    std::vector<SpilledRows> merged;
    for (size_t first = 0; first < runs.size(); first += kRunsMax) {
      const size_t end = std::min(runs.size(), first + kRunsMax);
      SpillMerge merge(keyed, poll);
      ARROW_RETURN_NOT_OK(merge.Open({std::make_move_iterator(runs.begin() + first),
                                      std::make_move_iterator(runs.begin() + end)}));
      SpilledRows& rows = merged.emplace_back(keyed, store);
      while (true) {
        ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, merge.Next());
        if (batch == nullptr) break;
        ARROW_RETURN_NOT_OK(rows.Append(batch));
      }
      ARROW_RETURN_NOT_OK(rows.Flush());
    }
    runs = std::move(merged);
  }
  std::unique_ptr<SpillMerge> merge(new SpillMerge(keyed, poll));
  ARROW_RETURN_NOT_OK(merge->Open(std::move(runs)));
  return merge;
}

Status SpillMerge::Open(std::vector<SpilledRows> runs) {
  for (SpilledRows& run : runs) runs_.push_back({SpilledReader(std::move(run)), nullptr});
  for (size_t run = 0; run < runs_.size(); ++run) ARROW_RETURN_NOT_OK(ReadNext(run));
  return Status::OK();
}

// The run's next batch, and its first row among the heads.
Status SpillMerge::ReadNext(size_t run) {
  ARROW_ASSIGN_OR_RAISE(runs_[run].batch, runs_[run].reader.Next());
  runs_[run].row = 0;
  runs_[run].chunk = -1;
  if (runs_[run].batch == nullptr) return Status::OK();
  heads_.push_back({OrderKeyAt(*runs_[run].batch, 0), run});
  std::push_heap(heads_.begin(), heads_.end(), ComesLater);
  return Status::OK();
}

// The heap's top is its greatest.
bool SpillMerge::ComesLater(const Head& a, const Head& b) {
  const int order = a.key.compare(b.key);
  return order != 0 ? order > 0 : a.run > b.run;
}

Result<BatchPtr> SpillMerge::Next() {
  ARROW_RETURN_NOT_OK(poll_());
  std::vector<BatchPtr> batches;
  std::vector<RowPlace> places;
  int64_t num_bytes = 0;
  for (Run& run : runs_) run.chunk = -1;
  while (!heads_.empty() && std::ssize(places) < kBatchRows && num_bytes < kOutputBytes) {
    std::pop_heap(heads_.begin(), heads_.end(), ComesLater);
    Head& head = heads_.back();
    Run& run = runs_[head.run];
    if (run.chunk < 0) {
      run.chunk = static_cast<int32_t>(batches.size());
      batches.push_back(run.batch);
    }
    places.push_back({run.chunk, run.row});
    if (++run.row < run.batch->num_rows()) {
      head.key = OrderKeyAt(*run.batch, run.row);
      std::push_heap(heads_.begin(), heads_.end(), ComesLater);
      continue;
    }
    const size_t number = head.run;
    heads_.pop_back();
    num_bytes += SpilledRows::kBatchBytes;
    ARROW_RETURN_NOT_OK(ReadNext(number));
  }
  if (places.empty()) return nullptr;
  return Take(schema_, batches, places);
}

}  // namespace tarn::local
