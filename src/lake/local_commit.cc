#include "lake/local_commit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <unordered_set>

#include "base/fault.h"
#include "base/file_descriptor.h"
#include "lake/table_files.h"
#include "storage/local_file.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::OsError;

// Everything written so far to the lake's file system: one call, whatever the number of files.
Status SyncLake(const LakeFolders& folders) {
  const FileDescriptor state(::open(folders.state().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!state.is_open() || ::syncfs(state.number()) != 0) {
    return OsError(errno, "sync the lake", folders.root);
  }
  return Status::OK();
}

Status RemoveTree(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return OsError(error.value(), "remove a folder", folder);
  return Status::OK();
}

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return OsError(errno, "remove a file", path);
  }
  return Status::OK();
}

// Names in `folder`, sorted; none when there is no such folder.
Result<std::vector<std::string>> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    names.push_back(entries->path().filename().string());
  }
  if (error) return OsError(error.value(), "list a folder", folder);
  std::sort(names.begin(), names.end());
  return names;
}

bool Exists(const std::string& path) {
  struct stat info;
  return ::lstat(path.c_str(), &info) == 0;
}

// Move one staged file to its final place. Done before: nothing to do.
Status PublishFile(const std::string& staged, const std::string& final_path) {
  FaultPoint("commit.rename");
  if (std::rename(staged.c_str(), final_path.c_str()) == 0) return Status::OK();
  if (errno == ENOENT && Exists(staged)) {
    ARROW_RETURN_NOT_OK(storage::MakeFolders(storage::ParentFolder(final_path)));
    if (std::rename(staged.c_str(), final_path.c_str()) == 0) return Status::OK();
  }
  const int error = errno;
  if (error == ENOENT && Exists(final_path)) return Status::OK();
  return OsError(error, "publish a file", final_path);
}

// What a cleared quarantine leaves; folders that are not empty stay.
void RemoveEmptyTable(const std::string& folder) {
  if (::rmdir(folder.c_str()) == 0) ::rmdir(storage::ParentFolder(folder).c_str());
}

// Do, or do again, what the journal says, and forget it.
Status RollForward(const LakeFolders& folders, const Journal& journal) {
  for (const TableChange& change : journal.tables) {
    const std::string table = folders.table(change.table);
    for (const std::string& path : change.adds) {
      ARROW_RETURN_NOT_OK(
          PublishFile(folders.staged(journal.run_id, change.table, path), table + "/" + path));
    }
  }
  FaultPoint("commit.renamed");
  for (const TableChange& change : journal.tables) {
    const std::string table = folders.table(change.table);
    for (const std::string& path : change.removes) {
      FaultPoint("commit.remove");
      ARROW_RETURN_NOT_OK(RemoveFile(table + "/" + path));
    }
    ARROW_RETURN_NOT_OK(PruneFolders(table, change.removes));
    if (change.adds.empty()) RemoveEmptyTable(table);
  }
  FaultPoint("commit.removed");
  // No sync: ext4, xfs and btrfs keep renames and removals in order, so that the journal cannot be
  // lost before its work is there. Waiting here for thousands of freed files can take long.
  ARROW_RETURN_NOT_OK(RemoveFile(folders.journal(journal.run_id)));
  FaultPoint("commit.journal_removed");
  ARROW_RETURN_NOT_OK(RollBackLocal(folders, journal.run_id));
  FaultPoint("commit.done");
  return Status::OK();
}

Status FillRemoves(const LakeFolders& folders, Journal* journal) {
  for (TableChange& change : journal->tables) {
    ARROW_ASSIGN_OR_RAISE(change.removes, ListTableFiles(folders.table(change.table)));
    // A run id that was used before: its files are replaced, not removed.
    const std::unordered_set<std::string> adds(change.adds.begin(), change.adds.end());
    std::erase_if(change.removes, [&](const std::string& path) { return adds.contains(path); });
  }
  return Status::OK();
}

}  // namespace

Status CommitLocal(const LakeFolders& folders, Journal journal, CommitState* state) {
  *state = CommitState::kUndone;
  FaultPoint("commit.staged");
  ARROW_RETURN_NOT_OK(FillRemoves(folders, &journal));
  ARROW_RETURN_NOT_OK(SyncLake(folders));
  FaultPoint("commit.synced");
  const std::string journal_path = folders.journal(journal.run_id);
  const Status written = WriteJournal(journal, journal_path);
  if (Exists(journal_path)) *state = CommitState::kDecided;
  ARROW_RETURN_NOT_OK(written);
  return RollForward(folders, journal);
}

Status RollBackLocal(const LakeFolders& folders, const std::string& run_id) {
  ARROW_RETURN_NOT_OK(RemoveFile(folders.journal(run_id) + ".tmp"));
  ARROW_RETURN_NOT_OK(RemoveTree(folders.staging(run_id)));
  // Not empty while another run's remains wait for recovery.
  ::rmdir(folders.staging().c_str());
  ::rmdir(folders.journals().c_str());
  return Status::OK();
}

Result<RecoveryReport> RecoverLocal(const LakeFolders& folders) {
  RecoveryReport report;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> journals, NamesIn(folders.journals()));
  for (const std::string& name : journals) {
    const std::string path = folders.journals() + "/" + name;
    if (name.ends_with(".tmp")) {
      ARROW_RETURN_NOT_OK(RemoveFile(path));
    } else if (name.ends_with(".json")) {
      ARROW_ASSIGN_OR_RAISE(const Journal journal, ReadJournal(path));
      ARROW_RETURN_NOT_OK(RollForward(folders, journal));
      ++report.num_rolled_forward;
    }
  }
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> runs, NamesIn(folders.staging()));
  for (const std::string& run_id : runs) {
    ARROW_RETURN_NOT_OK(RollBackLocal(folders, run_id));
    ++report.num_rolled_back;
  }
  ::rmdir(folders.journals().c_str());
  return report;
}

}  // namespace tarn::lake
