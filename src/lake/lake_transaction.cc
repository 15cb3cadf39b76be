#include "lake/lake_transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "base/units.h"
#include "lake/failed_run.h"
#include "lake/ledger_folders.h"
#include "lake/parquet_file.h"
#include "lake/quarantine.h"
#include "lake/quarantine_folders.h"
#include "lake/read_rows.h"
#include "lake/state_folders.h"
#include "lake/table_files.h"
#include "lake/table_writer.h"
#include "storage/glob.h"
#include "storage/storage.h"

namespace tarn::lake {
namespace {

// Bad records wait in memory beside the tables' row groups.
constexpr int64_t kQuarantineGroupBytes = 16 << 20;

Status CheckTableName(const std::string& name) {
  if (IsPlainName(name)) return Status::OK();
  return MakeError(
      ErrorKind::kBadInput,
      "Not a table's name; use one without slashes that does not begin with _ or .: " + name);
}

// The files of one table, and whether they are all.
class TableFiles : public StagedFiles {
 public:
  TableFiles(const TableSpec& spec, RunBackend* backend) : backend_(backend) {
    change_.table = spec.name;
    change_.keeps_old = spec.appends;
    change_.keeps_other_folders = spec.replaces_partitions;
    is_left_without_rows_ = spec.keeps_old_files();
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(int64_t number,
                                                           const std::string& folder,
                                                           const std::string& suffix) override {
    std::string path = PathOf(number, folder, suffix);
    ARROW_ASSIGN_OR_RAISE(auto file, backend_->NewFile(change_.table, path));
    Add(std::move(path));
    return file;
  }

  PathLimits limits() const override {
    constexpr size_t kNumberDigitsMax = 10;
    const size_t name = PathOf(0, "p", ".snappy.parquet").size() + kNumberDigitsMax;
    PathLimits limits = backend_->LimitsOf(change_.table);
    limits.path_bytes_max -= std::min(limits.path_bytes_max, name);
    return limits;
  }

  // A file that lies in a folder of the backend, as NewFile would name it.
  Status Adopt(const storage::ObjectInfo& file, int64_t number, const std::string& folder,
               const std::string& suffix) {
    std::string path = PathOf(number, folder, suffix);
    ARROW_RETURN_NOT_OK(backend_->Adopt(file, change_.table, path));
    Add(std::move(path));
    return Status::OK();
  }

  void SetComplete() { is_complete_ = true; }
  bool is_complete() const { return is_complete_; }
  // Whether its old files stay, all of them.
  bool is_left_alone() const { return is_left_without_rows_ && change_.adds.empty(); }
  const TableChange& change() const { return change_; }

 private:
  std::string PathOf(int64_t number, const std::string& folder, const std::string& suffix) const {
    return fmt::format("{}{}part-{:05}-{}{}", folder, folder.empty() ? "" : "/", number,
                       backend_->file_tag(), suffix);
  }

  void Add(std::string path) {
    std::lock_guard lock(mutex_);
    change_.adds.push_back(std::move(path));
  }

  RunBackend* const backend_;
  std::mutex mutex_;
  TableChange change_;
  bool is_left_without_rows_ = false;
  std::atomic<bool> is_complete_ = false;
};

// Files that the run itself has written for another program.
class HandedFiles : public StagedFiles {
 public:
  HandedFiles(std::shared_ptr<storage::Storage> storage, std::string folder)
      : storage_(std::move(storage)), folder_(std::move(folder)) {}

  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(int64_t number,
                                                           const std::string& folder,
                                                           const std::string& suffix) override {
    const std::string path = folder.empty() ? folder_ : storage::JoinPath(folder_, folder);
    return storage_->Create(fmt::format("{}/part-{:05}{}", path, number, suffix));
  }

 private:
  const std::shared_ptr<storage::Storage> storage_;
  const std::string folder_;
};

// Notifies its table when it is complete.
class CompletingWriter : public TableWriter {
 public:
  CompletingWriter(std::unique_ptr<TableWriter> writer, std::shared_ptr<TableFiles> files)
      : writer_(std::move(writer)), files_(std::move(files)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    return AddContext(writer_->Write(batch));
  }

  int64_t num_held_bytes() const override { return writer_->num_held_bytes(); }

  Result<TableStats> Close() override {
    auto stats = writer_->Close();
    ARROW_RETURN_NOT_OK(AddContext(stats.status()));
    files_->SetComplete();
    return stats;
  }

 private:
  Status AddContext(const Status& status) const {
    return WithContext(status, "writing table " + files_->change().table);
  }

  std::unique_ptr<TableWriter> writer_;
  std::shared_ptr<TableFiles> files_;
};

// Takes over what lies in its folder.
class AdoptingTable : public ForeignTable {
 public:
  AdoptingTable(TableSpec spec, std::shared_ptr<storage::Storage> storage, std::string folder,
                std::shared_ptr<TableFiles> files)
      : spec_(std::move(spec)),
        storage_(std::move(storage)),
        folder_(std::move(folder)),
        files_(std::move(files)) {}

  const std::string& folder() const override { return folder_; }

  Result<TableStats> Adopt(int64_t num_rows) override {
    auto stats = AdoptFiles(num_rows);
    if (stats.ok()) files_->SetComplete();
    return stats.ok() ? stats : WithContext(stats.status(), "writing table " + spec_.name);
  }

  Result<std::unique_ptr<TableWriter>> NewWriter(TableSpec spec) override {
    ARROW_ASSIGN_OR_RAISE(auto writer, MakeTableWriter(std::move(spec), files_));
    return std::make_unique<CompletingWriter>(std::move(writer), files_);
  }

 private:
  Result<TableStats> AdoptFiles(int64_t num_rows) {
    ARROW_ASSIGN_OR_RAISE(const auto found,
                          storage_->List(storage::EscapeGlob(folder_) + "/**/*.parquet"));
    if (found.empty() && num_rows > 0) {
      return Status::IOError(FormatCount(num_rows, "row"),
                             " were written elsewhere; does the program that writes them see the "
                             "same files as this machine? Nothing is in ",
                             folder_);
    }
    if (found.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto writer, MakeTableWriter(spec_, files_));
      return writer->Close();
    }
    ARROW_RETURN_NOT_OK(CheckRows(storage_.get(), found, num_rows));
    TableStats stats;
    std::set<std::string> partitions;
    for (const storage::ObjectInfo& file : found) {
      const size_t begin = folder_.size() + 1;
      const size_t name = file.path.rfind('/') + 1;
      std::string partition = name > begin ? file.path.substr(begin, name - begin - 1) : "";
      ARROW_RETURN_NOT_OK(
          files_->Adopt(file, stats.num_files++, partition, ParquetSuffix(spec_.codec)));
      stats.num_bytes += file.size_bytes;
      if (!partition.empty()) partitions.insert(std::move(partition));
    }
    stats.num_rows = num_rows;
    stats.num_partitions = spec_.partition_by.empty() ? 1 : static_cast<int64_t>(partitions.size());
    return stats;
  }

  // One listing shows what there is: rows of a file that it lacks would be lost, those of an
  // attempt that failed there twice.
  Status CheckRows(storage::Storage* storage, const std::vector<storage::ObjectInfo>& found,
                   int64_t num_rows) const {
    ARROW_ASSIGN_OR_RAISE(const int64_t num_found, CountRows(storage, found));
    if (num_found == num_rows) return Status::OK();
    return Status::IOError(FormatCount(num_rows, "row"), " were written, and ",
                           FormatCount(num_found, "row"),
                           " are in the files that are listed; run again: ", folder_);
  }

  const TableSpec spec_;
  const std::shared_ptr<storage::Storage> storage_;
  const std::string folder_;
  const std::shared_ptr<TableFiles> files_;
};

class LakeTransaction : public Transaction {
 public:
  LakeTransaction(std::shared_ptr<storage::Storage> storage, std::string lake_root,
                  std::string run_id, std::unique_ptr<RunBackend> backend)
      : storage_(std::move(storage)),
        lake_root_(std::move(lake_root)),
        run_id_(std::move(run_id)),
        backend_(std::move(backend)) {}

  ~LakeTransaction() override {
    (void)Abort();  // what is left is invisible, and removed by the next run
  }

  const std::string& run_id() const override { return run_id_; }

  void LimitMemory(int64_t num_bytes) override { backend_->LimitMemory(num_bytes); }

  Result<std::unique_ptr<TableWriter>> NewTable(TableSpec spec) override {
    ARROW_RETURN_NOT_OK(CheckTableName(spec.name));
    return AddTable(std::move(spec));
  }

  Result<std::unique_ptr<ForeignTable>> NewForeignTable(TableSpec spec) override {
    ARROW_RETURN_NOT_OK(CheckTableName(spec.name));
    ARROW_ASSIGN_OR_RAISE(auto files, AddFiles(spec));
    ARROW_ASSIGN_OR_RAISE(std::string folder, backend_->NewFolder(spec.name));
    return std::make_unique<AdoptingTable>(std::move(spec), storage_, std::move(folder),
                                           std::move(files));
  }

  Result<Handover> NewHandover(TableSpec spec) override {
    ARROW_RETURN_NOT_OK(CheckTableName(spec.name));
    Handover handover;
    ARROW_ASSIGN_OR_RAISE(handover.folder, backend_->NewFolder(HandoverName(spec.name)));
    auto files = std::make_shared<HandedFiles>(storage_, handover.folder);
    ARROW_ASSIGN_OR_RAISE(handover.writer, MakeTableWriter(std::move(spec), std::move(files)));
    return handover;
  }

  Result<std::unique_ptr<TableWriter>> NewQuarantine(const std::string& source) override {
    TableSpec spec;
    spec.name = QuarantineFolderOf(run_id_, source);
    if (!IsQuarantineFolder(spec.name)) {
      return MakeError(ErrorKind::kBadInput,
                       "Bad records cannot be kept under this source's name; use one without "
                       "slashes: " +
                           source);
    }
    spec.schema = QuarantineSchema();
    spec.codec = Codec::kZstd;
    spec.row_group_bytes = kQuarantineGroupBytes;
    return AddTable(std::move(spec));
  }

  Result<std::unique_ptr<TableWriter>> NewLedgerPart(TableSpec spec) override {
    if (!IsLedgerFolder(spec.name)) {
      return MakeError(ErrorKind::kBadInput,
                       "The ledger cannot have a folder of this name; use a source's name without "
                       "slashes: " +
                           spec.name);
    }
    return AddTable(std::move(spec));
  }

  Result<std::unique_ptr<TableWriter>> NewStatePart(TableSpec spec) override {
    if (!IsStateFolder(spec.name)) {
      return Status::Invalid("Not a folder of a table's state: ", spec.name);
    }
    return AddTable(std::move(spec));
  }

  void ClearState(const std::string& table) override {
    std::lock_guard lock(mutex_);
    cleared_.push_back(StateFolderOf(table));
  }

  void ReplacePartition(const std::string& table, const std::string& folder) override {
    std::lock_guard lock(mutex_);
    replaced_[table].insert(folder);
  }

  std::vector<std::string> PartitionsToReplace(const std::string& table) override {
    std::lock_guard lock(mutex_);
    const auto& folders = replaced_[table];
    return {folders.begin(), folders.end()};
  }

  Result<std::vector<QuarantinedSource>> ListQuarantine(const std::string& source) override {
    ARROW_ASSIGN_OR_RAISE(auto old, lake::ListQuarantine(storage_.get(), lake_root_));
    // Its own run id may have been used before; those files are replaced.
    std::erase_if(old, [&](const QuarantinedSource& kept) {
      return kept.source != source || kept.run_id == run_id_ || kept.is_of_failed_run;
    });
    return old;
  }

  void ClearQuarantine(const QuarantinedSource& quarantined) override {
    std::lock_guard lock(mutex_);
    cleared_.push_back(QuarantineFolderOf(quarantined.run_id, quarantined.source));
  }

  Result<ReplacedPartitions> OldFilesOf(const std::string& table,
                                        const std::optional<TableStats>& before) override {
    const std::string folder = storage::JoinPath(lake_root_, table);
    ARROW_ASSIGN_OR_RAISE(const auto old,
                          storage_->List(storage::EscapeGlob(folder) + "/**/*.parquet"));
    const std::set<std::string> written = FoldersWrittenOf(table);
    std::vector<storage::ObjectInfo> kept, replaced;
    std::set<std::string> partitions;
    int64_t num_bytes = 0;
    TableStats stats;
    for (const storage::ObjectInfo& file : old) {
      num_bytes += file.size_bytes;
      std::string partition(PartitionPathOf(std::string_view(file.path).substr(folder.size() + 1)));
      if (written.contains(partition)) {
        replaced.push_back(file);
        continue;
      }
      kept.push_back(file);
      stats.num_bytes += file.size_bytes;
      partitions.insert(std::move(partition));
    }
    stats.num_files = std::ssize(kept);
    stats.num_partitions = std::ssize(partitions);
    ARROW_ASSIGN_OR_RAISE(const int64_t num_replaced, CountRows(storage_.get(), replaced));
    const bool is_known =
        before && before->num_files == std::ssize(old) && before->num_bytes == num_bytes;
    if (is_known) {
      stats.num_rows = before->num_rows - num_replaced;
    } else {
      ARROW_ASSIGN_OR_RAISE(stats.num_rows, CountRows(storage_.get(), kept));
    }
    return ReplacedPartitions{stats, num_replaced};
  }

  Status Commit() override {
    Journal journal;
    journal.run_id = run_id_;
    for (const auto& table : tables_) {
      if (!table->is_complete()) {
        return Status::Invalid("Commit before Close of table ", table->change().table);
      }
      TableChange change = table->change();
      change.replaces = replaced_[change.table];
      if (table->is_left_alone() && change.replaces.empty()) continue;  // no new rows
      journal.tables.push_back(std::move(change));
    }
    for (const std::string& folder : cleared_) journal.tables.push_back({folder, {}, {}});
    return Publish(std::move(journal));
  }

  Result<bool> CommitFindings(const std::vector<BrokenRow>& rows) override {
    Journal journal;
    journal.run_id = run_id_;
    for (const auto& table : tables_) {
      const bool is_kept = table->is_complete() && IsQuarantineFolder(table->change().table);
      if (is_kept) journal.tables.push_back(table->change());
    }
    if (journal.tables.empty() && rows.empty()) {
      ARROW_RETURN_NOT_OK(Abort());
      return false;
    }
    TableSpec spec;
    spec.name = FailedFolderOf(run_id_);
    spec.schema = BrokenRowSchema();
    spec.codec = Codec::kZstd;
    ARROW_ASSIGN_OR_RAISE(auto files, AddFiles(spec));
    ARROW_ASSIGN_OR_RAISE(auto writer, MakeTableWriter(std::move(spec), files));
    ARROW_ASSIGN_OR_RAISE(const auto batch, ToRecordBatch(rows));
    ARROW_RETURN_NOT_OK(writer->Write(batch));
    ARROW_RETURN_NOT_OK(writer->Close().status());
    // Last: where objects become visible one by one, a quarantine is never alone for good.
    journal.tables.push_back(files->change());
    ARROW_RETURN_NOT_OK(Publish(std::move(journal)));
    return true;
  }

  Status Abort() override {
    if (is_over_) return Status::OK();
    is_over_ = true;
    return backend_->RollBack();
  }

 private:
  // The partitions that a table of this run has files in.
  std::set<std::string> FoldersWrittenOf(const std::string& table) {
    std::lock_guard lock(mutex_);
    std::set<std::string> folders;
    for (const auto& files : tables_) {
      if (files->change().table != table) continue;
      for (const std::string& path : files->change().adds) folders.emplace(PartitionPathOf(path));
    }
    return folders;
  }

  // Parts of a run may hand over rows of the same name: each has a folder of its own.
  std::string HandoverName(const std::string& name) {
    std::lock_guard lock(mutex_);
    const int number = ++num_handovers_[name];
    return number == 1 ? name : fmt::format("{}-{}", name, number);
  }

  Status Publish(Journal journal) {
    if (is_over_) return Status::Invalid("Commit after Commit or Abort");
    auto state = CommitState::kUndone;
    const Status status = backend_->Commit(std::move(journal), &state);
    is_over_ = state != CommitState::kUndone;
    if (status.ok()) return status;
    if (state == CommitState::kUndone) {
      const Status undone = Abort();
      if (undone.ok()) return status;
      return WithContext(status, fmt::format("Undoing the commit failed too ({}); run `tarn "
                                             "recover`",
                                             MessageOf(undone)));
    }
    return WithContext(status,
                       state == CommitState::kDecided
                           ? "The new tables are safe but not all in their places; fix the "
                             "cause and run `tarn recover`"
                           : "It is not known whether the new tables are committed; run `tarn "
                             "recover`, which finishes the commit or undoes it");
  }

  Result<std::unique_ptr<TableWriter>> AddTable(TableSpec spec) {
    ARROW_ASSIGN_OR_RAISE(auto files, AddFiles(spec));
    ARROW_ASSIGN_OR_RAISE(auto writer, MakeTableWriter(std::move(spec), files));
    return std::make_unique<CompletingWriter>(std::move(writer), std::move(files));
  }

  Result<std::shared_ptr<TableFiles>> AddFiles(const TableSpec& spec) {
    ARROW_RETURN_NOT_OK(backend_->CheckTable(spec.name));
    std::lock_guard lock(mutex_);
    if (is_over_) return Status::Invalid("A new table after Commit or Abort: ", spec.name);
    for (const auto& table : tables_) {
      if (table->change().table != spec.name) continue;
      return Status::Invalid("A new table twice in one transaction: ", spec.name);
    }
    return tables_.emplace_back(std::make_shared<TableFiles>(spec, backend_.get()));
  }

  const std::shared_ptr<storage::Storage> storage_;
  const std::string lake_root_;
  const std::string run_id_;
  const std::unique_ptr<RunBackend> backend_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<TableFiles>> tables_;
  std::map<std::string, int> num_handovers_;  // by name
  std::vector<std::string> cleared_;          // folders of the quarantine and of states
  std::map<std::string, std::set<std::string, std::less<>>> replaced_;  // by table, partitions
  bool is_over_ = false;
};

}  // namespace

Status CheckRunId(const std::string& run_id) {
  // In a file's name, a dot ends it.
  if (IsPlainName(run_id) && run_id.find('.') == std::string::npos) return Status::OK();
  return Status::Invalid("Not a run id: ", run_id);
}

std::unique_ptr<Transaction> MakeTransaction(std::shared_ptr<storage::Storage> storage,
                                             std::string lake_root, std::string run_id,
                                             std::unique_ptr<RunBackend> backend) {
  return std::make_unique<LakeTransaction>(std::move(storage), std::move(lake_root),
                                           std::move(run_id), std::move(backend));
}

}  // namespace tarn::lake
