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
  if (!CanCast(*args[0].type, *T::Get())) {
    return WrongType(0, *args[0].type, "STRING, DATE or TIMESTAMP");
  }
  // The binder's cast does all of the work.
  ResolvedFunction function;
  function.arg_types = {T::Get()};
  if (args.size() == 2) function.arg_types.push_back(arrow::utf8());
  function.type = T::Get();
  return function;
}

Result<ResolvedFunction> UnixTimestamp(const Arguments& args) {
  const bool is_moment = IsTemporal(*args[0].type);
  return is_moment ? Takes<BigInt(Timestamp, String)>(args) : Takes<BigInt(String, String)>(args);
}

constexpr Function kDateFormatFunctions[] = {
    {.name = "unix_timestamp",
     .signature = "unix_timestamp(TIMESTAMP) or unix_timestamp(STRING[, format STRING])",
     .help = "seconds since 1970",
     .num_args = {1, 2},
     .resolve = UnixTimestamp},
    {.name = "from_unixtime",
     .signature = "from_unixtime(BIGINT[, format STRING])",
     .help = "text of so many seconds since 1970",
     .num_args = {1, 2},
     .resolve = Takes<String(BigInt, String)>},
    {.name = "to_date",
     .signature = "to_date(x[, format STRING])",
     .help = "text as a DATE, by a format or as CAST does it",
     .num_args = {1, 2},
     .resolve = Parsed<Date>},
    {.name = "to_timestamp",
     .signature = "to_timestamp(x[, format STRING])",
     .help = "text as a TIMESTAMP, by a format or as CAST does it",
     .num_args = {1, 2},
     .resolve = Parsed<Timestamp>},
    {.name = "date_format",
     .signature = "date_format(TIMESTAMP, format STRING)",
     .help = "text by a format of the letters y M L d D E H h K k m s S a q Q and quoted text",
     .num_args = {2, 2},
     .resolve = Takes<String(Timestamp, String)>},
};

}  // namespace

std::span<const Function> DateFormatFunctions() { return kDateFormatFunctions; }

}  // namespace tarn::plan
