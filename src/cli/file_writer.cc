#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "cli/row_writer.h"
#include "lake/parquet_file.h"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

using SchemaPtr = std::shared_ptr<arrow::Schema>;

// Where a file is written until all is in it.
std::string PartOf(const std::string& path) { return path + ".part"; }

class ArrowWriter : public session::RowSink {
 public:
  explicit ArrowWriter(std::shared_ptr<arrow::io::OutputStream> file) : file_(std::move(file)) {}

  Status Begin(const SchemaPtr& schema) override {
    return arrow::ipc::MakeFileWriter(file_, schema).Value(&writer_);
  }
  Status Add(const arrow::RecordBatch& rows) override { return writer_->WriteRecordBatch(rows); }
  Status End() override {
    ARROW_RETURN_NOT_OK(writer_->Close());
    return file_->Close();
  }

 private:
  const std::shared_ptr<arrow::io::OutputStream> file_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

class ParquetWriter : public session::RowSink {
 public:
  explicit ParquetWriter(std::shared_ptr<arrow::io::OutputStream> file) : file_(std::move(file)) {}

  Status Begin(const SchemaPtr& schema) override {
    constexpr int64_t kRowGroupBytes = 128 << 20;
    ARROW_ASSIGN_OR_RAISE(format_,
                          lake::ParquetFormat::Make(schema, lake::Codec::kSnappy, kRowGroupBytes));
    return format_->Open(file_).Value(&writer_);
  }
  Status Add(const arrow::RecordBatch& rows) override { return writer_->Write(rows); }
  Status End() override {
    ARROW_RETURN_NOT_OK(writer_->Close());
    return file_->Close();
  }

 private:
  const std::shared_ptr<arrow::io::OutputStream> file_;
  std::shared_ptr<const lake::ParquetFormat> format_;
  std::unique_ptr<lake::ParquetFile> writer_;
};

// Text, which has no terminal's styles.
class TextFileWriter : public session::RowSink {
 public:
  TextFileWriter(RowFormat format, const std::string& path, const TimeZone& zone)
      : file_(path, std::ios::binary), terminal_(file_) {
    rows_ = MakeTextWriter(format, &file_, &terminal_, zone);
  }

  bool is_open() const { return file_.is_open(); }

  Status Begin(const SchemaPtr& schema) override { return rows_->Begin(schema); }
  Status Add(const arrow::RecordBatch& rows) override { return rows_->Add(rows); }
  Status End() override {
    ARROW_RETURN_NOT_OK(rows_->End());
    file_.close();
    return file_.good() ? Status::OK()
                        : MakeError(ErrorKind::kFailed, "the file could not be written");
  }

 private:
  std::ofstream file_;
  const Terminal terminal_;
  std::unique_ptr<session::RowSink> rows_;
};

// Gives the file its name at the end, and removes what there is of it without one.
class WholeFileWriter : public session::RowSink {
 public:
  WholeFileWriter(std::string path, std::unique_ptr<session::RowSink> rows)
      : path_(std::move(path)), rows_(std::move(rows)) {}
  ~WholeFileWriter() override {
    if (rows_ == nullptr) return;
    rows_.reset();
    std::error_code ignored;
    fs::remove(PartOf(path_), ignored);
  }

  Status Begin(const SchemaPtr& schema) override { return rows_->Begin(schema); }
  Status Add(const arrow::RecordBatch& rows) override { return rows_->Add(rows); }
  Status End() override {
    ARROW_RETURN_NOT_OK(rows_->End());
    std::error_code error;
    fs::rename(PartOf(path_), path_, error);
    if (error) {
      return MakeError(ErrorKind::kFailed,
                       fmt::format("{} could not be written: {}", path_, error.message()));
    }
    rows_.reset();
    return Status::OK();
  }

 private:
  const std::string path_;
  std::unique_ptr<session::RowSink> rows_;  // null: the file has its name
};

Result<std::unique_ptr<session::RowSink>> OpenPart(RowFormat format, const std::string& path,
                                                   const TimeZone& zone) {
  if (format == RowFormat::kArrow || format == RowFormat::kParquet) {
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::FileOutputStream::Open(path));
    if (format == RowFormat::kArrow) return std::make_unique<ArrowWriter>(std::move(file));
    return std::make_unique<ParquetWriter>(std::move(file));
  }
  auto text = std::make_unique<TextFileWriter>(format, path, zone);
  if (!text->is_open()) {
    return MakeError(ErrorKind::kFailed, "the file could not be written: " + path);
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<session::RowSink>> MakeFileWriter(RowFormat format, const std::string& path,
                                                         const TimeZone& zone) {
  ARROW_ASSIGN_OR_RAISE(auto part, OpenPart(format, PartOf(path), zone));
  return std::make_unique<WholeFileWriter>(path, std::move(part));
}

RowFormat FormatOfPath(const std::string& path) {
  static constexpr std::pair<std::string_view, RowFormat> kFormats[] = {
      {".csv", RowFormat::kCsv},       {".json", RowFormat::kJson},
      {".ndjson", RowFormat::kNdjson}, {".jsonl", RowFormat::kNdjson},
      {".md", RowFormat::kMarkdown},   {".parquet", RowFormat::kParquet},
      {".arrow", RowFormat::kArrow},
  };
  for (const auto& [suffix, format] : kFormats) {
    if (path.ends_with(suffix)) return format;
  }
  return RowFormat::kTable;
}

}  // namespace tarn::cli
