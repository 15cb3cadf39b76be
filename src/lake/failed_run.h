#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "lake/table_files.h"

/// What stays of runs that failed: `_tarn/failed/<run>/` has rows that broke rules. It is there for
/// each failed run that left something, also without such rows, and so shows that the run's
/// quarantine is of records that no table of the lake was made with.
namespace tarn::lake {

inline constexpr std::string_view kFailedFolder = "_tarn/failed";

/// \brief A row that broke a rule of its table.
struct BrokenRow {
  std::string table;
  std::string rule;  ///< such as `check n > 0`
  std::string row;   ///< such as `id = 15, n = -1`
};

/// \brief table STRING, rule STRING, row STRING.
std::shared_ptr<arrow::Schema> BrokenRowSchema();

Result<std::shared_ptr<arrow::RecordBatch>> ToRecordBatch(const std::vector<BrokenRow>& rows);

inline std::string FailedFolderOf(const std::string& run_id) {
  return std::string(kFailedFolder) + "/" + run_id;
}

/// \brief Whether FailedFolderOf may have given `folder`.
inline bool IsFailedFolder(std::string_view folder) {
  if (!folder.starts_with(kFailedFolder)) return false;
  folder.remove_prefix(kFailedFolder.size());
  return folder.starts_with('/') && IsPlainName(folder.substr(1));
}

}  // namespace tarn::lake
