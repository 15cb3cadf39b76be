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
#include <utility>

#include "base/version.h"
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

// By Arrow's writer.
class ArrowParquetFile : public ParquetFile {
 public:
  ArrowParquetFile(std::unique_ptr<parquet::arrow::FileWriter> writer, int64_t row_group_bytes)
      : writer_(std::move(writer)), row_group_bytes_(row_group_bytes) {}

  Status Write(const arrow::RecordBatch& batch) override {
    if (batch.num_rows() == 0) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, arrow::util::ReferencedBufferSize(batch));
    const int64_t bytes_per_row = std::max<int64_t>(num_bytes / batch.num_rows(), 1);
    for (int64_t begin = 0; begin < batch.num_rows();) {
      if (group_bytes_ >= row_group_bytes_) {
        ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
        group_bytes_ = 0;
      }
      const int64_t fitting =
          std::max<int64_t>((row_group_bytes_ - group_bytes_) / bytes_per_row, 1);
      const int64_t length = std::min(fitting, batch.num_rows() - begin);
      ARROW_RETURN_NOT_OK(writer_->WriteRecordBatch(*batch.Slice(begin, length)));
      group_bytes_ += length * bytes_per_row;
      begin += length;
    }
    return Status::OK();
  }

  Status Close() override { return writer_->Close(); }

 private:
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  const int64_t row_group_bytes_;
  int64_t group_bytes_ = 0;
};

class TableParquetFormat : public ParquetFormat,
                           public std::enable_shared_from_this<TableParquetFormat> {
 public:
  TableParquetFormat(std::shared_ptr<arrow::Schema> schema, Codec codec, int64_t row_group_bytes)
      : schema_(std::move(schema)), codec_(codec), row_group_bytes_(row_group_bytes) {
    properties_ = parquet::WriterProperties::Builder()
                      .version(parquet::ParquetVersion::PARQUET_2_6)
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
    if (row_group_bytes_ < SmallParquet::kTextBytesMax) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto sink, arrow::io::BufferOutputStream::Create());
    ARROW_ASSIGN_OR_RAISE(const auto empty, OpenArrowFile(sink));
    ARROW_RETURN_NOT_OK(empty->Close());
    ARROW_ASSIGN_OR_RAISE(const auto file, sink->Finish());
    ARROW_ASSIGN_OR_RAISE(
        small_, SmallParquet::Make(*schema_, *parquet_schema_, codec_, std::string_view(*file)));
    return Status::OK();
  }

  Result<std::unique_ptr<ParquetFile>> Open(
      std::shared_ptr<arrow::io::OutputStream> sink) const override;

  Result<std::unique_ptr<ParquetFile>> OpenArrowFile(
      std::shared_ptr<arrow::io::OutputStream> sink) const {
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    auto root =
        std::static_pointer_cast<parquet::schema::GroupNode>(parquet_schema_->schema_root());
    ARROW_RETURN_NOT_OK(parquet::arrow::FileWriter::Make(
        arrow::default_memory_pool(),
        parquet::ParquetFileWriter::Open(std::move(sink), std::move(root), properties_,
                                         CalendarOfDates()),
        schema_, arrow_properties_, &writer));
    END_PARQUET_CATCH_EXCEPTIONS
    return std::make_unique<ArrowParquetFile>(std::move(writer), row_group_bytes_);
  }

  // Null when its files are never small.
  const SmallParquet* small() const { return small_.get(); }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  const Codec codec_;
  const int64_t row_group_bytes_;
  std::shared_ptr<parquet::WriterProperties> properties_;
  std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_;
  std::shared_ptr<parquet::SchemaDescriptor> parquet_schema_;
  std::unique_ptr<const SmallParquet> small_;
};

// Small, unless more rows come than that.
class MaybeSmallFile : public ParquetFile {
 public:
  MaybeSmallFile(std::shared_ptr<const TableParquetFormat> format,
                 std::shared_ptr<arrow::io::OutputStream> sink)
      : format_(std::move(format)), sink_(std::move(sink)) {}

  Status Write(const arrow::RecordBatch& batch) override {
    if (batch.num_rows() == 0) return Status::OK();
    if (large_ == nullptr && held_ == nullptr && format_->small()->Takes(batch)) {
      held_ = batch.Slice(0);
      return Status::OK();
    }
    ARROW_RETURN_NOT_OK(Enlarge());
    return large_->Write(batch);
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
      ARROW_ASSIGN_OR_RAISE(large_, format_->OpenArrowFile(sink_));
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
  if (small_ == nullptr) return OpenArrowFile(std::move(sink));
  return std::make_unique<MaybeSmallFile>(shared_from_this(), std::move(sink));
}

}  // namespace

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
