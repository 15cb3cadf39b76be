#pragma once

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <memory>
#include <optional>
#include <string>

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

}  // namespace tarn::lake
