#include "plan/file_columns.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"

namespace tarn::plan {
namespace {

bool HasWord(std::string_view text, std::string_view word) {
  const auto found =
      std::search(text.begin(), text.end(), word.begin(), word.end(),
                  [](char one, char other) { return ToLower(one) == ToLower(other); });
  return found != text.end();
}

}  // namespace

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
  return column == FileColumn::kMetadata ? kMetadata : kInputFile;
}

const std::shared_ptr<arrow::Field>& ScanField(const pipeline::Source& source, int column) {
  const int num_fields = source.schema->num_fields();
  if (column < num_fields) return source.schema->field(column);
  return FieldOfFile(static_cast<FileColumn>(column - num_fields));
}

bool MayReadFiles(const sql::Text& text) {
  return HasWord(text.sql, "_metadata") || HasWord(text.sql, "input_file_name");
}

}  // namespace tarn::plan
