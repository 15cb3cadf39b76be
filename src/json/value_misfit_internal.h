#pragma once

#include <arrow/type.h>

#include <optional>
#include <string>

#include "json/record/value.h"
#include "values/datetime_pattern.h"

namespace tarn::json {

/// What does not fit in a value.
struct InnerMisfit {
  const char* position;
  std::string reason;
};

/// \brief Look for the first part of a value that does not fit its type, in the order of the type's
/// parts. Slow: for what is known to have one, or where the last of repeated keys hides others.
/// \param[in] path of the value: "v", "v.field", "v[]" for an array's elements, "v.key" for a
/// map's. \param[in] value in a valid record.
std::optional<InnerMisfit> FindMisfit(const std::string& path, const Value& value,
                                      const arrow::DataType& type, const DatetimeFormats& formats);

}  // namespace tarn::json
