#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::lake {

/// \brief Whether `name` can be a table's or a run's: one path segment that listings do not hide.
bool IsPlainName(std::string_view name);

/// \brief Whether a file of this name in a table's folder is tarn's or Spark's: Parquet data,
/// success markers, summary files, and the checksum files of these. Anything else is the user's.
bool IsTableFile(std::string_view name);

/// \brief Whether a file of this name holds a table's rows: Parquet that is not hidden.
bool IsDataFile(std::string_view name);

/// \brief Whether a folder in a table's is a partition: `name=value`.
bool IsPartitionFolder(std::string_view name);

/// \brief Whether a file at this path, relative to a table's folder, is one of its files:
/// IsTableFile says so, and it lies in partition folders (`name=value`) only. Leads out of no
/// folder.
bool IsTablePath(std::string_view path);

/// \brief Paths, relative to `table_folder`, of its files for which IsTableFile, sorted.
///
/// Looks into partition folders (`name=value`) only. No such folder: none.
Result<std::vector<std::string>> ListTableFiles(const std::string& table_folder);

/// \brief Whether the folder holds Parquet data, in itself or in partition folders.
Result<bool> HoldsTable(const std::string& folder);

/// \brief Remove the partition folders of `files` (relative to `table_folder`) that are empty.
///
/// The table's folder itself stays.
Status PruneFolders(const std::string& table_folder, const std::vector<std::string>& files);

}  // namespace tarn::lake
