#include <limits>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/moment_arithmetic_internal.h"
#include "local/kernels/nested_internal.h"
#include "local/kernels/text_limit_internal.h"
#include "local/kernels/visit_number_internal.h"
#include "values/calendar.h"

// sequence: numbers and days from a start to a stop.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

// How many steps of `step` lie between, which must lead from `start` to `stop`.
Result<int64_t> CountSteps(const KernelContext& context, int64_t start, int64_t stop,
                           int64_t step) {
  const bool leads_there =
      start == stop || (step > 0 && start < stop) || (step < 0 && start > stop);
  if (!leads_there) {
    return context.Error("ILLEGAL_SEQUENCE_BOUNDARIES",
                         fmt::format("no steps of {} lead from {} to {}", step, start, stop),
                         "give a step in the direction of the stop");
  }
  if (start == stop) return 0;
  // The distance of two BIGINTs may be no BIGINT.
  const uint64_t distance = start < stop
                                ? static_cast<uint64_t>(stop) - static_cast<uint64_t>(start)
                                : static_cast<uint64_t>(start) - static_cast<uint64_t>(stop);
  const uint64_t width = step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
  const uint64_t num_steps = distance / width;
  if (num_steps >= 2147483632) {
    return context.Error("COLLECTION_SIZE_LIMIT_EXCEEDED",
                         fmt::format("a sequence can't have {} elements", num_steps + 1),
                         "give a wider step");
  }
  return static_cast<int64_t>(num_steps);
}

template <typename T>
Result<Datum> MakeLists(const KernelContext& context, arrow::TypedBufferBuilder<T>* values,
                        ListShape* shape) {
  const int64_t num_values = values->length();
  ARROW_ASSIGN_OR_RAISE(auto buffer, values->Finish());
  const ArrayPtr elements = arrow::MakeArray(
      arrow::ArrayData::Make(context.type()->field(0)->type(), num_values, {nullptr, buffer}));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr lists, shape->Finish(context.type(), elements));
  return Datum(std::move(lists));
}

// `default_step` is that of a sequence that rises.
template <typename T>
Result<Datum> SequenceOf(const KernelContext& context, const Args& args, int64_t default_step) {
  const ColumnView<T> starts(args[0]);
  const ColumnView<T> stops(args[1]);
  const ColumnView<T> steps(args.size() == 3 ? args[2] : args[1]);
  arrow::TypedBufferBuilder<T> values;
  ListShape shape;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_valid = starts.IsValid(row) && stops.IsValid(row) && steps.IsValid(row);
    if (is_valid) {
      const int64_t start = starts[row], stop = stops[row];
      int64_t step = start <= stop ? default_step : -default_step;
      if (args.size() == 3) step = steps[row];
      ARROW_ASSIGN_OR_RAISE(const int64_t num_steps, CountSteps(context, start, stop, step));
      ARROW_RETURN_NOT_OK(CheckTextBytes((values.length() + num_steps) * sizeof(T)));
      ARROW_RETURN_NOT_OK(values.Reserve(num_steps + 1));
      for (int64_t i = 0; i <= num_steps; ++i) {
        values.UnsafeAppend(static_cast<T>(static_cast<uint64_t>(start) +
                                           static_cast<uint64_t>(i) * static_cast<uint64_t>(step)));
      }
    }
    ARROW_RETURN_NOT_OK(shape.EndRow(values.length(), is_valid));
  }
  return MakeLists(context, &values, &shape);
}

// A step of months or of microseconds.
struct Interval {
  int64_t months = 0;
  int64_t micros = 0;

  // As Spark estimates it; of an interval longer than time itself, the longest.
  int64_t at_least() const {
    int64_t of_months = 0;
    if (__builtin_mul_overflow(months, 28 * kMicrosPerDay, &of_months)) {
      of_months =
          months > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
    }
    return of_months + micros;  // one of them is 0
  }

  // By the zone's clocks; false beyond all TIMESTAMPs.
  bool Add(int64_t start, int64_t times, const TimeZone& zone, int64_t* out) const {
    if (months != 0) return AddMonths(start, months * times, zone, out);
    if (zone.is_utc()) {
      // What is added may be no BIGINT where the sum is one.
      const uint64_t span = static_cast<uint64_t>(micros) * static_cast<uint64_t>(times);
      *out = static_cast<int64_t>(static_cast<uint64_t>(start) + span);
      return true;
    }
    int64_t more = 0;
    if (__builtin_mul_overflow(micros % kMicrosPerDay, times, &more)) return false;
    return AddDaysAndMicros(start, micros / kMicrosPerDay * times, more, zone, out);
  }
};

// The moments from `start` to `stop`, each counted from the start: the month's last day does not
// stick.
template <typename T>
Status AppendMoments(const KernelContext& context, int64_t start, int64_t stop,
                     const Interval& step, const TimeZone& zone, int64_t micros_per_unit,
                     arrow::TypedBufferBuilder<T>* values) {
  const int64_t size = step.at_least();
  ARROW_ASSIGN_OR_RAISE(int64_t num_steps_max, CountSteps(context, start, stop, size));
  if (!zone.is_utc() && start != stop) ++num_steps_max;  // a day may have 23 hours
  ARROW_RETURN_NOT_OK(
      CheckTextBytes((values->length() + num_steps_max) * static_cast<int64_t>(sizeof(T))));
  for (int64_t i = 0; i <= num_steps_max; ++i) {
    int64_t moment = 0;
    if (!step.Add(start, i, zone, &moment)) break;
    if (size > 0 ? moment > stop : moment < stop) break;
    ARROW_RETURN_NOT_OK(values->Append(static_cast<T>(FloorDivide(moment, micros_per_unit))));
  }
  return Status::OK();
}

// DATEs, whose unit is a day, or TIMESTAMPs, by an interval; TIMESTAMPs without one by days.
template <typename T, typename Step>
Result<Datum> MomentsOf(const KernelContext& context, const Args& args, const TimeZone& zone,
                        int64_t micros_per_unit) {
  constexpr bool kIsMonths = std::is_same_v<Step, int32_t>;
  const ColumnView<T> starts(args[0]);
  const ColumnView<T> stops(args[1]);
  const ColumnView<Step> steps(args.back());
  arrow::TypedBufferBuilder<T> values;
  ListShape shape;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_valid = AllValid(row, starts, stops, steps);
    if (is_valid) {
      Interval step;
      if (args.size() == 3) {
        (kIsMonths ? step.months : step.micros) = steps[row];
      } else {
        step.micros = starts[row] <= stops[row] ? kMicrosPerDay : -kMicrosPerDay;
      }
      if (!kIsMonths && step.micros / micros_per_unit == 0 && micros_per_unit > 1) {
        return context.Error("ILLEGAL_SEQUENCE_STEP", "a sequence of DATEs needs a step of a day",
                             "give a step of one day or more, or a TIMESTAMP to begin with");
      }
      int64_t start = 0, stop = 0;
      if (__builtin_mul_overflow(int64_t{starts[row]}, micros_per_unit, &start) ||
          __builtin_mul_overflow(int64_t{stops[row]}, micros_per_unit, &stop)) {
        return context.Error("DATETIME_OVERFLOW",
                             "a sequence begins or ends beyond all TIMESTAMPs");
      }
      ARROW_RETURN_NOT_OK(
          AppendMoments<T>(context, start, stop, step, zone, micros_per_unit, &values));
    }
    ARROW_RETURN_NOT_OK(shape.EndRow(values.length(), is_valid));
  }
  return MakeLists(context, &values, &shape);
}

template <typename T>
Result<Datum> TemporalSequence(const KernelContext& context, const Args& args, const TimeZone& zone,
                               int64_t micros_per_unit) {
  const bool has_step = args.size() == 3;
  if (!has_step && zone.is_utc()) {
    return SequenceOf<T>(context, args, kMicrosPerDay / micros_per_unit);
  }
  if (has_step && args[2].type()->id() == arrow::Type::INTERVAL_MONTHS) {
    return MomentsOf<T, int32_t>(context, args, zone, micros_per_unit);
  }
  return MomentsOf<T, int64_t>(context, args, zone, micros_per_unit);
}

Result<Datum> Sequence(const KernelContext& context, const Args& args) {
  const arrow::Type::type id = args[0].type()->id();
  if (id == arrow::Type::DATE32) {
    return TemporalSequence<int32_t>(context, args, TimeZone::Utc(), kMicrosPerDay);
  }
  if (id == arrow::Type::TIMESTAMP) {
    return TemporalSequence<int64_t>(context, args, *context.ZoneOf(*args[0].type()), 1);
  }
  return VisitNumber(id, [&](auto zero) -> Result<Datum> {
    if constexpr (std::is_floating_point_v<decltype(zero)>) {
      return Status::NotImplemented("a sequence of floating-point numbers");
    } else {
      return SequenceOf<decltype(zero)>(context, args, 1);
    }
  });
}

}  // namespace

std::span<const NamedKernel> SequenceKernels() {
  static constexpr NamedKernel kKernels[] = {{"sequence", Sequence}};
  return kKernels;
}

}  // namespace tarn::local
