#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace tarn::lake {

/// Where a lake keeps the records that could not be read, relative to its root.
inline constexpr std::string_view kQuarantineFolder = "_tarn/quarantine";

/// A source's folder is a Hive partition, so that any reader of Parquet sees a column `source`.
inline constexpr std::string_view kSourceKey = "source=";

inline std::string QuarantineFolderOf(const std::string& run_id, const std::string& source) {
  return fmt::format("{}/{}/{}{}", kQuarantineFolder, run_id, kSourceKey, source);
}

}  // namespace tarn::lake
