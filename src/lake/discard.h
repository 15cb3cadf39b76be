#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/storage.h"

/// The way out of a lake whose recovery fails: an interrupted commit is given up.
namespace tarn::lake {

/// \brief How far a commit that was given up had come in one table. Paths are relative to it. All
/// but `published` is empty when the journal cannot be read.
struct DiscardedTable {
  std::string table;
  std::vector<std::string> published;  ///< new files that are in their places
  std::vector<std::string> missing;    ///< new files that are not
  std::vector<std::string> removed;    ///< old files that are gone
  std::vector<std::string> remaining;  ///< old files that are there
};

struct DiscardReport {
  std::string run;         ///< the journal's name
  std::string journal;     ///< path or URI of where its text is kept now
  std::string unreadable;  ///< why it cannot be read: what it would remove is not known; "": it can
  std::string staged_files;            ///< folder with what was not published; "": nothing was kept
  std::vector<DiscardedTable> tables;  ///< of the journal; if unreadable: that have its new files
};

/// \brief What giving up a commit asks of the storage that holds the lake.
struct DiscardSteps {
  /// The text of a run's journal; an error when it cannot be read, as of a link.
  std::function<Result<std::string>(const std::string& run)> read_journal;
  /// Move it, whatever it is, to `_tarn/discarded/<run>.json`.
  std::function<Status(const std::string& run)> keep_journal;
  /// Names of the lake's tables.
  std::function<Result<std::vector<std::string>>()> list_tables;
  /// Paths of a table's files, relative to its folder.
  std::function<Result<std::vector<std::string>>(const std::string& table)> list_files;
  /// Keep what a run staged where recovery does not find it. Returns the folder, "" for nothing.
  std::function<Result<std::string>(const std::string& run)> keep_staged;
};

/// \brief Give up the commit of `run`: its journal's text moves to `_tarn/discarded/`, and all
/// files of the tables stay as they are.
///
/// The caller holds the lake's lock. May be repeated when it was cut off.
/// \param[in] storage that holds the lake
/// \param[in] lake_root as Lake::root
/// \param[in] run the name of a journal, or the beginning of one name only
/// \return kUsage with the names there are; NothingToDiscard
Result<DiscardReport> DiscardJournal(storage::Storage* storage, const std::string& lake_root,
                                     const std::string& run, const DiscardSteps& steps);

/// \brief kUsage: the lake has no journal.
Status NothingToDiscard(const std::string& lake_root);

}  // namespace tarn::lake
