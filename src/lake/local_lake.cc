#include "lake/local_lake.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "lake/lake_lock.h"
#include "lake/lake_transaction.h"
#include "lake/local_commit.h"
#include "lake/run_backend.h"
#include "lake/table_files.h"
#include "storage/glob.h"
#include "storage/local_disk.h"
#include "storage/local_file.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::OsError;

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

// Files are staged flat in one folder for each table: the journal knows their final places.
class LocalRun : public RunBackend {
 public:
  LocalRun(LakeFolders folders, std::string run_id, LakeLock lock)
      : folders_(std::move(folders)), run_id_(std::move(run_id)), lock_(std::move(lock)) {}

  const std::string& file_tag() const override { return run_id_; }

  Status CheckTable(const std::string& table) override {
    return CheckTableFolder(folders_.table(table), folders_.state());
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(const std::string& table,
                                                           const std::string& path) override {
    return storage::LocalOutputFile::Create(folders_.staged(run_id_, table, path));
  }

  Result<std::string> NewFolder(const std::string& table) override {
    std::string folder = folders_.foreign(run_id_, table);
    ARROW_RETURN_NOT_OK(storage::MakeFolders(folder));
    return folder;
  }

  Status Adopt(const storage::ObjectInfo& file, const std::string& table,
               const std::string& path) override {
    const std::string staged = folders_.staged(run_id_, table, path);
    ARROW_RETURN_NOT_OK(storage::MakeFolders(storage::ParentFolder(staged)));
    if (std::rename(file.path.c_str(), staged.c_str()) == 0) return Status::OK();
    return OsError(errno, "take over a file", file.path);
  }

  Status Commit(Journal journal, CommitState* state) override {
    return CommitLocal(folders_, std::move(journal), state);
  }

  Status RollBack() override { return RollBackLocal(folders_, run_id_); }

 private:
  const LakeFolders folders_;
  const std::string run_id_;
  const LakeLock lock_;
};

class LocalLake : public Lake {
 public:
  explicit LocalLake(std::string root) : folders_{std::move(root)} {}

  const std::string& root() const override { return folders_.root; }

  Result<std::unique_ptr<Transaction>> Begin(const std::string& run_id) override {
    ARROW_RETURN_NOT_OK(CheckRunId(run_id));
    ARROW_ASSIGN_OR_RAISE(LakeLock lock, LakeLock::Acquire(folders_.lock(), "run " + run_id));
    ARROW_RETURN_NOT_OK(RecoverLocal(folders_).status());
    return MakeTransaction(folders_.root, run_id,
                           std::make_unique<LocalRun>(folders_, run_id, std::move(lock)));
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

  Result<std::vector<UnfinishedUpload>> CleanUploads(std::chrono::seconds, bool) override {
    return std::vector<UnfinishedUpload>{};
  }

 private:
  const LakeFolders folders_;
};

}  // namespace

Result<std::unique_ptr<Lake>> OpenLocalLake(const std::string& root) {
  ARROW_ASSIGN_OR_RAISE(const std::string path, storage::LocalPath(root));
  // Without links and `..`, so that messages and records name the place itself.
  std::error_code error;
  std::string canonical = std::filesystem::weakly_canonical(path, error).string();
  if (error) return OsError(error.value(), "open the lake", path);
  while (canonical.size() > 1 && canonical.ends_with('/')) canonical.pop_back();
  return std::make_unique<LocalLake>(std::move(canonical));
}

}  // namespace tarn::lake
