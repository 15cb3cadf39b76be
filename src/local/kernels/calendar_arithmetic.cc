#include <cmath>
#include <limits>

#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/interval_arithmetic_internal.h"
#include "local/kernels/moment_arithmetic_internal.h"
#include "values/calendar.h"

namespace tarn::local {
namespace {

using arrow::Datum;

Status CalendarOverflow(const KernelContext& context) {
  return context.Error("ARITHMETIC_OVERFLOW", "the result is outside the range of its type",
                       "use a shorter interval");
}

bool SubtractParts(const MonthDayNanos& a, const MonthDayNanos& b, MonthDayNanos* out) {
  return !__builtin_sub_overflow(a.months, b.months, &out->months) &&
         !__builtin_sub_overflow(a.days, b.days, &out->days) &&
         !__builtin_sub_overflow(a.nanoseconds, b.nanoseconds, &out->nanoseconds);
}

bool AddParts(const MonthDayNanos& a, const MonthDayNanos& b, MonthDayNanos* out) {
  return !__builtin_add_overflow(a.months, b.months, &out->months) &&
         !__builtin_add_overflow(a.days, b.days, &out->days) &&
         !__builtin_add_overflow(a.nanoseconds, b.nanoseconds, &out->nanoseconds);
}

// Without its fraction; NaN is 0, as in Java.
bool ToWhole(double value, int32_t* out) {
  if (std::isnan(value)) return *out = 0, true;
  const double whole = std::trunc(value);
  if (whole < std::numeric_limits<int32_t>::min() || whole > std::numeric_limits<int32_t>::max()) {
    return false;
  }
  *out = static_cast<int32_t>(whole);
  return true;
}

bool MakeOfFractions(double months, double days, double micros, MonthDayNanos* out) {
  if (!ToWhole(months, &out->months) || !ToWhole(days, &out->days)) return false;
  micros += static_cast<double>(kMicrosPerDay) * (days - out->days);
  const double nanos = std::floor(micros + 0.5) * static_cast<double>(kNanosPerMicro);
  if (std::isnan(nanos)) return out->nanoseconds = 0, true;
  constexpr double kLimit = 9223372036854775808.0;
  if (nanos < -kLimit || nanos >= kLimit) return false;
  out->nanoseconds = static_cast<int64_t>(nanos);
  return true;
}

double MicrosOf(const MonthDayNanos& interval) {
  return static_cast<double>(interval.nanoseconds / kNanosPerMicro);
}

}  // namespace

Result<Datum> AddCalendarIntervals(char op, const KernelContext& context,
                                   const std::vector<Datum>& args) {
  return MapChecked<MonthDayNanos, MonthDayNanos, MonthDayNanos>(
      context, args, op == '+' ? AddParts : SubtractParts,
      [&](const MonthDayNanos&, const MonthDayNanos&) { return CalendarOverflow(context); });
}

Result<Datum> ScaleCalendarInterval(char op, const KernelContext& context,
                                    const std::vector<Datum>& args) {
  if (op == '*') {
    return MapChecked<MonthDayNanos, MonthDayNanos, double>(
        context, args,
        [](const MonthDayNanos& interval, double factor, MonthDayNanos* out) {
          return MakeOfFractions(factor * interval.months, factor * interval.days,
                                 factor * MicrosOf(interval), out);
        },
        [&](const MonthDayNanos&, double) { return CalendarOverflow(context); });
  }
  return MapChecked<MonthDayNanos, MonthDayNanos, double>(
      context, args,
      [](const MonthDayNanos& interval, double divisor, MonthDayNanos* out) {
        return divisor != 0 && MakeOfFractions(interval.months / divisor, interval.days / divisor,
                                               MicrosOf(interval) / divisor, out);
      },
      [&](const MonthDayNanos&, double divisor) {
        return divisor == 0 ? DividedIntervalByZero(context) : CalendarOverflow(context);
      });
}

Result<Datum> NegateCalendarInterval(const KernelContext& context, const Datum& value) {
  return MapChecked<MonthDayNanos, MonthDayNanos>(
      context, {value},
      [](const MonthDayNanos& interval, MonthDayNanos* out) {
        return SubtractParts(MonthDayNanos{}, interval, out);
      },
      [&](const MonthDayNanos&) { return CalendarOverflow(context); });
}

Result<Datum> ShiftDateByCalendar(int sign, const KernelContext& context,
                                  const std::vector<Datum>& args) {
  return MapChecked<int32_t, int32_t, MonthDayNanos>(
      context, args,
      [sign](int32_t days, const MonthDayNanos& interval, int32_t* out) {
        int32_t in_month = 0;
        return interval.nanoseconds == 0 &&
               AddMonthsToDate(days, sign * int64_t{interval.months}, &in_month) &&
               !__builtin_add_overflow(int64_t{in_month}, sign * int64_t{interval.days}, out);
      },
      [&](int32_t, const MonthDayNanos& interval) {
        if (interval.nanoseconds == 0) return CalendarOverflow(context);
        return context.Error("INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION",
                             "an interval with a time is added to a DATE",
                             "cast the DATE to TIMESTAMP");
      });
}

Result<Datum> ShiftTimestampByCalendar(int sign, const KernelContext& context,
                                       const std::vector<Datum>& args) {
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  return MapChecked<int64_t, int64_t, MonthDayNanos>(
      context, args,
      [&](int64_t micros, const MonthDayNanos& interval, int64_t* out) {
        int64_t in_month = micros;
        if (interval.months != 0 &&
            !AddMonths(micros, sign * int64_t{interval.months}, zone, &in_month)) {
          return false;
        }
        return AddDaysAndMicros(in_month, sign * int64_t{interval.days},
                                sign * (interval.nanoseconds / kNanosPerMicro), zone, out);
      },
      [&](int64_t, const MonthDayNanos&) { return MomentOverflow(context); });
}

}  // namespace tarn::local
