#pragma once

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "values/time_zone.h"

namespace tarn::lake {

/// \brief The value of a partition column that a folder's name says.
/// \param[in] text unescaped; nullopt: null
/// \param[in] type any that a partition column can have
/// \param[in] zone whose clocks a TIMESTAMP shows
/// \return Invalid when it is none of the type
Result<std::shared_ptr<arrow::Scalar>> PartitionScalar(const std::optional<std::string>& text,
                                                       const std::shared_ptr<arrow::DataType>& type,
                                                       const TimeZone& zone = TimeZone::Utc());

/// \brief The type of a partition column by what its folders say, as Spark infers it: INT, BIGINT,
/// DECIMAL(p,0), DOUBLE, DATE, TIMESTAMP, or STRING.
/// \param[in] values unescaped; nullopt: null
std::shared_ptr<arrow::DataType> InferPartitionType(
    const std::vector<std::optional<std::string>>& values);

}  // namespace tarn::lake
