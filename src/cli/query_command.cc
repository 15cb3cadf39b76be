#include <unistd.h>

#include <iostream>
#include <iterator>

#include "cli/commands.h"
#include "cli/history_file.h"
#include "cli/interrupt.h"
#include "cli/line_editor.h"
#include "cli/query_runner.h"
#include "cli/row_writer.h"
#include "cli/shell.h"

namespace tarn::cli {
namespace {

// Whether there is somebody who types queries, and sees their rows.
bool IsShell(const QueryArguments& arguments, const Console& console) {
  return !arguments.sql && arguments.output.empty() && console.out.is_terminal() &&
         isatty(STDIN_FILENO) != 0;
}

// The query of the command line, or of the standard input.
std::shared_ptr<const sql::Text> TextOf(const QueryArguments& arguments) {
  const std::string sql = arguments.sql.value_or("-");
  if (sql != "-") return std::make_shared<const sql::Text>(sql::Text{"query", sql});
  std::string typed{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  return std::make_shared<const sql::Text>(sql::Text{"standard input", std::move(typed)});
}

// The format of what is printed.
Result<RowFormat> TextFormat(const QueryArguments& arguments) {
  const RowFormat format = arguments.format.value_or(RowFormat::kTable);
  if (IsText(format)) return format;
  return MakeError(ErrorKind::kUsage, "this format is not for a terminal: it needs -o FILE");
}

Result<std::unique_ptr<session::RowSink>> SinkOf(const QueryArguments& arguments,
                                                 const Console& console, const TimeZone& zone) {
  if (!arguments.output.empty()) {
    const RowFormat format = arguments.format.value_or(FormatOfPath(arguments.output));
    return MakeFileWriter(format, arguments.output, zone);
  }
  ARROW_ASSIGN_OR_RAISE(const RowFormat format, TextFormat(arguments));
  return MakeTextWriter(format, &console.out.stream(), &console.out, zone);
}

Status RunShell(const QueryArguments& arguments, QueryRunner* queries, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const RowFormat format, TextFormat(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto lines, LineEditor::Make(console.out, HistoryFile()));
  return Shell(queries, format, console).Run(lines.get());
}

}  // namespace

Status RunQuery(const QueryArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const auto queries, QueryRunner::Open(arguments, console.err));
  if (IsShell(arguments, console)) return RunShell(arguments, queries.get(), console);
  ARROW_ASSIGN_OR_RAISE(const auto sink, SinkOf(arguments, console, queries->zone()));
  InterruptGuard interrupt;
  return queries->Run(TextOf(arguments), interrupt.token(), sink.get());
}

}  // namespace tarn::cli
