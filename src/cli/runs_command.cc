#include <fmt/format.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/pipeline_loading.h"
#include "cli/table_text.h"
#include "run/record.h"

namespace tarn::cli {
namespace {

// `2018-11-21T23:30:07.123Z` to the second, as people write it.
std::string FormatStart(const std::string& started_at) {
  std::string text = started_at.substr(0, 19);
  if (text.size() == 19) text[10] = ' ';
  return Printable(text);
}

std::string FirstLine(const std::string& text) {
  return Printable(text.substr(0, text.find('\n')));
}

// On one line: "songs.sql:2:8: unknown column: titel".
std::string ErrorLine(const run::RecordedError& error) {
  const ErrorPlace& place = error.text.place;
  std::string text = place.file;
  if (place.line > 0) text += fmt::format(":{}", place.line);
  if (place.line > 0 && place.column > 0) text += fmt::format(":{}", place.column);
  return FirstLine(text.empty() ? error.text.message : text + ": " + error.text.message);
}

std::string RunsText(const std::vector<run::RunRecord>& runs, const Terminal& terminal) {
  TextTable table({{"run", false, true},
                   {"started (UTC)"},
                   {"outcome"},
                   {"time", true},
                   {"tables", true},
                   {"rows", true},
                   {"bytes", true},
                   {"error"}});
  for (const run::RunRecord& run : runs) {
    int64_t num_rows = 0;
    int64_t num_bytes = 0;
    for (const run::TableRecord& written : run.tables) {
      num_rows += written.num_rows;
      num_bytes += written.num_bytes;
    }
    bool is_done = run.outcome == run::Outcome::kDone;
    table.AddRow({{Printable(run.run_id)},
                  {FormatStart(run.started_at)},
                  {std::string(run::NameOf(run.outcome))},
                  {run.ended_at.empty() ? "" : FormatDuration(run.seconds)},
                  {is_done ? FormatCount(static_cast<int64_t>(run.tables.size())) : ""},
                  {is_done ? FormatCount(num_rows) : ""},
                  {is_done ? FormatBytes(num_bytes) : ""},
                  {run.error ? ErrorLine(*run.error) : ""}});
  }
  TextTable::Layout layout;
  if (terminal.is_terminal()) layout.width = terminal.Width();
  return table.Render(layout, terminal).text;
}

}  // namespace

Status ListRuns(const RunsArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(auto session, OpenSession(arguments.pipeline, &console.err));
  ARROW_ASSIGN_OR_RAISE(const session::LakeRuns runs, session->Runs());
  for (const std::string& unreadable : runs.list.unreadable) {
    console.err.stream() << WarningText(unreadable, console.err);
  }
  if (arguments.json) {
    console.out.stream() << RunsJson(runs.list);
  } else if (runs.list.runs.empty()) {
    console.out.stream() << "no runs yet in " << runs.lake_root << "\n";
  } else {
    console.out.stream() << RunsText(runs.list.runs, console.out);
  }
  return Status::OK();
}

}  // namespace tarn::cli
