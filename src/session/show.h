#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

/// What is in tables of Parquet, in a pipeline's lake, in another one, or anywhere.
namespace tarn::session {

/// \brief Where a table is.
struct TablePlace {
  std::string name;
  std::string path;  ///< of its folder or only file: absolute, or a URI
};

/// \brief The tables that a lake has.
struct LakeTables {
  std::string lake_root;           ///< as lake::Lake::root
  std::vector<TablePlace> tables;  ///< by name; empty also when there is no lake yet

  /// \brief The table of this name, whose case does not count.
  /// \return kBadInput with those that there are
  Result<TablePlace> Find(const std::string& name) const;
};

Result<LakeTables> ListTables(lake::Lake* lake);

/// \brief What to show of tables.
struct ShowOptions {
  int64_t num_rows = 10;          ///< of each table, the first ones
  bool skips_unreadable = false;  ///< a table that cannot be read does not make the call fail
};

/// \brief A table as it is stored.
struct ShownTable {
  std::string name;
  lake::TableInfo info;  ///< partition columns have their declared types, where those are known
  std::shared_ptr<arrow::RecordBatch> head;  ///< its first rows
};

/// \brief A table that cannot be read.
struct UnreadableTable {
  TablePlace place;
  Status reason;  ///< why not
};

struct ShownTables {
  std::vector<ShownTable> tables;           ///< in the order in which they were asked for
  std::vector<UnreadableTable> unreadable;  ///< with ShowOptions::skips_unreadable
};

/// \brief Read tables' columns, sizes and first rows.
///
/// Folders' names do not say which type a partition column has: it is what the last run that wrote
/// the table recorded, else what the pipeline makes, else text.
/// \param[in] pipeline null: none is known
Result<ShownTables> ShowTables(storage::Storages* storages, const pipeline::Pipeline* pipeline,
                               const std::vector<TablePlace>& tables, const ShowOptions& options);

}  // namespace tarn::session
