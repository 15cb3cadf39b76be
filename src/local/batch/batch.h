#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>

namespace tarn::local {

using BatchPtr = std::shared_ptr<arrow::RecordBatch>;
using SchemaPtr = std::shared_ptr<arrow::Schema>;

/// Rows that sources and operators put out at once, about: 32 Ki, or what the environment variable
/// TARN_BATCH_ROWS says, for tests that results do not depend on it.
extern const int64_t kBatchRows;

}  // namespace tarn::local
