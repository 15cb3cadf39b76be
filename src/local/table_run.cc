#include "local/table_run.h"

#include "base/out_of_memory.h"
#include "engine/table_spec.h"
#include "local/table_checks.h"
#include "values/ddl_text.h"

namespace tarn::local {
namespace {

constexpr std::chrono::milliseconds kReportInterval(50);

lake::TableSpec SpecOf(const plan::TablePlan& table, int num_threads,
                       const arrow::StopToken& stop) {
  lake::TableSpec spec = engine::SpecOf(table);
  spec.num_threads = num_threads;
  spec.stop = stop;
  return spec;
}

}  // namespace

Result<std::unique_ptr<TableRun>> TableRun::Make(Options options) {
  std::unique_ptr<TableRun> run(new TableRun(std::move(options)));
  const Options& made = run->options_;
  TreeOptions tree;
  tree.plan = made.plan;
  tree.context = made.context;
  tree.streams = made.streams;
  tree.poll = [control = made.control, table = made.table] { return control->Poll(table); };
  tree.metrics = made.metrics;
  ARROW_ASSIGN_OR_RAISE(run->tree_, BuildTree(*run->table_.root, tree));
  if (made.transaction != nullptr && run->table_.selected) {
    ARROW_ASSIGN_OR_RAISE(run->writer_, made.transaction->NewTable(SpecOf(
                                            run->table_, made.num_threads, made.control->stop())));
  }
  return run;
}

Status TableRun::Run() {
  Status status = CatchOutOfMemory([this]() -> Status {
    ARROW_RETURN_NOT_OK(PullAll());
    return Close();
  });
  tree_.reset();
  BatchStream* stream = options_.streams->table(options_.table);
  if (!status.ok()) {
    options_.control->ReportTableFailure(options_.table);
    if (stream != nullptr) stream->Fail(num_batches_, status);
  } else if (stream != nullptr) {
    stream->Finish(num_batches_);
  }
  return status;
}

Status TableRun::PullAll() {
  ARROW_ASSIGN_OR_RAISE(auto checks, TableChecks::Make(table_, options_.context));
  BatchStream* stream = options_.streams->table(options_.table);
  while (true) {
    ARROW_ASSIGN_OR_RAISE(BatchPtr batch, tree_->Next());
    if (batch == nullptr) break;
    ARROW_RETURN_NOT_OK(checks->Consume(*batch));
    if (checks->is_broken()) writer_.reset();
    if (writer_ != nullptr) ARROW_RETURN_NOT_OK(writer_->Write(batch));
    num_rows_ += batch->num_rows();
    if (stream != nullptr) stream->Publish(num_batches_, {batch});
    ++num_batches_;
    ReportProgress();
  }
  broken_rules_ = checks->Finish();
  if (!broken_rules_.empty()) writer_.reset();
  if (options_.observer == nullptr) return Status::OK();
  for (const run::BrokenRule& broken : broken_rules_) {
    options_.observer->OnEvent(run::RuleBroken{broken});
  }
  return Status::OK();
}

void TableRun::ReportProgress() {
  const auto now = std::chrono::steady_clock::now();
  if (options_.observer == nullptr || now - last_report_ < kReportInterval) return;
  last_report_ = now;
  options_.observer->OnEvent(run::TableProgress{table_.table->name, num_rows_});
}

Status TableRun::Close() {
  ARROW_RETURN_NOT_OK(options_.control->Poll(options_.table));
  if (writer_ == nullptr) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(lake::TableStats stats, writer_->Close());
  if (options_.observer == nullptr) return Status::OK();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - options_.begin;
  options_.observer->OnEvent(run::TableWritten{table_.table->name,
                                               stats.num_rows,
                                               stats.num_files,
                                               stats.num_bytes,
                                               stats.num_partitions,
                                               elapsed.count(),
                                               {},
                                               DdlOf(*table_.root->schema)});
  return Status::OK();
}

}  // namespace tarn::local
