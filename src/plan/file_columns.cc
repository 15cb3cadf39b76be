#include "plan/file_columns.h"

#include "base/lower_ascii.h"

namespace tarn::plan {

const std::shared_ptr<arrow::Field>& FieldOfFile(FileColumn column) {
  static const std::shared_ptr<arrow::Field> kMetadata = arrow::field(
      "_metadata", arrow::struct_({arrow::field("file_path", arrow::utf8()),
                                   arrow::field("file_name", arrow::utf8()),
                                   arrow::field("file_size", arrow::int64()),
                                   arrow::field("file_block_start", arrow::int64()),
                                   arrow::field("file_block_length", arrow::int64()),
                                   arrow::field("file_modification_time",
                                                arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))}));
  static const std::shared_ptr<arrow::Field> kInputFile =
      arrow::field("input_file_name()", arrow::utf8(), false);
  static const std::shared_ptr<arrow::Field> kPath = arrow::field("path", arrow::utf8(), false);
  switch (column) {
    case FileColumn::kMetadata:
      return kMetadata;
    case FileColumn::kInputFile:
      return kInputFile;
    case FileColumn::kPath:
      return kPath;
  }
  return kPath;
}

const std::shared_ptr<arrow::Field>& ScanField(const pipeline::Source& source, int column) {
  const int num_fields = source.schema->num_fields();
  if (column < num_fields) return source.schema->field(column);
  return FieldOfFile(static_cast<FileColumn>(column - num_fields));
}

bool MayReadFiles(const sql::Text& text) {
  const std::string lower = LowerAscii(text.sql);
  return lower.find("_metadata") != std::string::npos ||
         lower.find("input_file_name") != std::string::npos;
}

}  // namespace tarn::plan
