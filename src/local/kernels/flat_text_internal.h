#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "local/kernels/kernel.h"
#include "plan/text_options.h"
#include "values/datetime_pattern.h"
#include "values/time_zone.h"

namespace tarn::local {

/// \brief Whether the names of the session's time zone that a pattern for output asks for are
/// known. \return kBadInput at the call's place
Status CheckZoneNames(const KernelContext& context, const DatetimePattern& pattern);

/// \brief The texts of values that are not nested, as to_json and to_csv write them.
class FlatText {
 public:
  /// \brief Dates and timestamps by the options' patterns, or as Spark does without them.
  /// \return kBadInput as CheckZoneNames
  static Result<FlatText> Make(const KernelContext& context, const plan::TextOptions& options);

  /// \brief Append the value of a row, which is not NULL: numbers as Java has them, BINARY as it
  /// is.
  void Append(const arrow::Array& array, int64_t row, std::string* out) const;

 private:
  FlatText(DatetimePattern timestamp, DatetimePattern timestamp_ntz, const TimeZone& zone)
      : timestamp_(std::move(timestamp)), timestamp_ntz_(std::move(timestamp_ntz)), zone_(&zone) {}

  void AppendDay(int32_t days, std::string* out) const;
  void AppendMoment(int64_t micros, bool is_ntz, std::string* out) const;

  std::optional<DatetimePattern> date_;  // none: `2020-01-02`
  DatetimePattern timestamp_;
  DatetimePattern timestamp_ntz_;
  const TimeZone* zone_;
};

}  // namespace tarn::local
