#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lake/staged_files.h"

namespace tarn::lake {

/// \brief How a column is stored in a Parquet file.
struct StoredColumn {
  std::string name;                    ///< with the names of what it is in: `genres.list.element`
  std::vector<std::string> encodings;  ///< of its pages of values, as Parquet names them
  int64_t num_bytes = 0;               ///< of its pages, compressed
};

/// \brief Files that are written nowhere: what a table would take is measured without storing it.
class TrialFiles : public StagedFiles {
 public:
  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(int64_t number,
                                                           const std::string& folder,
                                                           const std::string& suffix) override;

  /// \brief The columns of the largest file that was closed; none where its footer is very long.
  std::vector<StoredColumn> columns() const;

 private:
  class File;

  void Close(int64_t num_bytes, std::string tail);

  mutable std::mutex mutex_;  // of all below
  int64_t largest_bytes_ = 0;
  std::string largest_tail_;
};

}  // namespace tarn::lake
