#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

/// What `tarn` asks of `tarn-spark`: the two programs share no memory and no libraries but Arrow's
/// core (docs/adr/0002). The job goes to its standard input as one line of JSON.
namespace tarn::spark {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// \brief How a bucket is reached; what is "" or false is left to Spark. Keys are not in it: they
/// are in the environment.
struct JobBucket {
  std::string name;
  std::string region;
  std::string endpoint;         ///< URL of another service than AWS's
  bool path_style = false;      ///< the bucket in the path, not in the host's name
  bool anonymous = false;       ///< requests are not signed
  bool requester_pays = false;  ///< requests say that their sender pays
  std::string role_arn;         ///< a role to assume
  std::string encryption;       ///< of new objects: "AES256", "aws:kms"
  std::string kms_key_id;       ///< for aws:kms
};

/// \brief The Spark that carries a job out: one that runs, or one that is started for it.
struct JobServer {
  std::string remote;  ///< `sc://…`, with its token; "": start one
  std::string master;  ///< of the one that is started: local[*], yarn, spark://…, k8s://…
  Settings conf;       ///< of the one that is started, as `--conf` has them
  std::string home;    ///< folder of the Spark to start; "": SPARK_HOME and the usual places
  std::vector<JobBucket> buckets;  ///< that the one that is started has to reach
};

/// \brief The keys that objects in records may have.
struct JobObject {
  /// To the object from its record, which itself takes none: ".key" to a key's value, "[]" to an
  /// array's elements, "*" to the values of a map.
  std::vector<std::string> steps;
  std::vector<std::string> keys;  ///< names of its fields in the schema
};

/// \brief A column of a source's view.
struct JobColumn {
  std::string name;
  std::string type;     ///< Spark DDL
  bool is_read = true;  ///< else it is NULL: SQL may name it where nothing depends on it
};

/// Columns of a source's files in its view ViewWithFiles.
inline constexpr char kMetadataColumn[] = "_metadata";
inline constexpr char kInputFileColumn[] = "input_file_name()";  ///< what that gives

/// \brief The view of a source that has columns of its files behind its own; no pipeline may use
/// the name.
inline std::string ViewWithFiles(const std::string& source) { return "_tarn_with_files_" + source; }

/// \brief A view over raw data. Its rows are parsed once and kept until all tables that read them
/// are done; those of Parquet are read where they are wanted.
struct JobSource {
  std::string name;
  std::string format = "json";  ///< Spark's name of it: "json", "csv" or "parquet"
  std::string schema;  ///< Spark DDL of the columns that are read of records; of CSV all columns
  std::vector<JobColumn> columns;  ///< of the view: all that the pipeline declares, in its order
  std::vector<std::string> paths;  ///< URIs of its files, no globs
  Settings options;                ///< of Spark's reader
  /// Send the bad records, not just their number.
  bool sends_bad_records = false;
  std::vector<JobObject> known_keys;        ///< empty: records may have any
  bool refuses_new_keys = false;            ///< the first one ends the job; else all are reported
  std::vector<JobColumn> folder_columns{};  ///< those read of folders `name=value` above the files
  std::string base_path{};        ///< that these folders lie in; "" where there are no such columns
  bool has_file_columns = false;  ///< there is ViewWithFiles, too
  /// Its good records are read already, and nothing is to be reported of it. Parquet files in
  /// `paths` have them; where there are no paths, `rows`.
  bool is_scanned = false;
  std::string rows{};  ///< Arrow's stream of the columns of `schema`, in base64; "": no records
};

/// \brief How a table's rows are laid out in files; what is 0 is left to Spark.
struct JobLayout {
  bool keeps_order = false;          ///< the SQL's ORDER BY; rows are not shuffled
  int64_t repartition = 0;           ///< parts, by the table's partition columns if it has any
  int64_t coalesce = 0;              ///< parts at most
  int64_t max_records_per_file = 0;  ///< further rows go into another file
};

/// \brief Nulls come first, or last when descending.
struct JobSortColumn {
  std::string name;
  bool descending = false;
};

/// \brief A query, kept as a view for the tables that read it, and written if it has a folder.
struct JobTable {
  std::string name;
  std::string sql;         ///< one SELECT over sources and earlier tables
  bool is_shared = false;  ///< read by other tables: its rows are kept
  std::string folder;      ///< where its Parquet files go; "": it is only computed for others
  std::string schema;      ///< Spark DDL of its columns, to read the files back
  std::vector<std::string> partition_by;   ///< columns, in path order
  std::vector<JobSortColumn> sort_within;  ///< order of rows in each file; empty: as they come
  Settings options;                        ///< of Spark's Parquet writer
  JobLayout layout;
  std::vector<std::string> key;     ///< unique and not null together
  std::vector<std::string> checks;  ///< SQL over its columns; a row breaks one when it is false
  /// Sources and tables whose rows it takes, also by way of tables that are only computed for it.
  std::vector<std::string> reads;
  bool key_may_repeat = true;  ///< else its SQL makes the key unique
  /// Its rows are sent (TableRows) where they take no more, and then neither written nor checked;
  /// 0: they are written.
  int64_t sent_bytes_max = 0;
  bool is_measured = false;  ///< before its rows are sent, as they may be many

  /// \brief Whether Spark keeps its rows until the table and its readers are done.
  bool keeps_rows() const { return is_shared || is_measured; }
};

/// \brief All of a run; or, when `explains`, a look at how Spark would do it.
struct Job {
  std::string name;  ///< of the application and its jobs, for Spark's UI
  JobServer server;  ///< that carries it out
  Settings session;  ///< of Spark SQL
  std::vector<JobSource> sources;
  std::vector<JobTable> tables;  ///< in dependency order
  bool explains = false;         ///< only return each table's plan (PlanText)
};

/// \brief The job as one line of JSON, without its end.
std::string ToJson(const Job& job);

/// \return Invalid for text that ToJson of this version did not write
Result<Job> JobFromJson(const std::string& json);

}  // namespace tarn::spark
