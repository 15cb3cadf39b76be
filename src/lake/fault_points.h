#pragma once

#include <array>
#include <string_view>

namespace tarn::lake {

/// \brief The names that writers and the commit pass to FaultPoint, in the order in which a run
/// reaches them. Before "commit.journal" a killed run leaves the old tables, from there on the new
/// ones.
inline constexpr std::array<std::string_view, 11> kFaultPoints = {
    "write.file",          // before each file is made
    "commit.staged",       // all files are written
    "commit.synced",       // and on the disk
    "commit.journal_tmp",  // the journal is on the disk, under another name
    "commit.journal",      // the journal is in its place: the commit has happened
    "commit.rename",       // before each staged file is renamed
    "commit.renamed",      // all new files are in their places
    "commit.remove",       // before each old file is removed
    "commit.removed",      // all old files and empty folders are gone
    "commit.journal_removed",
    "commit.done",  // and the staging folder is gone
};

}  // namespace tarn::lake
