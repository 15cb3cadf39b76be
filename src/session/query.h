#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "session/run_request.h"
#include "session/show.h"
#include "sql/text.h"
#include "sql/token_list.h"
#include "storage/storages.h"

/// A query by itself: it is computed on this machine, and nothing is stored.
namespace tarn::session {

/// \brief Where a query's rows go. Its errors end the query. Threads: one at a time.
class RowSink {
 public:
  virtual ~RowSink() = default;

  /// \brief Called once, before there are rows.
  virtual Status Begin(const std::shared_ptr<arrow::Schema>& schema) = 0;

  /// \brief The next rows, in order; each column holds its values one by one.
  virtual Status Add(const arrow::RecordBatch& rows) = 0;

  /// \brief There are no more rows. Not called after an error.
  virtual Status End() = 0;
};

/// \brief What is asked for.
struct QueryRequest {
  std::shared_ptr<const sql::Text> text;  ///< one query
  std::string folder;                     ///< absolute; of paths in the query that are relative
  int num_threads = 0;                    ///< 0: one per core
  std::optional<sql::DoubleQuotes> double_quotes = {};  ///< none: as the pipeline says
};

/// \brief What a query can read.
struct QueryTables {
  /// Its sources, and its tables as the SQL makes them; null: none.
  const pipeline::Pipeline* pipeline = nullptr;
  /// As they are stored, before those of the pipeline that have the same names.
  LakeTables lake;
};

/// \brief The columns of a query's rows; nothing is computed.
/// \return kBadInput with all that is wrong in the SQL
Result<std::shared_ptr<arrow::Schema>> DescribeQuery(const QueryRequest& request,
                                                     const QueryTables& tables,
                                                     storage::Storages* storages);

/// \brief Compute a query.
/// \return kBadInput with all that is wrong in the SQL, and for what a run fails of on the data;
///   Cancelled when it is stopped; the sink's error
Status RunQuery(const QueryRequest& request, const QueryTables& tables, storage::Storages* storages,
                const RunWatch& watch, RowSink* sink);

}  // namespace tarn::session
