#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipeline/ddl.h"
#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn::plan {
namespace {

struct Field {
  std::array<std::string_view, 5> names;  // lower case; empty ones do not count
  std::string_view of_moment;             // the function that gives it of a date or timestamp
  std::string_view of_interval;           // of an interval; empty: intervals do not have it
  bool is_of_time = false;                // whether a TIME has it, by the function of a moment
};

// Source: Spark's DatePart and ExtractIntervalPart.
constexpr Field kFields[] = {
    {{"year", "y", "years", "yr", "yrs"}, "year", "extract(interval year)"},
    {{"yearofweek"}, "extract(year of week)", ""},
    {{"quarter", "qtr"}, "quarter", ""},
    {{"month", "mon", "mons", "months"}, "month", "extract(interval month)"},
    {{"week", "w", "weeks"}, "weekofyear", ""},
    {{"day", "d", "days"}, "day", "extract(interval day)"},
    {{"dayofweek", "dow"}, "dayofweek", ""},
    {{"dayofweek_iso", "dow_iso"}, "extract(iso day of week)", ""},
    {{"doy"}, "dayofyear", ""},
    {{"hour", "h", "hours", "hr", "hrs"}, "hour", "extract(interval hour)", true},
    {{"minute", "m", "min", "mins", "minutes"}, "minute", "extract(interval minute)", true},
    {{"second", "s", "sec", "seconds", "secs"},
     "extract(second)",
     "extract(interval second)",
     true},
};

std::string_view FunctionOf(std::string name, const arrow::DataType& type) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Field& field : kFields) {
    if (name.empty() ||
        std::find(field.names.begin(), field.names.end(), name) == field.names.end())
      continue;
    if (IsTime(type) && !field.is_of_time) return "";
    const bool is_interval = IsInterval(type) || IsCalendarInterval(type);
    return is_interval ? field.of_interval : field.of_moment;
  }
  return "";
}

}  // namespace

ExprPtr ExprBinder::BindExtract(const sql::Call& call, const sql::Location& at) {
  if (call.args.size() != 2) {
    diagnostics_->Add(at, call.name + " takes a field and a value",
                      "write EXTRACT(YEAR FROM x), or date_part('year', x)");
    return nullptr;
  }
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return nullptr;
  const bool is_null = IsLiteral(*args[0]) && !args[0]->literal->is_valid;
  if (is_null) return MakeLiteral(arrow::MakeNullScalar(arrow::float64()), at);
  if (!IsLiteral(*args[0]) || args[0]->type->id() != arrow::Type::STRING) {
    diagnostics_->Add(args[0]->at, "the field of " + call.name + " has to be a constant text",
                      "write one CASE branch per field");
    return nullptr;
  }
  const std::string name(static_cast<const arrow::StringScalar&>(*args[0]->literal).view());
  const arrow::DataType& type = *args[1]->type;
  const std::string_view function = FunctionOf(name, type);
  if (function.empty()) {
    diagnostics_->Add(at, fmt::format("there is no field {} in a {}", name, pipeline::DdlOf(type)),
                      "fields are year, yearofweek, quarter, month, week, day, dow, dow_iso, doy, "
                      "hour, minute, second");
    return nullptr;
  }
  return ResolveScalar(std::string(function), {args[1]}, at);
}

}  // namespace tarn::plan
