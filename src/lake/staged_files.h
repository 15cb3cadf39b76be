#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "lake/partition_path.h"

namespace tarn::lake {

/// \brief Where a table's writer puts its files until the commit.
///
/// Threads: any number at once.
class StagedFiles {
 public:
  virtual ~StagedFiles() = default;

  /// \brief A new file that the commit will publish in `folder` of the table, under a new name.
  /// \param[in] number of the file within its table, not used before; becomes part of its name
  /// \param[in] folder partition folders as in the final path; "" for the table's own folder
  /// \param[in] suffix the end of its name, such as `.snappy.parquet`
  virtual Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(int64_t number,
                                                                   const std::string& folder,
                                                                   const std::string& suffix) = 0;

  /// \brief How long the paths of partition folders may be.
  virtual PathLimits limits() const { return {}; }
};

}  // namespace tarn::lake
