#include "lake/local_publishing.h"

#include <cerrno>
#include <string>
#include <unordered_set>

#include "base/fault.h"
#include "lake/folder_of_path.h"
#include "lake/path_groups.h"
#include "lake/table_files.h"
#include "storage/os_error.h"
#include "storage/storage.h"

namespace tarn::lake {
namespace {

using storage::IsNotFound;
using storage::LocalFolder;
using storage::OsError;

// Names of what a run staged for a table and did not publish.
Result<std::unordered_set<std::string>> ListStaged(const LakeFolders& lake,
                                                   const std::string& run_id,
                                                   const std::string& table) {
  std::unordered_set<std::string> names;
  const auto staging = lake.root.OpenFolder(LakeFolders::staged(run_id, table));
  if (IsNotFound(staging.status())) return names;
  ARROW_RETURN_NOT_OK(staging.status());
  ARROW_ASSIGN_OR_RAISE(auto entries, staging->List());
  for (LocalFolder::Entry& entry : entries) names.insert(std::move(entry.name));
  return names;
}

// Status of the first file that is neither staged nor published: it is gone.
Status CheckAdds(const LakeFolders& lake, const Journal& journal) {
  for (const TableChange& change : journal.tables) {
    ARROW_ASSIGN_OR_RAISE(const auto staged, ListStaged(lake, journal.run_id, change.table));
    FolderOfPath folders(&lake.root, change.table);
    for (const std::string& path : change.adds) {
      const std::string name = FolderOfPath::NameOf(path);
      if (staged.contains(name)) continue;
      const auto folder = folders.Open(path);
      if (!folder.ok() && !IsNotFound(folder.status())) return folder.status();
      ARROW_ASSIGN_OR_RAISE(const bool is_published, folder.ok() ? (*folder)->Has(name) : false);
      if (is_published) continue;
      return OsError(ENOENT, "publish a file", lake.root.PathOf(change.table + "/" + path));
    }
  }
  return Status::OK();
}

// The new files are in their places: remove the old ones. All that can be are, whatever fails.
Status RemoveOldFilesOf(const LakeFolders& lake, const TableChange& change) {
  Status failed;
  FolderOfPath folders(&lake.root, change.table);
  for (const std::string& path : change.removes) {
    FaultPoint("commit.remove");
    const auto folder = folders.Open(path);
    if (IsNotFound(folder.status())) continue;
    const Status removed =
        folder.ok() ? (*folder)->RemoveFile(FolderOfPath::NameOf(path)) : folder.status();
    if (failed.ok()) failed = removed;
  }
  const auto table = lake.root.OpenFolder(change.table);
  if (table.ok()) PruneFolders(*table, change.removes, change.adds);
  // What a cleared quarantine leaves.
  if (change.adds.empty()) RemoveEmptyFolders(lake, change.table);
  return failed;
}

// Move these files to their places.
Status PublishFiles(const LakeFolders& lake, const std::string& table, const LocalFolder& staging,
                    std::span<const std::string> paths) {
  FolderOfPath folders(&lake.root, table);
  for (const std::string& path : paths) {
    FaultPoint("commit.rename");
    const std::string name = FolderOfPath::NameOf(path);
    ARROW_ASSIGN_OR_RAISE(const LocalFolder* folder, folders.Make(path));
    const Status moved = staging.Rename(name, *folder, name);
    if (moved.ok()) continue;
    ARROW_ASSIGN_OR_RAISE(const bool is_staged, staging.Has(name));
    if (is_staged) return moved;  // else it was published before
  }
  return Status::OK();
}

}  // namespace

// Move the staged files to their places; those that are there by now are fine.
Status Publish(const LakeFolders& lake, const Journal& journal) {
  ARROW_RETURN_NOT_OK(CheckAdds(lake, journal));
  for (const TableChange& change : journal.tables) {
    const auto staging = lake.root.OpenFolder(LakeFolders::staged(journal.run_id, change.table));
    if (IsNotFound(staging.status())) continue;  // all are published
    ARROW_RETURN_NOT_OK(staging.status());
    ARROW_RETURN_NOT_OK(ForEachGroup(change.adds, [&](std::span<const std::string> paths) {
      return PublishFiles(lake, change.table, *staging, paths);
    }));
  }
  FaultPoint("commit.renamed");
  return Status::OK();
}

Status TakeBack(const LakeFolders& lake, const Journal& journal) {
  for (const TableChange& change : journal.tables) {
    ARROW_ASSIGN_OR_RAISE(const auto staged, ListStaged(lake, journal.run_id, change.table));
    FolderOfPath folders(&lake.root, change.table);
    for (const std::string& path : change.adds) {
      FaultPoint("commit.undo");
      const std::string name = FolderOfPath::NameOf(path);
      // A file that is staged was never published: what has its name there is another one.
      if (staged.contains(name)) continue;
      const auto folder = folders.Open(path);
      if (IsNotFound(folder.status())) continue;
      ARROW_RETURN_NOT_OK(folder.status());
      ARROW_RETURN_NOT_OK((*folder)->RemoveFile(name));
    }
  }
  return Status::OK();
}

Status CheckOldFiles(const LakeFolders& lake, const Journal& journal) {
  for (const TableChange& change : journal.tables) {
    FolderOfPath folders(&lake.root, change.table);
    for (const std::string& path : change.removes) {
      ARROW_ASSIGN_OR_RAISE(const LocalFolder* folder, folders.Open(path));
      ARROW_ASSIGN_OR_RAISE(const bool is_there, folder->Has(FolderOfPath::NameOf(path)));
      if (is_there) continue;
      return OsError(ENOENT, "keep an old file", lake.root.PathOf(change.table + "/" + path));
    }
  }
  return Status::OK();
}

Status RemoveOldFiles(const LakeFolders& lake, const Journal& journal) {
  Status failed;
  for (const TableChange& change : journal.tables) {
    const Status removed = RemoveOldFilesOf(lake, change);
    if (failed.ok()) failed = removed;
  }
  return failed;
}

}  // namespace tarn::lake
