#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "lake/read_cache.h"
#include "local/scan/file_columns.h"
#include "local/scan/scan_item.h"
#include "local/scan/scanned_part.h"

namespace tarn::local {

/// \brief Read and filter a kParquet item of a source that has `columns`; row groups without a row
/// that passes are not read. Threads: any number at once.
/// \param[in] cache of the source
Status ScanParquet(const FileColumns& columns, const std::shared_ptr<storage::Storage>& storage,
                   const ScanItem& item, lake::ReadCache* cache, const PartSink& sink);

/// \brief What is known of a source of Parquet before it is read.
struct ParquetSample {
  int64_t num_file_bytes = 0;     ///< of some of its files
  int64_t num_records = 0;        ///< in them, by their footers; at least 1
  int64_t num_read = 0;           ///< of records that were read; 0: none
  std::vector<BatchPtr> passing;  ///< the rows of these that pass the source's filter
};

/// \brief Read the footers of some of a source's files and, of files on a disk, a few records from
/// places that are evenly spread: always the same ones of the same files.
///
/// \return none when these files have no records, or cannot be read
std::optional<ParquetSample> SampleParquet(const FileColumns& columns,
                                           const std::vector<storage::ObjectInfo>& files,
                                           const std::shared_ptr<storage::Storage>& storage);

}  // namespace tarn::local
