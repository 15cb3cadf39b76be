#include "lake/table_writer.h"

#include <arrow/util/byte_size.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/fault.h"
#include "base/parallel_for.h"
#include "lake/ordered_rows.h"
#include "lake/parquet_file.h"
#include "lake/partition_index.h"
#include "lake/partition_path.h"
#include "lake/row_order.h"
#include "lake/text_rows.h"
#include "rows/row_key.h"
#include "system/machine.h"

namespace tarn::lake {
namespace {

// Loops of fewer rows are not worth another thread.
constexpr int64_t kSharedRowsMin = 16 * 1024;

// What both writers share: writing files, and counting them. Threads: any number at once.
class FileSeries {
 public:
  FileSeries(std::shared_ptr<StagedFiles> files, std::shared_ptr<const ParquetFormat> format,
             const TableSpec& spec)
      : files_(std::move(files)),
        format_(std::move(format)),
        suffix_(ParquetSuffix(spec.codec)),
        loop_(spec.loop ? spec.loop : LoopOnThreads(ThisMachine().num_cores)),
        poll_([stop = spec.stop] { return stop.Poll(); }) {}

  // A file that is being written.
  struct File {
    std::shared_ptr<arrow::io::OutputStream> sink;
    std::unique_ptr<ParquetFile> parquet;
  };

  Result<File> Open(int64_t number, const std::string& folder) const {
    FaultPoint("write.file");
    File file;
    ARROW_ASSIGN_OR_RAISE(file.sink, files_->NewFile(number, folder, suffix_));
    ARROW_ASSIGN_OR_RAISE(file.parquet, format_->Open(file.sink));
    return file;
  }

  Status Write(const OrderedRows& rows, const File& file) {
    num_rows_ += rows.num_rows();
    return file.parquet->Write(rows, LoopFor(rows.num_rows()));
  }

  Status Close(const File& file) {
    ARROW_RETURN_NOT_OK(file.parquet->Close());
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, file.sink->Tell());
    ARROW_RETURN_NOT_OK(file.sink->Close());
    ++num_files_;
    num_bytes_ += num_bytes;
    return Status::OK();
  }

  // Loops over parts of so many rows; polled at each part.
  ParallelLoop LoopFor(int64_t num_rows) const {
    return [this, num_rows](int64_t num_items, const std::function<Status(int64_t item)>& task) {
      const auto polled = [&](int64_t item) {
        ARROW_RETURN_NOT_OK(poll_());
        return task(item);
      };
      return num_rows < kSharedRowsMin ? LoopOnThreads(1)(num_items, polled)
                                       : loop_(num_items, polled);
    };
  }
  // Over files, or what else is worth another thread.
  const ParallelLoop& loop() const { return loop_; }
  const Poll& poll() const { return poll_; }

  TableStats stats(int64_t num_partitions) const {
    return {num_rows_, num_files_, num_bytes_, num_partitions};
  }

 private:
  const std::shared_ptr<StagedFiles> files_;
  const std::shared_ptr<const ParquetFormat> format_;
  const std::string suffix_;
  const ParallelLoop loop_;
  const Poll poll_;
  std::atomic<int64_t> num_rows_ = 0;
  std::atomic<int64_t> num_files_ = 0;
  std::atomic<int64_t> num_bytes_ = 0;
};

Status CheckSchema(const arrow::RecordBatch& batch, const TableSpec& spec) {
  if (!batch.schema()->Equals(*spec.schema, /*check_metadata=*/false)) {
    return Status::Invalid("Batch does not have the schema of table ", spec.name, ": ",
                           batch.schema()->ToString());
  }
  for (int column = 0; column < batch.num_columns(); ++column) {
    const auto& type = batch.column_data(column)->type;
    if (type->id() != arrow::Type::DICTIONARY) continue;
    if (type->Equals(*arrow::dictionary(arrow::int32(), spec.schema->field(column)->type())))
      continue;
    return Status::Invalid("Not a dictionary that table ", spec.name, " takes: ", type->ToString());
  }
  return Status::OK();
}

// What a batch takes in memory, or would if its text stood value by value: how many rows are
// written together must not depend on which columns came as codes into a dictionary.
Result<int64_t> NumFlatBytes(const arrow::RecordBatch& batch) {
  int64_t num_bytes = 0;
  for (const auto& column : batch.columns()) {
    if (IsText(*column->type())) {
      num_bytes += batch.num_rows() * static_cast<int64_t>(sizeof(int32_t)) +
                   TextRows(*column).NumTextBytes(0, batch.num_rows());
    } else {
      ARROW_ASSIGN_OR_RAISE(const int64_t num_column_bytes,
                            arrow::util::ReferencedBufferSize(*column));
      num_bytes += num_column_bytes;
    }
  }
  return num_bytes;
}

// Batches that wait to be written.
class HeldBatches {
 public:
  Status Add(const std::shared_ptr<arrow::RecordBatch>& batch, int64_t num_bytes) {
    constexpr size_t kBatchesMax = std::numeric_limits<int32_t>::max();
    if (batches_.size() == kBatchesMax) return Status::CapacityError("too many batches");
    batches_.push_back(batch);
    num_rows_ += batch->num_rows();
    num_bytes_ += num_bytes;
    return Status::OK();
  }

  void Clear() { *this = HeldBatches(); }

  const arrow::RecordBatchVector& batches() const { return batches_; }
  uint32_t next_number() const { return static_cast<uint32_t>(batches_.size()); }
  int64_t num_rows() const { return num_rows_; }
  int64_t num_bytes() const { return num_bytes_; }

 private:
  arrow::RecordBatchVector batches_;
  int64_t num_rows_ = 0;
  int64_t num_bytes_ = 0;
};

RowRange AllOf(const arrow::RecordBatch& batch, uint32_t number) {
  return {number, 0, static_cast<uint32_t>(batch.num_rows())};
}

// Rows go into one file as they come, some batches at a time.
class StreamingWriter : public TableWriter {
 public:
  StreamingWriter(TableSpec spec, std::vector<int> columns, std::unique_ptr<FileSeries> series)
      : spec_(std::move(spec)), columns_(std::move(columns)), series_(std::move(series)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    ARROW_RETURN_NOT_OK(CheckSchema(*batch, spec_));
    if (batch->num_rows() == 0) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, NumFlatBytes(*batch));
    ranges_.push_back(AllOf(*batch, held_.next_number()));
    ARROW_RETURN_NOT_OK(held_.Add(batch, num_bytes));
    const int64_t bytes_max = file_.parquet == nullptr ? kFirstBytesMax : kHeldBytesMax;
    const bool is_enough = held_.num_rows() >= kHeldRowsMax || held_.num_bytes() >= bytes_max;
    return is_enough ? Flush() : Status::OK();
  }

  int64_t num_held_bytes() const override {
    return held_.num_bytes() + (file_.parquet == nullptr ? 0 : file_.parquet->num_held_bytes());
  }

  Result<TableStats> Close() override {
    const bool has_rows = file_.parquet != nullptr || held_.num_rows() > 0;
    if (!has_rows && spec_.keeps_old_files()) return series_->stats(/*num_partitions=*/1);
    ARROW_RETURN_NOT_OK(Flush());
    ARROW_RETURN_NOT_OK(series_->Close(file_));
    return series_->stats(/*num_partitions=*/1);
  }

 private:
  static constexpr int64_t kHeldRowsMax = 128 * 1024;
  static constexpr int64_t kHeldBytesMax = 8 << 20;
  static constexpr int64_t kFirstBytesMax = 16 << 20;  // more, since columns are judged by them

  Status Flush() {
    if (file_.parquet == nullptr) {
      ARROW_ASSIGN_OR_RAISE(file_, series_->Open(0, ""));
    }
    ARROW_RETURN_NOT_OK(series_->Write(OrderedRows(held_.batches(), columns_, ranges_), file_));
    held_.Clear();
    ranges_.clear();
    return Status::OK();
  }

  const TableSpec spec_;
  const std::vector<int> columns_;
  const std::unique_ptr<FileSeries> series_;
  FileSeries::File file_;
  HeldBatches held_;
  std::vector<RowRange> ranges_;
};

// Rows are gathered, ordered by partition and by sort columns, and written one file at a time.
//
// Where rows come in the order of the sort columns, and of few partitions at a time, less is
// gathered: what comes later goes into the same files.
class GatheringWriter : public TableWriter {
 public:
  GatheringWriter(TableSpec spec, std::vector<int> data_columns,
                  std::unique_ptr<PartitionIndex> partitions, std::unique_ptr<FileSeries> series)
      : spec_(std::move(spec)),
        early_bytes_(spec_.gathered_bytes_max / 4),
        data_columns_(std::move(data_columns)),
        partitions_(std::move(partitions)),
        series_(std::move(series)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    ARROW_RETURN_NOT_OK(CheckSchema(*batch, spec_));
    if (batch->num_rows() == 0) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, NumFlatBytes(*batch));
    ARROW_RETURN_NOT_OK(MakeRoom(num_bytes));
    const uint32_t number = gathered_.next_number();
    if (partitions_ == nullptr) {
      rows_.push_back({0, AllOf(*batch, number)});
    } else {
      ARROW_RETURN_NOT_OK(partitions_->Number(*batch, number, &rows_));
    }
    return gathered_.Add(batch, num_bytes);
  }

  int64_t num_held_bytes() const override {
    int64_t num_bytes = 0;
    for (const auto& [partition, open] : open_files_) {
      if (open.is_open()) num_bytes += open.file.parquet->num_held_bytes();
    }
    return num_bytes;
  }

  Result<TableStats> Close() override {
    ARROW_RETURN_NOT_OK(Flush());
    ARROW_RETURN_NOT_OK(CloseFiles());
    if (num_numbers_ == 0 && !spec_.keeps_old_files()) {
      ARROW_ASSIGN_OR_RAISE(const auto file, series_->Open(0, EmptyFolder()));
      ARROW_RETURN_NOT_OK(series_->Close(file));
    }
    return series_->stats(
        partitions_ == nullptr ? 1 : static_cast<int64_t>(partitions_->folders().size()));
  }

 private:
  // A partition's file that later rows may go into.
  struct OpenFile {
    FileSeries::File file;
    std::string last_key;  // OrderKey of its last row

    bool is_open() const { return file.parquet != nullptr; }
  };
  static constexpr size_t kOpenFilesMax = 4;

  // An empty table's only file lies where readers see the partition columns' names.
  std::string EmptyFolder() const {
    std::string folder;
    for (const std::string& column : spec_.partition_by) {
      if (!folder.empty()) folder += '/';
      folder += PartitionFolder(column, std::nullopt);
    }
    return folder;
  }

  // Write what is gathered when so many bytes more would be too much.
  Status MakeRoom(int64_t num_bytes) {
    const int64_t num_gathered = gathered_.num_bytes();
    if (num_gathered == 0 || num_gathered + num_bytes <= early_bytes_) return Status::OK();
    if (num_gathered + num_bytes > spec_.gathered_bytes_max) return Flush();
    if (std::exchange(is_judged_, true)) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const bool is_enough, MayFlushEarly());
    return is_enough ? Flush() : Status::OK();
  }

  // Whether the files would be no more than if more was gathered.
  Result<bool> MayFlushEarly() const {
    if (!HasFewPartitions()) return false;
    if (spec_.sort_within.empty()) return true;
    const GroupedRows grouped = GroupRows(rows_);
    for (const PartitionRun& run : grouped.runs) {
      const auto ranges = grouped.RangesOf(run);
      ARROW_ASSIGN_OR_RAISE(const bool is_in_order,
                            AreNearlyInOrder(gathered_.batches(), ranges, spec_.sort_within,
                                             series_->LoopFor(run.num_rows)));
      if (!is_in_order) return false;
      const auto open = open_files_.find(run.partition);
      if (open == open_files_.end()) continue;
      ARROW_ASSIGN_OR_RAISE(const bool follows, Follows(open->second, ranges.front()));
      if (!follows) return false;
    }
    return true;
  }

  bool HasFewPartitions() const {
    std::vector<uint32_t> met;
    for (const PartitionRows& rows : rows_) {
      if (std::find(met.begin(), met.end(), rows.partition) != met.end()) continue;
      if (met.size() == kOpenFilesMax) return false;
      met.push_back(rows.partition);
    }
    return true;
  }

  // Whether rows that begin with this one may stand after those in the file.
  Result<bool> Follows(const OpenFile& open, const RowRange& first) const {
    if (spec_.sort_within.empty()) return true;
    ARROW_ASSIGN_OR_RAISE(const std::string key, KeyOf(first.batch, first.begin));
    return open.last_key <= key;
  }

  Result<std::string> KeyOf(uint32_t batch, uint32_t row) const {
    return OrderKey(*gathered_.batches()[batch], row, spec_.sort_within);
  }

  // One file for each partition. Files are independent of each other, and so are the columns of a
  // large one.
  Status Flush() {
    if (rows_.empty()) return Status::OK();
    const GroupedRows grouped = GroupRows(rows_);
    rows_ = {};
    const std::vector<PartitionRun>& runs = grouped.runs;
    const bool may_stay_open = runs.size() <= kOpenFilesMax;
    ARROW_RETURN_NOT_OK(may_stay_open ? CloseFilesBut(runs) : CloseFiles());
    ARROW_RETURN_NOT_OK(series_->loop()(static_cast<int64_t>(runs.size()), [&](int64_t i) {
      const PartitionRun& run = runs[static_cast<size_t>(i)];
      if (may_stay_open) {
        return WriteRun(grouped, run, num_numbers_ + i, &open_files_.at(run.partition));
      }
      OpenFile file;
      ARROW_RETURN_NOT_OK(WriteRun(grouped, run, num_numbers_ + i, &file));
      return series_->Close(file.file);
    }));
    gathered_.Clear();
    is_judged_ = false;
    num_numbers_ += static_cast<int64_t>(runs.size());
    const bool is_full = num_held_bytes() > spec_.gathered_bytes_max - early_bytes_;
    return is_full ? CloseFiles() : Status::OK();
  }

  Status WriteRun(const GroupedRows& grouped, const PartitionRun& run, int64_t number,
                  OpenFile* open) const {
    ARROW_RETURN_NOT_OK(series_->poll()());
    std::span<const RowRange> ranges = grouped.RangesOf(run);
    std::vector<RowRange> sorted;
    if (!spec_.sort_within.empty()) {
      ARROW_ASSIGN_OR_RAISE(sorted, SortRanges(gathered_.batches(), ranges, spec_.sort_within,
                                               series_->LoopFor(run.num_rows), series_->poll()));
      ranges = sorted;
    }
    if (open->is_open()) {
      ARROW_ASSIGN_OR_RAISE(const bool follows, Follows(*open, ranges.front()));
      if (!follows) ARROW_RETURN_NOT_OK(series_->Close(std::exchange(open->file, {})));
    }
    if (!open->is_open()) {
      ARROW_ASSIGN_OR_RAISE(
          open->file,
          series_->Open(number,
                        partitions_ == nullptr ? "" : partitions_->folders()[run.partition]));
    }
    if (!spec_.sort_within.empty()) {
      const RowRange& last = ranges.back();
      ARROW_ASSIGN_OR_RAISE(open->last_key, KeyOf(last.batch, last.begin + last.length - 1));
    }
    return series_->Write(OrderedRows(gathered_.batches(), data_columns_, ranges), open->file);
  }

  // Close the files of all partitions but these, which get one each that may not be open yet.
  Status CloseFilesBut(const std::vector<PartitionRun>& runs) {
    std::map<uint32_t, OpenFile> kept;
    for (const PartitionRun& run : runs) {
      auto found = open_files_.extract(run.partition);
      if (found.empty()) {
        kept.try_emplace(run.partition);
      } else {
        kept.insert(std::move(found));
      }
    }
    ARROW_RETURN_NOT_OK(CloseFiles());
    open_files_ = std::move(kept);
    return Status::OK();
  }

  Status CloseFiles() {
    std::vector<FileSeries::File> files;
    for (auto& [partition, open] : open_files_) files.push_back(std::move(open.file));
    open_files_.clear();
    return series_->loop()(static_cast<int64_t>(files.size()), [&](int64_t i) {
      return series_->Close(files[static_cast<size_t>(i)]);
    });
  }

  const TableSpec spec_;
  const int64_t early_bytes_;  // from which on less than the limit may be enough
  const std::vector<int> data_columns_;
  const std::unique_ptr<PartitionIndex> partitions_;  // null when not partitioned
  const std::unique_ptr<FileSeries> series_;
  std::map<uint32_t, OpenFile> open_files_;  // by partition
  HeldBatches gathered_;
  std::vector<PartitionRows> rows_;  // of gathered_
  bool is_judged_ = false;           // whether they were asked if they are enough
  int64_t num_numbers_ = 0;          // of files, used so far
};

Result<int> ColumnIndex(const TableSpec& spec, const std::string& name, std::string_view use) {
  const int index = spec.schema->GetFieldIndex(name);
  if (index >= 0) return index;
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("Table {} has no column to {}; name one of its columns: {}",
                               spec.name, use, name));
}

Result<std::vector<int>> PartitionColumns(const TableSpec& spec) {
  std::vector<int> columns;
  for (const std::string& name : spec.partition_by) {
    ARROW_ASSIGN_OR_RAISE(const int index, ColumnIndex(spec, name, "partition by"));
    if (std::find(columns.begin(), columns.end(), index) != columns.end()) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("Table {} is partitioned by a column twice; name it once: {}",
                                   spec.name, name));
    }
    const auto& type = *spec.schema->field(index)->type();
    if (!IsPartitionType(type)) {
      return MakeError(
          ErrorKind::kBadInput,
          fmt::format("Table {} cannot be partitioned by a column of type {}; use a number, a "
                      "string, a date or a timestamp: {}",
                      spec.name, type.ToString(), name));
    }
    columns.push_back(index);
  }
  return columns;
}

Status CheckSortColumns(const TableSpec& spec) {
  for (const SortColumn& column : spec.sort_within) {
    ARROW_ASSIGN_OR_RAISE(const int index, ColumnIndex(spec, column.name, "sort by"));
    const auto& type = *spec.schema->field(index)->type();
    if (!IsOrderable(type)) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("Table {} cannot be sorted by a column of type {}: {}",
                                   spec.name, type.ToString(), column.name));
    }
  }
  return Status::OK();
}

}  // namespace

Result<std::unique_ptr<TableWriter>> MakeTableWriter(TableSpec spec,
                                                     std::shared_ptr<StagedFiles> files) {
  ARROW_ASSIGN_OR_RAISE(std::vector<int> partition_columns, PartitionColumns(spec));
  ARROW_RETURN_NOT_OK(CheckSortColumns(spec));
  std::vector<int> data_columns;
  arrow::FieldVector data_fields;
  for (int index = 0; index < spec.schema->num_fields(); ++index) {
    if (std::count(partition_columns.begin(), partition_columns.end(), index) > 0) continue;
    data_columns.push_back(index);
    data_fields.push_back(spec.schema->field(index));
  }
  if (data_columns.empty()) {
    return MakeError(
        ErrorKind::kBadInput,
        "All columns are partition columns; leave at least one out of partition_by: " + spec.name);
  }
  ARROW_ASSIGN_OR_RAISE(auto format, ParquetFormat::Make(arrow::schema(data_fields), spec.codec,
                                                         spec.row_group_bytes));
  const PathLimits limits = files->limits();
  auto series = std::make_unique<FileSeries>(std::move(files), std::move(format), spec);
  if (!spec.gathers_rows()) {
    return std::make_unique<StreamingWriter>(std::move(spec), std::move(data_columns),
                                             std::move(series));
  }
  std::unique_ptr<PartitionIndex> partitions;
  if (!partition_columns.empty()) {
    ARROW_ASSIGN_OR_RAISE(
        partitions,
        PartitionIndex::Make(spec.schema, std::move(partition_columns), limits, *spec.zone));
  }
  return std::make_unique<GatheringWriter>(std::move(spec), std::move(data_columns),
                                           std::move(partitions), std::move(series));
}

}  // namespace tarn::lake
