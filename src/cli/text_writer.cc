#include <fmt/format.h>

#include <ostream>

#include "base/units.h"
#include "cli/cell_text.h"
#include "cli/row_writer.h"
#include "cli/table_text.h"
#include "cli/value_text.h"

namespace tarn::cli {
namespace {

using SchemaPtr = std::shared_ptr<arrow::Schema>;

// A table's columns are as wide as what is in them, so its rows are kept.
constexpr int64_t kTableRowsMax = 10'000;

// One row after the other.
class LineWriter : public session::RowSink {
 public:
  explicit LineWriter(std::ostream* stream) : stream_(*stream) {}

  Status Add(const arrow::RecordBatch& rows) override {
    for (int64_t row = 0; row < rows.num_rows(); ++row) WriteRow(rows, row);
    return stream_.good() ? Status::OK()
                          : MakeError(ErrorKind::kFailed, "the rows could not be written");
  }
  Status End() override { return Status::OK(); }

 protected:
  virtual void WriteRow(const arrow::RecordBatch& rows, int64_t row) = 0;

  std::ostream& stream() { return stream_; }

 private:
  std::ostream& stream_;
};

// RFC 4180 with plain line ends. A NULL is empty, an empty text is in quotes.
class CsvWriter : public LineWriter {
 public:
  CsvWriter(std::ostream* stream, const TimeZone& zone) : LineWriter(stream), zone_(zone) {}

  Status Begin(const SchemaPtr& schema) override {
    for (int i = 0; i < schema->num_fields(); ++i) {
      stream() << (i == 0 ? "" : ",") << Quoted(schema->field(i)->name());
    }
    stream() << "\n";
    return Status::OK();
  }

 protected:
  void WriteRow(const arrow::RecordBatch& rows, int64_t row) override {
    for (int i = 0; i < rows.num_columns(); ++i) {
      stream() << (i == 0 ? "" : ",");
      if (!rows.column(i)->IsNull(row)) stream() << Quoted(PlainText(*rows.column(i), row, zone_));
    }
    stream() << "\n";
  }

 private:
  static std::string Quoted(const std::string& text) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
  }

  const TimeZone& zone_;
};

// An object a line, in an array or not.
class JsonWriter : public LineWriter {
 public:
  JsonWriter(std::ostream* stream, bool is_array) : LineWriter(stream), is_array_(is_array) {}

  Status Begin(const SchemaPtr& schema) override {
    for (const auto& field : schema->fields()) keys_.push_back(JsonString(field->name()) + ":");
    if (is_array_) stream() << "[";
    return Status::OK();
  }
  Status End() override {
    if (is_array_) stream() << (num_rows_ == 0 ? "]\n" : "\n]\n");
    return Status::OK();
  }

 protected:
  void WriteRow(const arrow::RecordBatch& rows, int64_t row) override {
    if (is_array_) stream() << (num_rows_ == 0 ? "\n" : ",\n");
    ++num_rows_;
    stream() << "{";
    for (int i = 0; i < rows.num_columns(); ++i) {
      stream() << (i == 0 ? "" : ",") << keys_[i] << JsonText(*rows.column(i), row);
    }
    stream() << (is_array_ ? "}" : "}\n");
  }

 private:
  const bool is_array_;
  std::vector<std::string> keys_;
  int64_t num_rows_ = 0;
};

class MarkdownWriter : public LineWriter {
 public:
  MarkdownWriter(std::ostream* stream, const TimeZone& zone) : LineWriter(stream), zone_(zone) {}

  Status Begin(const SchemaPtr& schema) override {
    std::string line = "|";
    for (const auto& field : schema->fields()) {
      const Column column = ColumnFor(*field);
      stream() << "| " << Escaped(column.header) << " ";
      line += column.is_number ? "---:|" : "---|";
    }
    stream() << "|\n" << line << "\n";
    return Status::OK();
  }

 protected:
  void WriteRow(const arrow::RecordBatch& rows, int64_t row) override {
    for (const auto& column : rows.columns()) {
      stream() << "| " << Escaped(FormatCell(*column, row, zone_).text) << " ";
    }
    stream() << "|\n";
  }

 private:
  // Bars would end a cell.
  static std::string Escaped(std::string_view text) {
    std::string escaped;
    for (char c : text) {
      if (c == '|' || c == '\\') escaped += '\\';
      escaped += c;
    }
    return escaped;
  }

  const TimeZone& zone_;
};

class TableWriter : public session::RowSink {
 public:
  TableWriter(std::ostream* stream, const Terminal* terminal, const TimeZone& zone,
              std::string csv_option)
      : stream_(*stream), terminal_(*terminal), zone_(zone), csv_option_(std::move(csv_option)) {}

  Status Begin(const SchemaPtr& schema) override {
    std::vector<Column> columns;
    for (const auto& field : schema->fields()) columns.push_back(ColumnFor(*field));
    table_ = std::make_unique<TextTable>(std::move(columns));
    return Status::OK();
  }
  Status Add(const arrow::RecordBatch& rows) override {
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (num_rows_++ >= kTableRowsMax) continue;
      std::vector<Cell> cells;
      for (const auto& column : rows.columns()) cells.push_back(FormatCell(*column, row, zone_));
      table_->AddRow(std::move(cells));
    }
    return Status::OK();
  }
  Status End() override {
    TextTable::Layout layout;
    if (terminal_.is_terminal()) {
      layout.cell_width = TextTable::kCellWidthMax;
      layout.width = terminal_.Width();
    }
    const TextTable::Rendered rendered = table_->Render(layout, terminal_);
    stream_ << rendered.text;
    Tell(num_rows_ - kTableRowsMax, "more row", csv_option_ + " prints all");
    Tell(std::ssize(rendered.hidden_columns), "more column",
         fmt::format("{}", fmt::join(rendered.hidden_columns, ", ")));
    return Status::OK();
  }

 private:
  void Tell(int64_t count, const std::string& what, const std::string& more) {
    if (count <= 0) return;
    stream_ << terminal_.Dim(fmt::format("… {}: {}", FormatCount(count, what), more)) << "\n";
  }

  std::ostream& stream_;
  const Terminal& terminal_;
  const TimeZone& zone_;
  const std::string csv_option_;
  std::unique_ptr<TextTable> table_;
  int64_t num_rows_ = 0;
};

}  // namespace

std::unique_ptr<session::RowSink> MakeTextWriter(RowFormat format, std::ostream* stream,
                                                 const Terminal* terminal, const TimeZone& zone,
                                                 std::string csv_option) {
  switch (format) {
    case RowFormat::kCsv:
      return std::make_unique<CsvWriter>(stream, zone);
    case RowFormat::kJson:
    case RowFormat::kNdjson:
      return std::make_unique<JsonWriter>(stream, format == RowFormat::kJson);
    case RowFormat::kMarkdown:
      return std::make_unique<MarkdownWriter>(stream, zone);
    default:
      return std::make_unique<TableWriter>(stream, terminal, zone, std::move(csv_option));
  }
}

}  // namespace tarn::cli
