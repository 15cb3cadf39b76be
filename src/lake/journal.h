#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::lake {

/// \brief What a commit changes in one table, in the quarantine of one source, or of what a
/// failed run leaves. Paths are
/// relative to its folder. One that adds nothing goes away itself.
struct TableChange {
  std::string table;  ///< its folder, relative to the lake's; of a table that is its name
  std::vector<std::string> adds;     ///< final paths; staged under their last part, which is unique
  std::vector<std::string> removes;  ///< of old files, none of `adds`; the commit fills them in
  /// Folders that are made for what it adds, the outer ones first; "" is the table's own.
  std::vector<std::string> makes = {};
  /// The commit that fills in `removes` leaves out old files, but for those in `replaces`. Neither
  /// is a part of the journal: recovery removes what is there.
  bool keeps_old = false;
  std::set<std::string, std::less<>> replaces = {};  ///< partition folders; "" is the table's own
  /// The same of files in folders into which nothing is added.
  bool keeps_other_folders = false;

  /// \brief Fill in `removes`. \param[in] old what the table's folder holds, none of `adds`
  void SetRemoves(std::vector<std::string> old);
};

/// \brief The partition's folder of a file's path below its table's: "" for none.
inline std::string_view PartitionPathOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// \brief How far a commit is that publishes files before it is decided, as on S3.
enum class CommitPhase {
  kPublish,  ///< undone by recovery: what was added goes
  kRemove,   ///< decided; finished by recovery: what was removed goes
};

/// \brief Everything that one run's commit does: enough to finish or undo it from any point.
struct Journal {
  std::string run_id;
  std::vector<TableChange> tables;
  /// None: the journal itself decided the commit, and staged files are renamed after it.
  std::optional<CommitPhase> phase = std::nullopt;
};

/// \brief The journal as JSON. Paths may hold any bytes.
std::string JournalToJson(const Journal& journal);

/// \brief Read a journal back. Whoever may write into a lake may write journals: one that names
/// anything but tables' files, below their tables' folders, is refused as a whole.
/// \param[in] name of the journal's file without `.json`: the run's id, followed by `-<token>` for
/// a journal that has a phase
/// \return Invalid for text that JournalToJson did not write, or not under this name
Result<Journal> JournalFromJson(const std::string& json, std::string_view name);

/// \brief `status` of a recovery that came to nothing, with the way out before it.
/// \param[in] name as in JournalFromJson
Status OfferDiscard(const Status& status, std::string_view name);

}  // namespace tarn::lake
