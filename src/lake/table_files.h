#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/local_folder.h"

namespace tarn::lake {

/// \brief Whether `name` can be a table's or a run's: one path segment that listings do not hide.
bool IsPlainName(std::string_view name);

/// \brief Whether a file of this name in a table's folder is tarn's or Spark's: Parquet data,
/// success markers, summary files, and the checksum files of these. Anything else is the user's.
bool IsTableFile(std::string_view name);

/// \brief Which run named a table's file, on whichever engine: `run` of
/// `part-00000-<run>.snappy.parquet`. Before the token it is the run's id.
/// \return "" for names that no run gives, as those of Spark's own, which have a UUID there
std::string_view RunOfFile(std::string_view name);

/// \brief Refuse a table's folder in which others wrote: a commit would delete what is theirs.
/// \param[in] table_folder path or URI, for the message
/// \param[in] paths of its files (IsTablePath), relative to it
/// \return kBadInput with the first files that have no RunOfFile
Status CheckOwnFiles(std::string_view table_folder, const std::vector<std::string>& paths);

/// \brief Whether a file of this name holds a table's rows: Parquet that is not hidden.
bool IsDataFile(std::string_view name);

/// \brief Whether a folder in a table's is a partition: `name=value`.
bool IsPartitionFolder(std::string_view name);

/// \brief Whether this relative path is of partition folders only.
bool IsPartitionPath(std::string_view path);

/// \brief Whether a file at this path, relative to a table's folder, is one of its files:
/// IsTableFile says so, and it lies in partition folders (`name=value`) only. Leads out of no
/// folder.
bool IsTablePath(std::string_view path);

/// \brief Paths, relative to the table's folder, of its files for which IsTablePath, sorted.
/// \return kBadInput for a link that stands where a partition would be
Result<std::vector<std::string>> ListTableFiles(const storage::LocalFolder& table);

/// \brief Whether the folder holds Parquet data, in itself or in partition folders.
Result<bool> HoldsTable(const storage::LocalFolder& folder);

/// \brief Remove the partition folders of `files` (relative to the table's folder) that are empty.
///
/// The table's folder itself stays.
/// \param[in] kept files that are there: their folders need not be tried
void PruneFolders(const storage::LocalFolder& table, const std::vector<std::string>& files,
                  const std::vector<std::string>& kept);

}  // namespace tarn::lake
