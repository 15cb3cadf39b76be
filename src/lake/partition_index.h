#pragma once

#include <arrow/compute/row/grouper.h>
#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "lake/partition_path.h"
#include "lake/row_order.h"

namespace tarn::lake {

/// \brief Numbers the partitions of a table as its rows come.
///
/// Threads: one at a time.
class PartitionIndex {
 public:
  /// \param[in] columns indices of the partition columns in the batches, in path order; at least
  /// one
  /// \param[in] zone whose clocks a TIMESTAMP's folders show
  static Result<std::unique_ptr<PartitionIndex>> Make(std::shared_ptr<arrow::Schema> schema,
                                                      std::vector<int> columns,
                                                      const PathLimits& limits = {},
                                                      const TimeZone& zone = TimeZone::Utc());

  /// \brief Append the rows of `batch` to `rows`, in their order.
  /// \param[in] number of the batch
  /// \return kBadInput for a value that makes a name too long
  Status Number(const arrow::RecordBatch& batch, uint32_t number, std::vector<PartitionRows>* rows);

  /// \brief Folder of each partition below the table's, by number: `year=2018/month=11`.
  const std::vector<std::string>& folders() const { return folders_; }

 private:
  PartitionIndex(std::shared_ptr<arrow::Schema> schema, std::vector<int> columns,
                 std::unique_ptr<arrow::compute::Grouper> grouper, const PathLimits& limits,
                 const TimeZone& zone)
      : schema_(std::move(schema)),
        columns_(std::move(columns)),
        limits_(limits),
        zone_(zone),
        grouper_(std::move(grouper)) {}

  Result<std::shared_ptr<arrow::RecordBatch>> KeysOf(const arrow::RecordBatch& batch,
                                                     const std::vector<uint32_t>& begins) const;
  Result<std::string> FolderOf(const arrow::RecordBatch& keys, int64_t row) const;
  uint32_t NumberFolder(std::string folder);

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> columns_;
  PathLimits limits_;
  const TimeZone& zone_;
  std::unique_ptr<arrow::compute::Grouper> grouper_;
  // Groups differ by value, partitions by folder: null and '' share one.
  std::vector<uint32_t> partition_of_group_;
  std::unordered_map<std::string, uint32_t> partition_of_folder_;
  std::vector<std::string> folders_;
};

}  // namespace tarn::lake
