#include "plan/functions/family_internal.h"
#include "plan/resolve_call.h"
#include "values/interval.h"

// Windows of time: structs of the start, and the end, which is no longer part of it.
namespace tarn::plan {
namespace {

// More of them would hold the memory of as many rows for each row.
constexpr int64_t kWindowsOfRowMax = 10'000;

TypePtr WindowTypeOf(const TypePtr& time) {
  return arrow::struct_({arrow::field("start", time), arrow::field("end", time)});
}

TypePtr TimeTypeOf(const Argument& time) {
  return IsTimestampNtz(*time.type) ? TimestampNtzType() : TimestampType();
}

// Argument `position` of window in microseconds.
Result<int64_t> DurationOf(const Arguments& args, size_t position) {
  const Argument& arg = args[position];
  const auto id = arg.type->id();
  const bool is_number = id == arrow::Type::INT32 || id == arrow::Type::INT64;
  if (arg.is_literal && !arg.is_cast && is_number && arg.integer) return *arg.integer;
  if (!arg.text || arg.is_cast) {
    return Status::Invalid("argument ", position + 1,
                           " is neither the literal of an interval, '5 minutes', nor of its "
                           "microseconds");
  }
  CalendarInterval interval;
  if (!ParseCalendarInterval(*arg.text, &interval)) {
    return Status::Invalid("argument ", position + 1, " is no interval, '5 minutes': '", *arg.text,
                           "'");
  }
  int64_t micros = 0;
  if (interval.ToMicros(&micros)) return micros;
  return Status::Invalid("argument ", position + 1,
                         " has months, which differ in length, or is too long: '", *arg.text, "'");
}

// Gives all windows that the time is in, the latest one first.
Result<ResolvedFunction> Windows(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(const int64_t size, DurationOf(args, 1));
  int64_t slide = size, start = 0;
  if (args.size() > 2) {
    ARROW_ASSIGN_OR_RAISE(slide, DurationOf(args, 2));
  }
  if (args.size() > 3) {
    ARROW_ASSIGN_OR_RAISE(start, DurationOf(args, 3));
  }
  if (size <= 0 || slide <= 0) {
    return Status::Invalid("the ", size <= 0 ? "size" : "slide", " of the windows is not above 0");
  }
  if (slide > size) return Status::Invalid("the slide is longer than the windows");
  if (start <= -slide || start >= slide) {
    return Status::Invalid("the start is not shorter than the slide");
  }
  if ((size - 1) / slide >= kWindowsOfRowMax) {
    return Status::Invalid("a time would be in more than ", kWindowsOfRowMax, " windows");
  }
  const TypePtr time = TimeTypeOf(args[0]);
  std::vector<TypePtr> types = {time};
  for (size_t i = 1; i < args.size(); ++i) types.push_back(args[i].type);
  return TakeTypes(args, std::move(types), arrow::list(WindowTypeOf(time)));
}

Result<ResolvedFunction> SessionWindow(const Arguments& args) {
  const TypePtr time = TimeTypeOf(args[0]);
  const auto is_gap = [](const arrow::DataType& type) {
    return type.id() == arrow::Type::STRING || IsCalendarInterval(type);
  };
  ARROW_RETURN_NOT_OK(CheckArgument(args, 1, is_gap, "the text of an interval, '5 minutes'"));
  const TypePtr gap = IsCalendarInterval(*args[1].type) ? args[1].type : TypePtr(arrow::utf8());
  return TakeTypes(args, {time, gap}, WindowTypeOf(time));
}

bool IsWindow(const arrow::DataType& type) {
  return SameType(type, *WindowTypeOf(TimestampType())) ||
         SameType(type, *WindowTypeOf(TimestampNtzType()));
}

// A microsecond before the end.
Result<ExprPtr> WindowTime(const std::vector<ExprPtr>& args, const sql::Location& at) {
  if (!IsWindow(*args[0]->type)) {
    return WrongType(0, *args[0]->type, "what window() or session_window() gives");
  }
  const ExprPtr microsecond =
      MakeLiteral(std::make_shared<arrow::DurationScalar>(1, IntervalType(kDayToSecond)), at);
  return ResolveCall("subtract", {MakeField(args[0], 1, at), microsecond}, at);
}

constexpr Function kTimeWindowFunctions[] = {
    {.name = "window",
     .signature = "window(TIMESTAMP, size[, slide[, start]])",
     .help =
         "the windows of time that it is in, STRUCT<start, end> with the end outside, a row for "
         "each; sizes as '5 minutes'; one per query, whose column is called window",
     .example = "SELECT window.start, count(*) AS plays FROM VALUES (TIMESTAMP '2024-02-29 "
                "12:01:00'), (TIMESTAMP '2024-02-29 12:04:00'), (TIMESTAMP '2024-02-29 12:07:00') "
                "AS t(ts) GROUP BY window(ts, '5 minutes')",
     .num_args = {2, 4},
     .resolve = Windows},
    {.name = "session_window",
     .signature = "session_window(TIMESTAMP, gap)",
     .help = "grouped by: the sessions that end when nothing comes for the gap, '5 minutes', of "
             "the rows with equal other keys, STRUCT<start, end>; the column session_window",
     .example =
         "SELECT user, session_window.start, count(*) AS plays FROM VALUES ('Ann', TIMESTAMP "
         "'2024-02-29 12:01:00'), ('Ann', TIMESTAMP '2024-02-29 12:05:00'), ('Ann', "
         "TIMESTAMP '2024-02-29 12:40:00') AS t(user, ts) GROUP BY user, session_window(ts, "
         "'5 minutes')",
     .num_args = {2, 2},
     .resolve = SessionWindow,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "window_time",
     .signature = "window_time(window)",
     .help = "the last microsecond of a window that window() or session_window() gave, its time "
             "when it is put into windows again",
     .example = "SELECT window_time(window) AS t FROM (SELECT window(TIMESTAMP '2024-02-29 "
                "12:01:00', '5 minutes'))",
     .num_args = {1, 1},
     .rewrite = WindowTime},
};

}  // namespace

std::span<const Function> TimeWindowFunctions() { return kTimeWindowFunctions; }

}  // namespace tarn::plan
