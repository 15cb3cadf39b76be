#pragma once

#include <string>
#include <string_view>

#include "lake/table_files.h"

/// Where a lake keeps what tables need of old rows to take new ones (docs/adr/0026).
namespace tarn::lake {

/// Relative to the lake's root.
inline constexpr std::string_view kStateFolder = "_tarn/state";

/// \brief Of one table.
inline std::string StateFolderOf(const std::string& table) {
  return std::string(kStateFolder) + "/" + table;
}

/// \brief Whether it is one that StateFolderOf may have given.
inline bool IsStateFolder(std::string_view folder) {
  if (!folder.starts_with(kStateFolder)) return false;
  folder.remove_prefix(kStateFolder.size());
  return folder.starts_with('/') && IsPlainName(folder.substr(1));
}

}  // namespace tarn::lake
