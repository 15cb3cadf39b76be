#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/units.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/lake_error.h"
#include "cli/pipeline_loading.h"
#include "cli/progress_display.h"
#include "cli/region_check.h"
#include "cli/spark_server.h"
#include "cli/table_text.h"
#include "cli/tables_before.h"
#include "cli/warner.h"
#include "lake/lake.h"
#include "local/check_patterns.h"
#include "local/engine.h"
#include "plan/plan.h"
#include "run/broadcast.h"
#include "run/recorder.h"
#include "spark/engine/run_on_spark.h"

namespace tarn::cli {
namespace {

run::RunRecord DescribeRun(const RunArguments& arguments, const pipeline::Pipeline& pipeline) {
  run::RunRecord record;
  record.tarn_version = Version();
  record.engine = arguments.engine.engine == Engine::kSpark ? "spark" : "local";
  record.pipeline_name = pipeline.name;
  record.pipeline_directory = pipeline.directory;
  record.selected_tables = arguments.select;
  record.overrides = arguments.pipeline.overrides;
  return record;
}

// Only those that the selected tables read.
void DescribeSources(const plan::Plan& plan, run::RunRecord* record) {
  for (const plan::SourcePlan& source : plan.sources) {
    run::SourceRecord& described = record->sources.emplace_back();
    described.name = source.source->name;
    described.globs = source.source->paths;
    described.period = source.source->period;
  }
}

// What computes the tables, and who watches.
struct Computation {
  const RunArguments& arguments;
  storage::Storages* storages;
  arrow::StopToken stop;
  run::Observer* observer;
  const Terminal& terminal;
  std::chrono::system_clock::time_point started_at;
};

Status Compute(const plan::Plan& plan, lake::Transaction* transaction,
               const Computation& computation) {
  const RunArguments& arguments = computation.arguments;
  if (arguments.engine.engine == Engine::kLocal) {
    local::EngineOptions options;
    options.storages = computation.storages;
    options.num_threads = arguments.num_threads;
    options.started_at = computation.started_at;
    options.stop = computation.stop;
    options.observer = computation.observer;
    options.retry_quarantine = arguments.retry_quarantine;
    if (!arguments.quiet) options.warn = Warner(computation.terminal);
    return local::RunPlan(plan, transaction, options).status();
  }
  spark::SparkOptions options;
  options.storages = computation.storages;
  options.server = ServerOf(arguments.engine);
  options.stop = computation.stop;
  options.observer = computation.observer;
  if (!arguments.quiet) options.warn = Warner(computation.terminal);
  return spark::RunOnSpark(plan, transaction, options);
}

// Begin, once the runs before it are done or --wait is over.
Result<std::unique_ptr<lake::Transaction>> BeginInTurn(const std::string& run_id, lake::Lake* lake,
                                                       const Computation& computation) {
  constexpr std::chrono::milliseconds kPause(500);
  const RunArguments& arguments = computation.arguments;
  const auto end = std::chrono::steady_clock::now() + arguments.wait;
  for (bool is_told = arguments.quiet;; is_told = true) {
    auto transaction = lake->Begin(run_id);
    if (transaction.ok() || KindOf(transaction.status()) != ErrorKind::kConflict)
      return transaction;
    if (std::chrono::steady_clock::now() >= end) return transaction;
    if (!is_told) {
      computation.terminal.stream()
          << "waiting until the lake is free: " << MessageOf(transaction.status()) << std::endl;
    }
    std::this_thread::sleep_for(kPause);
    if (computation.stop.IsStopRequested()) return InterruptedError();
  }
}

// What a run that failed has found stays in the lake, without its tables.
void KeepFindings(lake::Transaction* transaction, run::RunRecorder* recorder,
                  const Terminal& terminal) {
  std::vector<lake::BrokenRow> rows;
  for (const run::BrokenRule& broken : recorder->record().broken_rules) {
    const std::string rule = fmt::format("{}: {}", run::NameOf(broken.kind), broken.rule);
    for (const SampleRow& row : broken.sample) rows.push_back({broken.table, rule, RowText(row)});
  }
  const Result<bool> kept = transaction->CommitFindings(rows);
  if (kept.ok()) return;
  recorder->ForgetQuarantine();
  Warner(terminal)("what the run found could not be kept: " + Render(kept.status()));
}

Status ComputeAndCommit(const plan::Plan& plan, run::RunRecorder* recorder, lake::Lake* lake,
                        const Computation& computation) {
  ARROW_ASSIGN_OR_RAISE(auto transaction, BeginInTurn(recorder->run_id(), lake, computation));
  ARROW_ASSIGN_OR_RAISE(const TablesBefore before, TablesBefore::Read(lake));
  if (!computation.arguments.quiet) {
    for (const std::string& table : before.MadeNoMore(*plan.pipeline)) {
      Warner(computation.terminal)(fmt::format(
          "the lake has table {0}, which the pipeline makes no more; it stays as it is until its "
          "folder is deleted: {1}/{0}",
          table, lake->root()));
    }
  }
  if (!computation.arguments.shrink) ARROW_RETURN_NOT_OK(before.CheckPeriods(plan));
  for (const plan::TablePlan& table : plan.tables) {
    const auto num_rows = before.NumRows(table.table->name);
    if (num_rows) computation.observer->OnEvent(run::TableFound{table.table->name, *num_rows});
  }
  Status computed = Compute(plan, transaction.get(), computation);
  if (computed.ok()) computed = before.CheckEmptied(plan, recorder->record());
  // What else broke while everything was stopping does not matter. From here on the tables change:
  // an interrupt comes too late.
  if (computation.stop.IsStopRequested()) return InterruptedError();
  if (!computed.ok()) {
    if (!computed.IsCancelled()) {
      KeepFindings(transaction.get(), recorder, computation.terminal);
    }
    return computed;
  }
  auto begin = std::chrono::steady_clock::now();
  ARROW_RETURN_NOT_OK(transaction->Commit());
  std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  computation.observer->OnEvent(run::Committed{elapsed.count()});
  return Status::OK();
}

constexpr size_t kFieldsShown = 10;

// What was found wrong in a source, a line each.
std::string FindingsText(const run::SourceRecord& source, const Terminal& terminal) {
  std::string text;
  const auto add = [&](const std::string& line) {
    text += WarningText(fmt::format("source {}: {}", source.name, line), terminal);
  };
  if (source.num_bad_records > 0) {
    const std::string count = FormatCount(source.num_bad_records, "bad record");
    add(source.bad_records_are_kept ? count + " in quarantine; `tarn quarantine` lists them"
                                    : count + " dropped");
  }
  for (size_t i = 0; i < source.new_fields.size(); ++i) {
    const run::NewField& field = source.new_fields[i];
    if (i == kFieldsShown) {
      add(fmt::format("and {}{} more fields that the schema does not name",
                      source.has_more_new_fields ? "more than " : "",
                      source.new_fields.size() - i));
      break;
    }
    const std::string place =
        field.line > 0 ? fmt::format("{}:{}", field.path, field.line) : field.path;
    add(fmt::format("field \"{}\" is not in the schema: in {}, first {}, {}", field.key,
                    FormatCount(field.num_records, "record"), place, field.example));
  }
  for (size_t i = 0; i < source.missing_fields.size(); ++i) {
    if (i == kFieldsShown) {
      add(fmt::format("and {} more fields of the schema that no record has",
                      source.missing_fields.size() - i));
      break;
    }
    add(fmt::format("no record has field \"{}\" of the schema",
                    Printable(source.missing_fields[i])));
  }
  return text;
}

// "5", or "7 → 5" where that is another number than before.
std::string RowsText(const run::TableRecord& written) {
  const std::string rows = FormatCount(written.num_rows);
  const int64_t before = written.num_rows_before.value_or(written.num_rows);
  return before == written.num_rows ? rows : FormatCount(before) + " → " + rows;
}

std::string SummaryText(const run::RunRecord& record, const std::string& lake_root,
                        const Terminal& terminal) {
  TextTable table({{"table"}, {"rows", true}, {"files", true}, {"bytes", true}, {"time", true}});
  for (const run::TableRecord& written : record.tables) {
    table.AddRow({{Printable(written.name)},
                  {RowsText(written)},
                  {FormatCount(written.num_files)},
                  {FormatBytes(written.num_bytes)},
                  {FormatDuration(written.seconds)}});
  }
  int64_t num_records = 0;
  int64_t num_bytes = 0;
  for (const run::SourceRecord& source : record.sources) {
    num_records += source.num_records;
    num_bytes += source.num_bytes;
  }
  std::string text = table.Render({}, terminal).text;
  text += fmt::format("\nread {} rows, {} in {}", FormatCount(num_records), FormatBytes(num_bytes),
                      FormatDuration(record.seconds));
  if (record.seconds > 0) {
    text += fmt::format(", {}/s",
                        FormatBytes(std::llround(static_cast<double>(num_bytes) / record.seconds)));
  }
  text += fmt::format("; wrote {}\n", lake_root);
  for (const run::SourceRecord& source : record.sources) text += FindingsText(source, terminal);
  return text;
}

// A record that can't be written does not make the run fail: its tables are there, or are not.
void FinishRecord(const Status& status, run::RunRecorder* recorder, const Terminal& terminal) {
  Status recorded = recorder->Finish(status);
  if (recorded.ok()) return;
  Warner(terminal)(MessageOf(recorded));
}

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

// Run, watched by the terminal and the record.
Status RunRecorded(const RunArguments& arguments, const plan::Plan& plan,
                   const arrow::StopToken& stop, session::Session* session, lake::Lake* lake,
                   run::RunRecorder* recorder, const Console& console) {
  Status status = CheckRegions(session->storages()->buckets(), plan, lake->root(),
                               arguments.strict_region, arguments.quiet ? nullptr : &console.err);
  auto mode = arguments.quiet ? ProgressDisplay::Mode::kNone : ProgressDisplay::Mode::kAutomatic;
  ProgressDisplay display(console.err, mode, stop);
  run::Broadcast broadcast({recorder, &display});
  const Computation computation{arguments,  session->storages(), stop,
                                &broadcast, console.err,         recorder->started_at()};
  if (status.ok()) {
    status = AtOutput(ComputeAndCommit(plan, recorder, lake, computation), *plan.pipeline);
  }
  display.Finish();
  FinishRecord(status, recorder, console.err);
  if (!arguments.quiet) TellHistory(recorder->record(), console.err);
  return status;
}

}  // namespace

Status RunTables(const RunArguments& arguments, const Console& console, std::string* failure_json) {
  if (arguments.engine.engine == Engine::kSpark && arguments.retry_quarantine) {
    return MakeError(ErrorKind::kUsage,
                     "--retry-quarantine is for --engine local, which reads single records again");
  }
  const Terminal* const warnings = arguments.quiet ? nullptr : &console.err;
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(arguments.pipeline, warnings));
  const pipeline::Pipeline& pipeline = session->pipeline();
  ARROW_RETURN_NOT_OK(CheckTableNames(arguments.select, pipeline));
  ARROW_ASSIGN_OR_RAISE(auto lake, session->OpenLake());
  run::RunRecord record = DescribeRun(arguments, pipeline);
  Result<std::unique_ptr<plan::Plan>> plan = plan::Bind(pipeline, {arguments.select});
  if (plan.ok() && arguments.engine.engine == Engine::kLocal) {
    if (Status status = local::CheckPatterns(**plan); !status.ok()) plan = status;
  }
  if (plan.ok()) DescribeSources(**plan, &record);

  // From here on an interrupt is recorded too.
  InterruptGuard interrupt;
  auto recorder = run::RunRecorder::Start(lake->storage(), lake->root(), std::move(record));
  if (!plan.ok()) {
    // The pipeline's errors are what the user must see, whether or not they could be recorded.
    if (!recorder.ok()) return plan.status();
    FinishRecord(plan.status(), recorder->get(), console.err);
    *failure_json = RunJson((*recorder)->record(), plan.status());
    return plan.status();
  }
  ARROW_RETURN_NOT_OK(AtOutput(recorder.status(), session->pipeline()));
  const Status status = RunRecorded(arguments, **plan, interrupt.token(), session.get(), lake.get(),
                                    recorder->get(), console);
  const run::RunRecord& done = (*recorder)->record();
  if (!status.ok()) {
    *failure_json = RunJson(done, status);
    if (!arguments.quiet && !arguments.json) TellKept(done, console.err);
    return status;
  }
  if (arguments.json) {
    console.out.stream() << RunJson(done, status);
  } else if (!arguments.quiet) {
    console.out.stream() << SummaryText(done, lake->root(), console.out);
  }
  return Status::OK();
}

}  // namespace tarn::cli
