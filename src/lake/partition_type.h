#pragma once

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"

namespace tarn::lake {

/// \brief The type of a partition column, from the texts of its values, as Spark infers it: INT,
/// BIGINT, DOUBLE, DATE, TIMESTAMP, and STRING for everything else, mixtures included.
/// \param[in] values nullopt: null. Nulls only: STRING.
/// Source: Spark's PartitioningUtils.inferPartitionColumnValue, without its big integers as
/// DECIMAL.
std::shared_ptr<arrow::DataType> InferPartitionType(
    std::span<const std::optional<std::string>> values);

/// \brief The value that `text` says.
/// \param[in] type one of those above
/// \return Invalid when it is none of the type
Result<std::shared_ptr<arrow::Scalar>> PartitionScalar(
    const std::optional<std::string>& text, const std::shared_ptr<arrow::DataType>& type);

}  // namespace tarn::lake
