#include "cli/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "base/trimmed.h"
#include "base/units.h"
#include "cli/error_text.h"
#include "cli/interrupt.h"
#include "cli/row_writer.h"
#include "pipeline/ddl.h"
#include "sql/statement_end.h"

namespace tarn::cli {
namespace {

constexpr char kPrompt[] = "tarn> ";
constexpr char kContinuation[] = " ...> ";

std::shared_ptr<const sql::Text> TextOf(std::string sql) {
  return std::make_shared<const sql::Text>(sql::Text{"query", std::move(sql)});
}

// Hands rows on, and counts them.
class CountedRows : public session::RowSink {
 public:
  explicit CountedRows(session::RowSink* sink) : sink_(*sink) {}

  Status Begin(const std::shared_ptr<arrow::Schema>& schema) override {
    return sink_.Begin(schema);
  }
  Status Add(const arrow::RecordBatch& rows) override {
    num_rows_ += rows.num_rows();
    return sink_.Add(rows);
  }
  Status End() override { return sink_.End(); }

  int64_t num_rows() const { return num_rows_; }

 private:
  session::RowSink& sink_;
  int64_t num_rows_ = 0;
};

std::vector<std::string> TextFormats() {
  std::vector<std::string> words;
  for (const RowFormatWord& known : kRowFormats) {
    if (IsText(known.format)) words.emplace_back(known.word);
  }
  return words;
}

}  // namespace

struct Shell::DotCommand {
  std::string_view name;
  std::string_view argument;  // "": it takes none
  std::string_view help;
  Status (Shell::*run)(const std::string& argument);
};

const std::vector<Shell::DotCommand>& Shell::DotCommands() {
  static const std::vector<DotCommand> commands = {
      {".help", "", "List these commands", &Shell::Help},
      {".mode", "FORMAT", "Print rows as table, csv, json, ndjson or markdown", &Shell::SetMode},
      {".quit", "", "End the shell, as Ctrl-D does", &Shell::Quit},
      {".schema", "TABLE", "Show the columns of a table, or of read_json('…') and its kin",
       &Shell::ShowColumns},
      {".tables", "", "List what can be read by name", &Shell::ShowNames},
  };
  return commands;
}

Shell::Shell(QueryRunner* queries, RowFormat format, const Console& console)
    : queries_(*queries), format_(format), console_(console) {}

Status Shell::Run(LineSource* lines) {
  std::ostream& out = console_.out.stream();
  out << console_.out.Dim("a query ends with ; and .help lists commands") << "\n";
  const LineSource::Completer complete = [this](std::string_view before, std::string_view after) {
    return Complete(before, after);
  };
  while (!has_quit_) {
    out.flush();
    if (!out.good()) {
      return MakeError(ErrorKind::kFailed, "the result could not be written to standard output");
    }
    const TypedLine line = lines->Read(pending_.empty() ? kPrompt : kContinuation, complete);
    switch (line.kind) {
      case TypedLine::Kind::kEnd:
        out << "\n";
        return Status::OK();
      case TypedLine::Kind::kInterrupted:
        out << "^C\n";
        pending_.clear();
        break;
      case TypedLine::Kind::kText:
        TakeLine(line.text, lines);
    }
  }
  return Status::OK();
}

void Shell::TakeLine(const std::string& line, LineSource* lines) {
  const std::string_view command = Trimmed(line);
  if (!pending_.empty() || !command.starts_with('.')) {
    pending_ += line + "\n";
    TakeStatements(lines);
    return;
  }
  lines->Remember(std::string(command));
  InterruptGuard interrupt;
  Report(RunDotCommand(command));
}

// Runs what has ended of the lines that are pending, until it is stopped.
void Shell::TakeStatements(LineSource* lines) {
  const sql::DoubleQuotes quotes = queries_.double_quotes();
  std::vector<std::string> statements;
  std::string_view rest = pending_;
  sql::StatementEnd end = sql::FindStatementEnd(rest, quotes);
  for (; end.offset != std::string_view::npos; end = sql::FindStatementEnd(rest, quotes)) {
    if (end.has_tokens) statements.emplace_back(Trimmed(rest.substr(0, end.offset)));
    rest.remove_prefix(end.offset);
  }
  const std::string_view ended =
      std::string_view(pending_).substr(0, pending_.size() - rest.size());
  if (!statements.empty()) lines->Remember(std::string(Trimmed(ended)));
  pending_ = end.has_tokens ? std::string(rest) : "";
  for (std::string& statement : statements) {
    if (Report(RunQuery(std::move(statement)))) continue;
    pending_.clear();
    return;
  }
}

// Prints what went wrong. Whether more is to be run: an interrupt is for all that was typed.
bool Shell::Report(const Status& status) {
  tables_.reset();
  columns_.clear();
  console_.out.stream().flush();
  if (status.ok()) return true;
  std::ostream& err = console_.err.stream();
  if (KindOf(status) == ErrorKind::kCancelled) {
    err << "\ninterrupted\n" << std::flush;  // the terminal has shown ^C
    return false;
  }
  err << ErrorText(status, console_.err) << std::flush;
  return true;
}

Status Shell::RunQuery(std::string statement) {
  const auto begin = std::chrono::steady_clock::now();
  std::ostream& out = console_.out.stream();
  const auto writer = MakeTextWriter(format_, &out, &console_.out, queries_.zone(), ".mode csv");
  CountedRows rows(writer.get());
  InterruptGuard interrupt;
  ARROW_RETURN_NOT_OK(queries_.Run(TextOf(std::move(statement)), interrupt.token(), &rows));
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  out << console_.out.Dim(fmt::format("{} in {}", FormatCount(rows.num_rows(), "row"),
                                      FormatDuration(time.count())))
      << "\n";
  return Status::OK();
}

Status Shell::RunDotCommand(std::string_view line) {
  while (!line.empty() && (line.back() == ';' || IsBlank(line.back()))) line.remove_suffix(1);
  const size_t blank = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view name = line.substr(0, blank);
  const std::string argument(Trimmed(line.substr(blank)));
  for (const DotCommand& command : DotCommands()) {
    if (!SameName(command.name, name)) continue;
    if (command.argument.empty() != argument.empty()) {
      return MakeError(ErrorKind::kUsage,
                       fmt::format("{} takes {}", command.name,
                                   command.argument.empty() ? "no argument" : command.argument),
                       ".help lists the commands");
    }
    return (this->*command.run)(argument);
  }
  return MakeError(ErrorKind::kUsage, fmt::format("unknown command: {}", name),
                   DidYouMean(name, DotNames(), ".help lists the commands"));
}

std::vector<std::string> Shell::DotNames() {
  std::vector<std::string> names;
  for (const DotCommand& command : DotCommands()) names.emplace_back(command.name);
  return names;
}

Status Shell::Help(const std::string& /*argument*/) {
  TextTable table({{"command"}, {"meaning"}});
  for (const DotCommand& command : DotCommands()) {
    table.AddRow(
        {{fmt::format("{} {}", command.name, command.argument)}, {std::string(command.help)}});
  }
  table.AddRow({{"Tab"}, {"Complete a keyword, name or function, or a path in quotes"}});
  table.AddRow({{"Ctrl-C"}, {"Give up the statement, or stop the query; twice: end the program"}});
  table.AddRow({{"Ctrl-D"}, {"End the shell"}});
  return Print(table);
}

Status Shell::ShowNames(const std::string& /*argument*/) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<NamedRows> names, queries_.Names());
  TextTable table({{"name"}, {"kind"}});
  for (const NamedRows& one : names) table.AddRow({{one.name}, {one.kind}});
  return Print(table);
}

Status Shell::ShowColumns(const std::string& table) {
  ARROW_ASSIGN_OR_RAISE(const auto schema, Describe(table));
  TextTable columns({{"column"}, {"type"}});
  for (const auto& field : schema->fields()) {
    columns.AddRow({{field->name()}, {pipeline::DdlOf(*field->type())}});
  }
  return Print(columns);
}

Status Shell::Print(const TextTable& table) {
  TextTable::Layout layout;
  if (console_.out.is_terminal()) layout.width = console_.out.Width();
  console_.out.stream() << table.Render(layout, console_.out).text;
  return Status::OK();
}

Status Shell::SetMode(const std::string& word) {
  const std::optional<RowFormat> format = FindRowFormat(word);
  if (!format || !IsText(*format)) {
    return MakeError(ErrorKind::kUsage, "no format of text: " + word,
                     DidYouMean(word, TextFormats(), "files are written by tarn query -o FILE"));
  }
  format_ = *format;
  return Status::OK();
}

Status Shell::Quit(const std::string& /*argument*/) {
  has_quit_ = true;
  return Status::OK();
}

Result<std::shared_ptr<arrow::Schema>> Shell::Describe(const std::string& table) {
  return queries_.Describe(TextOf("SELECT * FROM " + table));
}

Completion Shell::Complete(std::string_view before, std::string_view after) {
  if (!pending_.empty() || !Trimmed(before).starts_with('.')) {
    const std::string statement = pending_ + std::string(before);
    return CompleteSql(statement, after, queries_.double_quotes(), "", this);
  }
  const std::string_view command = before.substr(before.find('.'));
  const size_t blank = command.find(' ');
  if (blank == std::string_view::npos) return Completion::Of(command, DotNames());
  const std::string_view argument = command.substr(command.find_last_of(' ') + 1);
  if (SameName(command.substr(0, blank), ".mode")) return Completion::Of(argument, TextFormats());
  if (SameName(command.substr(0, blank), ".schema")) return Completion::Of(argument, Tables());
  return {};
}

std::vector<std::string> Shell::Tables() {
  if (tables_) return *tables_;
  tables_.emplace();
  // What cannot be listed has no names: completion fails silently.
  for (const NamedRows& one : queries_.Names().ValueOr(std::vector<NamedRows>())) {
    tables_->push_back(one.name);
  }
  return *tables_;
}

std::vector<std::string> Shell::Columns(const std::string& table) {
  const auto [known, is_new] = columns_.try_emplace(table);
  if (!is_new) return known->second;
  const auto schema = Describe("`" + table + "`");
  if (schema.ok()) known->second = (*schema)->field_names();
  return known->second;
}

}  // namespace tarn::cli
