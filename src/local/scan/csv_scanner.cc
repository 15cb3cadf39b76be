#include "local/scan/csv_scanner.h"

#include <arrow/array/builder_base.h>
#include <arrow/builder.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/printable_text.h"
#include "base/utf8.h"
#include "json/rescued_text.h"
#include "local/expr/compiled_expr.h"
#include "local/kernels/csv_field.h"
#include "pipeline/rescued_column.h"
#include "values/csv_line.h"
#include "values/ddl_text.h"

namespace tarn::local {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

using CsvValues = std::vector<std::optional<std::string>>;

class CsvScanner : public json::Scanner {
 public:
  CsvScanner(const FileColumns& columns, arrow::MemoryPool* pool)
      : source_(columns.of_records()),
        csv_(source_.source->csv),
        pool_(pool),
        cells_(source_.columns.size()) {
    FindPlaces(columns.of_folders());
    rescues_ = source_.source->on_bad_type == pipeline::OnBadType::kRescue;
    if (rescues_) rescued_ = source_.schema->GetFieldIndex(pipeline::kRescuedColumn);
    const DatetimeFormats& formats = source_.source->datetime_formats;
    formats_.date = formats.date;
    formats_.timestamp = formats.timestamp;
    formats_.clock.zone = formats.zone;
    if (source_.filter != nullptr) {
      filter_.emplace(source_.filter, ExprContext{.zone = formats.zone});
    }
  }

  Result<json::ScanResult> Scan(std::span<const json::Block> blocks) override {
    result_ = {};
    builders_.clear();
    num_rows_ = 0;
    for (const auto& field : source_.schema->fields()) {
      ARROW_RETURN_NOT_OK(arrow::MakeBuilder(pool_, field->type(), &builders_.emplace_back()));
    }
    for (size_t i = 0; i < blocks.size(); ++i) {
      ARROW_RETURN_NOT_OK(ScanBlock(static_cast<int>(i), blocks[i]));
    }
    ARROW_ASSIGN_OR_RAISE(result_.batch, FinishBatch());
    return std::move(result_);
  }

 private:
  // A line has all columns but those of folders.
  void FindPlaces(const std::vector<int>& of_folders) {
    const auto schema = pipeline::SchemaOfFiles(*source_.source);
    std::vector<size_t> places(source_.source->schema->num_fields());
    for (int i = 0; i < schema->num_fields(); ++i) {
      places[i] = fields_.size();
      if (std::find(of_folders.begin(), of_folders.end(), i) != of_folders.end()) continue;
      fields_.push_back(schema->field(i));
    }
    for (const int column : source_.columns) places_.push_back(places[column]);
  }

  // Like Spark, take each \r for a line's end, too.
  Status ScanBlock(int number, const json::Block& block) {
    const std::string_view text = block.text;
    size_t begin = block.begins_file && text.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0;
    bool is_header = block.begins_file && csv_.header;
    int64_t line = 0;
    while (begin < text.size()) {
      const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
      const std::string_view record = text.substr(begin, end - begin);
      if (!IsBlank(record)) {
        if (is_header) {
          ARROW_RETURN_NOT_OK(CheckHeader(record));
          is_header = false;
        } else {
          ARROW_RETURN_NOT_OK(
              ScanRecord(record, {number, static_cast<int64_t>(begin), std::ssize(record), line,
                                  static_cast<int64_t>(begin), "", false}));
        }
      }
      if (end < text.size() && text[end] == '\n') ++line;
      begin = end + 1;
    }
    result_.num_lines += line;
    return Status::OK();
  }

  static bool IsBlank(std::string_view line) {
    return std::all_of(line.begin(), line.end(),
                       [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  }

  Status CheckHeader(std::string_view line) const {
    const CsvValues names = SplitCsvLine(line, csv_.syntax);
    const auto is_name = [](const std::optional<std::string>& name, const auto& field) {
      return SameName(name.value_or(""), field->name());
    };
    if (std::equal(names.begin(), names.end(), fields_.begin(), fields_.end(), is_name)) {
      return Status::OK();
    }
    std::vector<std::string> wanted;
    for (const auto& field : fields_) wanted.push_back(field->name());
    const std::string& separator = csv_.syntax.separator;
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("the header has other columns than the schema of source {}: {}",
                    source_.source->name, PrintableStart(line)),
        fmt::format("the schema has all columns of the files, in their order; it has {}",
                    fmt::join(wanted, separator)));
  }

  // \param[in] place as which it is reported when it is bad
  Status ScanRecord(std::string_view line, json::BadRecord place) {
    ++result_.num_records;
    const std::optional<std::string> problem = ReadCells(line, &place.is_too_long);
    if (problem) {
      place.reason = *problem;
      result_.bad_records.push_back(std::move(place));
      return Status::OK();
    }
    for (size_t i = 0; i < cells_.size(); ++i) {
      const arrow::DataType& type = *source_.schema->field(static_cast<int>(i))->type();
      ARROW_RETURN_NOT_OK(AppendCell(cells_[i], type, builders_[i].get()));
    }
    ++num_rows_;
    return Status::OK();
  }

  // What makes the record bad, if anything does.
  std::optional<std::string> ReadCells(std::string_view line, bool* is_too_long) {
    if (std::ssize(line) > source_.source->record_bytes_max) {
      *is_too_long = true;
      return "";
    }
    if (!IsUtf8(line)) return "not valid UTF-8";
    const CsvValues values = SplitCsvLine(line, csv_.syntax);
    if (values.size() != fields_.size()) return WrongFieldCountText(values.size(), fields_.size());
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (static_cast<int>(i) == rescued_) continue;
      const std::optional<std::string>& value = values[places_[i]];
      const arrow::Field& field = *source_.schema->field(static_cast<int>(i));
      cells_[i].is_null = !value.has_value() || *value == csv_.null_value;
      if (cells_[i].is_null || ReadCsvField(*value, *field.type(), formats_, &cells_[i])) continue;
      if (rescues_) {
        cells_[i].is_null = true;
        rescued_text_.AddString(field.name(), *value);
        ++result_.num_rescued;
        continue;
      }
      return fmt::format("field {}: '{}' is not {}", field.name(), PrintableStart(*value),
                         DdlOf(*field.type()));
    }
    TakeRescued();
    return std::nullopt;
  }

  void TakeRescued() {
    const bool is_null = rescued_text_.empty();
    const std::string text = is_null ? "" : rescued_text_.Take();
    if (rescued_ < 0) return;
    cells_[rescued_].is_null = is_null;
    cells_[rescued_].text = text;
  }

  Result<std::shared_ptr<arrow::RecordBatch>> FinishBatch() {
    arrow::ArrayVector columns;
    for (const auto& builder : builders_) {
      ARROW_ASSIGN_OR_RAISE(auto column, builder->Finish());
      columns.push_back(std::move(column));
    }
    const auto rows = arrow::RecordBatch::Make(source_.schema, num_rows_, std::move(columns));
    ARROW_ASSIGN_OR_RAISE(auto output, rows->SelectColumns(source_.output));
    if (!filter_) return output;
    return FilterRows(*filter_, *rows, output);
  }

  const plan::SourcePlan& source_;
  const pipeline::CsvFormat& csv_;
  arrow::MemoryPool* const pool_;
  arrow::FieldVector fields_;   // of a line
  std::vector<size_t> places_;  // of the columns that are read, in a line
  bool rescues_ = false;        // what does not fit
  int rescued_ = -1;            // the column that has it; -1: nobody reads it
  TextFormats formats_;
  std::optional<CompiledExpr> filter_;

  // Of the blocks that are scanned.
  json::ScanResult result_;
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders_;  // by column
  std::vector<TextCell> cells_;                                 // of a record, by column
  json::RescuedText rescued_text_;                              // of a record
  int64_t num_rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<json::Scanner>> MakeCsvScanner(const FileColumns& columns,
                                                      arrow::MemoryPool* pool) {
  return std::make_unique<CsvScanner>(columns, pool);
}

}  // namespace tarn::local
