#include "lake/local_lake.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "lake/folder_of_path.h"
#include "lake/lake_transaction.h"
#include "lake/local_commit.h"
#include "lake/local_journal.h"
#include "lake/local_lock.h"
#include "lake/random_token.h"
#include "lake/run_backend.h"
#include "lake/table_files.h"
#include "storage/glob.h"
#include "storage/local_disk.h"
#include "storage/local_file.h"
#include "storage/local_folder.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::LocalFolder;
using storage::OsError;

// Files are staged flat in one folder for each table: the journal knows their final places.
class LocalRun : public RunBackend {
 public:
  LocalRun(LakeFolders folders, std::string run_id, LocalLock lock)
      : folders_(std::move(folders)),
        run_id_(std::move(run_id)),
        tag_(fmt::format("{}-{}", run_id_, RandomToken())),
        lock_(std::move(lock)) {}

  const std::string& file_tag() const override { return tag_; }

  Status CheckTable(const std::string& table) override { return CheckTableFolder(folders_, table); }

  PathLimits LimitsOf(const std::string& table) const override {
    const size_t above = folders_.root.PathOf(table).size() + 1;
    const long name_bytes = ::fpathconf(folders_.root.number(), _PC_NAME_MAX);
    return {name_bytes > 0 ? static_cast<size_t>(name_bytes) : NAME_MAX,
            PATH_MAX - 1 - std::min<size_t>(above, PATH_MAX - 1)};
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(const std::string& table,
                                                           const std::string& path) override {
    ARROW_ASSIGN_OR_RAISE(const auto staged, Staged(table));
    return storage::LocalOutputFile::Create(*staged, FolderOfPath::NameOf(path));
  }

  Result<std::string> NewFolder(const std::string& table) override {
    ARROW_ASSIGN_OR_RAISE(const LocalFolder folder,
                          folders_.root.MakeFolder(LakeFolders::foreign(run_id_, table)));
    return folder.path();
  }

  Status Adopt(const storage::ObjectInfo& file, const std::string& table,
               const std::string& path) override {
    const std::string written = LakeFolders::foreign(run_id_, table);
    FolderOfPath folders(&folders_.root, written);
    const size_t above = folders_.root.PathOf(written).size() + 1;
    ARROW_ASSIGN_OR_RAISE(const LocalFolder* folder, folders.Open(file.path.substr(above)));
    ARROW_ASSIGN_OR_RAISE(const auto staged, Staged(table));
    return folder->Rename(FolderOfPath::NameOf(file.path), *staged, FolderOfPath::NameOf(path));
  }

  Status Commit(Journal journal, CommitState* state) override {
    return CommitLocal(folders_, std::move(journal), state);
  }

  Status RollBack() override { return RollBackLocal(folders_, run_id_); }

 private:
  // Stays open for the table's next file. Threads: any.
  Result<std::shared_ptr<const LocalFolder>> Staged(const std::string& table) {
    constexpr size_t kOpenFoldersMax = 64;
    std::lock_guard lock(staged_mutex_);
    const auto found = staged_.find(table);
    if (found != staged_.end()) return found->second;
    ARROW_ASSIGN_OR_RAISE(LocalFolder folder,
                          folders_.root.MakeFolder(LakeFolders::staged(run_id_, table)));
    if (staged_.size() >= kOpenFoldersMax) staged_.clear();
    return staged_[table] = std::make_shared<const LocalFolder>(std::move(folder));
  }

  const LakeFolders folders_;
  const std::string run_id_;
  const std::string tag_;
  const LocalLock lock_;
  std::mutex staged_mutex_;
  std::unordered_map<std::string, std::shared_ptr<const LocalFolder>> staged_;  // by table
};

class LocalLake : public Lake {
 public:
  LocalLake(std::shared_ptr<storage::Storage> storage, std::string root)
      : storage_(std::move(storage)), root_(std::move(root)) {}

  const std::string& root() const override { return root_; }
  const std::shared_ptr<storage::Storage>& storage() const override { return storage_; }

  Result<std::unique_ptr<Transaction>> Begin(const std::string& run_id) override {
    ARROW_RETURN_NOT_OK(CheckRunId(run_id));
    ARROW_RETURN_NOT_OK(storage::MakeFolders(root_));
    ARROW_ASSIGN_OR_RAISE(LakeFolders folders, OpenFolders());
    ARROW_ASSIGN_OR_RAISE(LocalLock lock, Lock(folders, "run " + run_id));
    ARROW_RETURN_NOT_OK(RecoverLocal(folders).status());
    return MakeTransaction(storage_, root_, run_id,
                           std::make_unique<LocalRun>(std::move(folders), run_id, std::move(lock)));
  }

  Result<RecoveryReport> Recover() override {
    struct stat info;
    // Nothing ran here: do not leave a lock file behind.
    const std::string state = root_ + "/" + LakeFolders::kState;
    if (::stat(state.c_str(), &info) != 0 && errno == ENOENT) return RecoveryReport{};
    ARROW_ASSIGN_OR_RAISE(const LakeFolders folders, OpenFolders());
    ARROW_ASSIGN_OR_RAISE(const LocalLock lock, Lock(folders, "tarn recover"));
    return RecoverLocal(folders);
  }

  Result<DiscardReport> Discard(const std::string& run) override {
    auto opened = OpenFolders();
    if (storage::IsNotFound(opened.status())) return NothingToDiscard(root_);
    ARROW_ASSIGN_OR_RAISE(const LakeFolders folders, std::move(opened));
    ARROW_ASSIGN_OR_RAISE(const LocalLock lock, Lock(folders, "tarn recover --discard"));
    DiscardSteps steps;
    steps.read_journal = [&](const std::string& name) -> Result<std::string> {
      ARROW_ASSIGN_OR_RAISE(const LocalFolder journals,
                            folders.root.OpenFolder(LakeFolders::kJournals));
      return ReadJournalText(journals, name);
    };
    steps.keep_journal = [&](const std::string& name) -> Status {
      ARROW_ASSIGN_OR_RAISE(const LocalFolder journals,
                            folders.root.OpenFolder(LakeFolders::kJournals));
      ARROW_ASSIGN_OR_RAISE(const LocalFolder discarded,
                            folders.root.MakeFolder(LakeFolders::kDiscarded));
      return MoveJournal(journals, name, discarded);
    };
    steps.list_tables = [this] { return ListTables(); };
    steps.list_files = [&](const std::string& table) -> Result<std::vector<std::string>> {
      const auto folder = folders.root.OpenFolder(table);
      if (storage::IsNotFound(folder.status())) return std::vector<std::string>{};
      ARROW_RETURN_NOT_OK(folder.status());
      return ListTableFiles(*folder);
    };
    steps.keep_staged = [&](const std::string& name) { return KeepStaged(folders, name); };
    return DiscardJournal(storage_.get(), root_, run, steps);
  }

  Result<std::vector<std::string>> ListTables() override {
    std::vector<std::string> tables;
    const auto folders = OpenFolders();
    if (storage::IsNotFound(folders.status())) return tables;
    ARROW_RETURN_NOT_OK(folders.status());
    ARROW_ASSIGN_OR_RAISE(const auto entries, folders->root.List());
    for (const LocalFolder::Entry& entry : entries) {
      if (storage::IsHiddenName(entry.name) || !(entry.is_folder || entry.is_link)) continue;
      // Links of others are read, though no run replaces what they lead to.
      const auto folder = LocalFolder::Open(folders->root.PathOf(entry.name));
      if (!folder.ok() && entry.is_link) continue;
      ARROW_RETURN_NOT_OK(folder.status());
      ARROW_ASSIGN_OR_RAISE(const bool holds_table, HoldsTable(*folder));
      if (holds_table) tables.push_back(entry.name);
    }
    return tables;
  }

  Result<std::vector<UnfinishedUpload>> CleanUploads(std::chrono::seconds, bool) override {
    return std::vector<UnfinishedUpload>{};
  }

 private:
  // Recovery removes what has no journal from the staging folder.
  static Result<std::string> KeepStaged(const LakeFolders& folders, const std::string& run_id) {
    const auto staging = folders.root.OpenFolder(LakeFolders::kStaging);
    if (storage::IsNotFound(staging.status())) return std::string();
    ARROW_RETURN_NOT_OK(staging.status());
    ARROW_ASSIGN_OR_RAISE(const bool has_staged, staging->Has(run_id));
    if (!has_staged) return std::string();
    ARROW_ASSIGN_OR_RAISE(const LocalFolder discarded,
                          folders.root.MakeFolder(LakeFolders::kDiscarded));
    ARROW_RETURN_NOT_OK(staging->Rename(run_id, discarded, run_id));
    return discarded.PathOf(run_id);
  }

  Result<LakeFolders> OpenFolders() const {
    ARROW_ASSIGN_OR_RAISE(LocalFolder root, LocalFolder::Open(root_));
    return LakeFolders{std::move(root)};
  }

  static Result<LocalLock> Lock(const LakeFolders& folders, const std::string& holder) {
    ARROW_ASSIGN_OR_RAISE(const LocalFolder state, folders.root.MakeFolder(LakeFolders::kState));
    return LocalLock::Acquire(state, holder);
  }

  const std::shared_ptr<storage::Storage> storage_;
  const std::string root_;
};

// Run records and others are written by path.
Status CheckStateFolders(const std::string& root) {
  std::string path = root + "/" + LakeFolders::kState;
  for (const std::string_view name : {"", "/runs", "/journal", "/staging", "/discarded",
                                      "/quarantine", "/failed", "/ledger", "/state"}) {
    std::error_code ignored;
    const std::string folder = path + std::string(name);
    if (!std::filesystem::is_symlink(folder, ignored)) continue;
    return MakeError(ErrorKind::kBadInput,
                     "A link is in the place of one of the lake's own folders; put the folder "
                     "itself there: " +
                         folder);
  }
  return Status::OK();
}

}  // namespace

Result<std::unique_ptr<Lake>> OpenLocalLake(storage::Storages* storages, const std::string& root) {
  ARROW_ASSIGN_OR_RAISE(auto storage, storages->For(root));
  ARROW_ASSIGN_OR_RAISE(const std::string path, storage::LocalPath(root));
  // Without links and `..`, so that messages and records name the place itself.
  std::error_code error;
  std::string canonical = std::filesystem::weakly_canonical(path, error).string();
  if (error) return OsError(error.value(), "open the lake", path);
  while (canonical.size() > 1 && canonical.ends_with('/')) canonical.pop_back();
  ARROW_RETURN_NOT_OK(CheckStateFolders(canonical));
  return std::make_unique<LocalLake>(std::move(storage), std::move(canonical));
}

}  // namespace tarn::lake
