#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "lake/table_files.h"

namespace tarn::lake {

/// Where a lake keeps the records that could not be read, relative to its root.
inline constexpr std::string_view kQuarantineFolder = "_tarn/quarantine";

/// A source's folder is a Hive partition, so that any reader of Parquet sees a column `source`.
inline constexpr std::string_view kSourceKey = "source=";

inline std::string QuarantineFolderOf(const std::string& run_id, const std::string& source) {
  return fmt::format("{}/{}/{}{}", kQuarantineFolder, run_id, kSourceKey, source);
}

/// \brief Whether QuarantineFolderOf may have given `folder`.
inline bool IsQuarantineFolder(std::string_view folder) {
  if (!folder.starts_with(kQuarantineFolder)) return false;
  folder.remove_prefix(kQuarantineFolder.size());
  const size_t source = folder.find_last_of('/');
  return source != 0 && source != std::string_view::npos && folder.front() == '/' &&
         IsPlainName(folder.substr(1, source - 1)) && IsPlainName(folder.substr(source + 1)) &&
         folder.substr(source + 1).starts_with(kSourceKey);
}

}  // namespace tarn::lake
