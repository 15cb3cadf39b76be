#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/period.h"
#include "run/broken_rule.h"

/// What an engine reports while it runs. Progress bar, run record and tests are all observers.
namespace tarn::run {

/// What is going to be read of a source; before its SourceProgress.
struct SourceListed {
  std::string source;
  int64_t num_files = 0;
  int64_t num_bytes = 0;  ///< of the files, as they are stored
};

/// A part of a cluster's work for a source or a table.
struct Stage {
  int64_t number = 0;  ///< as the cluster counts, over all of its work
  int64_t num_tasks = 0;
  double seconds = 0;     ///< that it took, as seen from here
  int64_t num_bytes = 0;  ///< read; 0 where the cluster does not tell
};

/// Totals so far, not differences. Those of several threads may come in another order.
struct SourceProgress {
  std::string source;
  int64_t num_files = 0;        ///< read to their end
  int64_t num_bytes = 0;        ///< read of files, as they are stored
  int64_t num_records = 0;      ///< read, bad ones included
  int64_t num_rows = 0;         ///< kept by the filter; on a cluster all that are not bad
  bool done = false;            ///< all of the source is read
  std::vector<Stage> stages{};  ///< once it is done, on a cluster
};

/// A key that the schema does not name.
struct NewField {
  std::string key;          ///< inside a value with its path: "o.key", "o[].key", "o.*.key"
  int64_t num_records = 0;  ///< that have it
  std::string path;         ///< of the first record that has it
  int64_t line = 0;         ///< there; 0: unknown, as on Spark
  std::string example;      ///< its value there, as JSON
};

/// How a source's files differ from those that earlier runs have read; before its SourceListed.
/// Without it, no run has left word of them.
struct SourceCompared {
  std::string source;
  int64_t num_same = 0;     ///< read before, and as they were
  int64_t num_new = 0;      ///< not read yet
  int64_t num_changed = 0;  ///< read before, and other ones now
  int64_t num_gone = 0;     ///< read before, and not there any more
};

/// What was found wrong in a source, once it is read.
struct SourceAudited {
  std::string source;
  int64_t num_bad_records = 0;
  bool is_kept = false;  ///< they are in quarantine
  std::vector<NewField> new_fields;
  bool has_more_new_fields = false;  ///< than are listed
  std::vector<std::string>
      missing_fields{};            ///< of the schema, that no record has; as NewField::key
  int64_t num_rescued_values = 0;  ///< that did not fit their columns and are in `_rescued`
};

/// A field that files have beside the schema, and that is a column from this run on; or one that
/// was, and has a wider type now.
struct AddedField {
  std::string path;  ///< "city", "o.b", "l[].b", "m.*.b"
  std::string type;  ///< as DDL
};

/// The fields that a source has beside those of its schema; before its SourceListed. Only where
/// they are other ones than before.
struct FieldsAdded {
  std::string source;
  std::string lock_path;  ///< of the file that has them for later runs
  std::vector<AddedField> fields;
};

/// How far a table is, whose rows are computed in this process.
struct TableProgress {
  std::string table;
  int64_t num_rows = 0;  ///< handed to the writer so far
};

/// What an engine on a cluster waits for, in words.
struct EngineWaiting {
  std::string what;
};

/// The engine runs elsewhere, as a cluster's application.
struct EngineConnected {
  std::string version;         ///< with its name: "Spark 4.0.0"
  std::string application_id;  ///< "" without one
  std::string url;             ///< page that shows its work; "" without one
  std::string history_url;     ///< page that shows it also when it is over; "" without one
};

/// How far a cluster is with a source or a table.
struct TaskProgress {
  std::string subject;    ///< the source's or the table's name
  int64_t num_tasks = 0;  ///< of the stages that were begun so far
  int64_t num_done = 0;   ///< of these tasks
  int64_t num_bytes = 0;  ///< read so far; 0 where the cluster does not tell
};

/// What a table had before the run, where that is known.
struct TableFound {
  std::string table;
  int64_t num_rows = 0;
  std::map<std::string, Period> periods{};  ///< as TableRecord::periods
};

/// What a run does with a table.
enum class TableChange {
  kNone,               ///< it is as it would be made
  kAppend,             ///< rows of new files are added
  kMerge,              ///< rows of new files are taken together with what is kept of older ones
  kRebuild,            ///< all rows are computed, and replace the old ones
  kReplacePartitions,  ///< rows are computed, and replace those of the partitions that they are in
};

/// \brief "none", "append", "merge", "rebuild" or "partitions".
std::string_view NameOf(TableChange change);

/// What a run is going to do with a table; before anything is read.
struct TableDecided {
  std::string table;
  TableChange change = TableChange::kRebuild;
  std::string reason{};  ///< of kRebuild, where there is more to say than that it is a new table
  int64_t num_rows = 0;  ///< of kNone: that it has
  std::string schema{};  ///< of its columns, as DDL
};

/// All files of a table are written; they are not visible before the commit.
struct TableWritten {
  std::string table;
  int64_t num_rows = 0;         ///< of the table, old ones that stay included
  int64_t num_files = 0;        ///< that were written, as the next two
  int64_t num_bytes = 0;        ///< of the files
  int64_t num_partitions = 0;   ///< as lake::TableStats counts them
  double seconds = 0;           ///< from the run's start until its last file was written
  std::vector<Stage> stages{};  ///< on a cluster; else empty
  std::string schema{};         ///< of its columns, as DDL
  /// The rows that were added to old ones; none: all are new.
  std::optional<int64_t> num_rows_added{};
  /// Partitions whose old files are replaced, or go; none: as none is replaced by itself.
  std::optional<int64_t> num_partitions_replaced{};
};

/// All rows of a table were looked at, and some break a rule. The run will fail.
struct RuleBroken {
  BrokenRule broken;
};

/// The run held more than its memory, and wrote the rest to disk. Once, at its end.
struct Spilled {
  int64_t num_bytes = 0;  ///< written, compressed; gone with the process
  std::string folder;     ///< where
};

/// The tables of the run have replaced the old ones.
struct Committed {
  double seconds = 0;  ///< of the commit alone
};

using Event = std::variant<SourceListed, SourceCompared, SourceProgress, SourceAudited, TableFound,
                           TableDecided, FieldsAdded, TableProgress, TableWritten, RuleBroken,
                           EngineWaiting, EngineConnected, TaskProgress, Spilled, Committed>;

/// \brief Receives events. Threads: OnEvent may be called from several threads at once.
class Observer {
 public:
  virtual ~Observer() = default;
  /// \param[in] event borrowed for the call, which should return soon: the engine waits for it
  virtual void OnEvent(const Event& event) = 0;
};

}  // namespace tarn::run
