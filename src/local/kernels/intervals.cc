#include <algorithm>
#include <array>

#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/int128.h"
#include "values/calendar.h"
#include "values/interval.h"

// Functions of intervals.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

Status TooLongInterval(const KernelContext& context) {
  return context.Error("INTERVAL_ARITHMETIC_OVERFLOW", "the interval is too long for its type",
                       "make a shorter one");
}

// The argument, or 0 where it is left out.
Datum ArgumentOr0(const Args& args, size_t i) {
  if (i < args.size()) return args[i];
  return Datum(std::make_shared<arrow::Int32Scalar>(0));
}

Result<Datum> MakeYearMonth(const KernelContext& context, const Args& args) {
  return MapChecked<int32_t, int32_t, int32_t>(
      context, {ArgumentOr0(args, 0), ArgumentOr0(args, 1)},
      [](int32_t years, int32_t months, int32_t* out) {
        const int64_t total = int64_t{years} * 12 + months;
        *out = static_cast<int32_t>(total);
        return *out == total;
      },
      [&](int32_t, int32_t) { return TooLongInterval(context); });
}

Result<Datum> MakeDayTime(const KernelContext& context, const Args& args) {
  Datum seconds(
      std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(0), arrow::decimal128(18, 6)));
  if (args.size() > 3) seconds = args[3];
  return MapChecked<int64_t, int32_t, int32_t, int32_t, arrow::Decimal128>(
      context, {ArgumentOr0(args, 0), ArgumentOr0(args, 1), ArgumentOr0(args, 2), seconds},
      [](int32_t days, int32_t hours, int32_t minutes, const arrow::Decimal128& micros,
         int64_t* out) {
        const int64_t whole_minutes = (int64_t{days} * 24 + hours) * 60 + minutes;
        const Int128 total = Int128{whole_minutes} * 60 * kMicrosPerSecond + ToInt128(micros);
        *out = static_cast<int64_t>(total);
        return FitsInt64(total);
      },
      [&](int32_t, int32_t, int32_t, const arrow::Decimal128&) {
        return TooLongInterval(context);
      });
}

/// The arguments of make_interval, in its order.
struct CalendarParts {
  std::array<int32_t, 6> counts;  // years, months, weeks, days, hours, minutes
  Int128 micros;
};

bool MakeCalendar(const CalendarParts& parts, MonthDayNanos* out) {
  const auto& [years, months, weeks, days, hours, minutes] = parts.counts;
  const int64_t all_months = int64_t{years} * 12 + months, all_days = int64_t{weeks} * 7 + days;
  const int64_t all_minutes = int64_t{hours} * 60 + minutes;
  const Int128 nanos =
      (Int128{all_minutes} * 60 * kMicrosPerSecond + parts.micros) * kNanosPerMicro;
  *out = {static_cast<int32_t>(all_months), static_cast<int32_t>(all_days),
          static_cast<int64_t>(nanos)};
  return out->months == all_months && out->days == all_days && FitsInt64(nanos);
}

// kTry: NULL on overflow.
template <bool kTry>
Result<Datum> MakeCalendarInterval(const KernelContext& context, const Args& args) {
  std::vector<ColumnView<int32_t>> counts;
  for (size_t i = 0; i < 6; ++i) counts.emplace_back(ArgumentOr0(args, i));
  Datum no_seconds(
      std::make_shared<arrow::Decimal128Scalar>(arrow::Decimal128(0), arrow::decimal128(18, 6)));
  const ColumnView<arrow::Decimal128> seconds(args.size() > 6 ? args[6] : no_seconds);
  arrow::MonthDayNanoIntervalBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool valid =
        seconds.IsValid(row) && std::all_of(counts.begin(), counts.end(),
                                            [row](const auto& view) { return view.IsValid(row); });
    if (!valid) {
      builder.UnsafeAppendNull();
      continue;
    }
    CalendarParts parts;
    for (size_t i = 0; i < 6; ++i) parts.counts[i] = counts[i][row];
    parts.micros = ToInt128(seconds[row]);
    MonthDayNanos interval;
    if (MakeCalendar(parts, &interval)) {
      builder.UnsafeAppend(interval);
    } else if (kTry) {
      builder.UnsafeAppendNull();
    } else {
      return context.Error("ARITHMETIC_OVERFLOW", "the interval is too long for its type",
                           "make a shorter one, or use try_make_interval");
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

// So many whole units below `kModulus`, with the interval's sign.
template <typename Out, typename In, IntervalField kField, int64_t kModulus>
Result<Datum> Field(const KernelContext& context, const Args& args) {
  const int64_t unit = UnitOfInterval(kField);
  if (IsCalendarInterval(*args[0].type())) {
    return Map<Out, MonthDayNanos>(context, args, [unit](const MonthDayNanos& interval) {
      constexpr bool kOfMonths = std::is_same_v<In, int32_t>;
      const int64_t all = kOfMonths ? interval.months : interval.nanoseconds / kNanosPerMicro;
      const int64_t days = kField == IntervalField::kDay ? interval.days : 0;
      return static_cast<Out>(days + all / unit % kModulus);
    });
  }
  return Map<Out, In>(context, args,
                      [unit](In interval) { return static_cast<Out>(interval / unit % kModulus); });
}

Result<Datum> SecondField(const KernelContext& context, const Args& args) {
  const auto seconds = [](int64_t micros) {
    return arrow::Decimal128(micros % (60 * kMicrosPerSecond));
  };
  if (!IsCalendarInterval(*args[0].type())) {
    return Map<arrow::Decimal128, int64_t>(context, args, seconds);
  }
  return Map<arrow::Decimal128, MonthDayNanos>(context, args, [&](const MonthDayNanos& interval) {
    return seconds(interval.nanoseconds / kNanosPerMicro);
  });
}

}  // namespace

std::span<const NamedKernel> IntervalKernels() {
  using enum IntervalField;
  static constexpr NamedKernel kKernels[] = {
      {"make_ym_interval", MakeYearMonth},
      {"make_dt_interval", MakeDayTime},
      {"make_interval", MakeCalendarInterval<false>},
      {"try_make_interval", MakeCalendarInterval<true>},
      {"extract(interval year)", Field<int32_t, int32_t, kYear, INT64_MAX>},
      {"extract(interval month)", Field<int8_t, int32_t, kMonth, 12>},
      {"extract(interval day)", Field<int32_t, int64_t, kDay, INT64_MAX>},
      {"extract(interval hour)", Field<int8_t, int64_t, kHour, 24>},
      {"extract(interval minute)", Field<int8_t, int64_t, kMinute, 60>},
      {"extract(interval second)", SecondField},
  };
  return kKernels;
}

}  // namespace tarn::local
