#pragma once

#include <memory>

#include "base/error.h"
#include "lake/lake.h"
#include "lake/staged_files.h"

namespace tarn::lake {

/// \brief A writer of Parquet files into `files`.
///
/// Rows of a table that is neither partitioned nor sorted go into one file as they come. Others are
/// gathered up to spec.gathered_bytes_max, ordered by partition, and written one file at a time; a
/// partition has one more file each time the limit is reached. Where rows come in their order and
/// of few partitions at a time, less is gathered, and later rows go into the same files.
/// \return kBadInput for a column name that is not in the schema, or of a type that will not do
Result<std::unique_ptr<TableWriter>> MakeTableWriter(TableSpec spec,
                                                     std::shared_ptr<StagedFiles> files);

}  // namespace tarn::lake
