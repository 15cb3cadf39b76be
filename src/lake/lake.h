#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/cancel.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/shared_loop.h"
#include "lake/discard.h"
#include "lake/failed_run.h"
#include "lake/quarantine.h"
#include "storage/storages.h"
#include "values/time_zone.h"

/// Tables on storage: Hive-style partitioned Parquet, replaced as a whole or by partitions, or
/// added to, by one commit per run.
namespace tarn::lake {

/// \brief How pages of Parquet files are compressed.
enum class Codec { kNone, kSnappy, kZstd, kGzip };

/// \brief Nulls come first, or last when descending, as Spark sorts.
struct SortColumn {
  std::string name;  ///< of the schema
  bool descending = false;
};

/// \brief How one table is stored.
struct TableSpec {
  std::string name;
  std::shared_ptr<arrow::Schema> schema;    ///< partition columns included
  std::vector<std::string> partition_by;    ///< in path order; at least one column must remain
  const TimeZone* zone = &TimeZone::Utc();  ///< whose clocks a TIMESTAMP's folders show; never null
  std::vector<SortColumn> sort_within;      ///< order of rows in each file; empty: as they come
  Codec codec = Codec::kSnappy;
  int64_t row_group_bytes = 128 << 20;     ///< uncompressed; the last ones are kept in memory
  int64_t gathered_bytes_max = 256 << 20;  ///< rows kept in memory until they are written
  bool appends = false;  ///< its old files stay, and new ones are added beside them, if any
  /// Of its old files those go that lie in partitions that it writes; the others stay. It has
  /// partition_by.
  bool replaces_partitions = false;
  ParallelLoop loop;  ///< over files and columns that are written; empty: on a thread per core
  arrow::StopToken stop = arrow::StopToken::Unstoppable();  ///< polled at each file and row block

  /// \brief Whether rows are gathered before they are written; else they go into one file as they
  /// come.
  bool gathers_rows() const { return !partition_by.empty() || !sort_within.empty(); }

  /// \brief Whether a table without new rows is left as it is.
  bool keeps_old_files() const { return appends || replaces_partitions; }
};

/// \brief How large a table is.
struct TableStats {
  int64_t num_rows = 0;
  int64_t num_files = 0;
  int64_t num_bytes = 0;       ///< of the files
  int64_t num_partitions = 0;  ///< that hold rows; 1 without partition columns
};

/// \brief What becomes of a table's old files, of which only some partitions are replaced.
struct ReplacedPartitions {
  TableStats kept;                ///< what stays
  int64_t num_rows_replaced = 0;  ///< in files that go
};

/// \brief Writes the rows of one table into files that no reader sees before the commit.
///
/// Memory is bounded whatever the number of partitions: rows are gathered up to a limit, grouped by
/// partition, and written one file at a time.
/// Threads: one at a time; different tables' writers at once.
class TableWriter {
 public:
  virtual ~TableWriter() = default;
  /// \brief Add rows. Keeps the batch until it is written.
  /// \return Invalid for another schema than the table's, kBadInput for a partition value that
  /// makes a name too long, I/O errors. The table is then not to be committed
  virtual Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) = 0;
  /// \brief What is in memory of the rows so far, as it was before it was encoded: row groups that
  /// have not ended, and what waits to go into one; not what TableSpec::gathered_bytes_max bounds.
  virtual int64_t num_held_bytes() const = 0;
  /// \brief Write what is gathered. A table without rows has one file with the schema and no rows,
  /// unless its old files are kept: then it has none.
  virtual Result<TableStats> Close() = 0;
};

/// \brief A table whose Parquet files another program writes.
///
/// Threads: one at a time; different tables at once.
class ForeignTable {
 public:
  virtual ~ForeignTable() = default;
  /// \brief Where the program writes them, in partition folders as in the table's own: an absolute
  /// path or URI. No reader of the lake looks there, and what is left goes with the run.
  virtual const std::string& folder() const = 0;
  /// \brief The program is done: its files become the table's. A table without rows has one file.
  /// \param[in] num_rows that it wrote
  /// \return IOError when the files that are found have other rows
  virtual Result<TableStats> Adopt(int64_t num_rows) = 0;
  /// \brief In the place of Adopt: this process writes the table. What is in the folder goes with
  /// the run.
  /// \param[in] spec how the files are written; else as that of the table
  virtual Result<std::unique_ptr<TableWriter>> NewWriter(TableSpec spec) = 0;
};

/// \brief Rows that are handed to another program, which reads them while the run goes on.
struct Handover {
  /// Where their Parquet files are: an absolute path or URI. No reader of the lake looks there, and
  /// it goes with the run.
  std::string folder;
  std::unique_ptr<TableWriter> writer;  ///< the files are there when it is closed
};

/// \brief One run's change of the lake: all of its tables or none.
///
/// Order of calls: NewTable and its writer's Close, or NewForeignTable and its Adopt or its
/// writer's Close, for each table, then Commit, CommitFindings or Abort once.
/// A transaction that is destroyed without Commit aborts. Holds the lake's lock for its lifetime.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual const std::string& run_id() const = 0;
  /// \brief How much memory files may take, about, that wait for the commit or are being sent:
  /// those of a lake in S3 do. While no writer is open; without it, as much as is useful.
  virtual void LimitMemory(int64_t num_bytes) = 0;
  /// \brief A writer of the table's new files, which must not outlive the transaction.
  /// \return kBadInput for a name or columns that will not do, Invalid for a table that it has
  /// already, and what would make the commit of this table fail
  virtual Result<std::unique_ptr<TableWriter>> NewTable(TableSpec spec) = 0;
  /// \param[in] spec how the files are stored; what is about writing alone does not matter
  virtual Result<std::unique_ptr<ForeignTable>> NewForeignTable(TableSpec spec) = 0;
  /// \brief A place for rows that another program is to read. They are not published.
  /// \param[in] spec its name is no table's of the run; not partitioned
  virtual Result<Handover> NewHandover(TableSpec spec) = 0;
  /// \brief A writer for the bad records of a source (see lake/quarantine.h), once per source. They
  /// are published with the tables.
  virtual Result<std::unique_ptr<TableWriter>> NewQuarantine(const std::string& source) = 0;
  /// \brief What earlier runs have in quarantine of this source, the newest run first; not runs
  /// that failed.
  virtual Result<std::vector<QuarantinedSource>> ListQuarantine(const std::string& source) = 0;
  /// \brief The commit removes this, which ListQuarantine gave.
  virtual void ClearQuarantine(const QuarantinedSource& quarantined) = 0;
  /// \brief A writer for a part of the ledger (lake/ledger_folders.h), once per folder. It is
  /// published with the tables by Commit, never by CommitFindings.
  /// \param[in] spec its name is the folder; `appends`: older parts stay
  virtual Result<std::unique_ptr<TableWriter>> NewLedgerPart(TableSpec spec) = 0;
  /// \brief Of a table with TableSpec::replaces_partitions, when all of its files are written: what
  /// the commit leaves of the old ones. It has some.
  /// \param[in] before of the table, as the ledger says; where its files are others by number or
  ///   bytes, or without it, each of them is asked for its rows
  virtual Result<ReplacedPartitions> OldFilesOf(const std::string& table,
                                                const std::optional<TableStats>& before) = 0;
  /// \brief A writer for a part of a table's state (lake/state_folders.h), as NewLedgerPart.
  virtual Result<std::unique_ptr<TableWriter>> NewStatePart(TableSpec spec) = 0;
  /// \brief The commit removes the state of a table, of which no part is written.
  virtual void ClearState(const std::string& table) = 0;
  /// \brief The commit removes the old files of one partition of a table that appends.
  /// \param[in] folder below the table's, `year=2018/month=11`; "": those in the table's own
  /// Threads: any.
  virtual void ReplacePartition(const std::string& table, const std::string& folder) = 0;
  /// \brief What ReplacePartition was given of this table.
  virtual std::vector<std::string> PartitionsToReplace(const std::string& table) = 0;
  /// \brief Publish every table that was written; their old files go, but for those of tables that
  /// append and of partitions that stay. Readers may see both for a moment.
  /// \return Invalid before a writer's Close. After an error the old tables stay, unless its
  /// message says that the new ones are safe, or that Recover has to find out
  virtual Status Commit() = 0;
  /// \brief Of a run that failed, publish what it found: the quarantines that were closed, and rows
  /// that broke rules. The tables stay as they were, and so does what ClearQuarantine was given.
  /// In the place of Commit or Abort, when nothing is written any more.
  /// \return whether there was something to publish
  virtual Result<bool> CommitFindings(const std::vector<BrokenRow>& rows) = 0;
  /// \brief Drop the run's files; the tables stay as they were. Does nothing once it is over.
  /// \return I/O errors: what is left is not visible, and the next run removes it
  virtual Status Abort() = 0;
};

struct RecoveryReport {
  int64_t num_rolled_forward = 0;  ///< commits that were finished
  int64_t num_rolled_back = 0;     ///< runs whose unpublished files were removed
};

/// \brief An object in S3 that was begun and not completed.
struct UnfinishedUpload {
  std::string uri;              ///< of the object that it would make
  std::chrono::seconds age{0};  ///< since it began
};

/// \brief What `tarn show` reports about a table on disk.
struct TableInfo {
  std::string path;                       ///< as passed to DescribeTable: a folder or a file
  std::shared_ptr<arrow::Schema> schema;  ///< partition columns last, types inferred as Spark does
  std::vector<std::string> partition_by;  ///< in path order; empty: not partitioned
  bool is_file = false;                   ///< `path` is a file by itself
  TableStats stats;
  const TimeZone* zone = &TimeZone::Utc();  ///< whose clocks a TIMESTAMP's folders show; never null
};

/// \brief A folder that holds tables, and tarn's own state in `_tarn/`.
class Lake {
 public:
  virtual ~Lake() = default;

  /// \param[in] storages outlive the lake
  /// \param[in] root absolute path or URI; need not exist yet.
  static Result<std::unique_ptr<Lake>> Open(storage::Storages* storages, const std::string& root);

  virtual const std::string& root() const = 0;

  /// \brief That holds the lake.
  virtual const std::shared_ptr<storage::Storage>& storage() const = 0;

  /// \brief Take the lock, recover what an interrupted run left, and start a run.
  /// \return kConflict with the other run's id and process when the lock is held.
  virtual Result<std::unique_ptr<Transaction>> Begin(const std::string& run_id) = 0;

  /// \brief Finish or undo what interrupted runs left. Takes the lock.
  virtual Result<RecoveryReport> Recover() = 0;

  /// \brief Give up an interrupted commit that Recover cannot deal with. Takes the lock.
  /// \param[in] run as DiscardJournal
  virtual Result<DiscardReport> Discard(const std::string& run) = 0;

  /// \brief Names of the tables, sorted.
  virtual Result<std::vector<std::string>> ListTables() = 0;

  /// \brief Objects below the lake whose upload began so long ago and never ended, whoever began
  /// it: they cost storage, and no listing shows them. A lake on a disk has none. \param[in] abort
  /// drop them; takes the lock
  virtual Result<std::vector<UnfinishedUpload>> CleanUploads(std::chrono::seconds older_than,
                                                             bool abort) = 0;
};

/// \brief Schema and sizes of the Parquet files below `path` (a table's folder or one file).
/// Partition columns are texts: folders do not say what they were.
Result<TableInfo> DescribeTable(storage::Storage* storage, const std::string& path);

/// \brief `table` with the types that `declared` has for its partition columns.
/// \param[in] zone whose clocks the folders of a TIMESTAMP show
TableInfo WithPartitionTypes(TableInfo table, const arrow::Schema& declared,
                             const TimeZone& zone = TimeZone::Utc());

/// \brief The first `num_rows` rows, in path order.
Result<std::shared_ptr<arrow::RecordBatch>> ReadHead(
    const std::shared_ptr<storage::Storage>& storage, const TableInfo& table, int64_t num_rows);

}  // namespace tarn::lake
