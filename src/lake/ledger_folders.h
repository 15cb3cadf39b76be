#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "lake/quarantine_folders.h"
#include "lake/table_files.h"

/// Where a lake keeps its ledger: which files its tables were made of (docs/adr/0026).
namespace tarn::lake {

/// Relative to the lake's root.
inline constexpr std::string_view kLedgerFolder = "_tarn/ledger";

/// \brief Of the tables: what they were computed from.
inline std::string LedgerFolderOfTables() { return std::string(kLedgerFolder) + "/tables"; }

/// \brief Of the files that a source has consumed. A Hive partition, as in quarantine.
inline std::string LedgerFolderOf(const std::string& source) {
  return fmt::format("{}/{}{}", kLedgerFolder, kSourceKey, source);
}

/// \brief Whether it is one that the two functions above may have given.
inline bool IsLedgerFolder(std::string_view folder) {
  if (folder == LedgerFolderOfTables()) return true;
  if (!folder.starts_with(kLedgerFolder)) return false;
  folder.remove_prefix(kLedgerFolder.size());
  return folder.starts_with('/') && IsPlainName(folder.substr(1)) &&
         folder.substr(1).starts_with(kSourceKey);
}

}  // namespace tarn::lake
