#include "cli/cell_text.h"

#include <arrow/array/array_decimal.h>
#include <arrow/array/array_dict.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/scalar.h>
#include <arrow/type_traits.h>
#include <fmt/format.h>

#include <chrono>

#include "values/calendar.h"
#include "values/time_of_day.h"

namespace tarn::cli {
namespace {

std::string FormatValue(const arrow::Array& column, int64_t row, const TimeZone& zone);

// The shortest text that reads back as the same value of its type.
template <typename Real>
std::string FormatReal(Real value) {
  std::string text = fmt::format("{}", value);
  // 1 is an INT, 1.0 a DOUBLE.
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::string FormatDay(std::chrono::sys_days day) {
  std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

int64_t TicksPerSecond(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return 1;
    case arrow::TimeUnit::MILLI:
      return 1000;
    case arrow::TimeUnit::MICRO:
      return 1'000'000;
    case arrow::TimeUnit::NANO:
      return 1'000'000'000;
  }
  return 1;
}

// By the zone's clocks; one of no zone as it is.
std::string FormatTimestamp(int64_t ticks, const arrow::TimestampType& type, const TimeZone& zone) {
  int64_t per_second = TicksPerSecond(type.unit());
  int64_t fraction = ticks % per_second;
  if (fraction < 0) fraction += per_second;
  int64_t seconds = (ticks - fraction) / per_second;
  if (!type.timezone().empty()) seconds += zone.OffsetAt(seconds * kMicrosPerSecond);
  std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::hh_mm_ss clock(time - day);
  std::string text = fmt::format("{} {:02}:{:02}:{:02}", FormatDay(day), clock.hours().count(),
                                 clock.minutes().count(), clock.seconds().count());
  if (fraction == 0) return text;
  std::string digits = std::to_string(per_second + fraction).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits;
}

std::string FormatList(const arrow::Array& values, int64_t offset, int64_t length,
                       const TimeZone& zone) {
  std::string text = "[";
  for (int64_t i = offset; i < offset + length; ++i) {
    if (i > offset) text += ", ";
    text += FormatValue(values, i, zone);
  }
  return text + "]";
}

std::string FormatMap(const arrow::MapArray& column, int64_t row, const TimeZone& zone) {
  std::string text = "{";
  for (int64_t i = column.value_offset(row); i < column.value_offset(row + 1); ++i) {
    if (i > column.value_offset(row)) text += ", ";
    text += FormatValue(*column.keys(), i, zone) + " -> " + FormatValue(*column.items(), i, zone);
  }
  return text + "}";
}

std::string FormatStruct(const arrow::StructArray& column, int64_t row, const TimeZone& zone) {
  std::string text = "{";
  for (int i = 0; i < column.num_fields(); ++i) {
    if (i > 0) text += ", ";
    text += FormatValue(*column.field(i), row, zone);
  }
  return text + "}";
}

std::string FormatValue(const arrow::Array& column, int64_t row, const TimeZone& zone) {
  if (column.IsNull(row)) return "NULL";
  switch (column.type_id()) {
    case arrow::Type::STRING:
      return Printable(static_cast<const arrow::StringArray&>(column).GetView(row));
    case arrow::Type::LARGE_STRING:
      return Printable(static_cast<const arrow::LargeStringArray&>(column).GetView(row));
    case arrow::Type::BINARY: {
      std::string text = "0x";
      for (unsigned char byte : static_cast<const arrow::BinaryArray&>(column).GetView(row)) {
        text += fmt::format("{:02x}", byte);
      }
      return text;
    }
    case arrow::Type::FLOAT:
      return FormatReal(static_cast<const arrow::FloatArray&>(column).Value(row));
    case arrow::Type::DOUBLE:
      return FormatReal(static_cast<const arrow::DoubleArray&>(column).Value(row));
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Array&>(column).FormatValue(row);
    case arrow::Type::DATE32:
      return FormatDay(std::chrono::sys_days{
          std::chrono::days(static_cast<const arrow::Date32Array&>(column).Value(row))});
    case arrow::Type::TIMESTAMP:
      return FormatTimestamp(static_cast<const arrow::TimestampArray&>(column).Value(row),
                             static_cast<const arrow::TimestampType&>(*column.type()), zone);
    case arrow::Type::TIME64: {
      const int64_t ticks = static_cast<const arrow::Time64Array&>(column).Value(row);
      const auto unit = static_cast<const arrow::Time64Type&>(*column.type()).unit();
      return SparkTimeText(unit == arrow::TimeUnit::NANO ? ticks / 1000 : ticks);
    }
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(column);
      return FormatList(*list.values(), list.value_offset(row), list.value_length(row), zone);
    }
    case arrow::Type::MAP:
      return FormatMap(static_cast<const arrow::MapArray&>(column), row, zone);
    case arrow::Type::STRUCT:
      return FormatStruct(static_cast<const arrow::StructArray&>(column), row, zone);
    case arrow::Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryArray&>(column);
      return FormatValue(*dictionary.dictionary(), dictionary.GetValueIndex(row), zone);
    }
    default: {
      auto scalar = column.GetScalar(row);
      return scalar.ok() ? Printable((*scalar)->ToString()) : "?";
    }
  }
}

}  // namespace

Cell FormatCell(const arrow::Array& column, int64_t row, const TimeZone& zone) {
  std::string text = FormatValue(column, row, zone);
  bool is_null = column.IsNull(row);
  if (!is_null && (text.empty() || text == "NULL")) text = "\"" + text + "\"";
  return {std::move(text), is_null};
}

Column ColumnFor(const arrow::Field& field) {
  arrow::Type::type id = field.type()->id();
  return {Printable(field.name()),
          arrow::is_integer(id) || arrow::is_floating(id) || arrow::is_decimal(id),
          arrow::is_temporal(id)};
}

}  // namespace tarn::cli
