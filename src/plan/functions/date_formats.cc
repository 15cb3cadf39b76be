#include "plan/expr.h"
#include "plan/functions/family_internal.h"

// Dates and timestamps as text by a pattern of letters.
namespace tarn::plan {
namespace {

// to_date and to_timestamp: text by a format, or anything as CAST does it. What is no text needs no
// format, whichever is given.
template <typename T>
Result<ResolvedFunction> Parsed(const Arguments& args) {
  const bool by_format = args.size() == 2 && !IsTemporal(*args[0].type);
  if (by_format) return Takes<T(String, String)>(args);
  if (!CanCast(*args[0].type, *T::Get()) || IsTime(*args[0].type)) {
    return WrongType(0, *args[0].type, "STRING, DATE or TIMESTAMP");
  }
  // The binder's cast does all of the work.
  ResolvedFunction function;
  function.arg_types = {T::Get()};
  if (args.size() == 2) function.arg_types.push_back(arrow::utf8());
  function.type = T::Get();
  return function;
}

// Text is read by the function itself, with a format or without, so that what fails is NULL.
template <typename T>
Result<ResolvedFunction> TryParsed(const Arguments& args) {
  if (args[0].type->id() != arrow::Type::STRING) return Parsed<T>(args);
  return Takes<T(String, String)>(args);
}

Result<ResolvedFunction> ParsedTime(const Arguments& args) {
  auto is_text = [](const arrow::DataType& type) { return type.id() == arrow::Type::STRING; };
  for (size_t i = 0; i < args.size(); ++i) {
    ARROW_RETURN_NOT_OK(CheckArgument(args, i, is_text, "STRING"));
  }
  return Takes<TimeOfDay(String, String)>(args);
}

Result<ResolvedFunction> Formatted(const Arguments& args) {
  if (!IsTime(*args[0].type)) return Takes<String(Timestamp, String)>(args);
  return TakeTypes(args, {args[0].type, arrow::utf8()}, arrow::utf8());
}

Result<ResolvedFunction> UnixTimestamp(const Arguments& args) {
  if (args.empty()) return Takes<BigInt()>(args);
  const bool is_moment = IsTemporal(*args[0].type);
  return is_moment ? Takes<BigInt(Timestamp, String)>(args) : Takes<BigInt(String, String)>(args);
}

bool HasNoArgument(const Expr& call) { return call.args.empty(); }

// A text without a format, which may be a time without a day.
bool ReadsTextAsCastDoes(const Expr& call) {
  return call.args.size() == 1 && CastReadsClock(*call.args[0]->type, *call.type);
}

constexpr Function kDateFormatFunctions[] = {
    {.name = "unix_timestamp",
     .signature = "unix_timestamp(TIMESTAMP) or unix_timestamp(STRING[, format STRING])",
     .help = "seconds since 1970; without an argument those of the run's start",
     .example = "unix_timestamp('2024-02-29 12:30', 'yyyy-MM-dd HH:mm')",
     .num_args = {0, 2},
     .resolve = UnixTimestamp,
     .traits = {.reads_clock = HasNoArgument}},
    {.name = "to_unix_timestamp",
     .signature = "to_unix_timestamp(TIMESTAMP) or to_unix_timestamp(STRING[, format STRING])",
     .help = "seconds since 1970",
     .example = "to_unix_timestamp('29.02.2024', 'dd.MM.yyyy')",
     .num_args = {1, 2},
     .resolve = UnixTimestamp},
    {.name = "from_unixtime",
     .signature = "from_unixtime(BIGINT[, format STRING])",
     .help = "text of so many seconds since 1970",
     .example = "from_unixtime(1709209800, 'yyyy-MM-dd HH:mm')",
     .num_args = {1, 2},
     .resolve = Takes<String(BigInt, String)>},
    {.name = "to_date",
     .signature = "to_date(x[, format STRING])",
     .help = "text as a DATE, by a format or as CAST does it",
     .example = "to_date('29.02.2024', 'dd.MM.yyyy')",
     .num_args = {1, 2},
     .resolve = Parsed<Date>},
    {.name = "try_to_date",
     .signature = "try_to_date(x[, format STRING])",
     .help = "as to_date, NULL where that is an error",
     .example = "try_to_date('2024-02-30')",
     .num_args = {1, 2},
     .resolve = TryParsed<Date>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "try_to_timestamp",
     .signature = "try_to_timestamp(x[, format STRING])",
     .help = "as to_timestamp, NULL where that is an error",
     .example = "try_to_timestamp('29.02.2024 25:00', 'dd.MM.yyyy HH:mm')",
     .num_args = {1, 2},
     .resolve = TryParsed<Timestamp>,
     .traits = {.nullability = Nullability::kAlways, .reads_clock = ReadsTextAsCastDoes}},
    {.name = "to_timestamp_ntz",
     .signature = "to_timestamp_ntz(x[, format STRING])",
     .help = "text as a TIMESTAMP_NTZ, by a format or as CAST does it",
     .example = "to_timestamp_ntz('2024-02-29 12:30:15')",
     .num_args = {1, 2},
     .resolve = Parsed<TimestampNtz>},
    {.name = "to_timestamp",
     .aliases = {"to_timestamp_ltz"},
     .signature = "to_timestamp(x[, format STRING])",
     .help = "text as a TIMESTAMP, by a format or as CAST does it",
     .example = "to_timestamp('29/02/2024 12:30', 'dd/MM/yyyy HH:mm')",
     .num_args = {1, 2},
     .resolve = Parsed<Timestamp>},
    {.name = "to_time",
     .signature = "to_time(STRING[, format STRING])",
     .help = "text as a TIME, by a format or as CAST does it",
     .example = "to_time('12.30', 'HH.mm')",
     .num_args = {1, 2},
     .resolve = ParsedTime},
    {.name = "try_to_time",
     .signature = "try_to_time(STRING[, format STRING])",
     .help = "as to_time, NULL where that is an error",
     .example = "try_to_time('25:00')",
     .num_args = {1, 2},
     .resolve = ParsedTime,
     .traits = kMayBeNull},
    {.name = "date_format",
     .signature = "date_format(TIMESTAMP or TIME, format STRING)",
     .help = "text by a format of the letters G y M L d D E F H h K k m s S a q Q X x Z O z V and "
             "quoted text",
     .example = "date_format(DATE '2024-02-29', 'EEEE, d MMMM yyyy')",
     .num_args = {2, 2},
     .resolve = Formatted},
};

}  // namespace

std::span<const Function> DateFormatFunctions() { return kDateFormatFunctions; }

}  // namespace tarn::plan
