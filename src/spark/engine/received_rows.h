#pragma once

#include <arrow/record_batch.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "spark/job/message.h"

namespace tarn::spark {

/// \brief Rows of tables that Spark has sent so far, in memory. Threads: one at a time.
class ReceivedRows {
 public:
  /// \return Invalid for what is no stream of Arrow's
  Status Add(const TableRows& rows);

  /// \brief Forget what came of a table.
  void Drop(const std::string& table) { batches_.erase(table); }

  /// \brief All rows of a table, in order, with the types of `schema`. They are forgotten here.
  /// \return IOError when they are not as many as were sent, Invalid for other columns
  Result<arrow::RecordBatchVector> Take(const TableDone& done,
                                        const std::shared_ptr<arrow::Schema>& schema);

 private:
  std::map<std::string, arrow::RecordBatchVector> batches_;  // by table
};

}  // namespace tarn::spark
