#include "spark/runner/run_job.h"

#include <set>
#include <string>

#include "spark/connect/session.h"
#include "spark/connect/spark_error.h"
#include "spark/runner/opened_spark.h"
#include "spark/runner/server_paths.h"
#include "spark/runner/source_view.h"
#include "spark/runner/table_run.h"

namespace tarn::spark {
namespace {

// The work of one job in one session.
class JobRun {
 public:
  JobRun(const Job& job, connect::Session* session, MessageWriter* writer)
      : job_(job), session_(session), writer_(writer) {}

  /// \return whether the end has been told, as a rule is broken
  Result<bool> Run() {
    ARROW_RETURN_NOT_OK(DefineViews());
    if (job_.explains) return Explain();
    for (const JobSource& source : job_.sources) {
      ARROW_RETURN_NOT_OK(ReadSource(session_, source, writer_));
    }
    for (const JobTable& table : job_.tables) {
      table_ = table.name;
      if (!table.folder.empty()) {
        ARROW_ASSIGN_OR_RAISE(const auto broken, WriteTable(session_, table, writer_));
        if (broken.has_value()) return true;
      }
      for (const std::string& name : table.last_reads) {
        ARROW_RETURN_NOT_OK(Release(session_, name));
      }
    }
    return false;
  }

  /// \brief Let Spark forget the rows that it keeps. \param[in] session as Run's, or another on it
  Status ReleaseAll(connect::Session* session) {
    while (!kept_.empty()) ARROW_RETURN_NOT_OK(Release(session, std::string(*kept_.begin())));
    return Status::OK();
  }

  /// \brief The table whose SQL an error is about; "" when it is none's.
  const std::string& table() const { return table_; }

 private:
  Status DefineViews() {
    const bool keeps_rows = !job_.explains;
    for (const JobSource& source : job_.sources) {
      if (keeps_rows) kept_.insert(source.name);
      ARROW_RETURN_NOT_OK(DefineSource(session_, source, keeps_rows));
    }
    for (const JobTable& table : job_.tables) {
      table_ = table.name;
      if (keeps_rows && table.is_shared) kept_.insert(table.name);
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

  Status Release(connect::Session* session, const std::string& name) {
    if (kept_.erase(name) == 0) return Status::OK();
    for (const JobSource& source : job_.sources) {
      if (source.name == name) return ReleaseSource(session, name);
    }
    return session->Unpersist(connect::Table(name));
  }

  const Job& job_;
  connect::Session* const session_;
  MessageWriter* const writer_;
  std::set<std::string> kept_;
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
    // Calls that the server's end has ended do not tell why.
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
