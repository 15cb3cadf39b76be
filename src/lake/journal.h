#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace tarn::lake {

/// \brief What a commit changes in one table, or in the quarantine of one source. Paths are
/// relative to its folder. One that adds nothing goes away itself.
struct TableChange {
  std::string table;
  std::vector<std::string> adds;  ///< final paths; staged under their last part, which is unique
  std::vector<std::string> removes;
};

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

/// \return Invalid for text that JournalToJson did not write
Result<Journal> JournalFromJson(const std::string& json);

/// \brief Write `journal` to `path` so that it is there entirely or not at all, even if power
/// fails.
///
/// When this fails, the file may still be there: see whether it exists before undoing anything.
Status WriteJournal(const Journal& journal, const std::string& path);

Result<Journal> ReadJournal(const std::string& path);

}  // namespace tarn::lake
