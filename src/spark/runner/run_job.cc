#include "spark/runner/run_job.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "spark/connect/spark_error.h"
#include "spark/connect/spark_session.h"
#include "spark/runner/opened_spark.h"
#include "spark/runner/server_paths.h"
#include "spark/runner/source_view.h"
#include "spark/runner/spark_table.h"
#include "spark/runner/task_graph.h"

namespace tarn::spark {
namespace {

// Sources and tables that Spark works on at once: enough that its cores need not wait for what the
// driver does before and after each.
constexpr size_t kTasksAtOnceMax = 4;

// The work of one job in one session.
class JobRun {
 public:
  JobRun(const Job& job, connect::Session* session, MessageWriter* writer)
      : job_(job), session_(session), writer_(writer) {}

  /// \return whether the end has been reported, as rules are broken
  Result<bool> Run() {
    ARROW_RETURN_NOT_OK(DefineViews());
    if (job_.explains) return Explain();
    const auto failure =
        RunTasks(MakeTasks(), kTasksAtOnceMax, [this] { ARROW_UNUSED(session_->Interrupt()); });
    if (!failure.has_value()) {
      if (is_broken_)
        writer_->Send(Failed{"check_failed", "rows break rules of their tables", "", -1, ""});
      return is_broken_.load();
    }
    if (failure->task < job_.sources.size()) return failure->status;
    table_ = job_.tables[written_[failure->task - job_.sources.size()]].name;
    return failure->status;
  }

  /// \brief Let Spark forget the rows that it keeps. \param[in] session as Run's, or another on it
  Status ReleaseAll(connect::Session* session) {
    while (!kept_.empty()) ARROW_RETURN_NOT_OK(Release(session, std::string(*kept_.begin())));
    return Status::OK();
  }

  /// \brief The table whose SQL an error is about; "" when it is none's.
  const std::string& table() const { return table_; }

 private:
  // All at once: listing files is mostly the driver's work.
  Status DefineSources(bool keeps_rows) {
    std::vector<Task> tasks;
    for (const JobSource& source : job_.sources) {
      if (keeps_rows && !source.is_scanned) kept_.insert(source.name);
      auto* const new_keys = &new_keys_[source.name];
      tasks.push_back({{}, [this, &source, keeps_rows, new_keys] {
                         return DefineSource(session_, source, keeps_rows, writer_).Value(new_keys);
                       }});
    }
    const auto failure =
        RunTasks(tasks, kTasksAtOnceMax, [this] { ARROW_UNUSED(session_->Interrupt()); });
    return failure.has_value() ? failure->status : Status::OK();
  }

  Status DefineViews() {
    const bool keeps_rows = !job_.explains;
    ARROW_RETURN_NOT_OK(DefineSources(keeps_rows));
    for (const JobTable& table : job_.tables) {
      table_ = table.name;
      if (keeps_rows && table.keeps_rows()) kept_.insert(table.name);
      ARROW_RETURN_NOT_OK(DefineTable(session_, table, keeps_rows));
    }
    table_.clear();
    return Status::OK();
  }

  Result<bool> Explain() {
    for (const JobTable& table : job_.tables) {
      table_ = table.name;
      ARROW_ASSIGN_OR_RAISE(std::string text, ExplainTable(session_, table));
      writer_->Send(PlanText{table.name, std::move(text)});
    }
    return false;
  }

  // Reading each source, then writing each table that has a folder.
  std::vector<Task> MakeTasks() {
    std::vector<Task> tasks;
    std::map<std::string, size_t> numbers;
    for (const JobSource& source : job_.sources) {
      numbers[source.name] = tasks.size();
      tasks.push_back({{}, [this, &source] {
                         return ReadSource(session_, source, new_keys_.at(source.name), writer_);
                       }});
    }
    for (size_t i = 0; i < job_.tables.size(); ++i) {
      const JobTable& table = job_.tables[i];
      if (table.folder.empty()) continue;
      Task task{{}, [this, i] { return Write(i); }};
      for (const std::string& name : table.reads) {
        const auto found = numbers.find(name);
        if (found != numbers.end()) task.needs.push_back(found->second);
      }
      for (const std::string& name : UsedBy(table)) ++num_uses_[name];
      numbers[table.name] = tasks.size();
      written_.push_back(i);
      tasks.push_back(std::move(task));
    }
    return tasks;
  }

  // Names whose rows, if they are kept, must be kept until the table is written.
  static std::vector<std::string> UsedBy(const JobTable& table) {
    std::vector<std::string> names = table.reads;
    names.push_back(table.name);
    return names;
  }

  Status Write(size_t index) {
    const JobTable& table = job_.tables[index];
    ARROW_ASSIGN_OR_RAISE(const bool keeps_rules, WriteTable(session_, table, writer_));
    if (!keeps_rules) is_broken_ = true;
    std::vector<std::string> unused;
    {
      std::lock_guard lock(mutex_);
      for (const std::string& name : UsedBy(table)) {
        if (--num_uses_[name] == 0) unused.push_back(name);
      }
    }
    for (const std::string& name : unused) ARROW_RETURN_NOT_OK(Release(session_, name));
    return Status::OK();
  }

  Status Release(connect::Session* session, const std::string& name) {
    {
      std::lock_guard lock(mutex_);
      if (kept_.erase(name) == 0) return Status::OK();
    }
    for (const JobSource& source : job_.sources) {
      if (source.name == name) return ReleaseSource(session, name);
    }
    return session->Unpersist(connect::Table(name));
  }

  const Job& job_;
  connect::Session* const session_;
  MessageWriter* const writer_;
  /// By source, those that its texts showed.
  std::map<std::string, std::optional<std::vector<std::string>>> new_keys_;
  std::vector<size_t> written_;          ///< the tables that have tasks
  std::atomic<bool> is_broken_ = false;  ///< some rule of a table
  std::mutex mutex_;                     ///< for the two below
  std::set<std::string> kept_;           ///< sources and tables
  std::map<std::string, int> num_uses_;  ///< by tables that are not done
  std::string table_;
};

std::string_view KindText(const Status& status) {
  const connect::SparkError* error = connect::SparkErrorOf(status);
  if (status.IsCancelled()) return "cancelled";
  if (error != nullptr && error->kind == connect::SparkErrorKind::kQuery) return "bad_input";
  return KindOf(status) == ErrorKind::kUsage ? "usage" : "failed";
}

Failed Describe(const Status& status, const std::string& table) {
  Failed failed;
  failed.kind = KindText(status);
  failed.message = MessageOf(status);
  failed.hint = HintOf(status);
  failed.table = table;
  const connect::SparkError* error = connect::SparkErrorOf(status);
  if (error == nullptr || table.empty()) return failed;
  if (!error->query_contexts.empty()) {
    failed.sql_begin = error->query_contexts.front().start_index;
    failed.fragment = error->query_contexts.front().fragment;
  }
  return failed;
}

// The session, whose calls may have been stopped, and what it keeps.
void CleanUp(const Job& job, const OpenedSpark& spark, bool is_stopped, JobRun* run) {
  if (spark.server != nullptr) return;  // all of it ends with the server
  std::shared_ptr<connect::Session> session = spark.session;
  if (is_stopped && !Reopen(spark, job).Value(&session).ok()) return;
  // What does not work here, the server does when it has heard nothing for an hour.
  if (run->ReleaseAll(session.get()).ok()) ARROW_UNUSED(session->Release());
}

}  // namespace

bool RunJob(Job job, const arrow::StopToken& stop, MessageWriter* writer) {
  ServerWatch watch(stop);
  auto spark = OpenSpark(job, stop, &watch, writer);
  if (!spark.ok()) {
    watch.Finish();
    writer->Send(Describe(spark.status(), ""));
    return false;
  }
  UsePathsOf(spark->session->spark_version(), &job);
  JobRun run(job, spark->session.get(), writer);
  Result<bool> is_told = run.Run();
  watch.Finish();
  CleanUp(job, *spark, stop.IsStopRequested(), &run);
  spark->session.reset();
  if (spark->server != nullptr) {
    Status server = spark->server->CheckRunning();
    if (server.ok()) server = spark->server->Stop();
    // Calls that the server's end has ended do not say why.
    if (!server.ok() && !stop.IsStopRequested()) is_told = server;
  }
  if (!is_told.ok()) {
    writer->Send(Describe(is_told.status(), run.table()));
    return false;
  }
  if (!*is_told) writer->Send(Finished{});
  return !*is_told;
}

}  // namespace tarn::spark
