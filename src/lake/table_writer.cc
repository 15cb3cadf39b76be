#include "lake/table_writer.h"

#include <arrow/table.h>
#include <arrow/util/byte_size.h>

#include <algorithm>
#include <optional>

#include "base/fault.h"
#include "base/parallel_for.h"
#include "lake/parquet_file.h"
#include "lake/partition_index.h"
#include "lake/partition_path.h"
#include "lake/row_order.h"
#include "rows/row_key.h"
#include "rows/take_rows.h"
#include "system/machine.h"

namespace tarn::lake {
namespace {

// What both writers share: opening a file, and closing it with its size counted. One file at a
// time.
class FileSeries {
 public:
  FileSeries(std::shared_ptr<StagedFiles> files, std::shared_ptr<const ParquetFormat> format,
             std::string suffix)
      : files_(std::move(files)), format_(std::move(format)), suffix_(std::move(suffix)) {}

  Status Open(int64_t number, const std::string& folder) {
    FaultPoint("write.file");
    ARROW_ASSIGN_OR_RAISE(sink_, files_->NewFile(number, folder, suffix_));
    ARROW_ASSIGN_OR_RAISE(file_, format_->Open(sink_));
    return Status::OK();
  }

  bool is_open() const { return file_ != nullptr; }

  // Another series of files of the same table, with nothing written yet.
  FileSeries Fresh() const { return FileSeries(files_, format_, suffix_); }

  Status Write(const arrow::RecordBatch& batch) {
    stats_.num_rows += batch.num_rows();
    return file_->Write(batch);
  }

  Status Close() {
    ARROW_RETURN_NOT_OK(file_->Close());
    file_ = nullptr;
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, sink_->Tell());
    ARROW_RETURN_NOT_OK(sink_->Close());
    ++stats_.num_files;
    stats_.num_bytes += num_bytes;
    return Status::OK();
  }

  const TableStats& stats() const { return stats_; }

  // Count what `other`, a copy that wrote on another thread, has written.
  void AddStats(const FileSeries& other) {
    stats_.num_rows += other.stats_.num_rows;
    stats_.num_files += other.stats_.num_files;
    stats_.num_bytes += other.stats_.num_bytes;
  }

 private:
  std::shared_ptr<StagedFiles> files_;
  std::shared_ptr<const ParquetFormat> format_;
  const std::string suffix_;
  std::shared_ptr<arrow::io::OutputStream> sink_;
  std::shared_ptr<ParquetFile> file_;
  TableStats stats_;
};

Status CheckSchema(const arrow::RecordBatch& batch, const TableSpec& spec) {
  if (batch.schema()->Equals(*spec.schema, /*check_metadata=*/false)) return Status::OK();
  return Status::Invalid("Batch does not have the schema of table ", spec.name, ": ",
                         batch.schema()->ToString());
}

// Rows go into one file as they come.
class StreamingWriter : public TableWriter {
 public:
  StreamingWriter(TableSpec spec, FileSeries series)
      : spec_(std::move(spec)), series_(std::move(series)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    ARROW_RETURN_NOT_OK(CheckSchema(*batch, spec_));
    if (!series_.is_open()) ARROW_RETURN_NOT_OK(series_.Open(0, ""));
    return series_.Write(*batch);
  }

  Result<TableStats> Close() override {
    if (!series_.is_open()) ARROW_RETURN_NOT_OK(series_.Open(0, ""));
    ARROW_RETURN_NOT_OK(series_.Close());
    TableStats stats = series_.stats();
    stats.num_partitions = 1;
    return stats;
  }

 private:
  const TableSpec spec_;
  FileSeries series_;
};

// A table's gathered rows in the order in which they are written. Threads: any.
class OrderedRows {
 public:
  // `indices` null: as they stand. Both are borrowed.
  OrderedRows(const arrow::Table& rows, const arrow::Array* indices)
      : rows_(rows),
        indices_(static_cast<const arrow::UInt64Array*>(indices)),
        chunks_(rows.column(0)->chunks()) {}

  // A copy of rows [begin, begin + length), so that no second copy of all of them is in memory.
  Result<std::shared_ptr<arrow::RecordBatch>> Take(int64_t begin, int64_t length) const {
    if (indices_ == nullptr) return rows_.Slice(begin, length)->CombineChunksToBatch();
    const std::vector<RowPlace> places =
        chunks_.Find({indices_->raw_values() + begin, static_cast<size_t>(length)});
    arrow::ArrayVector columns;
    for (const auto& column : rows_.columns()) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), TakeRows(*column, places));
    }
    return arrow::RecordBatch::Make(rows_.schema(), length, std::move(columns));
  }

 private:
  const arrow::Table& rows_;
  const arrow::UInt64Array* const indices_;
  const ChunkIndex chunks_;
};

// Rows are gathered, ordered by partition and by sort columns, and written one file at a time.
class GatheringWriter : public TableWriter {
 public:
  GatheringWriter(TableSpec spec, std::vector<int> data_columns,
                  std::unique_ptr<PartitionIndex> partitions, FileSeries series)
      : spec_(std::move(spec)),
        data_columns_(std::move(data_columns)),
        partitions_(std::move(partitions)),
        series_(std::move(series)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    ARROW_RETURN_NOT_OK(CheckSchema(*batch, spec_));
    if (batch->num_rows() == 0) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, arrow::util::ReferencedBufferSize(*batch));
    if (gathered_bytes_ > 0 && gathered_bytes_ + num_bytes > spec_.gathered_bytes_max) {
      ARROW_RETURN_NOT_OK(Flush());
    }
    if (partitions_ != nullptr) ARROW_RETURN_NOT_OK(partitions_->Number(*batch, &row_partitions_));
    batches_.push_back(batch);
    gathered_bytes_ += num_bytes;
    return Status::OK();
  }

  Result<TableStats> Close() override {
    ARROW_RETURN_NOT_OK(Flush());
    if (series_.stats().num_files == 0) {
      ARROW_RETURN_NOT_OK(series_.Open(0, EmptyFolder()));
      ARROW_RETURN_NOT_OK(series_.Close());
    }
    TableStats stats = series_.stats();
    stats.num_partitions =
        partitions_ == nullptr ? 1 : static_cast<int64_t>(partitions_->folders().size());
    return stats;
  }

 private:
  // An empty table's only file lies where readers see the partition columns' names.
  std::string EmptyFolder() const {
    std::string folder;
    for (const std::string& column : spec_.partition_by) {
      if (!folder.empty()) folder += '/';
      folder += PartitionFolder(column, std::nullopt);
    }
    return folder;
  }

  Status Flush() {
    if (batches_.empty()) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Table> rows,
                          arrow::Table::FromRecordBatches(spec_.schema, batches_));
    batches_.clear();
    gathered_bytes_ = 0;
    ARROW_RETURN_NOT_OK(spec_.stop.Poll());
    ARROW_ASSIGN_OR_RAISE(const RowOrder order, OrderRows(*rows, row_partitions_, spec_.sort_within,
                                                          [this] { return spec_.stop.Poll(); }));
    row_partitions_.clear();
    ARROW_ASSIGN_OR_RAISE(rows, rows->SelectColumns(data_columns_));
    return WriteRuns(*rows, order);
  }

  // One file for each run of rows. Files are independent of each other: several threads take them
  // in turn when there are enough.
  Status WriteRuns(const arrow::Table& rows, const RowOrder& order) {
    const std::vector<PartitionRun>& runs = order.runs;
    const OrderedRows ordered(rows, order.indices.get());
    const size_t num_threads = NumThreads(runs.size());
    std::vector<FileSeries> others(num_threads - 1, series_.Fresh());
    const Status status = ParallelFor(
        static_cast<int64_t>(runs.size()), static_cast<int>(num_threads),
        [&](int64_t run, int thread) {
          FileSeries* series = thread == 0 ? &series_ : &others[static_cast<size_t>(thread) - 1];
          return WriteRun(ordered, runs[static_cast<size_t>(run)], num_numbers_ + run, series);
        });
    for (const FileSeries& other : others) series_.AddStats(other);
    num_numbers_ += static_cast<int64_t>(runs.size());
    return status;
  }

  static constexpr int64_t kRowsAtOnce = 64 * 1024;

  size_t NumThreads(size_t num_runs) const {
    constexpr size_t kRunsPerThread = 4;
    const size_t wanted = spec_.num_threads > 0 ? static_cast<size_t>(spec_.num_threads)
                                                : static_cast<size_t>(ThisMachine().num_cores);
    return std::max<size_t>(std::min(wanted, num_runs / kRunsPerThread), 1);
  }

  Status WriteRun(const OrderedRows& rows, const PartitionRun& run, int64_t number,
                  FileSeries* series) const {
    ARROW_RETURN_NOT_OK(
        series->Open(number, partitions_ == nullptr ? "" : partitions_->folders()[run.partition]));
    const int64_t end = run.begin + run.length;
    for (int64_t begin = run.begin; begin < end; begin += kRowsAtOnce) {
      ARROW_RETURN_NOT_OK(spec_.stop.Poll());
      ARROW_ASSIGN_OR_RAISE(const auto batch, rows.Take(begin, std::min(kRowsAtOnce, end - begin)));
      ARROW_RETURN_NOT_OK(series->Write(*batch));
    }
    return series->Close();
  }

  const TableSpec spec_;
  const std::vector<int> data_columns_;
  std::unique_ptr<PartitionIndex> partitions_;  // null when not partitioned
  FileSeries series_;
  arrow::RecordBatchVector batches_;
  std::vector<uint32_t> row_partitions_;
  int64_t gathered_bytes_ = 0;
  int64_t num_numbers_ = 0;  // of files, used so far
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
  FileSeries series(std::move(files), std::move(format), ParquetSuffix(spec.codec));
  if (partition_columns.empty() && spec.sort_within.empty()) {
    return std::make_unique<StreamingWriter>(std::move(spec), std::move(series));
  }
  std::unique_ptr<PartitionIndex> partitions;
  if (!partition_columns.empty()) {
    ARROW_ASSIGN_OR_RAISE(partitions,
                          PartitionIndex::Make(spec.schema, std::move(partition_columns), limits));
  }
  return std::make_unique<GatheringWriter>(std::move(spec), std::move(data_columns),
                                           std::move(partitions), std::move(series));
}

}  // namespace tarn::lake
