#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/period.h"
#include "run/events.h"
#include "run/recorded_error.h"
#include "storage/storage.h"

/// The run record: what one run did, kept as `_tarn/runs/<id>.json` in the lake.
namespace tarn::run {

/// \brief How a run ended, or that it has not.
enum class Outcome {
  kRunning,
  kDone,         ///< its tables are the lake's
  kFailed,       ///< see RunRecord::error
  kCancelled,    ///< stopped by the user
  kInterrupted,  ///< recorded as running, but its process is gone; only ListRuns tells so
};

/// \brief What a run read of one source, by the events of its engine.
struct SourceRecord {
  std::string name;
  std::vector<std::string> globs;  ///< that its files match; absolute or URIs
  int64_t num_files = 0;           ///< that are read, as the next one
  int64_t num_bytes = 0;
  int64_t num_records = 0;            ///< read, bad ones included
  int64_t num_rows = 0;               ///< as SourceProgress::num_rows
  int64_t num_bad_records = 0;        ///< 0 also while it is not known
  bool bad_records_are_kept = false;  ///< in quarantine, also if the run failed
  std::vector<NewField> new_fields;
  bool has_more_new_fields = false;           ///< than are listed
  std::vector<std::string> missing_fields{};  ///< of the schema, that no record has
  int64_t num_rescued_values = 0;             ///< as SourceAudited::num_rescued_values
  std::vector<AddedField> added_fields{};     ///< as FieldsAdded, as the next one
  std::string lock_path{};                    ///< "": none were added
  std::vector<Stage> stages{};                ///< on a cluster; else empty
  std::optional<Period> period{};  ///< that files are of; none in records of older versions
  /// What was new in its files; none: no earlier run had left word of them.
  std::optional<SourceCompared> compared{};
};

/// \brief A table that a run wrote, or found as it would make it; see TableWritten.
struct TableRecord {
  std::string name;
  int64_t num_rows = 0;  ///< of the table, old ones that stay included
  int64_t num_files = 0;
  int64_t num_bytes = 0;  ///< of the files
  int64_t num_partitions = 0;
  double seconds = 0;           ///< from the run's start until its last file was written
  std::vector<Stage> stages{};  ///< on a cluster; else empty
  std::string schema{};         ///< of its columns, as DDL; "" in records of older versions
  std::optional<int64_t> num_rows_before{};  ///< none: there was no table, or nobody knows
  std::optional<int64_t> num_rows_added{};   ///< to the old ones, which stay; none: all are new
  /// As TableWritten; none also in records of older versions.
  std::optional<int64_t> num_partitions_replaced{};
  TableChange change = TableChange::kRebuild;  ///< kNone: nothing was written
  /// By source, the period of files that its rows are of; where several runs have filled its
  /// partitions, from the first to the last. Empty in records of older versions.
  std::map<std::string, Period> periods{};
  std::string reason{};  ///< as TableDecided
};

/// \brief What is known of one run; of a failed one, up to its failure.
struct RunRecord {
  std::string run_id;
  std::string tarn_version;
  std::string arrow_version;
  std::string engine;          ///< "local" or "spark"
  std::string engine_version;  ///< of one that is not tarn's own, as the next three; else ""
  std::string application_id;  ///< that a cluster gave the run
  std::string engine_url;      ///< page that shows it while it runs
  std::string history_url;     ///< page that shows it also later
  std::string pipeline_name;
  std::string pipeline_directory;                              ///< as pipeline::Pipeline has it
  std::vector<std::string> selected_tables;                    ///< empty: all
  std::vector<std::pair<std::string, std::string>> overrides;  ///< of --set; may hold secrets
  std::optional<Period> backfill{};  ///< days whose files were read again; none: of no day

  std::string host;  ///< where it runs, as the next two
  int64_t process_id = 0;
  int64_t process_start = 0;  ///< the kernel's clock ticks, to detect a reused process id
  std::string started_at;     ///< UTC, ISO 8601 with milliseconds
  std::string ended_at;       ///< empty while running
  double seconds = 0;         ///< of the whole run; 0 while running

  Outcome outcome = Outcome::kRunning;
  std::optional<RecordedError> error;  ///< for kFailed

  std::vector<SourceRecord> sources;
  /// Those that were written, or needed no writing, by name. They are the lake's if the run is
  /// done; else what was written was dropped.
  std::vector<TableRecord> tables;
  std::vector<BrokenRule> broken_rules{};  ///< by table
  double commit_seconds = 0;               ///< of the commit alone; 0: there was none
  int64_t spilled_bytes = 0;               ///< written to `spill_dir` because memory ended
  std::string spill_dir;                   ///< "": nothing was
  int64_t peak_memory_bytes = 0;           ///< of this process; Spark's own is not in it
};

/// \brief "running", "done", "failed", "cancelled" or "interrupted".
std::string_view NameOf(Outcome outcome);

/// \brief A new run's id, such as `20181121T233007Z-3f9a2c`: sorts by time and is unique.
std::string NewRunId();

/// \brief Set id, start time, host, process and Arrow's version of a run that starts now in this
/// process.
/// \return the start time
std::chrono::system_clock::time_point StampStart(RunRecord* record);

/// \brief Set end time, duration, peak memory and what `status` says of the outcome.
void StampEnd(const Status& status, RunRecord* record);

/// \brief The record as one JSON object, indented. Secrets are left out: the values of overrides
/// whose keys look like a password, a token or a secret key, and the user part of URIs.
std::string ToJson(const RunRecord& record);

/// \brief The reverse of ToJson. Unknown members are ignored, missing ones keep their defaults.
/// \return Invalid for text that is not a run record.
Result<RunRecord> FromJson(const std::string& json);

/// \brief Write the record to `lake_root`/_tarn/runs, in one step: readers see the old or the new
/// one.
/// \param[in] storage that holds the lake, as below
/// \param[in] lake_root absolute path or URI
Status WriteRecord(storage::Storage* storage, const std::string& lake_root,
                   const RunRecord& record);

/// \brief Remove what WriteRecord left half-written in processes that are gone.
Status RemoveLeftovers(storage::Storage* storage, const std::string& lake_root);

struct RunList {
  std::vector<RunRecord> runs;          ///< newest first
  std::vector<std::string> unreadable;  ///< "path: reason", for files that are not a run record
};

/// \brief The lake's runs, or the newest of them. A lake without any has an empty list.
Result<RunList> ListRuns(storage::Storage* storage, const std::string& lake_root,
                         size_t num_runs_max = std::numeric_limits<size_t>::max());

/// \brief The periods of files that a table's rows are of, by source: TableRecord::periods, in
/// records of older versions those of the run.
std::map<std::string, Period> PeriodsOf(const RunRecord& run, const TableRecord& table);

/// \brief A table as a run wrote it. Borrowed from the runs that were searched.
struct TableWrite {
  const RunRecord* run = nullptr;      ///< null: no run wrote it
  const TableRecord* table = nullptr;  ///< of `run`; null as that
};

/// \brief What the table is now: as the newest run that is done wrote it.
/// \param[in] runs newest first
TableWrite LastWriteOf(const std::string& table, const std::vector<RunRecord>& runs);

}  // namespace tarn::run
