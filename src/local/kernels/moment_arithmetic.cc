#include "local/kernels/moment_arithmetic_internal.h"

namespace tarn::local {

bool AddMonthsToDate(int32_t days, int64_t months, int32_t* out) {
  const int64_t result = DaysAfterMonths(days, months);
  *out = static_cast<int32_t>(result);
  return *out == result;
}

bool AddMonths(int64_t micros, int64_t months, const TimeZone& zone, int64_t* out) {
  const int64_t local = zone.ToLocal(micros);
  const int64_t days = DaysAfterMonths(FloorDivide(local, kMicrosPerDay), months);
  if (!MicrosFromSeconds(days * kSecondsPerDay, FloorRemainder(local, kMicrosPerDay), out)) {
    return false;
  }
  *out = zone.ToUtcNear(*out, micros);
  return true;
}

bool AddDaysAndMicros(int64_t micros, int64_t days, int64_t more, const TimeZone& zone,
                      int64_t* out) {
  int64_t span = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &span)) return false;
  if (zone.is_utc() || days == 0) {
    int64_t total = 0;
    return !__builtin_add_overflow(span, more, &total) &&
           !__builtin_add_overflow(micros, total, out);
  }
  if (__builtin_add_overflow(zone.ToLocal(micros), span, out)) return false;
  return !__builtin_add_overflow(zone.ToUtcNear(*out, micros), more, out);
}

}  // namespace tarn::local
