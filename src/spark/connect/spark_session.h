#pragma once

#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <arrow/util/cancel.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "spark/connect/endpoint.h"
#include "spark/connect/execution_observer.h"
#include "spark/connect/relation.h"
#include "spark/connect/retry_policy.h"
#include "spark/connect/spark_error.h"

namespace tarn::connect {

/// \brief How a session is opened, and how patient it is.
struct SessionOptions {
  Endpoint endpoint;
  std::string user_agent = "tarn";  ///< where the endpoint gives none
  /// \brief PEM file of the authorities to trust; "": SSL_CERT_FILE, else the system's.
  std::string ca_file;
  /// \brief For the first call, which finds out whether a server is there: about six seconds, or
  /// ten where nothing refuses the connection.
  RetryPolicy open_retry{
      .retries_max = 6, .duration_max_ms = 8'000, .initial_pause_ms = 100, .multiplier = 2};
  RetryPolicy retry;  ///< for all other calls: about ten minutes
  /// \brief Ends every call, and what the server does for it, with Cancelled.
  arrow::StopToken stop = arrow::StopToken::Unstoppable();
  Sleeper* sleeper = Sleeper::System();  ///< outlives the session
};

/// \brief Where and how Spark writes rows.
struct WriteSpec {
  std::string format = "parquet";                ///< Spark's name of it
  std::string path;                              ///< as the server sees it
  std::vector<std::string> partition_by;         ///< columns, in path order; empty: not partitioned
  std::map<std::string, std::string> options{};  ///< of the format, such as "compression"
};

/// \brief A session of a Spark server: its settings, its temporary views, its executions.
///
/// Calls wait for the server's answer. Those that fail for a passing reason are tried again under
/// the retry policy. An execution goes on at the server while its stream of answers is cut, and the
/// stream resumes where it broke: each answer is seen once.
/// Errors: a Status with a SparkError (see its kinds). When the stop token is requested: the
/// server is told to end what it does for the call, and Cancelled is returned, both within some
/// three seconds also when the server is gone. Threads: any number at once.
class Session {
 public:
  /// \brief Connect, and ask for the server's version.
  static Result<std::shared_ptr<Session>> Open(SessionOptions options);

  /// Readers must be gone. The server keeps the session for an hour: Release() first.
  virtual ~Session() = default;

  virtual const std::string& session_id() const = 0;

  /// \brief Such as "4.3.0".
  virtual const std::string& spark_version() const = 0;

  /// \brief Change settings of the session, by name.
  virtual Status SetConfig(const std::map<std::string, std::string>& settings) = 0;

  /// \brief The value of a setting, with Spark's default; nullopt when it has none.
  virtual Result<std::optional<std::string>> GetConfig(const std::string& name) = 0;

  /// \brief Give a relation a name in this session. An older view of that name goes.
  virtual Status CreateTempView(const std::string& name, const Relation& relation) = 0;

  /// \brief The types of a relation's columns. DdlOf (base/ddl_text.h) writes them as DDL.
  ///
  /// Types that Arrow has none for (VARIANT, intervals of months) are an error.
  virtual Result<std::shared_ptr<arrow::Schema>> Schema(const Relation& relation) = 0;

  /// \brief What `EXPLAIN FORMATTED` says of the relation.
  virtual Result<std::string> Explain(const Relation& relation) = 0;

  /// \brief Keep the relation's rows, once they are computed, in memory and on executors' disks.
  ///
  /// It counts for every later plan that holds the same relation.
  virtual Status Persist(const Relation& relation) = 0;

  /// \brief The relation's rows are no longer kept.
  virtual Status Unpersist(const Relation& relation) = 0;

  /// \brief Carry out the relation, and read its rows as they come.
  /// \param[in] observer must outlive the reader. Null: none.
  /// \return the reader; Close() or destroying it ends the work at the server. Threads: one.
  virtual Result<std::shared_ptr<arrow::RecordBatchReader>> Stream(
      const Relation& relation, ExecutionObserver* observer = nullptr) = 0;

  /// \brief As Stream, all rows at once.
  virtual Result<std::shared_ptr<arrow::Table>> Collect(const Relation& relation,
                                                        ExecutionObserver* observer = nullptr) = 0;

  /// \brief Carry out the relation, and let Spark add its rows as files to a folder.
  virtual Status Write(const Relation& relation, const WriteSpec& spec,
                       ExecutionObserver* observer = nullptr) = 0;

  /// \brief End all executions of the session: their calls return Cancelled.
  virtual Status Interrupt() = 0;

  /// \brief End the session at the server: views, settings and executions go. No calls after it.
  virtual Status Release() = 0;
};

}  // namespace tarn::connect
