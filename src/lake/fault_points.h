#pragma once

#include <array>
#include <string_view>

namespace tarn::lake {

/// \brief The names that writers and the commit pass to FaultPoint, in the order in which a run
/// reaches them. Before "commit.journal" a killed run leaves the old tables, from there on the new
/// ones, unless not all files can be published: then "commit.undo" is reached before each of them.
inline constexpr std::array<std::string_view, 12> kFaultPoints = {
    "write.file",          // before each file is made
    "commit.staged",       // all files are written
    "commit.journal_tmp",  // the journal is on the disk, under another name
    "commit.folders",      // folders for all files are made
    "commit.synced",       // files and folders are on the disk
    "commit.journal",      // the journal is in its place: the commit has happened
    "commit.rename",       // before each staged file is renamed
    "commit.renamed",      // all new files are in their places
    "commit.remove",       // before each old file is removed
    "commit.removed",      // all old files and empty folders are gone
    "commit.journal_removed",
    "commit.done",  // and the staging folder is gone
};

/// \brief The same for lakes in S3; "commit.decided" is the first one that leaves the new tables.
inline constexpr std::array<std::string_view, 10> kS3FaultPoints = {
    "write.file",        // before each file is made
    "commit.staged",     // all files are written: in memory, or in parts that are not visible
    "commit.journal",    // the journal says what will be published
    "commit.publish",    // before each object is made visible
    "commit.published",  // all new objects are visible
    "commit.decided",    // the journal says that the old ones go: the commit has happened
    "commit.remove",     // before each batch of old objects is deleted
    "commit.removed",    // all old objects are gone
    "commit.journal_removed",
    "commit.done",  // all but the lock is gone
};

/// \brief What recovery reaches beside "commit.remove" and those after it.
inline constexpr std::array<std::string_view, 2> kS3RecoveryFaultPoints = {
    "recover.uploads_dropped",  // no upload of a dead run is left
    "recover.undo",             // before each batch of new objects of an undone commit is deleted
};

}  // namespace tarn::lake
