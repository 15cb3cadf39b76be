#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/ascii.h"
#include "base/did_you_mean.h"
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
#include "plan/plan.h"
#include "run/record.h"
#include "session/lake_error.h"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCellWidthMax = 60;

bool IsPath(const std::string& word) {
  return word.find('/') != std::string::npos || word.ends_with(".parquet");
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The folder of a lake rather than of one of its tables.
bool IsLake(const std::string& path) { return Exists(path + "/_tarn"); }

struct NamedPath {
  std::string name;
  std::string path;
};

/// Finds the tables that the words of the command line mean.
class TableFinder {
 public:
  TableFinder(const PipelineArguments& pipeline, const Terminal& terminal)
      : pipeline_(pipeline), terminal_(terminal) {}

  /// The tables of the pipeline's lake.
  Result<std::vector<NamedPath>> All() {
    ARROW_RETURN_NOT_OK(OpenPipelinesLake());
    if (names_.empty()) return NoTablesError();
    return Tables();
  }

  /// The tables of the lake in this folder.
  Result<std::vector<NamedPath>> AllOf(const std::string& folder) {
    storage::Storages storages;
    ARROW_ASSIGN_OR_RAISE(const auto lake, lake::Lake::Open(&storages, AbsolutePath(folder)));
    ARROW_RETURN_NOT_OK(ListTables(lake.get()));
    return Tables();
  }

  /// \brief What was opened to find them; may be null. Once.
  std::unique_ptr<session::Session> TakeSession() { return std::move(session_); }

  Result<NamedPath> Find(const std::string& word) {
    if (IsPath(word)) return NamedPath{NameOfPath(word), AbsolutePath(word)};
    Status opened = OpenPipelinesLake();
    if (!opened.ok()) {
      // Without a pipeline here, the word can only be a path.
      if (Exists(word)) return NamedPath{word, AbsolutePath(word)};
      return opened;
    }
    for (const std::string& name : names_) {
      if (SameName(name, word)) return NamedPath{name, PathOf(name)};
    }
    if (Exists(word)) return NamedPath{word, AbsolutePath(word)};
    if (names_.empty()) return NoTablesError();
    std::string nearest = Nearest(word, names_);
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("no table '{}' in {}{}", word, root_,
                                 nearest.empty() ? "" : ": did you mean '" + nearest + "'?"),
                     fmt::format("its tables are {}", fmt::join(names_, ", ")));
  }

 private:
  Status OpenPipelinesLake() {
    if (!root_.empty()) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(session_, OpenSession(pipeline_, &terminal_));
    ARROW_ASSIGN_OR_RAISE(const auto lake, session_->OpenLake());
    return session::AtOutput(ListTables(lake.get()), session_->pipeline());
  }

  Status ListTables(lake::Lake* lake) {
    ARROW_ASSIGN_OR_RAISE(names_, lake->ListTables());
    root_ = lake->root();
    return Status::OK();
  }

  std::vector<NamedPath> Tables() const {
    std::vector<NamedPath> tables;
    for (const std::string& name : names_) tables.push_back({name, PathOf(name)});
    return tables;
  }

  std::string PathOf(const std::string& name) const { return storage::JoinPath(root_, name); }

  static std::string NameOfPath(const std::string& path) {
    fs::path clean = fs::path(path).lexically_normal();
    return clean.has_filename() ? clean.filename().string()
                                : clean.parent_path().filename().string();
  }

  Status NoTablesError() const {
    return MakeError(ErrorKind::kBadInput, "no tables yet in " + root_,
                     fmt::format("build them with `tarn run {}`", pipeline_.directory));
  }

  const PipelineArguments& pipeline_;
  const Terminal& terminal_;  // of warnings
  std::unique_ptr<session::Session> session_;
  std::string root_;
  std::vector<std::string> names_;
};

/// Knows what columns tables have beyond their files: partition columns are in folders' names
/// alone.
class DeclaredColumns {
 public:
  /// \param[in] pipeline null: none is known
  DeclaredColumns(storage::Storages* storages, const pipeline::Pipeline* pipeline)
      : storages_(storages), pipeline_(pipeline) {}

  /// As the last run wrote them or, without its record, as the pipeline makes them. Null: neither
  /// is known.
  std::shared_ptr<arrow::Schema> Find(const std::string& path) {
    std::string root = path;
    while (root.size() > 1 && root.ends_with('/')) root.pop_back();
    const size_t slash = root.rfind('/');
    if (slash == std::string::npos) return nullptr;
    const std::string name = root.substr(slash + 1);
    root.resize(slash);
    auto schema = RecordedSchema(root, name);
    return schema != nullptr ? schema : PlannedSchema(name);
  }

 private:
  std::shared_ptr<arrow::Schema> RecordedSchema(const std::string& root, const std::string& name) {
    if (root != root_) {
      const auto storage = storages_->For(root);
      runs_ = storage.ok() ? run::ListRuns(storage->get(), root).ValueOr(run::RunList())
                           : run::RunList();
    }
    root_ = root;
    const run::TableRecord* const table = run::LastWriteOf(name, runs_.runs).table;
    return table == nullptr ? nullptr : pipeline::ParseDdl(table->schema).ValueOr(nullptr);
  }

  std::shared_ptr<arrow::Schema> PlannedSchema(const std::string& name) {
    if (pipeline_ == nullptr) return nullptr;
    if (!plan_.has_value()) plan_ = plan::Bind(*pipeline_, {}).ValueOr(nullptr);
    if (*plan_ == nullptr) return nullptr;
    for (const plan::TablePlan& table : (*plan_)->tables) {
      if (table.table->name == name) return table.root->schema;
    }
    return nullptr;
  }

  storage::Storages* const storages_;
  const pipeline::Pipeline* const pipeline_;
  std::optional<std::unique_ptr<plan::Plan>> plan_;  // once asked for; null: it can't be bound
  std::string root_;                                 // of runs_
  run::RunList runs_;
};

struct FoundTables {
  std::vector<NamedPath> tables;
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
    found.session = finder.TakeSession();
    return found;
  }
  if (words.size() == 1 && IsLake(words[0])) {
    ARROW_ASSIGN_OR_RAISE(found.tables, finder.AllOf(words[0]));
    return found;
  }
  found.are_named = true;
  for (const std::string& word : words) {
    ARROW_ASSIGN_OR_RAISE(found.tables.emplace_back(), finder.Find(word));
  }
  found.session = finder.TakeSession();
  return found;
}

std::string TitleText(const ShownTable& table, const Terminal& terminal) {
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

std::string RowsText(const ShownTable& shown, const TextTable::Layout& layout,
                     const Terminal& terminal) {
  const arrow::RecordBatch& head = *shown.head;
  std::vector<Column> columns;
  for (const auto& field : head.schema()->fields()) columns.push_back(ColumnFor(*field));
  TextTable table(std::move(columns));
  for (int64_t row = 0; row < head.num_rows(); ++row) {
    std::vector<Cell> cells;
    for (const auto& column : head.columns()) cells.push_back(FormatCell(*column, row));
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

Result<ShownTable> ReadTable(storage::Storages* storages, const NamedPath& named, int64_t num_rows,
                             DeclaredColumns* declared) {
  ARROW_ASSIGN_OR_RAISE(const auto storage, storages->For(named.path));
  ARROW_ASSIGN_OR_RAISE(lake::TableInfo info, lake::DescribeTable(storage.get(), named.path));
  if (!info.partition_by.empty()) {
    const auto schema = declared->Find(named.path);
    if (schema != nullptr) info = lake::WithPartitionTypes(std::move(info), *schema);
  }
  ARROW_ASSIGN_OR_RAISE(auto head, lake::ReadHead(storage, info, num_rows));
  return ShownTable{named.name, std::move(info), std::move(head)};
}

}  // namespace

Status ShowTables(const ShowArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(FoundTables found, FindTables(arguments, console.err));
  storage::Storages of_environment;
  session::Session* const session = found.session.get();
  storage::Storages* const storages = session == nullptr ? &of_environment : session->storages();
  DeclaredColumns declared(storages, session == nullptr ? nullptr : &session->pipeline());
  std::vector<ShownTable> tables;
  std::vector<UnreadableTable> unreadable;
  for (const NamedPath& named : found.tables) {
    Result<ShownTable> table = ReadTable(storages, named, arguments.num_rows, &declared);
    if (table.ok()) {
      tables.push_back(*std::move(table));
      continue;
    }
    // Of all tables of a lake, the others are worth more than the error.
    const bool is_last = tables.empty() && unreadable.size() + 1 == found.tables.size();
    if (found.are_named || is_last || KindOf(table.status()) == ErrorKind::kCancelled) {
      return table.status();
    }
    unreadable.push_back({named.name, named.path, MessageOf(table.status())});
    console.err.stream() << WarningText(
        fmt::format("table {} cannot be read: {}", named.name, unreadable.back().reason),
        console.err);
  }
  if (arguments.json) {
    console.out.stream() << ShowJson(tables, unreadable);
    return Status::OK();
  }
  TextTable::Layout layout;
  layout.cell_width = kCellWidthMax;
  if (console.out.is_terminal()) layout.width = console.out.Width();
  for (size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) console.out.stream() << "\n";
    console.out.stream() << TitleText(tables[i], console.out)
                         << SchemaText(tables[i].info, layout, console.out);
    if (arguments.num_rows > 0) console.out.stream() << RowsText(tables[i], layout, console.out);
  }
  return Status::OK();
}

}  // namespace tarn::cli
