#pragma once

#include <vector>

#include "local/kernels/kernel.h"
#include "values/calendar.h"

/// Arithmetic of INTERVALs without fields: months, days and a time, each by itself. Source: Spark's
/// IntervalUtils and DateTimeUtils.
namespace tarn::local {

/// \brief One, as Arrow holds it.
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

/// \brief The sum ('+') or difference ('-') of two.
Result<arrow::Datum> AddCalendarIntervals(char op, const KernelContext& context,
                                          const std::vector<arrow::Datum>& args);

/// \brief One multiplied ('*') or divided ('/') by a DOUBLE: of months the fraction is dropped,
/// that of days becomes time.
Result<arrow::Datum> ScaleCalendarInterval(char op, const KernelContext& context,
                                           const std::vector<arrow::Datum>& args);

/// \brief One with the other sign.
Result<arrow::Datum> NegateCalendarInterval(const KernelContext& context,
                                            const arrow::Datum& value);

/// \brief A DATE, args[0], later by the months of args[1] and then its days; its time has to be 0.
/// \param[in] sign -1: earlier
Result<arrow::Datum> ShiftDateByCalendar(int sign, const KernelContext& context,
                                         const std::vector<arrow::Datum>& args);

/// \brief A TIMESTAMP or TIMESTAMP_NTZ, args[0], later by the months of args[1], then its days,
/// both by the zone's clocks, and then its time.
/// \param[in] sign -1: earlier
Result<arrow::Datum> ShiftTimestampByCalendar(int sign, const KernelContext& context,
                                              const std::vector<arrow::Datum>& args);

}  // namespace tarn::local
