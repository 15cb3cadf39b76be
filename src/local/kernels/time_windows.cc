#include <arrow/builder.h>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/interval_arithmetic_internal.h"
#include "local/kernels/moment_arithmetic_internal.h"
#include "values/interval.h"

// Windows of time.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

// Windows that are made one after the other.
class WindowBuilder {
 public:
  explicit WindowBuilder(const std::shared_ptr<arrow::DataType>& type)
      : starts_(MakeTimes(type->field(0)->type())),
        ends_(MakeTimes(type->field(1)->type())),
        structs_(std::make_shared<arrow::StructBuilder>(
            type, arrow::default_memory_pool(),
            std::vector<std::shared_ptr<arrow::ArrayBuilder>>{starts_, ends_})) {}

  Status Append(int64_t start, int64_t end) {
    ARROW_RETURN_NOT_OK(structs_->Append());
    ARROW_RETURN_NOT_OK(starts_->Append(start));
    return ends_->Append(end);
  }

  const std::shared_ptr<arrow::StructBuilder>& structs() const { return structs_; }

 private:
  using Times = std::shared_ptr<arrow::TimestampBuilder>;

  static Times MakeTimes(const std::shared_ptr<arrow::DataType>& type) {
    return std::make_shared<arrow::TimestampBuilder>(type, arrow::default_memory_pool());
  }

  Times starts_, ends_;
  std::shared_ptr<arrow::StructBuilder> structs_;
};

// What window() is told of its windows, in microseconds.
struct WindowSpans : KernelState {
  int64_t size = 0;
  int64_t slide = 0;
  int64_t start = 0;
};

// A literal that the resolver has let pass.
int64_t MicrosOf(const arrow::Scalar& duration) {
  int64_t micros = 0;
  switch (duration.type->id()) {
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Scalar&>(duration).value;
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Scalar&>(duration).value;
    default: {
      CalendarInterval interval;
      ParseCalendarInterval(static_cast<const arrow::StringScalar&>(duration).view(), &interval);
      interval.ToMicros(&micros);
      return micros;
    }
  }
}

Result<std::unique_ptr<KernelState>> PrepareWindows(const KernelContext&,
                                                    const std::vector<ScalarPtr>& constants) {
  auto spans = std::make_unique<WindowSpans>();
  spans->size = MicrosOf(*constants[1]);
  spans->slide = constants.size() > 2 ? MicrosOf(*constants[2]) : spans->size;
  spans->start = constants.size() > 3 ? MicrosOf(*constants[3]) : 0;
  return spans;
}

// add(start, end) for each window that `time` is in, the latest one first.
template <typename Add>
Status ForEachWindow(const KernelContext& context, const WindowSpans& spans, int64_t time,
                     Add&& add) {
  int64_t since = 0;
  if (__builtin_sub_overflow(time, spans.start, &since)) return MomentOverflow(context);
  const int64_t rest = since % spans.slide;
  const int64_t before = rest < 0 ? rest + spans.slide : rest;
  for (int64_t back = before; back < spans.size; back += spans.slide) {
    int64_t start = 0, end = 0;
    if (__builtin_sub_overflow(time, back, &start) ||
        __builtin_add_overflow(start, spans.size, &end)) {
      return MomentOverflow(context);
    }
    ARROW_RETURN_NOT_OK(add(start, end));
    if (spans.slide > spans.size - back) break;
  }
  return Status::OK();
}

Result<Datum> Windows(const KernelContext& context, const Args& args) {
  const auto& spans = static_cast<const WindowSpans&>(*context.state);
  const ColumnView<int64_t> times(args[0]);
  WindowBuilder windows(context.type()->field(0)->type());
  arrow::ListBuilder lists(arrow::default_memory_pool(), windows.structs(), context.type());
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!times.IsValid(row)) {
      ARROW_RETURN_NOT_OK(lists.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(lists.Append());
    ARROW_RETURN_NOT_OK(ForEachWindow(context, spans, times[row], [&](int64_t start, int64_t end) {
      return windows.Append(start, end);
    }));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, lists.Finish());
  return Datum(std::move(array));
}

// The gaps of session_window(): texts, of which rows often have the same one, or intervals.
class Gaps {
 public:
  explicit Gaps(const Datum& gaps) {
    if (gaps.type()->id() == arrow::Type::STRING) {
      texts_.emplace(gaps);
    } else {
      intervals_.emplace(gaps);
    }
  }

  // None: NULL, or no interval.
  std::optional<CalendarInterval> Find(int64_t row) {
    if (intervals_) {
      if (!intervals_->IsValid(row)) return std::nullopt;
      const auto interval = (*intervals_)[row];
      return CalendarInterval{interval.months, interval.days, interval.nanoseconds / 1000};
    }
    if (!texts_->IsValid(row)) return std::nullopt;
    const std::string_view text = (*texts_)[row];
    if (text == last_text_) return last_;
    CalendarInterval interval;
    const bool is_interval = ParseCalendarInterval(text, &interval);
    last_text_ = text;
    last_ = is_interval ? std::optional(interval) : std::nullopt;
    return last_;
  }

 private:
  using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

  std::optional<ColumnView<std::string_view>> texts_;
  std::optional<ColumnView<MonthDayNanos>> intervals_;
  std::string last_text_;
  std::optional<CalendarInterval> last_;  // of `last_text_`; the empty one is none
};

// The session of each row alone: NULL where none begins.
Result<Datum> SessionWindow(const KernelContext& context, const Args& args) {
  const ColumnView<int64_t> times(args[0]);
  const TimeZone& zone = *context.ZoneOf(*args[0].type());
  Gaps gaps(args[1]);
  WindowBuilder sessions(context.type());
  for (int64_t row = 0; row < context.num_rows; ++row) {
    std::optional<CalendarInterval> gap;
    if (times.IsValid(row)) gap = gaps.Find(row);
    int64_t end = 0;
    if (gap && (!AddMonths(times[row], gap->months, zone, &end) ||
                !AddDaysAndMicros(end, gap->days, gap->micros, zone, &end))) {
      return MomentOverflow(context);
    }
    const bool is_session = gap && end > times[row];
    ARROW_RETURN_NOT_OK(is_session ? sessions.Append(times[row], end)
                                   : sessions.structs()->AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(auto array, sessions.structs()->Finish());
  return Datum(std::move(array));
}

}  // namespace

std::span<const NamedKernel> TimeWindowKernels() {
  static constexpr NamedKernel kTable[] = {
      {"window", Windows, PrepareWindows},
      {"session_window", SessionWindow},
  };
  return kTable;
}

}  // namespace tarn::local
