#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <memory>
#include <utility>

#include "base/error.h"
#include "base/poll.h"

namespace tarn::local {

using BatchPtr = std::shared_ptr<arrow::RecordBatch>;
using SchemaPtr = std::shared_ptr<arrow::Schema>;

/// Rows that operators put out at once, about.
constexpr int64_t kBatchRows = 32 * 1024;

/// \brief One node of a table's plan at work: a pull iterator over batches.
///
/// The same inputs give the same batches in the same order.
/// Threads: one at a time, the same one for the whole tree.
class Operator {
 public:
  explicit Operator(SchemaPtr schema) : schema_(std::move(schema)) {}
  virtual ~Operator() = default;

  /// \brief The next batch, never empty; null at the end. Not called again after the end or an
  /// error.
  virtual Result<BatchPtr> Next() = 0;

  const SchemaPtr& schema() const { return schema_; }

 private:
  const SchemaPtr schema_;
};

using OperatorPtr = std::unique_ptr<Operator>;

}  // namespace tarn::local
