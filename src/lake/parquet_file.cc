#include "lake/parquet_file.h"

#include <arrow/io/memory.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>
#include <parquet/properties.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "base/large_memory.h"
#include "base/parallel_for.h"
#include "base/version.h"
#include "lake/columnar_file.h"
#include "lake/dictionary_choice.h"
#include "lake/plain_values.h"
#include "lake/small_parquet.h"

namespace tarn::lake {
namespace {

parquet::Compression::type CompressionOf(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return parquet::Compression::UNCOMPRESSED;
    case Codec::kSnappy:
      return parquet::Compression::SNAPPY;
    case Codec::kZstd:
      return parquet::Compression::ZSTD;
    case Codec::kGzip:
      return parquet::Compression::GZIP;
  }
  return parquet::Compression::UNCOMPRESSED;
}

// What readers look for to know how dates before 1582 and moments before 1900 are counted: days of
// the proleptic Gregorian calendar, in UTC. Spark 3 asks for a Spark since 3.0 and refuses to guess
// (INCONSISTENT_BEHAVIOR_CROSS_VERSION.READ_ANCIENT_DATETIME), Hive takes them for Julian days.
std::shared_ptr<const arrow::KeyValueMetadata> CalendarOfDates() {
  return arrow::key_value_metadata(
      {{"org.apache.spark.version", "4.0.0"}, {"writer.date.proleptic", "true"}});
}

// Cuts rows into blocks, and these into row groups.
class RowGroups {
 public:
  static constexpr int64_t kBlockRowsMax = 64 * 1024;

  explicit RowGroups(int64_t bytes_max) : bytes_max_(bytes_max) {}

  // Call `write(blocks, begins_group)` with the blocks of each row group in turn.
  template <class WriteBlocks>
  Status ForEach(const OrderedRows& rows, WriteBlocks write) {
    std::vector<RowBlock> blocks;
    const auto write_all = [&]() -> Status {
      if (blocks.empty()) return Status::OK();
      ARROW_RETURN_NOT_OK(write(std::exchange(blocks, {}), !has_begun_));
      has_begun_ = true;
      return Status::OK();
    };
    for (int64_t begin = 0; begin < rows.num_rows();) {
      const int64_t end = std::min(begin + kBlockRowsMax, rows.num_rows());
      const int64_t bytes_per_row =
          std::max<int64_t>(rows.NumBytes(begin, end - begin) / (end - begin), 1);
      while (begin < end) {
        if (num_bytes_ >= bytes_max_) {
          ARROW_RETURN_NOT_OK(write_all());
          has_begun_ = false;
          num_bytes_ = 0;
        }
        const int64_t fitting = std::max<int64_t>((bytes_max_ - num_bytes_) / bytes_per_row, 1);
        const int64_t length = std::min(fitting, end - begin);
        blocks.push_back({begin, length});
        num_bytes_ += length * bytes_per_row;
        begin += length;
      }
    }
    return write_all();
  }

  // Of the last row group.
  int64_t num_bytes() const { return num_bytes_; }

 private:
  const int64_t bytes_max_;
  int64_t num_bytes_ = 0;
  bool has_begun_ = false;  // whether that has rows in the file
};

// By Arrow's writer: columns of any type, one block after the other.
class AnyParquetFile : public ParquetFile {
 public:
  AnyParquetFile(std::unique_ptr<parquet::arrow::FileWriter> writer, int64_t row_group_bytes)
      : writer_(std::move(writer)), groups_(row_group_bytes) {}

  Status Write(const OrderedRows& rows, const ParallelLoop&) override {
    return groups_.ForEach(rows, [&](const std::vector<RowBlock>& blocks, bool begins_group) {
      if (begins_group) ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
      for (const RowBlock& block : blocks) {
        ARROW_ASSIGN_OR_RAISE(const auto batch,
                              rows.Batch(writer_->schema(), block.begin, block.length));
        ARROW_RETURN_NOT_OK(writer_->WriteRecordBatch(*batch));
      }
      return Status::OK();
    });
  }

  int64_t num_held_bytes() const override { return groups_.num_bytes(); }
  Status Close() override { return writer_->Close(); }

 private:
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  RowGroups groups_;
};

// Each column of a row group by itself: columns without others inside.
class PlainParquetFile : public ParquetFile {
 public:
  PlainParquetFile(std::shared_ptr<arrow::io::OutputStream> sink,
                   std::shared_ptr<parquet::SchemaDescriptor> schema,
                   std::shared_ptr<parquet::WriterProperties> writer_properties,
                   std::shared_ptr<parquet::ArrowWriterProperties> properties,
                   int64_t row_group_bytes)
      : sink_(std::move(sink)),
        schema_(std::move(schema)),
        writer_properties_(std::move(writer_properties)),
        properties_(std::move(properties)),
        groups_(row_group_bytes) {}

  Status Write(const OrderedRows& rows, const ParallelLoop& loop) override {
    if (file_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(const auto without, ColumnsWithoutDictionary(rows));
      ARROW_RETURN_NOT_OK(Begin(without));
    }
    return groups_.ForEach(rows, [&](const std::vector<RowBlock>& blocks, bool begins_group) {
      if (begins_group) ARROW_RETURN_NOT_OK(file_->BeginGroup());
      return loop(rows.num_columns(), [&](int64_t item) {
        const auto column = static_cast<int>(item);
        return file_->column(column)->Write(rows, column, blocks);
      });
    });
  }

  int64_t num_held_bytes() const override { return groups_.num_bytes(); }

  Status Close() override {
    if (file_ == nullptr) ARROW_RETURN_NOT_OK(Begin({}));
    return file_->Close(CalendarOfDates());
  }

 private:
  Status Begin(const std::vector<bool>& without_dictionary) {
    parquet::WriterProperties::Builder properties(*writer_properties_);
    for (size_t column = 0; column < without_dictionary.size(); ++column) {
      if (!without_dictionary[column]) continue;
      properties.disable_dictionary(schema_->Column(static_cast<int>(column))->path());
    }
    ARROW_ASSIGN_OR_RAISE(
        file_, ColumnarFile::Open(sink_, schema_, properties.build(), properties_.get()));
    return Status::OK();
  }

  const std::shared_ptr<arrow::io::OutputStream> sink_;
  const std::shared_ptr<parquet::SchemaDescriptor> schema_;
  const std::shared_ptr<parquet::WriterProperties> writer_properties_;
  const std::shared_ptr<parquet::ArrowWriterProperties> properties_;
  std::unique_ptr<ColumnarFile> file_;  // null before the first rows
  RowGroups groups_;
};

class TableParquetFormat : public ParquetFormat,
                           public std::enable_shared_from_this<TableParquetFormat> {
 public:
  TableParquetFormat(std::shared_ptr<arrow::Schema> schema, Codec codec, int64_t row_group_bytes)
      : schema_(std::move(schema)), codec_(codec), row_group_bytes_(row_group_bytes) {
    properties_ = parquet::WriterProperties::Builder()
                      .memory_pool(LargeMemory::Default())
                      ->version(parquet::ParquetVersion::PARQUET_2_6)
                      ->data_page_version(parquet::ParquetDataPageVersion::V1)
                      // In this form, or parquet-java reads no statistics of texts.
                      ->created_by("tarn version " + Version())
                      ->compression(CompressionOf(codec))
                      ->max_row_group_length(std::numeric_limits<int64_t>::max())
                      ->enable_store_decimal_as_integer()
                      ->build();
    arrow_properties_ = parquet::ArrowWriterProperties::Builder()
                            .coerce_timestamps(arrow::TimeUnit::MICRO)
                            ->allow_truncated_timestamps()
                            ->build();
  }

  Status Initialize() {
    ARROW_RETURN_NOT_OK(parquet::arrow::ToParquetSchema(schema_.get(), *properties_,
                                                        *arrow_properties_, &parquet_schema_));
    is_plain_ = std::all_of(schema_->fields().begin(), schema_->fields().end(),
                            [](const auto& field) { return IsPlainType(*field->type()); });
    if (row_group_bytes_ < SmallParquet::kTextBytesMax) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto sink, arrow::io::BufferOutputStream::Create());
    ARROW_ASSIGN_OR_RAISE(const auto empty, OpenLarge(sink));
    ARROW_RETURN_NOT_OK(empty->Close());
    ARROW_ASSIGN_OR_RAISE(const auto file, sink->Finish());
    ARROW_ASSIGN_OR_RAISE(
        small_, SmallParquet::Make(*schema_, *parquet_schema_, codec_, std::string_view(*file)));
    return Status::OK();
  }

  Result<std::unique_ptr<ParquetFile>> Open(
      std::shared_ptr<arrow::io::OutputStream> sink) const override;

  // A file that need not be small.
  Result<std::unique_ptr<ParquetFile>> OpenLarge(
      std::shared_ptr<arrow::io::OutputStream> sink) const {
    if (is_plain_) {
      return std::make_unique<PlainParquetFile>(std::move(sink), parquet_schema_, properties_,
                                                arrow_properties_, row_group_bytes_);
    }
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    auto root =
        std::static_pointer_cast<parquet::schema::GroupNode>(parquet_schema_->schema_root());
    auto file = parquet::ParquetFileWriter::Open(std::move(sink), std::move(root), properties_,
                                                 CalendarOfDates());
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    ARROW_RETURN_NOT_OK(parquet::arrow::FileWriter::Make(LargeMemory::Default(), std::move(file),
                                                         schema_, arrow_properties_, &writer));
    return std::make_unique<AnyParquetFile>(std::move(writer), row_group_bytes_);
    END_PARQUET_CATCH_EXCEPTIONS
  }

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  // Null when its files are never small.
  const SmallParquet* small() const { return small_.get(); }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  const Codec codec_;
  const int64_t row_group_bytes_;
  std::shared_ptr<parquet::WriterProperties> properties_;
  std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_;
  std::shared_ptr<parquet::SchemaDescriptor> parquet_schema_;
  bool is_plain_ = false;  // whether all columns are
  std::unique_ptr<const SmallParquet> small_;
};

// Small, unless more rows come than that.
class MaybeSmallFile : public ParquetFile {
 public:
  MaybeSmallFile(std::shared_ptr<const TableParquetFormat> format,
                 std::shared_ptr<arrow::io::OutputStream> sink)
      : format_(std::move(format)), sink_(std::move(sink)) {}

  Status Write(const OrderedRows& rows, const ParallelLoop& loop) override {
    if (rows.num_rows() == 0) return Status::OK();
    if (large_ == nullptr && held_ == nullptr && rows.num_rows() <= SmallParquet::kRowsMax) {
      ARROW_ASSIGN_OR_RAISE(held_, rows.Batch(format_->schema(), 0, rows.num_rows()));
      if (format_->small()->Takes(*held_)) return Status::OK();
      held_ = nullptr;
    }
    ARROW_RETURN_NOT_OK(Enlarge());
    return large_->Write(rows, loop);
  }

  int64_t num_held_bytes() const override {
    if (large_ != nullptr) return large_->num_held_bytes();
    return held_ == nullptr ? 0 : arrow::util::ReferencedBufferSize(*held_).ValueOr(0);
  }

  Status Close() override {
    if (held_ != nullptr) {
      ARROW_ASSIGN_OR_RAISE(const std::string file, format_->small()->FileOf(*held_));
      return sink_->Write(file);
    }
    ARROW_RETURN_NOT_OK(Enlarge());
    return large_->Close();
  }

 private:
  Status Enlarge() {
    if (large_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(large_, format_->OpenLarge(sink_));
    }
    const auto held = std::exchange(held_, nullptr);
    return held == nullptr ? Status::OK() : large_->Write(*held);
  }

  const std::shared_ptr<const TableParquetFormat> format_;
  const std::shared_ptr<arrow::io::OutputStream> sink_;
  std::shared_ptr<arrow::RecordBatch> held_;  // all rows so far
  std::unique_ptr<ParquetFile> large_;
};

Result<std::unique_ptr<ParquetFile>> TableParquetFormat::Open(
    std::shared_ptr<arrow::io::OutputStream> sink) const {
  if (small_ == nullptr) return OpenLarge(std::move(sink));
  return std::make_unique<MaybeSmallFile>(shared_from_this(), std::move(sink));
}

}  // namespace

Status ParquetFile::Write(const arrow::RecordBatch& batch) {
  const arrow::RecordBatchVector batches = {batch.Slice(0)};
  std::vector<int> columns(static_cast<size_t>(batch.num_columns()));
  std::iota(columns.begin(), columns.end(), 0);
  const RowRange all{0, 0, static_cast<uint32_t>(batch.num_rows())};
  if (batch.num_rows() == 0) return Status::OK();
  return Write(OrderedRows(batches, columns, {&all, 1}), LoopOnThreads(1));
}

std::string ParquetSuffix(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return ".parquet";
    case Codec::kSnappy:
      return ".snappy.parquet";
    case Codec::kZstd:
      return ".zstd.parquet";
    case Codec::kGzip:
      return ".gz.parquet";
  }
  return ".parquet";
}

Result<std::shared_ptr<const ParquetFormat>> ParquetFormat::Make(
    std::shared_ptr<arrow::Schema> schema, Codec codec, int64_t row_group_bytes) {
  auto format = std::make_shared<TableParquetFormat>(std::move(schema), codec, row_group_bytes);
  if (Status status = format->Initialize(); !status.ok()) {
    return MakeError(ErrorKind::kBadInput, "Not a type that Parquet supports: " + status.message());
  }
  return format;
}

}  // namespace tarn::lake
