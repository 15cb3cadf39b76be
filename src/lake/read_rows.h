#pragma once

#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "base/error.h"
#include "lake/partition_path.h"
#include "lake/read_cache.h"
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

/// \brief What is known of a column's values in some rows before they are read.
struct ColumnBounds {
  std::shared_ptr<arrow::Scalar> min;  ///< of the column's type; no value is less; null: not known
  std::shared_ptr<arrow::Scalar> max;  ///< of the column's type; none but NaN is greater
  bool may_be_null = true;             ///< false: no value is NULL
  bool is_all_null = false;            ///< every value is NULL
};

/// \brief Whether rows with these bounds, by column, may have one that is asked for.
using MayMatch = std::function<bool(const std::vector<ColumnBounds>& bounds)>;

/// \brief What to read of a Parquet file.
struct RowsWanted {
  /// The columns, by name without case: of the folders `name=value` right above the file, else of
  /// the file, as Spark has it; NULLs where neither has them.
  std::shared_ptr<arrow::Schema> schema;
  const TimeZone* zone = &TimeZone::Utc();  ///< whose clocks the folders of a TIMESTAMP show
  int64_t batch_rows = 0;                   ///< of a batch, at most
  /// Of row groups, those whose middle lies in these bytes of the file: parts of a file that follow
  /// each other have each of them once.
  int64_t begin = 0;
  int64_t end = std::numeric_limits<int64_t>::max();
  MayMatch may_match;  ///< row groups that it refuses are not read; null: all are
  /// Kept between parts of files. A column of type STRING may then be codes: an
  /// arrow::DictionaryArray of int32 over utf8, whatever the schema says. Null: nothing is kept,
  /// and no column is codes.
  ReadCache* cache = nullptr;
  bool reads_few = false;  ///< `take` ends the reading soon: files on a disk are read bit by bit
};

/// \brief Read rows of one Parquet file.
///
/// \param[in] take called with batch after batch, in order; its error ends the reading
/// \return also kBadInput for what is no Parquet file, and for columns and values that Spark does
///   not read as their type
Status ReadRows(const std::shared_ptr<storage::Storage>& storage, const storage::ObjectInfo& file,
                const RowsWanted& wanted,
                const std::function<Status(std::shared_ptr<arrow::RecordBatch> batch)>& take);

/// \brief How many rows Parquet files have together, as they say it themselves.
Result<int64_t> CountRows(storage::Storage* storage, const std::vector<storage::ObjectInfo>& files);

}  // namespace tarn::lake
