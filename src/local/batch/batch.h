#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>

namespace tarn::local {

using BatchPtr = std::shared_ptr<arrow::RecordBatch>;
using SchemaPtr = std::shared_ptr<arrow::Schema>;

/// Rows that operators put out at once, about.
constexpr int64_t kBatchRows = 32 * 1024;

}  // namespace tarn::local
