#include "lake/local_commit.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/fault.h"
#include "lake/commit_check.h"
#include "lake/folder_of_path.h"
#include "lake/local_journal.h"
#include "lake/local_publishing.h"
#include "lake/path_groups.h"
#include "lake/table_files.h"
#include "storage/os_error.h"
#include "storage/storage.h"
#include "system/file_descriptor.h"

namespace tarn::lake {
namespace {

using storage::IsNotFound;
using storage::LocalFolder;
using storage::OsError;

// Everything written so far to the lake's file system: one call, whatever the number of files.
Status SyncLake(const LakeFolders& lake) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const FileDescriptor state(::openat(lake.root.number(), LakeFolders::kState, kFlags));
  if (!state.is_open() || ::syncfs(state.number()) != 0) {
    return OsError(errno, "sync the lake", lake.root.path());
  }
  return Status::OK();
}

// What the tables' folders hold goes, unless it is kept, and must be tarn's.
Status FillRemoves(const LakeFolders& lake, Journal* journal) {
  for (TableChange& change : journal->tables) {
    const auto table = lake.root.OpenFolder(change.table);
    if (IsNotFound(table.status())) continue;
    ARROW_RETURN_NOT_OK(table.status());
    ARROW_ASSIGN_OR_RAISE(auto old, ListTableFiles(*table));
    ARROW_RETURN_NOT_OK(CheckOwnFiles(table->path(), old));
    change.SetRemoves(std::move(old));
  }
  return Status::OK();
}

// Folders of the table's files, outer ones first, as paths that are "" or end with a slash.
std::set<std::string> FoldersOf(const std::vector<std::string>& paths) {
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    size_t length = path.find_last_of('/') + 1;
    while (folders.insert(path.substr(0, length)).second && length > 0) {
      length = length > 1 ? path.find_last_of('/', length - 2) + 1 : 0;
    }
  }
  return folders;
}

Status FillMakes(const LakeFolders& lake, Journal* journal) {
  for (TableChange& change : journal->tables) {
    FolderOfPath folders(&lake.root, change.table);
    const std::set<std::string> listed = FoldersOf(change.removes);  // they are there
    std::optional<std::string> missing;  // is the last one, with all that would be below it
    for (const std::string& folder : FoldersOf(change.adds)) {
      if (listed.contains(folder)) continue;
      if (!missing || !folder.starts_with(*missing)) {
        const Status found = folders.Open(folder).status();
        if (found.ok()) continue;
        if (!IsNotFound(found)) return found;
        missing = folder;
      }
      change.makes.push_back(folder.substr(0, folder.find_last_of('/')));
    }
  }
  return Status::OK();
}

using FolderNames = std::unordered_set<std::string>;

// Make these folders, outer ones first, of which the table's own is "".
// \return those that nobody else has made meanwhile
Result<FolderNames> MakeFolders(const LakeFolders& lake, const std::string& table,
                                std::span<const std::string> folders) {
  FolderNames made;
  FolderOfPath parents(&lake.root, "");
  for (const std::string& folder : folders) {
    const std::string path = folder.empty() ? table : table + "/" + folder;
    ARROW_ASSIGN_OR_RAISE(const LocalFolder* parent, parents.Make(path));
    ARROW_ASSIGN_OR_RAISE(const bool is_new, parent->MakeNewFolder(FolderOfPath::NameOf(path)));
    if (is_new) {
      made.insert(folder);
    } else {
      ARROW_RETURN_NOT_OK(parent->OpenFolder(FolderOfPath::NameOf(path)).status());
    }
  }
  return made;
}

// Make the folders that the journal says it makes.
// \return as MakeFolders
Result<FolderNames> MakeTableFolders(const LakeFolders& lake, const TableChange& change) {
  std::span<const std::string> folders = change.makes;
  const bool makes_table = !folders.empty() && folders.front().empty();
  ARROW_ASSIGN_OR_RAISE(FolderNames made,
                        MakeFolders(lake, change.table, folders.first(makes_table ? 1 : 0)));
  std::mutex mutex;
  ARROW_RETURN_NOT_OK(ForEachGroup(
      folders.subspan(makes_table ? 1 : 0), [&](std::span<const std::string> group) -> Status {
        ARROW_ASSIGN_OR_RAISE(FolderNames own, MakeFolders(lake, change.table, group));
        std::lock_guard lock(mutex);
        made.merge(own);
        return Status::OK();
      }));
  return made;
}

// Make the folders that the commit needs, and find what would make it fail half-way.
Status PrepareFolders(const LakeFolders& lake, const Journal& journal) {
  std::vector<FolderNames> made;
  for (const TableChange& change : journal.tables) {
    ARROW_ASSIGN_OR_RAISE(made.emplace_back(), MakeTableFolders(lake, change));
  }
  FaultPoint("commit.folders");
  ARROW_ASSIGN_OR_RAISE(const LocalFolder own, lake.root.OpenFolder(LakeFolders::kState));
  for (size_t table = 0; table < made.size(); ++table) {
    ARROW_RETURN_NOT_OK(CheckMoves(lake.root, own, journal.tables[table], made[table]));
  }
  return Status::OK();
}

void RemoveMadeFolders(const LakeFolders& lake, const Journal& journal) {
  for (const TableChange& change : journal.tables) {
    for (auto folder = change.makes.rbegin(); folder != change.makes.rend(); ++folder) {
      RemoveEmptyFolders(lake, folder->empty() ? change.table : change.table + "/" + *folder);
    }
  }
}

// Take back what was published, and forget the commit. What is still staged goes with the run.
Status UndoCommit(const LakeFolders& lake, const Journal& journal) {
  ARROW_RETURN_NOT_OK(TakeBack(lake, journal));
  RemoveMadeFolders(lake, journal);
  const auto journals = lake.root.OpenFolder(LakeFolders::kJournals);
  if (IsNotFound(journals.status())) return Status::OK();
  ARROW_RETURN_NOT_OK(journals.status());
  return RemoveJournal(*journals, journal.run_id);
}

// What is left of a commit whose files are published.
Status Finish(const LakeFolders& lake, const Journal& journal) {
  ARROW_RETURN_NOT_OK(RemoveOldFiles(lake, journal));
  FaultPoint("commit.removed");
  // No sync: ext4, xfs and btrfs keep renames and removals in order, so that the journal cannot be
  // lost before its work is there. Waiting here for thousands of freed files can take long.
  ARROW_ASSIGN_OR_RAISE(const LocalFolder journals, lake.root.OpenFolder(LakeFolders::kJournals));
  ARROW_RETURN_NOT_OK(RemoveJournal(journals, journal.run_id));
  FaultPoint("commit.journal_removed");
  // The tables are complete: what cannot be removed of the staging folder is for the next run.
  ARROW_UNUSED(RollBackLocal(lake, journal.run_id));
  FaultPoint("commit.done");
  return Status::OK();
}

// Finish the commit of a run that died, or undo it.
// \return whether it is finished
Result<bool> RecoverJournal(const LakeFolders& lake, const Journal& journal) {
  const Status published = Publish(lake, journal);
  if (published.ok()) {
    ARROW_RETURN_NOT_OK(Finish(lake, journal));
    return true;
  }
  Status undone = CheckOldFiles(lake, journal);
  if (undone.ok()) undone = UndoCommit(lake, journal);
  if (!undone.ok()) return WithContext(undone, published.message());
  return false;
}

Result<RunsWithJournals> FindJournals(const LakeFolders& lake) {
  const auto folder = lake.root.OpenFolder(LakeFolders::kJournals);
  if (IsNotFound(folder.status())) return RunsWithJournals{};
  ARROW_RETURN_NOT_OK(folder.status());
  return ListJournals(*folder);
}

// All of them, before anything is changed.
Result<std::vector<Journal>> ReadJournals(const LakeFolders& lake,
                                          const std::vector<std::string>& runs) {
  std::vector<Journal> journals;
  for (const std::string& run : runs) {
    ARROW_ASSIGN_OR_RAISE(const LocalFolder folder, lake.root.OpenFolder(LakeFolders::kJournals));
    auto journal = ReadJournal(folder, run);
    if (!journal.ok()) return OfferDiscard(journal.status(), run);
    journals.push_back(*std::move(journal));
  }
  return journals;
}

}  // namespace

Status CheckTableFolder(const LakeFolders& lake, const std::string& table) {
  const auto folder = lake.root.OpenFolder(table);
  if (IsNotFound(folder.status())) return Status::OK();
  if (!folder.ok()) return WithContext(folder.status(), "Cannot replace a table");
  ARROW_ASSIGN_OR_RAISE(const LocalFolder state, lake.root.OpenFolder(LakeFolders::kState));
  ARROW_RETURN_NOT_OK(CheckWritable(*folder, state));
  ARROW_ASSIGN_OR_RAISE(const auto files, ListTableFiles(*folder));
  return CheckOwnFiles(folder->path(), files);
}

Status CommitLocal(const LakeFolders& lake, Journal journal, CommitState* state) {
  *state = CommitState::kUndone;
  FaultPoint("commit.staged");
  // Files of one folder follow each other, and folders of one folder.
  for (TableChange& change : journal.tables) std::sort(change.adds.begin(), change.adds.end());
  ARROW_RETURN_NOT_OK(FillRemoves(lake, &journal));
  ARROW_RETURN_NOT_OK(FillMakes(lake, &journal));
  ARROW_ASSIGN_OR_RAISE(const LocalFolder journals, lake.root.MakeFolder(LakeFolders::kJournals));
  ARROW_RETURN_NOT_OK(DraftJournal(journals, journal));
  FaultPoint("commit.journal_tmp");
  ARROW_RETURN_NOT_OK(PrepareFolders(lake, journal));
  ARROW_RETURN_NOT_OK(SyncLake(lake));
  FaultPoint("commit.synced");
  Status published = PlaceJournal(journals, journal.run_id);
  if (published.ok()) {
    FaultPoint("commit.journal");
    published = Publish(lake, journal);
  }
  if (!published.ok()) {
    const Status undone = UndoCommit(lake, journal);
    if (undone.ok()) return published;
    *state = CommitState::kUnknown;
    return WithContext(published, undone.message());
  }
  *state = CommitState::kDecided;
  return Finish(lake, journal);
}

Status RollBackLocal(const LakeFolders& lake, const std::string& run_id) {
  const auto journals = lake.root.OpenFolder(LakeFolders::kJournals);
  if (journals.ok()) {
    // A draft that is not whole was cut off before it had an effect.
    const auto draft = ReadDraft(*journals, run_id);
    if (draft.ok()) RemoveMadeFolders(lake, *draft);
    ARROW_RETURN_NOT_OK(RemoveDraft(*journals, run_id));
  }
  const auto staging = lake.root.OpenFolder(LakeFolders::kStaging);
  if (!staging.ok() && !IsNotFound(staging.status())) return staging.status();
  if (staging.ok()) ARROW_RETURN_NOT_OK(staging->RemoveTree(run_id));
  // Not empty while another run's remains wait for recovery.
  RemoveEmptyFolders(lake, LakeFolders::kStaging);
  RemoveEmptyFolders(lake, LakeFolders::kJournals);
  return Status::OK();
}

Result<RecoveryReport> RecoverLocal(const LakeFolders& lake) {
  RecoveryReport report;
  ARROW_ASSIGN_OR_RAISE(const RunsWithJournals runs, FindJournals(lake));
  ARROW_ASSIGN_OR_RAISE(const auto journals, ReadJournals(lake, runs.journals));
  std::set<std::string> dead(runs.drafts.begin(), runs.drafts.end());
  for (const Journal& journal : journals) {
    const auto is_finished = RecoverJournal(lake, journal);
    if (!is_finished.ok()) return OfferDiscard(is_finished.status(), journal.run_id);
    if (*is_finished) {
      ++report.num_rolled_forward;
    } else {
      dead.insert(journal.run_id);
    }
  }
  const auto staging = lake.root.OpenFolder(LakeFolders::kStaging);
  if (!staging.ok() && !IsNotFound(staging.status())) return staging.status();
  if (staging.ok()) {
    ARROW_ASSIGN_OR_RAISE(const auto entries, staging->List());
    for (const LocalFolder::Entry& entry : entries) dead.insert(entry.name);
  }
  for (const std::string& run_id : dead) {
    ARROW_RETURN_NOT_OK(RollBackLocal(lake, run_id));
    ++report.num_rolled_back;
  }
  RemoveEmptyFolders(lake, LakeFolders::kJournals);
  return report;
}

}  // namespace tarn::lake
