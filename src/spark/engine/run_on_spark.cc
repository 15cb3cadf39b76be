#include "spark/engine/run_on_spark.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "engine/broken_rule.h"
#include "engine/list_source.h"
#include "engine/new_field.h"
#include "engine/table_spec.h"
#include "local/write_rows.h"
#include "spark/engine/failure.h"
#include "spark/engine/job_of_plan.h"
#include "spark/engine/placement.h"
#include "spark/engine/received_rows.h"
#include "spark/engine/redirected_tables.h"
#include "spark/engine/runner_process.h"
#include "spark/engine/scanned_sources.h"
#include "spark/engine/spark_quarantine.h"
#include "storage/storage.h"

namespace tarn::spark {
namespace {

int64_t NumBytes(const storage::Listing& listing) {
  int64_t num_bytes = 0;
  for (const storage::ObjectInfo& file : listing.files) num_bytes += file.size_bytes;
  return num_bytes;
}

std::vector<run::Stage> StagesOf(const std::vector<StageTime>& times) {
  std::vector<run::Stage> stages;
  for (const StageTime& stage : times) {
    stages.push_back({stage.stage, stage.num_tasks, stage.seconds, stage.num_bytes});
  }
  return stages;
}

// One job from its start to its end, reported by messages.
class JobWatch {
 public:
  JobWatch(const plan::Plan& plan, const SparkOptions& options) : plan_(plan), options_(options) {}
  virtual ~JobWatch() = default;

  Status Run(Job job) {
    const std::string program = FindRunner();
    if (program.empty()) {
      return MakeError(
          ErrorKind::kFailed,
          "The program tarn-spark is not in tarn's folder; build it with `make build-spark`");
    }
    job.server = options_.server;
    if (job.server.remote.empty()) {
      ARROW_ASSIGN_OR_RAISE(job.server.buckets,
                            BucketsOf(options_.context.storages->buckets(), Uris()));
    }
    ARROW_ASSIGN_OR_RAISE(const auto runner, RunnerProcess::Start(program, job));
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const auto message, runner->Next(options_.context.stop));
      if (!message.has_value()) return EndedEarly(runner.get());
      if (std::holds_alternative<Finished>(*message)) break;
      ARROW_RETURN_NOT_OK(std::visit([&](const auto& told) { return On(told); }, *message));
    }
    return BrokenRules();
  }

 protected:
  virtual Status On(const SourceRead&) { return Status::OK(); }
  virtual Status On(const BadRecord&) { return Status::OK(); }
  virtual Status On(const NewKey&) { return Status::OK(); }
  virtual Status On(const TableRows&) { return Status::OK(); }
  virtual Status On(const RowsDropped&) { return Status::OK(); }
  virtual Status On(const TableDone&) { return Status::OK(); }
  virtual Status On(const PlanText&) { return Status::OK(); }

  void Emit(const run::Event& event) const {
    if (options_.context.observer != nullptr) options_.context.observer->OnEvent(event);
  }

  void AddBroken(run::BrokenRule broken) {
    Emit(run::RuleBroken{broken});
    broken_.push_back(std::move(broken));
  }

  bool is_broken() const { return !broken_.empty(); }

  const plan::Plan& plan_;
  const SparkOptions& options_;

 private:
  Status EndedEarly(RunnerProcess* runner) const {
    ARROW_RETURN_NOT_OK(options_.context.stop.Poll());
    return MakeError(ErrorKind::kFailed,
                     fmt::format("tarn-spark ended early, by {}", runner->WaitForEnd()));
  }

  // kCheckFailed when there are some, in the order of the tables.
  Status BrokenRules() {
    if (broken_.empty()) return Status::OK();
    const auto number_of = [&](const run::BrokenRule& broken) {
      return std::find_if(
          plan_.tables.begin(), plan_.tables.end(),
          [&](const plan::TablePlan& table) { return table.table->name == broken.table; });
    };
    std::stable_sort(broken_.begin(), broken_.end(), [&](const auto& left, const auto& right) {
      return number_of(left) < number_of(right);
    });
    return engine::ErrorOf(broken_);
  }

  Status On(const Waiting& waiting) {
    Emit(run::EngineWaiting{waiting.what});
    return Status::OK();
  }
  Status On(const Connected& connected) {
    Emit(run::EngineConnected{"Spark " + connected.spark_version, connected.application_id,
                              connected.ui_url, connected.history_url});
    return Status::OK();
  }
  Status On(const Warning& warning) {
    options_.context.warn(warning.text);
    return Status::OK();
  }
  Status On(const TaskProgress& progress) {
    run::TaskProgress tasks{progress.subject};
    for (const StageTasks& stage : progress.stages) {
      tasks.num_tasks += stage.num_tasks;
      tasks.num_done += stage.num_done;
      tasks.num_bytes += stage.num_bytes;
    }
    Emit(tasks);
    return Status::OK();
  }
  Status On(const CheckBroken& broken) {
    ARROW_ASSIGN_OR_RAISE(auto rule, BrokenRuleOf(broken, *plan_.pipeline));
    AddBroken(std::move(rule));
    return Status::OK();
  }
  Status On(const Failed& failed) {
    const bool is_told = failed.kind == "check_failed" && is_broken();
    return is_told ? BrokenRules() : ErrorOf(failed, *plan_.pipeline);
  }
  Status On(const Finished&) { return Status::OK(); }

  std::vector<std::string> Uris() const {
    std::vector<std::string> uris = {plan_.pipeline->output};
    for (const plan::SourcePlan& source : plan_.sources) {
      uris.insert(uris.end(), source.source->paths.begin(), source.source->paths.end());
    }
    return uris;
  }

  std::vector<run::BrokenRule> broken_;
};

// Passes on how far the writer of a table is, with the stages in which Spark computed its rows.
class WrittenHere : public run::Observer {
 public:
  WrittenHere(run::Observer* observer, std::vector<run::Stage> stages)
      : observer_(observer), stages_(std::move(stages)) {}

  void OnEvent(const run::Event& event) override {
    if (observer_ == nullptr) return;
    if (const auto* written = std::get_if<run::TableWritten>(&event)) {
      run::TableWritten with_stages = *written;
      with_stages.stages = stages_;
      observer_->OnEvent(with_stages);
    } else if (std::holds_alternative<run::TableProgress>(event)) {
      observer_->OnEvent(event);
    }
  }

 private:
  run::Observer* const observer_;
  const std::vector<run::Stage> stages_;
};

// Adopts the files of each table as soon as Spark is done with it, or writes the rows that it sent.
class TablesWatch : public JobWatch {
 public:
  TablesWatch(const plan::Plan& plan, lake::Transaction* transaction, const SparkOptions& options)
      : JobWatch(plan, options), transaction_(transaction) {}

  Status List() {
    for (const plan::SourcePlan& source : plan_.sources) {
      ARROW_ASSIGN_OR_RAISE(storage::Listing listing,
                            engine::ListSource(options_.context.storages, *source.source,
                                               options_.context.stop, options_.context.increment));
      files_.push_back(std::move(listing));
    }
    placement_ = PlaceListed(plan_, files_);
    ARROW_RETURN_NOT_OK(CheckPlacement(plan_, placement_));
    if (IsAllHere(plan_, placement_)) {
      options_.context.warn(
          "all that is read and written is small: tarn's own engine would do it without Spark "
          "(--engine local)");
    }
    for (size_t i = 0; i < plan_.sources.size(); ++i) {
      if (!placement_.sources[i].is_here) ARROW_RETURN_NOT_OK(LeaveToSpark(i));
    }
    return Status::OK();
  }

  // Before Spark is asked for anything.
  Status ReadSources() {
    ARROW_ASSIGN_OR_RAISE(
        scanned_, ScanSources(plan_, placement_, files_, options_.retry_quarantine, transaction_,
                              options_.context));
    return Status::OK();
  }

  Status RunTables() {
    std::vector<std::string> folders;
    for (const plan::TablePlan& table : plan_.tables) {
      std::string& folder = folders.emplace_back();
      if (!table.selected) continue;
      lake::TableSpec spec = engine::SpecOf(table);
      spec.appends = engine::Appends(options_.context.increment, spec.name);
      spec.replaces_partitions = engine::ReplacesPartitions(options_.context.increment, spec.name);
      ARROW_ASSIGN_OR_RAISE(auto foreign, transaction_->NewForeignTable(std::move(spec)));
      folder = foreign->folder();
      tables_.emplace(table.table->name, std::move(foreign));
    }
    ARROW_ASSIGN_OR_RAISE(Job job, MakeJob(plan_, files_, folders, scanned_, placement_.tables));
    const Status status = Run(std::move(job));
    if (!status.ok() && !status.IsCancelled()) CloseQuarantines();
    return status;
  }

 protected:
  Status On(const BadRecord& record) override { return quarantines_.at(record.source).Add(record); }

  Status On(const NewKey& found) override {
    if (found.num_records == 0) {
      return engine::NewFieldError({PathOfUri(found.path)}, found.source, found.key, found.value);
    }
    new_fields_[found.source].push_back(
        {found.key, found.num_records, PathOfUri(found.path), 0, found.value});
    return Status::OK();
  }

  Status On(const SourceRead& read) override {
    const Status judged = quarantines_.at(read.source).Finish(read);
    for (size_t i = 0; i < plan_.sources.size(); ++i) {
      const pipeline::Source& source = *plan_.sources[i].source;
      if (source.name != read.source) continue;
      Emit(run::SourceProgress{
          source.name, static_cast<int64_t>(files_[i].files.size()), NumBytes(files_[i]),
          read.num_records, read.num_records - read.num_bad_records, true, StagesOf(read.stages)});
      EmitAudited(source, read.num_bad_records, std::move(new_fields_[source.name]),
                  read.has_more_new_keys);
    }
    return judged;
  }

  Status On(const TableRows& rows) override { return received_.Add(rows); }

  Status On(const RowsDropped& dropped) override {
    received_.Drop(dropped.table);
    return Status::OK();
  }

  Status On(const TableDone& done) override { return done.is_sent ? WriteHere(done) : Adopt(done); }

 private:
  // Its index in the plan.
  int TableOf(const std::string& name) const {
    const auto found =
        std::find_if(plan_.tables.begin(), plan_.tables.end(),
                     [&](const plan::TablePlan& table) { return table.table->name == name; });
    return static_cast<int>(found - plan_.tables.begin());
  }

  Status WriteHere(const TableDone& done) {
    const int table = TableOf(done.table);
    lake::ForeignTable* const foreign = tables_.at(done.table).get();
    RedirectedTables writers(
        transaction_, [&](lake::TableSpec spec) { return foreign->NewWriter(std::move(spec)); });
    WrittenHere events(options_.context.observer, StagesOf(done.stages));
    local::RunOptions options;
    options.context = options_.context;
    options.context.observer = &events;
    // After a broken rule nothing will be published: what other tables break is still looked for.
    ARROW_ASSIGN_OR_RAISE(auto rows, received_.Take(done, plan_.tables[table].root->schema));
    ARROW_ASSIGN_OR_RAISE(auto broken, local::WriteRows(plan_, table, std::move(rows),
                                                        is_broken() ? nullptr : &writers, options));
    for (run::BrokenRule& rule : broken) AddBroken(std::move(rule));
    return Status::OK();
  }

  Status Adopt(const TableDone& done) {
    const plan::TablePlan& table = plan_.tables[TableOf(done.table)];
    if (!engine::Appends(options_.context.increment, done.table)) {
      if (auto broken = engine::CheckMinRows(*table.table, done.num_rows)) {
        AddBroken(*std::move(broken));
      }
    }
    if (is_broken()) return Status::OK();  // nothing will be published
    ARROW_ASSIGN_OR_RAISE(const lake::TableStats stats,
                          tables_.at(done.table)->Adopt(done.num_rows));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
    run::TableWritten written{done.table,      stats.num_rows,       stats.num_files,
                              stats.num_bytes, stats.num_partitions, elapsed.count()};
    written.stages = StagesOf(done.stages);
    written.schema = DdlOf(*table.root->schema);
    Emit(written);
    return Status::OK();
  }

  // Source `index` of the plan.
  Status LeaveToSpark(size_t index) {
    const plan::SourcePlan& source = plan_.sources[index];
    const std::string& name = source.source->name;
    if (options_.retry_quarantine) {
      return MakeError(
          ErrorKind::kUsage,
          fmt::format("--retry-quarantine reads single records again, which Spark does not: source "
                      "{} is Spark's ({})",
                      name, placement_.sources[index].why),
          "raise [spark] small, or use --engine local");
    }
    for (const std::string& warning : storage::WarningsOf(files_[index])) {
      options_.context.warn(warning);
    }
    Emit(run::SourceListed{name, static_cast<int64_t>(files_[index].files.size()),
                           NumBytes(files_[index])});
    const engine::Increment* const increment = options_.context.increment;
    quarantines_.try_emplace(name, source,
                             engine::KeepsBadRecords(increment, name) ? transaction_ : nullptr,
                             engine::ConsumedBefore(increment, name));
    return Status::OK();
  }

  void EmitAudited(const pipeline::Source& source, int64_t num_bad,
                   std::vector<run::NewField> new_fields = {}, bool has_more = false) const {
    const bool is_kept = source.on_bad_record == pipeline::OnBadRecord::kQuarantine;
    Emit(run::SourceAudited{source.name, num_bad, is_kept, std::move(new_fields), has_more});
  }

  // Of sources that are not read to their end, with what was reported of them before an error.
  void CloseQuarantines() {
    for (const plan::SourcePlan& source : plan_.sources) {
      const auto quarantine = quarantines_.find(source.source->name);
      if (quarantine == quarantines_.end() || quarantine->second.is_closed()) continue;
      if (quarantine->second.Close().ok()) {
        EmitAudited(*source.source, quarantine->second.num_bad());
      }
    }
  }

  lake::Transaction* const transaction_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  SourceFiles files_;
  Placement placement_;
  ScannedSources scanned_;
  ReceivedRows received_;
  std::map<std::string, Quarantine> quarantines_;
  std::map<std::string, std::vector<run::NewField>> new_fields_;  // by source
  std::map<std::string, std::unique_ptr<lake::ForeignTable>> tables_;
};

class PlanWatch : public JobWatch {
 public:
  using JobWatch::JobWatch;

  Result<std::string> Explain() {
    SourceFiles files;
    for (const plan::SourcePlan& source : plan_.sources) {
      ARROW_ASSIGN_OR_RAISE(
          storage::Listing listing,
          engine::ListSource(options_.context.storages, *source.source, options_.context.stop));
      files.push_back(std::move(listing));
    }
    const Placement placement = PlaceListed(plan_, files);
    ARROW_RETURN_NOT_OK(CheckPlacement(plan_, placement));
    const std::string places = ToString(plan_, placement);
    if (!places.empty()) {
      text_ = places + "\nSpark's plans, as if it read the files of all sources itself:\n";
    }
    const std::vector<std::string> folders(plan_.tables.size());
    ARROW_ASSIGN_OR_RAISE(Job job, MakeJob(plan_, files, folders));
    job.explains = true;
    ARROW_RETURN_NOT_OK(Run(std::move(job)));
    return std::move(text_);
  }

 protected:
  Status On(const PlanText& plan) override {
    text_ += fmt::format("{}table {}\n{}", text_.empty() ? "" : "\n", plan.table, plan.text);
    return Status::OK();
  }

 private:
  std::string text_;
};

}  // namespace

Status RunOnSpark(const plan::Plan& plan, lake::Transaction* transaction,
                  const SparkOptions& options) {
  TablesWatch watch(plan, transaction, options);
  ARROW_RETURN_NOT_OK(watch.List());
  ARROW_RETURN_NOT_OK(watch.ReadSources());
  return watch.RunTables();
}

Result<std::string> ExplainOnSpark(const plan::Plan& plan, const SparkOptions& options) {
  return PlanWatch(plan, options).Explain();
}

}  // namespace tarn::spark
