#pragma once

#include "base/error.h"
#include "lake/journal.h"
#include "lake/lake_folders.h"

/// The steps of a commit on a disk that its journal has decided. Each may be repeated, and cut off
/// at any point.
namespace tarn::lake {

/// \brief Move the staged files to their places; those that are there by now are fine.
///
/// Moves none when one is neither staged nor published.
Status Publish(const LakeFolders& lake, const Journal& journal);

/// \brief Remove what was published. Only while all old files are there.
Status TakeBack(const LakeFolders& lake, const Journal& journal);

/// \brief That all old files are there: the journal may be undone.
/// \return the first one that is gone
Status CheckOldFiles(const LakeFolders& lake, const Journal& journal);

/// \brief All new files are in their places: remove the old ones, and folders that are left empty.
///
/// All that can be removed are, whatever fails.
Status RemoveOldFiles(const LakeFolders& lake, const Journal& journal);

}  // namespace tarn::lake
