#include "lake/partition_path.h"

#include <arrow/array/array_decimal.h>
#include <arrow/type_traits.h>
#include <arrow/util/checked_cast.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "values/spark_text.h"

namespace tarn::lake {
namespace {

using arrow::Type;
using arrow::internal::checked_cast;

bool MustEscape(char character) {
  constexpr std::string_view kSpecial = "\"#%'*/:=?\\\x7F{[]^";
  return static_cast<unsigned char>(character) < 0x20 ||
         kSpecial.find(character) != std::string_view::npos;
}

// The value of a hexadecimal digit, -1 for any other character.
int DigitValue(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

template <typename ArrayType>
auto ValueAt(const arrow::Array& column, int64_t row) {
  return checked_cast<const ArrayType&>(column).Value(row);
}

int64_t MicrosOf(int64_t value, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return value * 1'000'000;
    case arrow::TimeUnit::MILLI:
      return value * 1000;
    case arrow::TimeUnit::MICRO:
      return value;
    case arrow::TimeUnit::NANO:
      return value >= 0 ? value / 1000 : (value - 999) / 1000;
  }
  return value;
}

std::string TimestampText(const arrow::Array& column, int64_t row, const TimeZone& zone) {
  const auto& type = checked_cast<const arrow::TimestampType&>(*column.type());
  const int64_t micros = MicrosOf(ValueAt<arrow::TimestampArray>(column, row), type.unit());
  return SparkTimestampText(type.timezone().empty() ? micros : zone.ToLocal(micros));
}

}  // namespace

std::string EscapePathName(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char character : text) {
    if (MustEscape(character)) {
      fmt::format_to(std::back_inserter(escaped), "%{:02X}", static_cast<unsigned char>(character));
    } else {
      escaped += character;
    }
  }
  return escaped;
}

std::string UnescapePathName(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  for (size_t at = 0; at < name.size(); ++at) {
    const int high = name[at] == '%' && at + 2 < name.size() ? DigitValue(name[at + 1]) : -1;
    const int low = high >= 0 ? DigitValue(name[at + 2]) : -1;
    if (low < 0) {
      text += name[at];
      continue;
    }
    text += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return text;
}

bool IsPartitionType(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::FLOAT:
    case Type::DOUBLE:
    case Type::STRING:
    case Type::BINARY:
    case Type::DATE32:
    case Type::TIMESTAMP:
    case Type::DECIMAL128:
      return true;
    default:
      return false;
  }
}

std::string PartitionValueText(const arrow::Array& column, int64_t row, const TimeZone& zone) {
  switch (column.type_id()) {
    case Type::BOOL:
      return ValueAt<arrow::BooleanArray>(column, row) ? "true" : "false";
    case Type::INT8:
      return std::to_string(ValueAt<arrow::Int8Array>(column, row));
    case Type::INT16:
      return std::to_string(ValueAt<arrow::Int16Array>(column, row));
    case Type::INT32:
      return std::to_string(ValueAt<arrow::Int32Array>(column, row));
    case Type::INT64:
      return std::to_string(ValueAt<arrow::Int64Array>(column, row));
    case Type::FLOAT:
      return SparkFloatText(ValueAt<arrow::FloatArray>(column, row));
    case Type::DOUBLE:
      return SparkDoubleText(ValueAt<arrow::DoubleArray>(column, row));
    case Type::DATE32:
      return SparkDateText(ValueAt<arrow::Date32Array>(column, row));
    case Type::TIMESTAMP:
      return TimestampText(column, row, zone);
    case Type::DECIMAL128: {
      const auto& type = checked_cast<const arrow::Decimal128Type&>(*column.type());
      const auto& decimals = checked_cast<const arrow::Decimal128Array&>(column);
      return SparkDecimalText(arrow::Decimal128(decimals.GetValue(row)), type.scale());
    }
    default:
      return std::string(checked_cast<const arrow::BinaryArray&>(column).GetView(row));
  }
}

std::string PartitionFolder(std::string_view column, const std::optional<std::string>& value) {
  std::string folder = EscapePathName(column) + "=";
  folder += !value || value->empty() ? std::string(kDefaultPartition) : EscapePathName(*value);
  return folder;
}

std::optional<PartitionEntry> ParsePartitionFolder(std::string_view folder) {
  const size_t equals = folder.find('=');
  if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
  PartitionEntry entry{UnescapePathName(folder.substr(0, equals)), std::nullopt};
  const std::string_view value = folder.substr(equals + 1);
  if (value != kDefaultPartition) entry.value = UnescapePathName(value);
  return entry;
}

std::vector<PartitionEntry> PartitionAbove(std::string_view path) {
  std::vector<PartitionEntry> entries;
  while (true) {
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return entries;
    path = path.substr(0, slash);
    std::optional<PartitionEntry> entry = ParsePartitionFolder(path.substr(path.rfind('/') + 1));
    if (!entry) return entries;
    entries.push_back(*std::move(entry));
  }
}

const PartitionEntry* FindEntry(const std::vector<PartitionEntry>& entries,
                                std::string_view column) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const PartitionEntry& entry) {
    return SameName(entry.column, column);
  });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace tarn::lake
