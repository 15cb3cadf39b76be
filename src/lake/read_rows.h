#pragma once

#include <arrow/record_batch.h>

#include <functional>
#include <memory>
#include <vector>

#include "base/error.h"
#include "lake/partition_path.h"
#include "storage/storage.h"
#include "values/time_zone.h"

namespace tarn::lake {

/// \brief A column of a table, of rows that come from one file.
/// \param[in] partition what the folders above the file say: it counts first, as in Spark
/// \param[in] zone whose clocks the folders of a TIMESTAMP show
/// \param[in] batch rows of the file; what it has not is NULL
Result<std::shared_ptr<arrow::Array>> TableColumn(const arrow::Field& field,
                                                  const std::vector<PartitionEntry>& partition,
                                                  const TimeZone& zone,
                                                  const arrow::RecordBatch& batch);

/// \brief Read columns of one Parquet file of a table.
///
/// \param[in] schema the columns, by name: of the folders `name=value` right above the file, else
///   of the file, as Spark has it; NULLs where neither has them
/// \param[in] zone whose clocks the folders of a TIMESTAMP show
/// \param[in] batch_rows of a batch, at most
/// \param[in] take called with batch after batch, in order; its error ends the reading
/// \return also kBadInput for what is no Parquet file, and for values that are none of their type
Status ReadRows(const std::shared_ptr<storage::Storage>& storage, const storage::ObjectInfo& file,
                const std::shared_ptr<arrow::Schema>& schema, const TimeZone& zone,
                int64_t batch_rows,
                const std::function<Status(std::shared_ptr<arrow::RecordBatch> batch)>& take);

}  // namespace tarn::lake
