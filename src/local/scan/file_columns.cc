#include "local/scan/file_columns.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/util.h>
#include <arrow/scalar.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "engine/folder_columns.h"
#include "pipeline/rescued_column.h"
#include "plan/build_expr.h"
#include "plan/file_columns.h"

namespace tarn::local {
namespace {

// As Java writes a path in a URI.
std::string UriPath(std::string_view path) {
  constexpr std::string_view kPlain = "/-_.!~*'():@&=+$,;";
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const bool is_plain = IsDigit(c) || IsLetter(c) || (c & 0x80) != 0;
    if (is_plain || kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[static_cast<unsigned char>(c) >> 4];
      uri += kHex[c & 15];
    }
  }
  return uri;
}

// \param[in] of_disk the scheme of a file on the disk; that of an object stands in its path
std::string FileUri(std::string_view path, const char* of_disk) {
  return (path.starts_with('/') ? of_disk : "") + UriPath(path);
}

// A file is one block. Of what is in quarantine the path alone is known.
std::shared_ptr<arrow::Scalar> MetadataOf(const storage::ObjectInfo& file) {
  const arrow::DataType& type = *plan::FieldOfFile(plan::FileColumn::kMetadata)->type();
  const bool is_known = file.size_bytes != storage::kUnknownSize;
  const auto number = [&](int64_t value) -> std::shared_ptr<arrow::Scalar> {
    if (!is_known) return arrow::MakeNullScalar(arrow::int64());
    return std::make_shared<arrow::Int64Scalar>(value);
  };
  constexpr int64_t kNanosPerMilli = 1'000'000;
  constexpr int64_t kMicrosPerMilli = 1'000;
  const std::shared_ptr<arrow::DataType>& time_type = type.field(5)->type();
  std::shared_ptr<arrow::Scalar> time = arrow::MakeNullScalar(time_type);
  if (is_known && file.modified_ns != 0) {
    const int64_t micros = file.modified_ns / kNanosPerMilli * kMicrosPerMilli;
    time = std::make_shared<arrow::TimestampScalar>(micros, time_type);
  }
  const std::string uri = FileUri(file.path, "file:");
  arrow::ScalarVector values = {
      std::make_shared<arrow::StringScalar>(uri),
      std::make_shared<arrow::StringScalar>(uri.substr(uri.rfind('/') + 1)),
      number(file.size_bytes),
      number(0),
      number(file.size_bytes),
      std::move(time)};
  return std::make_shared<arrow::StructScalar>(
      std::move(values), plan::FieldOfFile(plan::FileColumn::kMetadata)->type());
}

}  // namespace

FileColumns::FileColumns(const plan::SourcePlan& source, std::vector<int> of_folders)
    : source_(source), of_folders_(std::move(of_folders)), places_(source.columns.size(), -1) {
  PlanRecords();
}

std::vector<int> FileColumns::ColumnsWanted() const {
  std::vector<int> wanted = source_.columns;
  const int rescued = pipeline::RescuedColumnOf(*source_.source);
  if (!std::binary_search(wanted.begin(), wanted.end(), rescued)) return wanted;
  std::vector<int> others(rescued), all;
  std::iota(others.begin(), others.end(), 0);
  std::set_union(wanted.begin(), wanted.end(), others.begin(), others.end(),
                 std::back_inserter(all));
  return all;
}

void FileColumns::PlanRecords() {
  of_records_.source = source_.source;
  const int rescued = pipeline::RescuedColumnOf(*source_.source);
  std::vector<int> mapping(source_.columns.size(), -1);
  arrow::FieldVector fields;
  for (const int column : ColumnsWanted()) {
    const auto place = std::lower_bound(source_.columns.begin(), source_.columns.end(), column);
    const bool is_read = place != source_.columns.end() && *place == column;
    const auto index = place - source_.columns.begin();
    const bool is_of_folder =
        std::find(of_folders_.begin(), of_folders_.end(), column) != of_folders_.end();
    if (is_of_folder || column >= source_.source->schema->num_fields()) {
      if (is_read) columns_.push_back(static_cast<int>(index));
      continue;
    }
    if (is_read) mapping[index] = static_cast<int>(fields.size());
    of_records_.columns.push_back(column);
    fields.push_back(source_.source->schema->field(column));
  }
  // Lines of CSV are not told apart by the file that they are of.
  needs_one_file_ = !empty() && source_.source->format == pipeline::RecordFormat::kCsv;
  for (const int column : columns_) {
    needs_one_file_ = needs_one_file_ || !IsPath(column);
  }
  of_records_.schema = arrow::schema(std::move(fields));
  const auto is_of_file = [&](int column) { return mapping[column] < 0; };
  std::vector<int> filtered;
  if (source_.filter != nullptr) plan::CollectColumns(*source_.filter, &filtered);
  std::vector<int> wanted = source_.output;
  if (std::any_of(filtered.begin(), filtered.end(), [&](int column) {
        return is_of_file(column) || source_.columns[column] == rescued;
      })) {
    filter_.emplace(source_.filter, ExprContext{.zone = source_.source->datetime_formats.zone});
    wanted.resize(source_.columns.size());
    std::iota(wanted.begin(), wanted.end(), 0);
  } else if (source_.filter != nullptr) {
    of_records_.filter = plan::RemapColumns(source_.filter, mapping);
  }
  for (const int column : wanted) {
    if (is_of_file(column)) continue;
    places_[column] = static_cast<int>(of_records_.output.size());
    of_records_.output.push_back(mapping[column]);
  }
}

bool FileColumns::IsPath(int column) const {
  const int behind = source_.columns[column] - source_.source->schema->num_fields();
  return behind == static_cast<int>(plan::FileColumn::kPath);
}

Result<BatchPtr> FileColumns::Complete(const BatchPtr& rows,
                                       const std::vector<std::string_view>& paths) const {
  if (empty()) return rows;
  arrow::StringBuilder builder;
  for (const std::string_view path : paths) ARROW_RETURN_NOT_OK(builder.Append(path));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Array> column, builder.Finish());
  arrow::FieldVector fields;
  arrow::ArrayVector values;
  for (const int output : source_.output) {
    fields.push_back(source_.schema->field(output));
    values.push_back(places_[output] >= 0 ? rows->column(places_[output]) : column);
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows->num_rows(),
                                  std::move(values));
}

Result<BatchPtr> FileColumns::Complete(const BatchPtr& rows,
                                       const storage::ObjectInfo& file) const {
  if (!filter_ && empty()) return rows;
  if (!filter_) return Select(rows, file, source_.output);
  std::vector<int> all(source_.columns.size());
  std::iota(all.begin(), all.end(), 0);
  ARROW_ASSIGN_OR_RAISE(const BatchPtr whole, Select(rows, file, all));
  ARROW_ASSIGN_OR_RAISE(const BatchPtr output, whole->SelectColumns(source_.output));
  return FilterRows(*filter_, *whole, output);
}

Result<BatchPtr> FileColumns::Select(const BatchPtr& rows, const storage::ObjectInfo& file,
                                     const std::vector<int>& columns) const {
  arrow::FieldVector fields;
  arrow::ArrayVector values;
  for (const int column : columns) {
    fields.push_back(source_.schema->field(column));
    if (places_[column] >= 0) {
      values.push_back(rows->column(places_[column]));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(const auto value, ValueOf(column, file));
    ARROW_ASSIGN_OR_RAISE(values.emplace_back(),
                          arrow::MakeArrayFromScalar(*value, rows->num_rows()));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows->num_rows(),
                                  std::move(values));
}

Result<std::shared_ptr<arrow::Scalar>> FileColumns::ValueOf(int column,
                                                            const storage::ObjectInfo& file) const {
  const int behind = source_.columns[column] - source_.source->schema->num_fields();
  if (behind == static_cast<int>(plan::FileColumn::kMetadata)) return MetadataOf(file);
  if (behind == static_cast<int>(plan::FileColumn::kInputFile)) {
    return std::make_shared<arrow::StringScalar>(FileUri(file.path, "file://"));
  }
  if (IsPath(column)) return std::make_shared<arrow::StringScalar>(file.path);
  return engine::FolderValue(*source_.schema->field(column), file.path,
                             *source_.source->datetime_formats.zone);
}

}  // namespace tarn::local
