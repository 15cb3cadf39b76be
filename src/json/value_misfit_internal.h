#pragma once

#include <arrow/type.h>

#include <optional>
#include <string>
#include <vector>

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

/// A part of a value that does not fit its type.
struct MisfitPart {
  std::string path;  ///< as FindMisfit has it, but elements with their number: "v[0]"
  Value value;
  bool is_hidden = false;  ///< a later value of the same key takes its place
};

/// \brief All such parts, in the order of the type's parts; none lies inside another one. Slow.
std::vector<MisfitPart> FindMisfitParts(const std::string& path, const Value& value,
                                        const arrow::DataType& type,
                                        const DatetimeFormats& formats);

/// \brief Whether a value that is not null becomes one of the type, though parts of it may not fit.
bool FitsOutside(const Value& value, const arrow::DataType& type, const DatetimeFormats& formats);

}  // namespace tarn::json
