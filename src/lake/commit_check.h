#pragma once

#include <string>
#include <unordered_set>

#include "base/error.h"
#include "lake/journal.h"
#include "storage/local_folder.h"

/// What would make a commit on a disk fail half-way, looked for before it begins.
namespace tarn::lake {

/// \brief That files can be moved into and removed from `folder`.
/// \param[in] own a folder on the file system where files are staged
Status CheckWritable(const storage::LocalFolder& folder, const storage::LocalFolder& own);

/// \brief That every file which a commit adds has a free place, and each one that it removes can be
/// removed. All folders are made.
/// \param[in] root the lake's folder
/// \param[in] own as in CheckWritable
/// \param[in] made those of `change.makes` that this commit made: nothing else is in them
Status CheckMoves(const storage::LocalFolder& root, const storage::LocalFolder& own,
                  const TableChange& change, const std::unordered_set<std::string>& made);

}  // namespace tarn::lake
