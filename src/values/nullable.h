#pragma once

#include <arrow/type.h>

#include <memory>

namespace tarn {

/// \brief The same columns, each of whose values may be NULL, also inside others: what Spark's
/// readers of files make of a schema that says NOT NULL.
std::shared_ptr<arrow::Schema> AsNullable(const arrow::Schema& schema);

}  // namespace tarn
