#pragma once

#include <string>

#include "base/error.h"
#include "lake/journal.h"
#include "lake/lake.h"
#include "lake/lake_folders.h"
#include "lake/run_backend.h"

namespace tarn::lake {

/// \brief Find what would make replacing a table fail: a link or a file in its place, another file
/// system, permissions, files of others in it.
Status CheckTableFolder(const LakeFolders& lake, const std::string& table);

/// \brief Publish staged files: write the journal, then do what it says.
///
/// What can fail is tried or looked at before the journal is there. If publishing fails all the
/// same, it is undone: until the first old file is removed, all old files are there.
/// The caller holds the lake's lock.
/// \param[in] journal its removes are filled in here, by what the tables' folders hold now
/// \param[out] state what came of it; kUnknown when not all of it could be undone
Status CommitLocal(const LakeFolders& lake, Journal journal, CommitState* state);

/// \brief Remove what a run staged and did not publish, and the folders that it made.
Status RollBackLocal(const LakeFolders& lake, const std::string& run_id);

/// \brief Finish every commit that has a journal, or undo it when that cannot be; remove what other
/// runs staged.
///
/// The caller holds the lake's lock. May be repeated, and cut off at any point. Changes nothing
/// when it cannot follow one of the journals.
Result<RecoveryReport> RecoverLocal(const LakeFolders& lake);

}  // namespace tarn::lake
