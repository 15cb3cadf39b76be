#include "local/operators/window.h"

#include <arrow/array.h>

#include <utility>

#include "local/aggregates/accumulator.h"
#include "local/batch/gather.h"
#include "local/spill/order_key.h"
#include "rows/take_rows.h"

namespace tarn::local {
namespace {

// Whole partitions that are computed at once have so many rows, at least.
constexpr int64_t kRowsAtOnce = 32 << 10;

// Sorted rows as they come from disk, cut between partitions.
class PartitionReader {
 public:
  PartitionReader(const WindowInput& input, SpillMerge* merge) : input_(input), merge_(merge) {}

  // Some whole partitions, with order keys; null after the last.
  Result<BatchPtr> Next(MemoryGrant* grant) {
    std::vector<BatchPtr> parts;
    int64_t num_rows = 0, num_bytes = 0;
    while (true) {
      if (rest_ == nullptr) {
        ARROW_ASSIGN_OR_RAISE(rest_, merge_->Next());
      }
      if (rest_ == nullptr) break;
      // Rows of partitions that come later stay for the next call.
      const int64_t count = num_rows < kRowsAtOnce ? rest_->num_rows() : RowsOfSamePartition();
      const BatchPtr taken = rest_->Slice(0, count);
      ARROW_ASSIGN_OR_RAISE(const int64_t taken_bytes, BatchBytes(*taken));
      num_rows += count;
      num_bytes += taken_bytes;
      grant->Set(2 * num_bytes);
      if (count > 0) KeepPartition(*taken);
      if (count > 0) parts.push_back(taken);
      rest_ = count == rest_->num_rows() ? nullptr : rest_->Slice(count);
      if (rest_ != nullptr) break;
    }
    if (parts.empty()) return nullptr;
    return Concatenate(WithOrderKey(input_.schema()), std::move(parts));
  }

 private:
  // Of those at the beginning of rest_.
  int64_t RowsOfSamePartition() const {
    int64_t row = 0;
    while (row < rest_->num_rows() && PartitionAt(*rest_, row) == partition_) ++row;
    return row;
  }

  void KeepPartition(const arrow::RecordBatch& rows) {
    partition_ = PartitionAt(rows, rows.num_rows() - 1);
  }

  std::string_view PartitionAt(const arrow::RecordBatch& rows, int64_t row) const {
    return OrderKeyAt(rows, row).substr(0, input_.PartitionBytes(rows)[row]);
  }

  const WindowInput& input_;
  SpillMerge* const merge_;
  BatchPtr rest_;
  std::string partition_;  // of the last row that was given
};

Status CheckCalls(const plan::Window& window) {
  for (const plan::WindowCall& call : window.calls) {
    const plan::Function& function = *call.call.function;
    if (!KnowsWindowFunction(function) && !Accumulator::Knows(function)) {
      return Status::NotImplemented("This engine has no such window function: ", function.name);
    }
  }
  return Status::OK();
}

}  // namespace

WindowStage::WindowStage(StageContext context, SchemaPtr schema, const plan::Window& window,
                         const ExprContext& expr_context, PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      schema_(std::move(schema)),
      window_(window),
      input_(window,
             arrow::schema(arrow::FieldVector(schema_->fields().begin(),
                                              schema_->fields().end() - std::ssize(window.calls))),
             expr_context),
      window_context_{&input_, expr_context, this->context().poll},
      output_(this->context().meter, std::move(next)),
      grant_(this->context().memory),
      sort_(input_.schema(), this->context().spill.get(), this->context().poll) {}

Result<std::shared_ptr<WindowStage>> WindowStage::Make(StageContext context, SchemaPtr schema,
                                                       const plan::Window& window,
                                                       const ExprContext& expr_context,
                                                       PieceSinkPtr next) {
  ARROW_RETURN_NOT_OK(CheckCalls(window));
  return std::shared_ptr<WindowStage>(new WindowStage(std::move(context), std::move(schema), window,
                                                      expr_context, std::move(next)));
}

Result<SortedBatch> WindowStage::Prepare(const BatchPtr& batch) const {
  return input_.Sort(batch, context().poll);
}

Status WindowStage::Consume(SortedBatch batch) {
  ARROW_RETURN_NOT_OK(sort_.Add(std::move(batch)));
  grant_.Set(sort_.num_bytes());
  if (!grant_.has_to_shrink()) return Status::OK();
  ARROW_RETURN_NOT_OK(sort_.Spill());
  grant_.Set(0);
  return Status::OK();
}

void WindowStage::Finish(Status status) {
  if (!status.ok()) return output_.End(status);
  // The values are there beside the rows.
  grant_.Set(2 * sort_.num_bytes());
  if (sort_.has_spilled() || grant_.has_to_shrink()) return PushFromDisk();
  status = CatchOutOfMemory([&] { return SplitRanges(); });
  status.ok() ? PushFromMemory() : output_.End(status);
}

// The output's rows for `rows`, which have the columns of input_.
Result<BatchPtr> WindowStage::Compute(BatchPtr rows, std::vector<std::string_view> keys) const {
  const WindowRows partitions = WindowRows::Make(input_, std::move(rows), std::move(keys));
  arrow::ArrayVector columns = partitions.rows->columns();
  columns.resize(input_.num_input_columns());
  for (size_t call = 0; call < window_.calls.size(); ++call) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(),
                          WindowValues(window_context_, window_, call, partitions));
  }
  return arrow::RecordBatch::Make(schema_, partitions.num_rows(), std::move(columns));
}

void WindowStage::PushSlices(int64_t piece, const Result<BatchPtr>& rows) const {
  if (!rows.ok()) return output_.Push(piece, rows.status());
  for (int64_t row = 0; row < (*rows)->num_rows(); row += kBatchRows) {
    output_.Push(piece, (*rows)->Slice(row, kBatchRows));
  }
}

Status WindowStage::SplitRanges() {
  held_ = sort_.Take();
  for (int i = 0; i < input_.schema()->num_fields(); ++i) {
    arrow::ArrayVector& chunks = columns_.emplace_back();
    for (const BatchPtr& batch : held_.batches) chunks.push_back(batch->column(i));
  }
  held_.runs.Split(held_.runs.num_rows() / kRowsAtOnce + 1, [this](const SortedRuns::Row& row) {
    return row.key.substr(0, input_.PartitionBytes(*held_.batches[row.run])[row.row]);
  });
  return Status::OK();
}

void WindowStage::PushFromMemory() {
  const int64_t num_ranges = held_.runs.num_ranges();
  num_ranges_left_ = num_ranges;
  output_.SetNumPieces(num_ranges);
  for (int64_t range = 0; range < num_ranges; ++range) {
    context().scheduler->Submit(Scheduler::Priority::kDeliver,
                                [this, range] { ComputeRange(range); });
  }
}

void WindowStage::ComputeRange(int64_t range) {
  if (!output_.IsClosed()) {
    const SelfTime::Scope scope(context().meter->time());
    PushSlices(range, CatchingOutOfMemory([&] { return ValuesOfRange(range); }));
  }
  if (--num_ranges_left_ == 0) {
    columns_.clear();
    held_ = {};
    grant_.Set(0);
  }
  output_.Complete(range);
}

Result<BatchPtr> WindowStage::ValuesOfRange(int64_t range) const {
  std::vector<RowPlace> places;
  std::vector<std::string_view> keys;
  const auto add = [&](const SortedRuns::Row& row) {
    places.push_back({static_cast<int32_t>(row.run), static_cast<int32_t>(row.row)});
    keys.push_back(row.key);
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(held_.runs.VisitRange(range, add, context().poll));
  arrow::ArrayVector columns;
  for (const arrow::ArrayVector& chunks : columns_) {
    if (places.empty()) break;
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), TakeValues(chunks, places));
  }
  if (places.empty()) return arrow::RecordBatch::MakeEmpty(schema_);
  const auto num_rows = static_cast<int64_t>(places.size());
  return Compute(arrow::RecordBatch::Make(input_.schema(), num_rows, std::move(columns)),
                 std::move(keys));
}

void WindowStage::PushFromDisk() {
  output_.SetNumPieces(1);
  const Status status = CatchOutOfMemory([&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(const auto merge, sort_.Merge());
    grant_.Set(0);
    return ComputeFromDisk(merge.get());
  });
  grant_.Set(0);
  if (!status.ok()) output_.Push(0, status);
  output_.Complete(0);
}

Status WindowStage::ComputeFromDisk(SpillMerge* merge) {
  PartitionReader reader(input_, merge);
  while (!output_.IsClosed()) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, reader.Next(&grant_));
    if (rows == nullptr) break;
    std::vector<std::string_view> keys;
    for (int64_t row = 0; row < rows->num_rows(); ++row) keys.push_back(OrderKeyAt(*rows, row));
    ARROW_ASSIGN_OR_RAISE(const BatchPtr computed, Compute(WithoutOrderKey(rows), std::move(keys)));
    PushSlices(0, computed);
  }
  return Status::OK();
}

}  // namespace tarn::local
