#include <iostream>

#include "cli/commands.h"
#include "cli/engine_choice.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/one_run.h"
#include "cli/pipeline_loading.h"
#include "cli/run_summary.h"
#include "cli/table_text.h"

namespace tarn::cli {
namespace {

// Also of a run that failed: it is then that Spark's side of it is looked for.
void TellHistory(const run::RunRecord& record, const Terminal& terminal) {
  if (record.history_url.empty()) return;
  terminal.stream() << "Spark's History Server has this run: " << Printable(record.history_url)
                    << std::endl;
}

// Of a run that failed: what of it stays.
void TellKept(const run::RunRecord& record, const Terminal& terminal) {
  for (const run::SourceRecord& source : record.sources) {
    if (source.num_bad_records == 0 || !source.bad_records_are_kept) continue;
    terminal.stream() << FindingsText(source, terminal) << std::flush;
  }
}

}  // namespace

Status RunTables(const RunArguments& arguments, const Console& console, std::string* failure_json) {
  if (arguments.engine.name == EngineName::kSpark) {
    ARROW_RETURN_NOT_OK(CheckForSpark({arguments.memory, arguments.num_threads}));
  }
  const Terminal* const warnings = arguments.quiet ? nullptr : &console.err;
  const PipelineArguments pipeline = WithMemory(arguments.pipeline, arguments.memory);
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(pipeline, warnings));
  InterruptGuard interrupt;
  ARROW_ASSIGN_OR_RAISE(const session::RunOutcome outcome,
                        RunOnce(arguments, ProgressDisplay::Mode::kAutomatic, interrupt.token(),
                                session.get(), console.err));
  if (!arguments.quiet) TellHistory(outcome.record, console.err);
  if (!outcome.status.ok()) {
    *failure_json = RunJson(outcome.record, outcome.status);
    if (!arguments.quiet && !arguments.json) TellKept(outcome.record, console.err);
    return outcome.status;
  }
  if (arguments.json) {
    console.out.stream() << RunJson(outcome.record, outcome.status);
  } else if (!arguments.quiet) {
    console.out.stream() << SummaryText(outcome.record, outcome.lake_root, console.out);
  }
  return Status::OK();
}

}  // namespace tarn::cli
