#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/units.h"
#include "cli/absolute_path.h"
#include "cli/cell_text.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"
#include "lake/lake.h"
#include "pipeline/ddl.h"
#include "session/show.h"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

bool IsPath(const std::string& word) {
  return word.find('/') != std::string::npos || word.ends_with(".parquet");
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The folder of a lake rather than of one of its tables.
bool IsLake(const std::string& path) { return Exists(path + "/_tarn"); }

/// Finds the tables that the words of the command line mean.
class TableFinder {
 public:
  TableFinder(const PipelineArguments& pipeline, const Terminal& terminal)
      : pipeline_(pipeline), terminal_(terminal) {}

  /// The tables of the pipeline's lake.
  Result<std::vector<session::TablePlace>> All() {
    ARROW_RETURN_NOT_OK(ListPipelinesLake());
    if (lake_->tables.empty()) return NoTablesError();
    return lake_->tables;
  }

  /// The tables of the lake in this folder.
  static Result<std::vector<session::TablePlace>> AllOf(const std::string& folder) {
    storage::Storages storages;
    ARROW_ASSIGN_OR_RAISE(const auto lake, lake::Lake::Open(&storages, AbsolutePath(folder)));
    ARROW_ASSIGN_OR_RAISE(session::LakeTables found, session::ListTables(lake.get()));
    return std::move(found.tables);
  }

  /// \brief What was opened to find them; may be null. Once.
  std::unique_ptr<session::Session> TakeSession() { return std::move(session_); }

  Result<session::TablePlace> Find(const std::string& word) {
    if (IsPath(word)) return session::TablePlace{NameOfPath(word), AbsolutePath(word)};
    // Without a pipeline here, or such a table in it, the word can only be a path.
    const Status listed = ListPipelinesLake();
    Result<session::TablePlace> found =
        listed.ok() ? lake_->Find(word) : Result<session::TablePlace>(listed);
    if (found.ok()) return found;
    if (Exists(word)) return session::TablePlace{word, AbsolutePath(word)};
    if (listed.ok() && lake_->tables.empty()) return NoTablesError();
    return found;
  }

 private:
  Status ListPipelinesLake() {
    if (lake_.has_value()) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(session_, OpenSession(pipeline_, &terminal_));
    ARROW_ASSIGN_OR_RAISE(lake_, session_->Tables());
    return Status::OK();
  }

  static std::string NameOfPath(const std::string& path) {
    fs::path clean = fs::path(path).lexically_normal();
    return clean.has_filename() ? clean.filename().string()
                                : clean.parent_path().filename().string();
  }

  Status NoTablesError() const {
    return MakeError(ErrorKind::kBadInput, "no tables yet in " + lake_->lake_root,
                     fmt::format("build them with `tarn run {}`", pipeline_.directory));
  }

  const PipelineArguments& pipeline_;
  const Terminal& terminal_;  // of warnings
  std::unique_ptr<session::Session> session_;
  std::optional<session::LakeTables> lake_;  // of the pipeline, once it is listed
};

struct FoundTables {
  std::vector<session::TablePlace> tables;
  std::unique_ptr<session::Session> session;  // null when no pipeline was needed
  bool are_named = false;                     // one by one, not all of a lake
};

Result<FoundTables> FindTables(const ShowArguments& arguments, const Terminal& terminal) {
  ARROW_ASSIGN_OR_RAISE(const auto named, TakePipeline(arguments.tables, true));
  const auto& [pipeline, words] = named;
  TableFinder finder(pipeline, terminal);
  FoundTables found;
  if (words.empty()) {
    ARROW_ASSIGN_OR_RAISE(found.tables, finder.All());
  } else if (words.size() == 1 && IsLake(words[0])) {
    ARROW_ASSIGN_OR_RAISE(found.tables, TableFinder::AllOf(words[0]));
  } else {
    found.are_named = true;
    for (const std::string& word : words) {
      ARROW_ASSIGN_OR_RAISE(found.tables.emplace_back(), finder.Find(word));
    }
  }
  found.session = finder.TakeSession();
  return found;
}

// Those of all tables of a lake that can be read: they are worth more than the error of another
// one.
Result<session::ShownTables> ReadTables(const FoundTables& found, int64_t num_rows,
                                        const Terminal& terminal) {
  const session::ShowOptions options{num_rows, !found.are_named};
  storage::Storages of_environment;
  ARROW_ASSIGN_OR_RAISE(session::ShownTables shown,
                        found.session == nullptr
                            ? session::ShowTables(&of_environment, nullptr, found.tables, options)
                            : found.session->Show(found.tables, options));
  for (const session::UnreadableTable& table : shown.unreadable) {
    const bool is_last = &table == &shown.unreadable.back();
    if (shown.tables.empty() && is_last) return table.reason;
    terminal.stream() << WarningText(
        fmt::format("table {} cannot be read: {}", table.place.name, MessageOf(table.reason)),
        terminal);
  }
  return shown;
}

std::string TitleText(const session::ShownTable& table, const Terminal& terminal) {
  const lake::TableStats& stats = table.info.stats;
  std::string text = fmt::format("{}  {}\n", terminal.Bold(Printable(table.name)),
                                 terminal.Dim(Printable(table.info.path)));
  text += fmt::format("{}, {}, {}", FormatCount(stats.num_rows, "row"),
                      FormatCount(stats.num_files, "file"), FormatBytes(stats.num_bytes));
  if (!table.info.partition_by.empty()) {
    text += fmt::format(", {} by {}", FormatCount(stats.num_partitions, "partition"),
                        Printable(fmt::format("{}", fmt::join(table.info.partition_by, ", "))));
  }
  return text + "\n\n";
}

std::string SchemaText(const lake::TableInfo& info, const TextTable::Layout& layout,
                       const Terminal& terminal) {
  TextTable table({{"column"}, {"type"}});
  for (const auto& field : info.schema->fields()) {
    bool is_partition = std::find(info.partition_by.begin(), info.partition_by.end(),
                                  field->name()) != info.partition_by.end();
    table.AddRow({{Printable(field->name())},
                  {pipeline::DdlOf(*field->type()) + (is_partition ? "  (partition)" : "")}});
  }
  return table.Render(layout, terminal).text;
}

std::string RowsText(const session::ShownTable& shown, const TextTable::Layout& layout,
                     const Terminal& terminal, const TimeZone& zone) {
  const arrow::RecordBatch& head = *shown.head;
  std::vector<Column> columns;
  for (const auto& field : head.schema()->fields()) columns.push_back(ColumnFor(*field));
  TextTable table(std::move(columns));
  for (int64_t row = 0; row < head.num_rows(); ++row) {
    std::vector<Cell> cells;
    for (const auto& column : head.columns()) cells.push_back(FormatCell(*column, row, zone));
    table.AddRow(std::move(cells));
  }
  TextTable::Rendered rendered = table.Render(layout, terminal);
  std::string text = "\n" + rendered.text;
  int64_t num_more = shown.info.stats.num_rows - head.num_rows();
  if (num_more > 0) text += terminal.Dim("… " + FormatCount(num_more, "more row")) + "\n";
  if (!rendered.hidden_columns.empty()) {
    text += terminal.Dim(fmt::format(
                "… {}: {}", FormatCount(std::ssize(rendered.hidden_columns), "more column"),
                fmt::join(rendered.hidden_columns, ", "))) +
            "\n";
  }
  return text;
}

}  // namespace

Status ShowTables(const ShowArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const FoundTables found, FindTables(arguments, console.err));
  ARROW_ASSIGN_OR_RAISE(const session::ShownTables shown,
                        ReadTables(found, arguments.num_rows, console.err));
  if (arguments.json) {
    console.out.stream() << ShowJson(shown);
    return Status::OK();
  }
  const std::vector<session::ShownTable>& tables = shown.tables;
  const TimeZone& zone =
      found.session == nullptr ? TimeZone::Utc() : *found.session->pipeline().dialect.zone;
  TextTable::Layout layout;
  layout.cell_width = TextTable::kCellWidthMax;
  if (console.out.is_terminal()) layout.width = console.out.Width();
  for (size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) console.out.stream() << "\n";
    console.out.stream() << TitleText(tables[i], console.out)
                         << SchemaText(tables[i].info, layout, console.out);
    if (arguments.num_rows > 0) {
      console.out.stream() << RowsText(tables[i], layout, console.out, zone);
    }
  }
  return Status::OK();
}

}  // namespace tarn::cli
