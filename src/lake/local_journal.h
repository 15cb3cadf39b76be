#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "lake/journal.h"
#include "storage/local_folder.h"

/// Journals of a lake on a disk: `<run id>.json` in one folder. A draft has no effect: it says
/// which folders its commit makes, and becomes the journal when all else is ready.
namespace tarn::lake {

/// \brief Write the draft of a journal, whole and on the disk.
/// \return Invalid for one that JournalFromJson would refuse
Status DraftJournal(const storage::LocalFolder& journals, const Journal& journal);

/// \brief Make the draft of a run its journal.
///
/// When this fails, the journal may still be there.
Status PlaceJournal(const storage::LocalFolder& journals, const std::string& run_id);

/// \return IsNotFound when the run has none, Invalid for one that cannot be followed; so for both
Result<Journal> ReadDraft(const storage::LocalFolder& journals, const std::string& run_id);
Result<Journal> ReadJournal(const storage::LocalFolder& journals, const std::string& run_id);

/// \brief What stands in a journal, whether it can be followed or not. \return an error for a link
Result<std::string> ReadJournalText(const storage::LocalFolder& journals,
                                    const std::string& run_id);

/// \brief Move a journal, or what is in its place, out of the way.
Status MoveJournal(const storage::LocalFolder& journals, const std::string& run_id,
                   const storage::LocalFolder& target);

/// \brief Gone already is fine.
Status RemoveDraft(const storage::LocalFolder& journals, const std::string& run_id);
Status RemoveJournal(const storage::LocalFolder& journals, const std::string& run_id);

/// \brief Runs that have one, sorted.
struct RunsWithJournals {
  std::vector<std::string> drafts;    ///< run ids
  std::vector<std::string> journals;  ///< run ids
};
Result<RunsWithJournals> ListJournals(const storage::LocalFolder& journals);

}  // namespace tarn::lake
