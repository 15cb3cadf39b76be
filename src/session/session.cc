#include "session/session.h"

#include <algorithm>

#include "base/version.h"
#include "run/recorder.h"
#include "session/known_names.h"
#include "session/lake_error.h"
#include "session/pipeline_files.h"
#include "session/run_decision.h"
#include "session/run_pipeline.h"
#include "session/s3_settings.h"
#include "session/schema_lock.h"
#include "session/settle_fields.h"

namespace tarn::session {
namespace {

// Only those that the selected tables read.
void DescribeSources(const plan::Plan& plan, run::RunRecord* record) {
  for (const plan::SourcePlan& source : plan.sources) {
    run::SourceRecord& described = record->sources.emplace_back();
    described.name = source.source->name;
    described.globs = source.source->paths;
    described.period = source.source->period;
  }
}

}  // namespace

Session::Session(std::unique_ptr<pipeline::Pipeline> pipeline,
                 std::vector<std::pair<std::string, std::string>> overrides)
    : pipeline_(std::move(pipeline)),
      overrides_(std::move(overrides)),
      storages_(std::make_shared<s3::Buckets>(SettingsOf(*pipeline_))) {}

Result<std::unique_ptr<Session>> Session::Open(const std::string& directory,
                                               const pipeline::LoadOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto pipeline, LoadPipeline(directory, options));
  std::unique_ptr<Session> session(new Session(std::move(pipeline), options.overrides));
  if (AddsFields(*session->pipeline_)) {
    ARROW_ASSIGN_OR_RAISE(const SchemaLock lock,
                          SchemaLock::Read(*session->pipeline_, &session->storages_));
    ARROW_RETURN_NOT_OK(lock.ApplyTo(session->pipeline_.get()));
  }
  return session;
}

Result<std::unique_ptr<lake::Lake>> Session::OpenLake() {
  return lake::Lake::Open(&storages_, pipeline_->output);
}

Result<std::unique_ptr<plan::Plan>> Session::Plan(const std::vector<std::string>& select,
                                                  const engine::Engine& engine) const {
  ARROW_RETURN_NOT_OK(CheckTableNames(select, *pipeline_));
  ARROW_ASSIGN_OR_RAISE(auto plan, plan::Bind(*pipeline_, {select}));
  ARROW_RETURN_NOT_OK(engine.Check(*plan));
  return plan;
}

Result<PlanSize> Session::Measure(const plan::Plan& plan, bool reads_samples) {
  return MeasurePlan(&storages_, plan, reads_samples);
}

Result<CheckReport> Session::Check(const CheckRequest& request, const engine::Engine& engine) {
  CheckReport report;
  ARROW_ASSIGN_OR_RAISE(report.plan, Plan({}, engine));
  if (request.reads_data) {
    ARROW_ASSIGN_OR_RAISE(report.sources, SurveySources(request, &storages_, *pipeline_));
    report.data = DriftError(report.sources);
  }
  report.steps = StepsOf(*pipeline_);
  report.unread_rescues = UnreadRescuesOf(*report.plan);
  if (AddsFields(*pipeline_)) {
    ARROW_ASSIGN_OR_RAISE(report.lock, LockReportOf(*pipeline_, &storages_));
  }
  return report;
}

run::RunRecord Session::Describe(const RunRequest& request, const engine::Engine& engine) const {
  run::RunRecord record;
  record.tarn_version = Version();
  record.engine = engine.name();
  record.pipeline_name = pipeline_->name;
  record.pipeline_directory = pipeline_->directory;
  record.selected_tables = request.select;
  record.backfill = request.backfill;
  record.overrides = overrides_;
  return record;
}

Result<RunOutcome> Session::Run(const RunRequest& request, engine::Engine* engine,
                                const RunWatch& watch) {
  ARROW_RETURN_NOT_OK(CheckTableNames(request.select, *pipeline_));
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  run::RunRecord record = Describe(request, *engine);
  const auto plan = Plan(request.select, *engine);
  if (plan.ok()) DescribeSources(**plan, &record);
  const auto recorder = run::RunRecorder::Start(lake->storage(), lake->root(), std::move(record));
  // The pipeline's errors are what the user must see, whether or not they could be recorded.
  if (!plan.ok() && !recorder.ok()) return plan.status();
  ARROW_RETURN_NOT_OK(AtOutput(recorder.status(), *pipeline_));
  Status status = plan.status();
  if (status.ok()) {
    status = AtOutput(
        RunPipeline(**plan, request, engine, lake.get(), &storages_, recorder->get(), watch),
        *pipeline_);
  }
  // A record that can't be written does not make the run fail: its tables are there, or are not.
  const Status recorded = (*recorder)->Finish(status);
  if (!recorded.ok()) watch.warn(MessageOf(recorded));
  return RunOutcome{std::move(status), (*recorder)->record(), lake->root()};
}

Result<bool> Session::HasNews(const RunRequest& request, const engine::Engine& engine,
                              const arrow::StopToken& stop) {
  ARROW_ASSIGN_OR_RAISE(const auto opened, Plan(request.select, engine));
  ARROW_ASSIGN_OR_RAISE(const auto settled,
                        PlanOfLock(*opened, request.select, engine, &storages_));
  const plan::Plan* const plan = settled == nullptr ? opened.get() : settled->plan.get();
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  const auto decision = DecideRun(
      {plan, &engine, lake.get(), &storages_, request.is_full, request.takes_rows_away, stop});
  ARROW_RETURN_NOT_OK(AtOutput(ReplacedError(decision.status()), *pipeline_));
  return std::any_of(decision->tables.begin(), decision->tables.end(),
                     [](const TableDecision& table) {
                       return table.change != run::TableChange::kNone && !table.is_of_each_run;
                     });
}

Result<lake::RecoveryReport> Session::Recover() {
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  ARROW_ASSIGN_OR_RAISE(const lake::RecoveryReport report, AtOutput(lake->Recover(), *pipeline_));
  ARROW_RETURN_NOT_OK(run::RemoveLeftovers(lake->storage().get(), lake->root()));
  return report;
}

Result<lake::DiscardReport> Session::Discard(const std::string& run) {
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  return AtOutput(lake->Discard(run), *pipeline_);
}

Result<LakeTables> Session::Tables() {
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  return AtOutput(ListTables(lake.get()), *pipeline_);
}

Result<ShownTables> Session::Show(const std::vector<TablePlace>& tables,
                                  const ShowOptions& options) {
  return ShowTables(&storages_, pipeline_.get(), tables, options);
}

Result<LakeRuns> Session::Runs() {
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  ARROW_ASSIGN_OR_RAISE(run::RunList list,
                        AtOutput(run::ListRuns(lake->storage().get(), lake->root()), *pipeline_));
  return LakeRuns{lake->root(), std::move(list)};
}

Result<Findings> Session::Quarantine(const QuarantineRequest& request) {
  ARROW_RETURN_NOT_OK(CheckSourceName(request.source, *pipeline_));
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  return AtOutput(ReadFindings(lake.get(), request), *pipeline_);
}

Result<std::vector<SourceFiles>> Session::Files(const std::vector<std::string>& sources,
                                                const FileVisitor& visit) {
  for (const std::string& source : sources) {
    ARROW_RETURN_NOT_OK(CheckSourceName(source, *pipeline_));
  }
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  return AtOutput(VisitSourceFiles(*pipeline_, sources, lake.get(), &storages_, visit), *pipeline_);
}

Result<std::vector<lake::UnfinishedUpload>> Session::CleanUploads(std::chrono::seconds older_than,
                                                                  bool abort) {
  ARROW_ASSIGN_OR_RAISE(const auto lake, OpenLake());
  return AtOutput(lake->CleanUploads(older_than, abort), *pipeline_);
}

}  // namespace tarn::session
