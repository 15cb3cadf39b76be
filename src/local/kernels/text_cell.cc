#include "local/kernels/text_cell.h"

#include <arrow/type.h>

#include "json/convert.h"
#include "local/kernels/decimal_arithmetic_internal.h"

namespace tarn::local {
namespace {

using arrow::Type;

template <typename Builder, typename Value>
Status AppendTo(arrow::ArrayBuilder* builder, Value value) {
  return static_cast<Builder*>(builder)->Append(value);
}

Status AppendList(const TextCell& cell, const arrow::DataType& type, arrow::ArrayBuilder* builder) {
  auto* lists = static_cast<arrow::ListBuilder*>(builder);
  ARROW_RETURN_NOT_OK(lists->Append());
  for (const TextCell& child : cell.children) {
    ARROW_RETURN_NOT_OK(AppendCell(child, *type.field(0)->type(), lists->value_builder()));
  }
  return Status::OK();
}

Status AppendMap(const TextCell& cell, const arrow::DataType& type, arrow::ArrayBuilder* builder) {
  auto* maps = static_cast<arrow::MapBuilder*>(builder);
  ARROW_RETURN_NOT_OK(maps->Append());
  const arrow::DataType& item = *static_cast<const arrow::MapType&>(type).item_type();
  for (size_t i = 0; i < cell.children.size(); ++i) {
    ARROW_RETURN_NOT_OK(
        AppendTo<arrow::StringBuilder>(maps->key_builder(), std::string_view(cell.keys[i])));
    ARROW_RETURN_NOT_OK(AppendCell(cell.children[i], item, maps->item_builder()));
  }
  return Status::OK();
}

Status AppendStruct(const TextCell& cell, const arrow::DataType& type,
                    arrow::ArrayBuilder* builder) {
  auto* structs = static_cast<arrow::StructBuilder*>(builder);
  ARROW_RETURN_NOT_OK(structs->Append());
  for (int i = 0; i < type.num_fields(); ++i) {
    ARROW_RETURN_NOT_OK(
        AppendCell(cell.children[i], *type.field(i)->type(), structs->field_builder(i)));
  }
  return Status::OK();
}

Status MakePattern(const std::optional<std::string>& text,
                   std::shared_ptr<const DatetimePattern>* made) {
  if (!text.has_value()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(DatetimePattern pattern,
                        DatetimePattern::Make(*text, DatetimePattern::Use::kParse));
  *made = std::make_shared<const DatetimePattern>(std::move(pattern));
  return Status::OK();
}

json::Value StringValue(std::string_view text) {
  json::Value value;
  value.begin = text.data();
  value.length = static_cast<uint32_t>(text.size());
  value.kind = json::ValueKind::kString;
  return value;
}

}  // namespace

TextCell StructOfNulls(int num_fields) {
  TextCell cell;
  cell.is_null = false;
  cell.children.resize(num_fields);
  return cell;
}

Status AppendCell(const TextCell& cell, const arrow::DataType& type, arrow::ArrayBuilder* builder) {
  if (cell.is_null) return builder->AppendNull();
  switch (type.id()) {
    case Type::BOOL:
      return AppendTo<arrow::BooleanBuilder>(builder, cell.integer != 0);
    case Type::INT8:
      return AppendTo<arrow::Int8Builder>(builder, static_cast<int8_t>(cell.integer));
    case Type::INT16:
      return AppendTo<arrow::Int16Builder>(builder, static_cast<int16_t>(cell.integer));
    case Type::INT32:
      return AppendTo<arrow::Int32Builder>(builder, static_cast<int32_t>(cell.integer));
    case Type::INT64:
      return AppendTo<arrow::Int64Builder>(builder, cell.integer);
    case Type::DATE32:
      return AppendTo<arrow::Date32Builder>(builder, static_cast<int32_t>(cell.integer));
    case Type::TIMESTAMP:
      return AppendTo<arrow::TimestampBuilder>(builder, cell.integer);
    case Type::TIME64:
      return AppendTo<arrow::Time64Builder>(builder, cell.integer);
    case Type::INTERVAL_MONTHS:
      return AppendTo<arrow::MonthIntervalBuilder>(builder, static_cast<int32_t>(cell.integer));
    case Type::DURATION:
      return AppendTo<arrow::DurationBuilder>(builder, cell.integer);
    case Type::FLOAT:
      return AppendTo<arrow::FloatBuilder>(builder, static_cast<float>(cell.real));
    case Type::DOUBLE:
      return AppendTo<arrow::DoubleBuilder>(builder, cell.real);
    case Type::DECIMAL128:
      return AppendTo<arrow::Decimal128Builder>(builder, cell.decimal);
    case Type::STRING:
      return AppendTo<arrow::StringBuilder>(builder, std::string_view(cell.text));
    case Type::BINARY:
      return AppendTo<arrow::BinaryBuilder>(builder, std::string_view(cell.text));
    case Type::LIST:
      return AppendList(cell, type, builder);
    case Type::MAP:
      return AppendMap(cell, type, builder);
    case Type::STRUCT:
      return AppendStruct(cell, type, builder);
    default:
      return Status::NotImplemented("a ", type.ToString(), " of text");
  }
}

bool ParseDecimalText(std::string text, const arrow::DecimalType& type, arrow::Decimal128* out) {
  std::erase(text, ',');
  arrow::Decimal256 parsed;
  int32_t precision = 0;
  int32_t scale = 0;
  return arrow::Decimal256::FromString(text, &parsed, &precision, &scale).ok() &&
         FitDecimal(parsed, scale, type, out);
}

Result<TextFormats> TextFormats::Make(const plan::TextOptions& options, const SparkClock& clock) {
  TextFormats formats;
  formats.clock = clock;
  ARROW_RETURN_NOT_OK(MakePattern(options.date_format, &formats.date));
  ARROW_RETURN_NOT_OK(MakePattern(options.timestamp_format, &formats.timestamp));
  ARROW_RETURN_NOT_OK(MakePattern(options.timestamp_ntz_format, &formats.timestamp_ntz));
  return formats;
}

bool TextFormats::ParseDay(const std::string& text, int64_t* days) const {
  int32_t parsed = 0;
  if (!json::ConvertToDate(StringValue(text), date.get(), &parsed)) return false;
  *days = parsed;
  return true;
}

bool TextFormats::ParseMoment(const std::string& text, bool is_ntz, int64_t* micros) const {
  if (text.empty()) return false;
  if (!is_ntz) return json::ParseTimestampText(text, timestamp.get(), clock, micros);
  if (timestamp_ntz != nullptr) return timestamp_ntz->ParseLocal(text, micros);
  return ParseSparkTimestampNtz(text, micros, /*zone_allowed=*/false);
}

}  // namespace tarn::local
