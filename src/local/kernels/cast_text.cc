#include <limits>

#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/cast_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/text_writer_internal.h"
#include "plan/coercion.h"
#include "values/interval.h"
#include "values/java_number.h"
#include "values/spark_datetime.h"
#include "values/spark_text.h"

// Casts from and to STRING.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;
using Text = std::string_view;

Text Trim(Text text) {
  auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsWithoutCase(Text text, Text lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

template <typename T>
bool ParseInteger(Text text, T* out) {
  const std::optional<T> value = ParseJavaInteger<T>(Trim(text));
  if (value) *out = *value;
  return value.has_value();
}

template <typename T>
bool ParseFloat(Text text, T* out) {
  text = Trim(text);
  const bool negative = text.starts_with('-');
  const bool has_sign = negative || text.starts_with('+');
  if (has_sign) text.remove_prefix(1);
  if (EqualsWithoutCase(text, "inf") || EqualsWithoutCase(text, "infinity")) {
    *out = std::numeric_limits<T>::infinity();
  } else if (!has_sign && EqualsWithoutCase(text, "nan")) {
    *out = std::numeric_limits<T>::quiet_NaN();
  } else if (!ParseJavaDigits(text, out)) {
    return false;
  }
  if (negative) *out = -*out;
  return true;
}

bool ParseBoolean(Text text, bool* out) {
  text = Trim(text);
  for (Text word : {"t", "true", "y", "yes", "1"}) {
    if (EqualsWithoutCase(text, word)) return *out = true;
  }
  for (Text word : {"f", "false", "n", "no", "0"}) {
    if (EqualsWithoutCase(text, word)) return !(*out = false);
  }
  return false;
}

template <typename T>
Result<Datum> FromText(const KernelContext& context, const Datum& value, bool (*parse)(Text, T*)) {
  return MapChecked<T, Text>(context, {value}, parse,
                             [&](Text text) { return InvalidText(context, text); });
}

Result<Datum> BooleanFromText(const KernelContext& context, const Datum& value) {
  const ColumnView<Text> view(value);
  arrow::BooleanBuilder builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    bool parsed = false;
    const bool is_word = view.IsValid(row) && ParseBoolean(view[row], &parsed);
    if (view.IsValid(row) && !is_word && !context.is_try()) return InvalidText(context, view[row]);
    ARROW_RETURN_NOT_OK(is_word ? builder.Append(parsed) : builder.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

Result<Datum> TimestampFromText(const KernelContext& context, const Datum& value) {
  if (plan::IsTimestampNtz(*context.type())) {
    return FromText<int64_t>(
        context, value, [](Text text, int64_t* out) { return ParseSparkTimestampNtz(text, out); });
  }
  const SparkClock clock = {context.shared.zone, context.shared.now_micros};
  return MapChecked<int64_t, Text>(
      context, {value},
      [&](Text text, int64_t* out) { return ParseSparkTimestamp(text, clock, out); },
      [&](Text text) { return InvalidText(context, text); });
}

Result<Datum> DecimalFromText(const KernelContext& context, const Datum& value) {
  const auto& type = static_cast<const arrow::DecimalType&>(*context.type());
  bool is_number = true;
  return MapChecked<Decimal128, Text>(
      context, {value},
      [&](Text text, Decimal128* out) {
        Decimal256 parsed;
        int32_t precision, scale;
        is_number = Decimal256::FromString(Trim(text), &parsed, &precision, &scale).ok();
        return is_number && FitDecimal(parsed, scale, type, out);
      },
      [&](Text text) {
        if (!is_number) return InvalidText(context, text);
        return context.Error("NUMERIC_VALUE_OUT_OF_RANGE",
                             fmt::format("'{}' has more digits than {}", text, type.ToString()),
                             "cast to a wider DECIMAL");
      });
}

template <typename T>
Result<Datum> IntegerText(const KernelContext& context, const Datum& value) {
  // Digits, a sign, and one more as digits10 rounds down.
  constexpr int64_t kWidth = std::numeric_limits<T>::digits10 + 2;
  const ColumnView<T> view(value);
  ARROW_ASSIGN_OR_RAISE(TextWriter writer,
                        TextWriter::Make(context.num_rows, context.num_rows * kWidth));
  ARROW_ASSIGN_OR_RAISE(auto validity, CombinedValidity(context.num_rows, view));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (view.IsValid(row)) {
      writer.SetEnd(std::to_chars(writer.end(), writer.end() + kWidth, view[row]).ptr);
    }
    writer.EndRow();
  }
  return writer.Finish(std::move(validity));
}

}  // namespace

Result<Datum> CastFromText(const KernelContext& context, const Datum& value) {
  switch (context.type()->id()) {
    case Type::INT8:
      return FromText<int8_t>(context, value, ParseInteger<int8_t>);
    case Type::INT16:
      return FromText<int16_t>(context, value, ParseInteger<int16_t>);
    case Type::INT32:
      return FromText<int32_t>(context, value, ParseInteger<int32_t>);
    case Type::INT64:
      return FromText<int64_t>(context, value, ParseInteger<int64_t>);
    case Type::FLOAT:
      return FromText<float>(context, value, ParseFloat<float>);
    case Type::DOUBLE:
      return FromText<double>(context, value, ParseFloat<double>);
    case Type::DATE32:
      return FromText<int32_t>(context, value, ParseSparkDate);
    case Type::TIMESTAMP:
      return TimestampFromText(context, value);
    case Type::TIME64:
      return TimeFromText(context, value);
    case Type::INTERVAL_MONTHS:
    case Type::DURATION:
      return IntervalFromText(context, value);
    case Type::BOOL:
      return BooleanFromText(context, value);
    case Type::DECIMAL128:
      return DecimalFromText(context, value);
    case Type::BINARY: {
      // The same bytes under another type.
      ColumnView<Text> view(value);
      arrow::BinaryBuilder builder;
      for (int64_t row = 0; row < context.num_rows; ++row) {
        ARROW_RETURN_NOT_OK(view.IsValid(row) ? builder.Append(view[row]) : builder.AppendNull());
      }
      ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
      return Datum(std::move(array));
    }
    default:
      return Status::NotImplemented("cast of STRING to ", context.type()->ToString());
  }
}

Result<Datum> CastToText(const KernelContext& context, const Datum& value) {
  switch (value.type()->id()) {
    case Type::BOOL:
      return MapToString<bool>(
          context, {value}, [](bool truth, std::string* out) { *out = truth ? "true" : "false"; });
    case Type::INT8:
      return IntegerText<int8_t>(context, value);
    case Type::INT16:
      return IntegerText<int16_t>(context, value);
    case Type::INT32:
      return IntegerText<int32_t>(context, value);
    case Type::INT64:
      return IntegerText<int64_t>(context, value);
    case Type::FLOAT:
      return MapToString<float>(
          context, {value}, [](float number, std::string* out) { *out = SparkFloatText(number); });
    case Type::DOUBLE:
      return MapToString<double>(context, {value}, [](double number, std::string* out) {
        *out = SparkDoubleText(number);
      });
    case Type::DECIMAL128: {
      const int scale = static_cast<const arrow::DecimalType&>(*value.type()).scale();
      return MapToString<Decimal128>(context, {value},
                                     [&](const Decimal128& number, std::string* out) {
                                       *out = SparkDecimalText(number, scale);
                                     });
    }
    case Type::DATE32:
      return MapToString<int32_t>(
          context, {value}, [](int32_t days, std::string* out) { *out = SparkDateText(days); });
    case Type::TIMESTAMP: {
      const TimeZone* zone = context.ZoneOf(*value.type());
      return MapToString<int64_t>(context, {value}, [&](int64_t micros, std::string* out) {
        *out = SparkTimestampText(zone->ToLocal(micros));
      });
    }
    case Type::INTERVAL_MONTH_DAY_NANO:
      return MapToString<MonthDayNanos>(
          context, {value}, [](const MonthDayNanos& interval, std::string* out) {
            *out = SparkCalendarIntervalText(interval.months, interval.days,
                                             interval.nanoseconds / kNanosPerMicro);
          });
    case Type::BINARY:
      return MapToString<Text>(context, {value},
                               [](Text bytes, std::string* out) { out->append(bytes); });
    default:
      return Status::NotImplemented("cast of ", value.type()->ToString(), " to STRING");
  }
}

}  // namespace tarn::local
