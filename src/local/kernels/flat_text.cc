#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/flat_text_internal.h"
#include "local/kernels/json_text_internal.h"
#include "plan/coercion.h"
#include "values/calendar.h"
#include "values/interval.h"
#include "values/spark_text.h"
#include "values/time_of_day.h"

namespace tarn::local {
namespace {

using arrow::Type;

template <typename ArrayType>
auto FlatValueAt(const arrow::Array& array, int64_t row) {
  return static_cast<const ArrayType&>(array).Value(row);
}

}  // namespace

Status CheckZoneNames(const KernelContext& context, const DatetimePattern& pattern) {
  const Status known = pattern.CheckZone(*context.shared.zone);
  if (known.ok()) return known;
  return context.Error("INVALID_DATETIME_PATTERN", MessageOf(known),
                       "write z for the short name, VV for the zone, or XXX for the offset");
}

Result<FlatText> FlatText::Make(const KernelContext& context, const plan::TextOptions& options) {
  constexpr auto kFormat = DatetimePattern::Use::kFormat;
  // Spark's own format has the seconds of old offsets; the XXX that it is documented as has not.
  ARROW_ASSIGN_OR_RAISE(
      DatetimePattern timestamp,
      DatetimePattern::Make(options.timestamp_format.value_or("yyyy-MM-dd'T'HH:mm:ss.SSSXXXXX"),
                            kFormat));
  ARROW_ASSIGN_OR_RAISE(
      DatetimePattern timestamp_ntz,
      DatetimePattern::Make(options.timestamp_ntz_format.value_or("yyyy-MM-dd'T'HH:mm:ss.SSS"),
                            kFormat));
  ARROW_RETURN_NOT_OK(CheckZoneNames(context, timestamp));
  FlatText text(std::move(timestamp), std::move(timestamp_ntz), *context.shared.zone);
  if (options.date_format.has_value()) {
    ARROW_ASSIGN_OR_RAISE(text.date_, DatetimePattern::Make(*options.date_format, kFormat));
  }
  return text;
}

void FlatText::AppendDay(int32_t days, std::string* out) const {
  if (date_.has_value()) {
    date_->Format(days * kMicrosPerDay, out);
  } else {
    *out += SparkDateText(days);
  }
}

void FlatText::AppendMoment(int64_t micros, bool is_ntz, std::string* out) const {
  if (is_ntz) {
    timestamp_ntz_.Format(micros, out);
  } else {
    timestamp_.Format(micros, out, *zone_);
  }
}

void FlatText::Append(const arrow::Array& array, int64_t row, std::string* out) const {
  switch (array.type_id()) {
    case Type::BOOL:
      *out += FlatValueAt<arrow::BooleanArray>(array, row) ? "true" : "false";
      return;
    case Type::INT8:
      *out += std::to_string(FlatValueAt<arrow::Int8Array>(array, row));
      return;
    case Type::INT16:
      *out += std::to_string(FlatValueAt<arrow::Int16Array>(array, row));
      return;
    case Type::INT32:
      *out += std::to_string(FlatValueAt<arrow::Int32Array>(array, row));
      return;
    case Type::INT64:
      *out += std::to_string(FlatValueAt<arrow::Int64Array>(array, row));
      return;
    case Type::FLOAT:
      *out += SparkFloatText(FlatValueAt<arrow::FloatArray>(array, row));
      return;
    case Type::DOUBLE:
      *out += SparkDoubleText(FlatValueAt<arrow::DoubleArray>(array, row));
      return;
    case Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
      const auto& type = static_cast<const arrow::Decimal128Type&>(*array.type());
      return AppendJavaDecimal(arrow::Decimal128(decimals.GetValue(row)), type.scale(), out);
    }
    case Type::DATE32:
      return AppendDay(FlatValueAt<arrow::Date32Array>(array, row), out);
    case Type::TIMESTAMP:
      return AppendMoment(FlatValueAt<arrow::TimestampArray>(array, row),
                          plan::IsTimestampNtz(*array.type()), out);
    case Type::TIME64:
      *out += SparkTimeText(FlatValueAt<arrow::Time64Array>(array, row));
      return;
    case Type::INTERVAL_MONTHS:
      *out += SparkIntervalText(FlatValueAt<arrow::MonthIntervalArray>(array, row),
                                IntervalRangeOf(*array.type()));
      return;
    case Type::DURATION:
      *out += SparkIntervalText(FlatValueAt<arrow::DurationArray>(array, row),
                                IntervalRangeOf(*array.type()));
      return;
    case Type::INTERVAL_MONTH_DAY_NANO: {
      const auto interval = FlatValueAt<arrow::MonthDayNanoIntervalArray>(array, row);
      *out += SparkCalendarIntervalText(interval.months, interval.days,
                                        interval.nanoseconds / kNanosPerMicro);
      return;
    }
    default:
      *out += static_cast<const arrow::BinaryArray&>(array).GetView(row);
  }
}

}  // namespace tarn::local
