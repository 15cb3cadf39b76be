#include "lake/local_lake.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>

#include "lake/lake_lock.h"
#include "lake/local_commit.h"
#include "lake/quarantine.h"
#include "lake/quarantine_folders.h"
#include "lake/table_files.h"
#include "lake/table_writer.h"
#include "storage/glob.h"
#include "storage/local_disk.h"
#include "storage/local_file.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::OsError;

// One table's staged files, flat in one folder: the journal knows their final places.
class LocalStagedFiles : public StagedFiles {
 public:
  LocalStagedFiles(std::string table, std::string run_id, std::string staging)
      : run_id_(std::move(run_id)), staging_(std::move(staging)) {
    change_.table = std::move(table);
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(int64_t number,
                                                           const std::string& folder,
                                                           const std::string& suffix) override {
    std::string name = fmt::format("part-{:05}-{}{}", number, run_id_, suffix);
    ARROW_ASSIGN_OR_RAISE(auto file, storage::LocalOutputFile::Create(staging_ + "/" + name));
    std::lock_guard lock(mutex_);
    change_.adds.push_back(folder.empty() ? std::move(name) : folder + "/" + name);
    return std::shared_ptr<arrow::io::OutputStream>(std::move(file));
  }

  void SetComplete() { is_complete_ = true; }
  bool is_complete() const { return is_complete_; }
  const TableChange& change() const { return change_; }

 private:
  const std::string run_id_;
  const std::string staging_;
  std::mutex mutex_;
  TableChange change_;
  std::atomic<bool> is_complete_ = false;
};

// Tells its table when it is complete.
class LocalTableWriter : public TableWriter {
 public:
  LocalTableWriter(std::unique_ptr<TableWriter> writer, std::shared_ptr<LocalStagedFiles> files)
      : writer_(std::move(writer)), files_(std::move(files)) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    return AddContext(writer_->Write(batch));
  }

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
  std::shared_ptr<LocalStagedFiles> files_;
};

// Errors that would otherwise come up in the middle of a commit.
Status CheckTableFolder(const std::string& path, const std::string& state_folder) {
  struct stat table;
  struct stat state;
  if (::stat(path.c_str(), &table) != 0) {
    return errno == ENOENT ? Status::OK() : OsError(errno, "read a folder", path);
  }
  if (!S_ISDIR(table.st_mode)) return OsError(ENOTDIR, "replace a table", path);
  if (::access(path.c_str(), W_OK | X_OK) != 0) return OsError(errno, "replace a table", path);
  if (::stat(state_folder.c_str(), &state) != 0)
    return OsError(errno, "read a folder", state_folder);
  if (table.st_dev == state.st_dev) return Status::OK();
  return MakeError(
      ErrorKind::kFailed,
      "The table's folder lies on another file system than the lake, so that it cannot "
      "be replaced in one step; move it into the lake: " +
          path);
}

class LocalTransaction : public Transaction {
 public:
  LocalTransaction(LakeFolders folders, std::string run_id, LakeLock lock)
      : folders_(std::move(folders)), run_id_(std::move(run_id)), lock_(std::move(lock)) {}

  ~LocalTransaction() override {
    if (Status status = Abort(); !status.ok()) status.Warn();
  }

  const std::string& run_id() const override { return run_id_; }

  Result<std::unique_ptr<TableWriter>> NewTable(TableSpec spec) override {
    if (spec.name.empty() || storage::IsHiddenName(spec.name) ||
        spec.name.find('/') != std::string::npos) {
      return MakeError(ErrorKind::kBadInput,
                       "Not a table's name; use one without slashes that does not begin with _ or "
                       ".: " +
                           spec.name);
    }
    return AddTable(std::move(spec));
  }

  Result<std::unique_ptr<TableWriter>> NewQuarantine(const std::string& source) override {
    TableSpec spec;
    spec.name = QuarantineFolderOf(run_id_, source);
    spec.schema = QuarantineSchema();
    spec.codec = Codec::kZstd;
    return AddTable(std::move(spec));
  }

  Result<std::vector<QuarantinedSource>> ClearQuarantine(const std::string& source) override {
    ARROW_ASSIGN_OR_RAISE(auto old, ListQuarantine(folders_.root));
    // Its own run id may have been used before; those files are replaced.
    std::erase_if(old, [&](const QuarantinedSource& kept) {
      return kept.source != source || kept.run_id == run_id_;
    });
    std::lock_guard lock(mutex_);
    for (const QuarantinedSource& kept : old) {
      cleared_.push_back(QuarantineFolderOf(kept.run_id, source));
    }
    return old;
  }

  Status Commit() override {
    Journal journal{run_id_, {}};
    for (const auto& table : tables_) {
      if (!table->is_complete()) {
        return Status::Invalid("Commit before Close of table ", table->change().table);
      }
      journal.tables.push_back(table->change());
    }
    for (const std::string& folder : cleared_) journal.tables.push_back({folder, {}, {}});
    if (is_over_) return Status::Invalid("Commit after Commit or Abort");
    bool committed = false;
    const Status status = CommitLocal(folders_, std::move(journal), &committed);
    is_over_ = committed;
    if (status.ok() || !committed) return status;
    return WithContext(status,
                       "The new tables are safe but not all in their places; remove the cause and "
                       "run `tarn recover`");
  }

  Status Abort() override {
    if (is_over_) return Status::OK();
    is_over_ = true;
    return RollBackLocal(folders_, run_id_);
  }

 private:
  Result<std::unique_ptr<TableWriter>> AddTable(TableSpec spec) {
    ARROW_RETURN_NOT_OK(CheckTableFolder(folders_.table(spec.name), folders_.state()));
    auto files = std::make_shared<LocalStagedFiles>(spec.name, run_id_,
                                                    folders_.staging(run_id_) + "/" + spec.name);
    {
      std::lock_guard lock(mutex_);
      if (is_over_) return Status::Invalid("A new table after Commit or Abort: ", spec.name);
      for (const auto& table : tables_) {
        if (table->change().table == spec.name) {
          return Status::Invalid("A new table twice in one transaction: ", spec.name);
        }
      }
      tables_.push_back(files);
    }
    ARROW_ASSIGN_OR_RAISE(auto writer, MakeTableWriter(std::move(spec), files));
    return std::make_unique<LocalTableWriter>(std::move(writer), std::move(files));
  }

  const LakeFolders folders_;
  const std::string run_id_;
  const LakeLock lock_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<LocalStagedFiles>> tables_;
  std::vector<std::string> cleared_;  // folders of the quarantine
  bool is_over_ = false;
};

class LocalLake : public Lake {
 public:
  explicit LocalLake(std::string root) : folders_{std::move(root)} {}

  const std::string& root() const override { return folders_.root; }

  Result<std::unique_ptr<Transaction>> Begin(const std::string& run_id) override {
    if (run_id.empty() || storage::IsHiddenName(run_id) || run_id.find('/') != std::string::npos) {
      return Status::Invalid("Not a run id: ", run_id);
    }
    ARROW_ASSIGN_OR_RAISE(LakeLock lock, LakeLock::Acquire(folders_.lock(), "run " + run_id));
    ARROW_RETURN_NOT_OK(RecoverLocal(folders_).status());
    return std::make_unique<LocalTransaction>(folders_, run_id, std::move(lock));
  }

  Result<RecoveryReport> Recover() override {
    struct stat info;
    // Nothing ran here: do not leave a lock file behind.
    if (::stat(folders_.state().c_str(), &info) != 0 && errno == ENOENT) return RecoveryReport{};
    ARROW_ASSIGN_OR_RAISE(const LakeLock lock, LakeLock::Acquire(folders_.lock(), "tarn recover"));
    return RecoverLocal(folders_);
  }

  Result<std::vector<std::string>> ListTables() override {
    std::vector<std::string> tables;
    std::error_code error;
    std::filesystem::directory_iterator entries(folders_.root, error);
    if (error == std::errc::no_such_file_or_directory) return tables;
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
      const std::string name = entries->path().filename().string();
      std::error_code ignored;
      if (storage::IsHiddenName(name) || !entries->is_directory(ignored)) continue;
      ARROW_ASSIGN_OR_RAISE(const bool holds_table, HoldsTable(folders_.table(name)));
      if (holds_table) tables.push_back(name);
    }
    if (error) return OsError(error.value(), "list the lake", folders_.root);
    std::sort(tables.begin(), tables.end());
    return tables;
  }

 private:
  const LakeFolders folders_;
};

}  // namespace

std::unique_ptr<Lake> MakeLocalLake(std::string root) {
  return std::make_unique<LocalLake>(std::move(root));
}

Result<std::unique_ptr<Lake>> Lake::Open(const std::string& root) {
  ARROW_ASSIGN_OR_RAISE(const std::string path, storage::LocalPath(root));
  // Without links and `..`, so that messages and records name the place itself.
  std::error_code error;
  std::string canonical = std::filesystem::weakly_canonical(path, error).string();
  if (error) return OsError(error.value(), "open the lake", path);
  while (canonical.size() > 1 && canonical.ends_with('/')) canonical.pop_back();
  return MakeLocalLake(std::move(canonical));
}

}  // namespace tarn::lake
