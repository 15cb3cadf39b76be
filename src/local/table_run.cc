#include "local/table_run.h"

#include <algorithm>

#include "base/out_of_memory.h"
#include "engine/table_spec.h"
#include "lake/partition_path.h"
#include "lake/read_rows.h"
#include "lake/state_folders.h"
#include "lake/table_writer.h"
#include "local/batch/encoding.h"
#include "local/scheduled_loop.h"
#include "local/table_checks.h"
#include "values/ddl_text.h"

namespace tarn::local {
namespace {

constexpr std::chrono::milliseconds kReportInterval(50);

lake::TableSpec SpecOf(const plan::TablePlan& table, const TableRun::Options& options,
                       ParallelLoop loop) {
  lake::TableSpec spec = engine::SpecOf(table);
  spec.zone = options.plan->pipeline->dialect.zone;
  spec.loop = std::move(loop);
  spec.gathered_bytes_max = options.gathered_bytes_max;
  if (!spec.gathers_rows()) {
    spec.row_group_bytes = std::min(spec.row_group_bytes, options.row_group_bytes_max);
  }
  spec.stop = options.control->stop();
  spec.appends = engine::Appends(options.increment, spec.name);
  spec.replaces_partitions = engine::ReplacesPartitions(options.increment, spec.name);
  if (table.use == plan::TablePlan::Use::kState) {
    spec.name = lake::StateFolderOf(table.of);
    spec.codec = lake::Codec::kZstd;
  }
  return spec;
}

StageContext ContextOf(const TableRun::Options& options, NodeMeter* meter) {
  StageContext context;
  context.scheduler = options.scheduler;
  context.backlog = options.backlog;
  context.meter = meter;
  context.memory = meter->memory();
  context.spill = std::make_shared<SpillStore>(options.spill_dir);
  context.poll = [control = options.control, table = options.table] {
    return control->Poll(table);
  };
  return context;
}

}  // namespace

TableRun::TableRun(Options options, std::unique_ptr<NodeMeter> meter)
    : InOrderStage(ContextOf(options, meter.get())),
      options_(std::move(options)),
      table_(options_.plan->tables[options_.table]),
      meter_(std::move(meter)),
      written_(meter_->memory()) {}

Result<std::shared_ptr<TableRun>> TableRun::Make(Options options) {
  auto meter = std::make_unique<NodeMeter>(nullptr, options.analyze, options.memory);
  std::shared_ptr<TableRun> run(new TableRun(std::move(options), std::move(meter)));
  ARROW_ASSIGN_OR_RAISE(run->checks_,
                        TableChecks::Make(run->table_, run->options_.context, run->context()));
  const bool is_written = run->table_.use != plan::TablePlan::Use::kVanished;
  if (run->table_.selected && is_written) ARROW_RETURN_NOT_OK(run->OpenWriter());
  ARROW_RETURN_NOT_OK(run->TakeOldKeys());
  return run;
}

// Of the rows that the table has and that stay.
Status TableRun::TakeOldKeys() {
  const engine::Increment* const increment = options_.increment;
  if (increment == nullptr || !checks_->keeps_keys()) return Status::OK();
  const auto files = increment->old_files.find(table_.table->name);
  if (files == increment->old_files.end() || files->second.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto storage, options_.storages->For(files->second.front().path));
  lake::RowsWanted wanted;
  wanted.schema = checks_->key_schema();
  wanted.zone = options_.plan->pipeline->dialect.zone;
  wanted.batch_rows = kBatchRows;
  for (const storage::ObjectInfo& file : files->second) {
    ARROW_RETURN_NOT_OK(lake::ReadRows(storage, file, wanted, [&](const BatchPtr& keys) {
      ARROW_RETURN_NOT_OK(context().poll());
      return checks_->ConsumeOldKeys(keys);
    }));
  }
  return Status::OK();
}

Status TableRun::OpenWriter() {
  lake::TableSpec spec = SpecOf(
      table_, options_, ScheduledLoop(options_.scheduler, options_.num_threads, meter_->time()));
  if (options_.transaction != nullptr) {
    const bool is_state = table_.use == plan::TablePlan::Use::kState;
    ARROW_ASSIGN_OR_RAISE(writer_, is_state ? options_.transaction->NewStatePart(std::move(spec))
                                            : options_.transaction->NewTable(std::move(spec)));
  } else if (options_.analyze) {
    trial_ = std::make_shared<lake::TrialFiles>();
    ARROW_ASSIGN_OR_RAISE(writer_, lake::MakeTableWriter(std::move(spec), trial_));
  }
  return Status::OK();
}

Status TableRun::Consume(TableChecks::Rows rows) {
  ARROW_RETURN_NOT_OK(checks_->Consume(rows));
  if (checks_->is_broken()) DropWriter();
  if (table_.use == plan::TablePlan::Use::kVanished) ARROW_RETURN_NOT_OK(Replace(rows.batch));
  if (writer_ != nullptr) ARROW_RETURN_NOT_OK(Write(rows.batch));
  if (table_.selected && options_.on_rows) ARROW_RETURN_NOT_OK(options_.on_rows(rows.batch));
  num_rows_ += rows.batch->num_rows();
  ReportProgress();
  return Status::OK();
}

// The partitions that rows name. One without columns of partition_by is the table's own folder.
Status TableRun::Replace(const BatchPtr& batch) {
  if (options_.transaction == nullptr) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const BatchPtr texts, FlattenBatch(batch));
  for (int64_t row = 0; row < texts->num_rows(); ++row) {
    std::string folder;
    for (int column = 0; column < texts->num_columns(); ++column) {
      const arrow::Array& values = *texts->column(column);
      if (values.type_id() != arrow::Type::STRING) continue;
      std::optional<std::string> text;
      if (values.IsValid(row)) text = static_cast<const arrow::StringArray&>(values).GetString(row);
      folder += (folder.empty() ? "" : "/") +
                lake::PartitionFolder(texts->schema()->field(column)->name(), text);
    }
    options_.transaction->ReplacePartition(table_.of, folder);
  }
  return Status::OK();
}

// What the writer holds it cannot write sooner: where a row group ends depends on the rows alone.
// It is limited beforehand, and counted, so that operators make room.
Status TableRun::Write(const BatchPtr& batch) {
  ARROW_RETURN_NOT_OK(writer_->Write(batch));
  written_.Set(writer_->num_held_bytes());
  return Status::OK();
}

void TableRun::DropWriter() {
  writer_.reset();
  written_.Set(0);
}

void TableRun::Finish(Status status) {
  checks_->Close(std::move(status), [this](Status checked) { End(std::move(checked)); });
}

void TableRun::End(Status status) {
  const SelfTime::Scope scope(context().meter->time(), SelfTime::Threads::kOne);
  if (status.ok()) {
    status = CatchOutOfMemory([this] {
      FinishChecks();
      return Close();
    });
  }
  if (!status.ok()) options_.control->ReportTableFailure(options_.table);
  status_ = std::move(status);
  has_ended_ = true;
  options_.on_end();
}

void TableRun::FinishChecks() {
  broken_rules_ = checks_->Finish();
  if (engine::Appends(options_.increment, table_.table->name)) {
    // The old rows were enough.
    std::erase_if(broken_rules_, [](const run::BrokenRule& broken) {
      return broken.kind == run::BrokenRule::Kind::kMinRows;
    });
  }
  if (!broken_rules_.empty()) DropWriter();
  if (options_.observer == nullptr) return;
  for (const run::BrokenRule& broken : broken_rules_) {
    options_.observer->OnEvent(run::RuleBroken{broken});
  }
}

TableMetrics TableRun::metrics() const {
  TableMetrics metrics;
  metrics.table = options_.table;
  metrics.stats = stats_;
  metrics.stats.num_rows = num_rows_;
  if (trial_ != nullptr) metrics.columns = trial_->columns();
  const NodeMetrics measured = meter_->metrics();
  metrics.work = measured.work;
  metrics.peak_bytes = measured.peak_bytes;
  metrics.spilled_bytes = spilled_bytes();
  return metrics;
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
  ARROW_ASSIGN_OR_RAISE(stats_, writer_->Close());
  DropWriter();
  if (options_.observer == nullptr) return Status::OK();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - options_.begin;
  options_.observer->OnEvent(run::TableWritten{table_.table->name,
                                               stats_.num_rows,
                                               stats_.num_files,
                                               stats_.num_bytes,
                                               stats_.num_partitions,
                                               elapsed.count(),
                                               {},
                                               DdlOf(*table_.root->schema)});
  return Status::OK();
}

}  // namespace tarn::local
