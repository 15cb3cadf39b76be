#include "local/kernels/cast.h"

#include "base/printable_text.h"
#include "local/kernels/cast_internal.h"
#include "pipeline/ddl.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn::local {

using arrow::Datum;
using arrow::Type;

Status InvalidText(const KernelContext& context, std::string_view text) {
  return context.Error(
      "CAST_INVALID_INPUT",
      fmt::format("'{}' is not a {}", PrintableStart(text), pipeline::DdlOf(*context.type())),
      "filter such values out, or guard the cast with CASE WHEN");
}

Status CastOverflow(const KernelContext& context, const std::string& value) {
  return context.Error("CAST_OVERFLOW",
                       fmt::format("{} does not fit {}", value, pipeline::DdlOf(*context.type())),
                       "cast to a wider type");
}

Result<Datum> Cast(const KernelContext& context, const Datum& value) {
  const arrow::DataType& from = *value.type();
  const arrow::DataType& to = *context.type();
  if (IsInterval(from) && from.id() == to.id()) return CastInterval(context, value);
  if (IsTime(from) && IsTime(to)) return CastTime(context, value);
  if (SameType(from, to)) return value;
  if (from.id() == Type::NA) {
    ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(context.type(), context.num_rows));
    return Datum(std::move(nulls));
  }
  if (IsInterval(from)) return CastInterval(context, value);
  if (arrow::is_nested(from.id())) {
    return to.id() == Type::STRING ? CastNestedToText(context, value) : CastNested(context, value);
  }
  if (IsTime(from)) return CastTime(context, value);
  if (to.id() == Type::STRING) return CastToText(context, value);
  if (from.id() == Type::STRING) return CastFromText(context, value);
  if (IsTime(to)) return CastTime(context, value);
  if (IsInterval(to)) return CastInterval(context, value);
  if (from.id() == Type::DATE32 || from.id() == Type::TIMESTAMP || to.id() == Type::TIMESTAMP) {
    return CastTemporal(context, value);
  }
  return CastNumber(context, value);
}

}  // namespace tarn::local
