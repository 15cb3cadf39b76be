#pragma once

#include <cstdint>

#include "values/calendar.h"
#include "values/time_zone.h"

/// Moments some time later. Source: Spark's DateTimeUtils.
namespace tarn::local {

/// \brief The date `months` later, its day cut to the month's last one; false beyond a DATE.
bool AddMonthsToDate(int32_t days, int64_t months, int32_t* out);

/// \brief The same by the zone's clocks, at the same time of day; false beyond a TIMESTAMP.
bool AddMonths(int64_t micros, int64_t months, const TimeZone& zone, int64_t* out);

/// \brief So many days later by the zone's clocks, and then so many microseconds.
bool AddDaysAndMicros(int64_t micros, int64_t days, int64_t more, const TimeZone& zone,
                      int64_t* out);

}  // namespace tarn::local
