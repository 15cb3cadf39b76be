#include "local/operators/row_number.h"

#include <arrow/array.h>

#include <algorithm>
#include <string>
#include <utility>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "rows/row_sort.h"

namespace tarn::local {
namespace {

// What is sorted with the keys.
SchemaPtr SortedSchema() {
  return arrow::schema({arrow::field("row", arrow::int64(), /*nullable=*/false),
                        arrow::field("partition_bytes", arrow::int32(), /*nullable=*/false)});
}

SchemaPtr NumberSchema() {
  return arrow::schema({arrow::field("number", arrow::int32(), /*nullable=*/false)});
}

template <class ArrayType, class T>
std::shared_ptr<arrow::Array> ArrayOf(std::vector<T> values) {
  const auto length = static_cast<int64_t>(values.size());
  return std::make_shared<ArrayType>(length, arrow::Buffer::FromVector(std::move(values)));
}

int32_t PartitionBytes(const arrow::RecordBatch& sorted, int64_t row) {
  return static_cast<const arrow::Int32Array&>(*sorted.column(1)).Value(row);
}

// Numbers rows that come by partition.
class Numbering {
 public:
  // `partition_bytes` of the key are the partition's: no partition begins like another one.
  int32_t Next(std::string_view key, int32_t partition_bytes) {
    if (number_ == 0 || !key.starts_with(partition_)) {
      partition_ = key.substr(0, partition_bytes);
      number_ = 0;
    }
    return ++number_;
  }

 private:
  std::string partition_;
  int32_t number_ = 0;  // of the row before
};

// Consecutive batches that are put out as one.
struct Piece {
  std::vector<BatchPtr> batches;
  int64_t first_row = 0;
  int64_t num_rows = 0;
};

std::vector<Piece> PiecesOf(std::vector<BatchPtr> batches) {
  std::vector<Piece> pieces;
  int64_t num_rows = 0;
  for (BatchPtr& batch : batches) {
    if (pieces.empty() || pieces.back().num_rows >= kBatchRows) pieces.push_back({{}, num_rows});
    pieces.back().num_rows += batch->num_rows();
    num_rows += batch->num_rows();
    pieces.back().batches.push_back(std::move(batch));
  }
  return pieces;
}

BatchPtr WithColumn(const SchemaPtr& schema, const BatchPtr& rows,
                    std::shared_ptr<arrow::Array> column) {
  arrow::ArrayVector columns = rows->columns();
  columns.push_back(std::move(column));
  return arrow::RecordBatch::Make(schema, rows->num_rows(), std::move(columns));
}

Result<BatchPtr> WithinLimit(const BatchPtr& numbered, int64_t limit) {
  const auto& numbers =
      static_cast<const arrow::Int32Array&>(*numbered->column(numbered->num_columns() - 1));
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < numbers.length(); ++row) {
    if (numbers.Value(row) <= limit) rows.push_back(row);
  }
  return TakeRows(numbered, ArrayOf<arrow::Int64Array>(std::move(rows)));
}

// Reads the numbers of rows on disk, which are the first column.
class NumberReader {
 public:
  explicit NumberReader(std::unique_ptr<SpillMerge> merge) : merge_(std::move(merge)) {}

  Result<std::shared_ptr<arrow::Array>> Next(int64_t num_rows) {
    std::vector<int32_t> numbers;
    numbers.reserve(num_rows);
    while (std::ssize(numbers) < num_rows) {
      if (batch_ == nullptr || next_ == batch_->num_rows()) {
        ARROW_ASSIGN_OR_RAISE(batch_, merge_->Next());
        next_ = 0;
      }
      const int32_t* values = batch_->column_data(0)->GetValues<int32_t>(1) + next_;
      const int64_t count = std::min(num_rows - std::ssize(numbers), batch_->num_rows() - next_);
      numbers.insert(numbers.end(), values, values + count);
      next_ += count;
    }
    return ArrayOf<arrow::Int32Array>(std::move(numbers));
  }

 private:
  std::unique_ptr<SpillMerge> merge_;
  BatchPtr batch_;
  int64_t next_ = 0;  // row of batch_
};

}  // namespace

RowNumberStage::RowNumberStage(StageContext context, SchemaPtr schema,
                               const plan::RowNumber& row_number, const ExprContext& expr_context,
                               PieceSinkPtr next)
    : InOrderStage(std::move(context)),
      schema_(std::move(schema)),
      input_schema_(arrow::schema(
          arrow::FieldVector(schema_->fields().begin(), schema_->fields().end() - 1))),
      keys_(row_number.partition_by, row_number.order_by, expr_context),
      partition_keys_(KeysOf(row_number.partition_by, {}), expr_context),
      sort_keys_(KeysOf(row_number.partition_by, row_number.order_by), expr_context),
      output_(this->context().meter, std::move(next)),
      grant_(std::make_shared<MemoryGrant>(this->context().memory)),
      spilled_(input_schema_, this->context().spill.get()),
      sort_(SortedSchema(), this->context().spill.get(), this->context().poll) {}

Result<std::shared_ptr<RowNumberStage>> RowNumberStage::Make(StageContext context, SchemaPtr schema,
                                                             const plan::RowNumber& row_number,
                                                             const ExprContext& expr_context,
                                                             PieceSinkPtr next) {
  std::shared_ptr<RowNumberStage> stage(new RowNumberStage(
      std::move(context), std::move(schema), row_number, expr_context, std::move(next)));
  ARROW_ASSIGN_OR_RAISE(stage->partitions_, KeyTable::Make(stage->keys_.partition_types));
  if (row_number.limit) stage->limit_.emplace(*row_number.limit);
  return stage;
}

Result<UnnumberedRows> RowNumberStage::Prepare(const BatchPtr& batch) const {
  UnnumberedRows rows;
  rows.batch = batch;
  ARROW_ASSIGN_OR_RAISE(rows.partitions, EncodeKeys(keys_.partition_by, *batch));
  ARROW_ASSIGN_OR_RAISE(rows.keys, keys_.order_by.Encode(*batch));
  ARROW_ASSIGN_OR_RAISE(rows.order, SortRows(rows.keys, context().poll));
  return rows;
}

Status RowNumberStage::Consume(UnnumberedRows rows) {
  ARROW_RETURN_NOT_OK(Hold(std::move(rows)));
  grant_->Set(held_bytes());
  if (!grant_->has_to_shrink()) return Status::OK();
  // Dropping few would be to do again with the next batch.
  if (partitions_ != nullptr && limit_ && limit_->num_excess() > num_rows_ / 4) {
    ARROW_RETURN_NOT_OK(DropExcess());
    grant_->Set(held_bytes());
    if (!grant_->has_to_shrink()) return Status::OK();
  }
  return Spill();
}

int64_t RowNumberStage::held_bytes() const {
  int64_t num_bytes = num_bytes_ + runs_bytes_;
  if (partitions_ != nullptr) num_bytes += partitions_->num_bytes();
  if (partitions_ != nullptr && limit_) num_bytes += limit_->num_bytes();
  return num_bytes;
}

Status RowNumberStage::Hold(UnnumberedRows rows) {
  SortedBatch sorted{std::move(rows.batch), std::move(rows.keys), std::move(rows.order)};
  if (partitions_ == nullptr) return HoldSorted(std::move(sorted));
  ARROW_ASSIGN_OR_RAISE(const auto numbers, partitions_->Insert(rows.partitions));
  const std::span<const uint32_t> partitions(numbers->raw_values(), numbers->length());
  if (limit_) return HoldLimited(sorted, partitions);
  partition_of_.insert(partition_of_.end(), partitions.begin(), partitions.end());
  return HoldSorted(std::move(sorted));
}

Status RowNumberStage::HoldLimited(const SortedBatch& rows, std::span<const uint32_t> partitions) {
  std::vector<int64_t> kept =
      limit_->Select(rows.keys, rows.order, partitions, partitions_->num_keys());
  if (kept.empty()) return Status::OK();
  for (const int64_t row : kept) partition_of_.push_back(partitions[row]);
  ARROW_ASSIGN_OR_RAISE(SortedBatch sorted, SortedBatch::MakeOf(rows.batch, rows.keys,
                                                                std::move(kept), context().poll));
  ARROW_RETURN_NOT_OK(HoldSorted(std::move(sorted)));
  return limit_->has_much_excess() ? DropExcess() : Status::OK();
}

// Partitions are held already.
Status RowNumberStage::HoldSorted(SortedBatch rows) {
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, BatchBytes(*rows.batch));
  const int64_t num_rows = rows.batch->num_rows();
  num_bytes_ += num_bytes;
  num_rows_ += num_rows;
  batches_.push_back(std::move(rows.batch));
  if (partitions_ == nullptr) return Status::OK();
  // Of the order, the partition and the row's number.
  constexpr int64_t kBytesPerRow = sizeof(int64_t) + sizeof(uint32_t) + sizeof(int32_t);
  runs_bytes_ += rows.keys.num_bytes() + num_rows * kBytesPerRow;
  runs_.Add(std::move(rows.keys), std::move(rows.order));
  return Status::OK();
}

// Within memory: of each partition, the rows beyond the limit go.
Status RowNumberStage::DropExcess() {
  SortedRuns runs = std::exchange(runs_, {});
  std::vector<BatchPtr> batches = std::exchange(batches_, {});
  const std::vector<uint32_t> partition_of = std::exchange(partition_of_, {});
  num_bytes_ = runs_bytes_ = num_rows_ = 0;
  std::vector<std::vector<int64_t>> kept(batches.size());
  limit_->Restart();
  runs.Split(1);
  const auto keep = [&](const SortedRuns::Row& row) {
    if (limit_->Keep(partition_of[row.number], row.key)) kept[row.run].push_back(row.row);
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(runs.VisitRange(0, keep, context().poll));
  int64_t first_row = 0;
  for (size_t run = 0; run < kept.size(); ++run) {
    const BatchPtr batch = std::exchange(batches[run], nullptr);
    std::sort(kept[run].begin(), kept[run].end());
    for (const int64_t row : kept[run]) partition_of_.push_back(partition_of[first_row + row]);
    first_row += batch->num_rows();
    if (kept[run].empty()) continue;
    ARROW_ASSIGN_OR_RAISE(
        SortedBatch sorted,
        SortedBatch::MakeOf(batch, runs.keys(run), std::move(kept[run]), context().poll));
    ARROW_RETURN_NOT_OK(HoldSorted(std::move(sorted)));
  }
  return Status::OK();
}

Result<SortedBatch> RowNumberStage::SortByPartition(const BatchPtr& batch, int64_t first_row) {
  ARROW_ASSIGN_OR_RAISE(RowKeys keys, sort_keys_.Encode(*batch));
  ARROW_ASSIGN_OR_RAISE(const RowKeys partitions, partition_keys_.Encode(*batch));
  const int64_t num_rows = batch->num_rows();
  std::vector<int64_t> numbers(num_rows);
  std::vector<int32_t> partition_bytes(num_rows);
  for (int64_t row = 0; row < num_rows; ++row) {
    numbers[row] = first_row + row;
    partition_bytes[row] = static_cast<int32_t>(partitions.row(row).size());
  }
  return SortedBatch::Make(
      arrow::RecordBatch::Make(SortedSchema(), num_rows,
                               {ArrayOf<arrow::Int64Array>(std::move(numbers)),
                                ArrayOf<arrow::Int32Array>(std::move(partition_bytes))}),
      std::move(keys), context().poll);
}

// From here on, all rows are numbered by way of the disk.
Status RowNumberStage::Spill() {
  ForgetPartitions();
  runs_bytes_ = 0;
  for (BatchPtr& batch : batches_) {
    ARROW_RETURN_NOT_OK(context().poll());
    ARROW_ASSIGN_OR_RAISE(SortedBatch sorted, SortByPartition(batch, spilled_.num_rows()));
    ARROW_RETURN_NOT_OK(sort_.Add(std::move(sorted)));
    ARROW_RETURN_NOT_OK(spilled_.Append(std::exchange(batch, nullptr)));
  }
  batches_.clear();
  num_bytes_ = 0;
  ARROW_RETURN_NOT_OK(sort_.Spill());
  grant_->Set(spilled_.pending_bytes());
  return Status::OK();
}

void RowNumberStage::Finish(Status status) {
  if (status.ok()) {
    status = CatchOutOfMemory(
        [&] { return partitions_ == nullptr ? NumberOnDisk() : NumberInMemory(); });
  }
  if (!status.ok()) return output_.End(status);
  if (merge_ != nullptr) return PushFromDisk();
  PushFromMemory();
}

Status RowNumberStage::NumberInMemory() {
  if (limit_ && limit_->num_excess() > 0) ARROW_RETURN_NOT_OK(DropExcess());
  runs_.Split(1);
  std::vector<int32_t> numbers(num_rows_);
  std::vector<int32_t> counts(partitions_->num_keys(), 0);
  const auto number = [&](const SortedRuns::Row& row) {
    numbers[row.number] = ++counts[partition_of_[row.number]];
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(runs_.VisitRange(0, number, context().poll));
  numbers_ = ArrayOf<arrow::Int32Array>(std::move(numbers));
  ForgetPartitions();
  return Status::OK();
}

void RowNumberStage::ForgetPartitions() {
  partitions_ = nullptr;
  partition_of_ = std::vector<uint32_t>();
  runs_ = {};
  if (limit_) limit_->Forget();
}

void RowNumberStage::PushFromMemory() {
  const auto pieces = std::make_shared<const std::vector<Piece>>(PiecesOf(std::move(batches_)));
  // Until the last piece is made.
  grant_->Set(num_bytes_ + num_rows_ * static_cast<int64_t>(sizeof(int32_t)));
  output_.PushAll(
      context(), std::ssize(*pieces),
      [this, pieces, numbers = std::exchange(numbers_, nullptr),
       grant = std::move(grant_)](int64_t number) -> Result<BatchPtr> {
        const Piece& piece = (*pieces)[number];
        ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, Concatenate(input_schema_, piece.batches));
        return WithColumn(schema_, rows, numbers->Slice(piece.first_row, piece.num_rows));
      });
}

Status RowNumberStage::NumberOnDisk() {
  ARROW_RETURN_NOT_OK(Spill());
  ARROW_RETURN_NOT_OK(spilled_.Flush());
  ARROW_ASSIGN_OR_RAISE(const auto sorted, sort_.Merge());
  ExternalSort numbers(NumberSchema(), context().spill.get(), context().poll);
  Numbering numbering;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr batch, sorted->Next());
    if (batch == nullptr) break;
    const auto& keys = static_cast<const arrow::BinaryArray&>(*batch->column(2));
    std::vector<int32_t> values(batch->num_rows());
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      values[row] = numbering.Next(keys.GetView(row), PartitionBytes(*batch, row));
    }
    ARROW_ASSIGN_OR_RAISE(RowKeys rows,
                          EncodeRowKeys({batch->column(0)}, {KeyOrder{}}, batch->num_rows()));
    ARROW_ASSIGN_OR_RAISE(
        SortedBatch by_row,
        SortedBatch::Make(arrow::RecordBatch::Make(NumberSchema(), batch->num_rows(),
                                                   {ArrayOf<arrow::Int32Array>(std::move(values))}),
                          std::move(rows), context().poll));
    ARROW_RETURN_NOT_OK(numbers.Add(std::move(by_row)));
    grant_->Set(numbers.num_bytes());
    if (!grant_->has_to_shrink()) continue;
    ARROW_RETURN_NOT_OK(numbers.Spill());
    grant_->Set(0);
  }
  ARROW_ASSIGN_OR_RAISE(merge_, numbers.Merge());
  grant_->Set(0);
  return Status::OK();
}

void RowNumberStage::PushFromDisk() {
  SpilledReader reader(std::move(spilled_));
  NumberReader numbers(std::move(merge_));
  output_.PushStream(context(), [&]() -> Result<BatchPtr> {
    ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, reader.Next());
    if (rows == nullptr) return nullptr;
    ARROW_ASSIGN_OR_RAISE(auto column, numbers.Next(rows->num_rows()));
    const BatchPtr numbered = WithColumn(schema_, rows, std::move(column));
    return limit_ ? WithinLimit(numbered, limit_->limit()) : numbered;
  });
}

}  // namespace tarn::local
