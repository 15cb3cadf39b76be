#include "base/printable_text.h"
#include "json/convert.h"
#include "json/record/document.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/json_text_internal.h"
#include "local/kernels/text_cell.h"
#include "plan/coercion.h"
#include "plan/text_options.h"
#include "values/interval.h"
#include "values/java_number.h"
#include "values/time_of_day.h"

// from_json: values of JSON by a schema. Source: Spark's JacksonParser and FailureSafeParser.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Type;
using json::Document;
using json::ValueKind;

// How much of a value was read.
enum class Fit {
  kAll,
  kPart,  // something inside does not fit, and is NULL
  kNone,
};

/// \brief Reads the values of documents, as one type.
class JsonValueReader {
 public:
  JsonValueReader(const Document& document, const TextFormats& formats)
      : document_(document), formats_(formats) {}

  /// \param[out] cell untouched for Fit::kNone, but a STRUCT
  Fit Read(size_t node, const arrow::DataType& type, TextCell* cell) {
    const ValueKind kind = Node(node).kind();
    if (kind == ValueKind::kNull) return *cell = TextCell(), Fit::kAll;
    TextCell read;
    Fit fit = Fit::kNone;
    switch (type.id()) {
      case Type::STRUCT:
        if (kind == ValueKind::kObject) fit = ReadStruct(node, type, "", &read);
        break;
      case Type::LIST:
        if (kind == ValueKind::kArray) fit = ReadElements(node, *type.field(0)->type(), &read);
        break;
      case Type::MAP:
        if (kind == ValueKind::kObject) fit = ReadMap(node, type, &read);
        break;
      default:
        fit = ReadFlat(node, type, &read) ? Fit::kAll : Fit::kNone;
    }
    if (fit == Fit::kNone) return fit;
    read.is_null = false;
    *cell = std::move(read);
    return fit;
  }

  /// \brief Read an object; its key `left_out` is no field's.
  Fit ReadStruct(size_t node, const arrow::DataType& type, std::string_view left_out,
                 TextCell* cell) {
    const auto& struct_type = static_cast<const arrow::StructType&>(type);
    *cell = StructOfNulls(type.num_fields());
    Fit fit = Fit::kAll;
    document_.ForEachChild(node, [&](size_t child) {
      name_ = Node(child).key;
      const int field = struct_type.GetFieldIndex(name_);
      if (field < 0 || (!left_out.empty() && name_ == left_out)) return;
      const Fit of_field = Read(child, *type.field(field)->type(), &cell->children[field]);
      if (of_field != Fit::kAll) fit = Fit::kPart;
    });
    return fit;
  }

 private:
  const Document::Node& Node(size_t node) const { return document_.nodes()[node]; }

  // An element that does not fit leaves nothing of the array, one that does in part is in it.
  Fit ReadElements(size_t node, const arrow::DataType& type, TextCell* cell) {
    Fit fit = Fit::kAll;
    document_.ForEachChild(node, [&](size_t child) {
      if (fit == Fit::kNone) return;
      const Fit of_element = Read(child, type, &cell->children.emplace_back());
      if (of_element != Fit::kAll) fit = of_element;
    });
    return fit;
  }

  Fit ReadMap(size_t node, const arrow::DataType& type, TextCell* cell) {
    document_.ForEachChild(
        node, [&](size_t child) { cell->keys.push_back(WithoutHalfPairs(Node(child).key)); });
    return ReadElements(node, *static_cast<const arrow::MapType&>(type).item_type(), cell);
  }

  template <typename T>
  static bool ReadInteger(const json::Value& value, TextCell* cell) {
    T integer = 0;
    if (!json::ConvertToInteger(value, &integer)) return false;
    cell->integer = integer;
    return true;
  }

  // Jackson has bytes up to 255.
  static bool ReadByte(const json::Value& value, TextCell* cell) {
    int64_t wide = 0;
    if (value.kind != ValueKind::kInteger || !json::ParseInteger(value, &wide)) return false;
    if (wide < INT8_MIN || wide > UINT8_MAX) return false;
    cell->integer = static_cast<int8_t>(wide);
    return true;
  }

  static bool ReadReal(const json::Value& value, bool is_float, TextCell* cell) {
    if (IsNonFinite(value)) return cell->real = JsonDoubleOf(value), true;
    if (!is_float) return json::ConvertToDouble(value, &cell->real);
    float narrow = 0;
    if (!json::ConvertToFloat(value, &narrow)) return false;
    cell->real = narrow;
    return true;
  }

  static bool ReadDecimal(const json::Value& value, const arrow::Decimal128Type& type,
                          TextCell* cell) {
    if (value.kind == ValueKind::kString) {
      return ParseDecimalText(std::string(value.text()), type, &cell->decimal);
    }
    return !IsNonFinite(value) &&
           json::ConvertToDecimal(value, type.precision(), type.scale(), &cell->decimal);
  }

  // Text as a date, or as days since 1970.
  bool ReadDay(const json::Value& value, TextCell* cell) {
    if (value.kind != ValueKind::kString || value.length == 0) return false;
    const std::string text(value.text());
    if (formats_.ParseDay(text, &cell->integer)) return true;
    if (formats_.date != nullptr) return false;
    const std::optional<int32_t> days = ParseJavaInteger<int32_t>(text);
    cell->integer = days.value_or(0);
    return days.has_value();
  }

  // Text, or seconds since 1970, which wrap around as Java's numbers do.
  bool ReadMoment(const json::Value& value, bool is_ntz, TextCell* cell) {
    if (value.kind == ValueKind::kString) {
      return formats_.ParseMoment(std::string(value.text()), is_ntz, &cell->integer);
    }
    int64_t seconds = 0;
    if (is_ntz || value.kind != ValueKind::kInteger || !json::ParseInteger(value, &seconds)) {
      return false;
    }
    cell->integer = static_cast<int64_t>(static_cast<uint64_t>(seconds) * 1'000'000u);
    return true;
  }

  bool ReadText(size_t node, TextCell* cell) {
    if (Node(node).kind() == ValueKind::kString) {
      cell->text = WithoutHalfPairs(Node(node).text());
    } else {
      AppendJsonNode(document_, node, WidePairs::kEscaped, &cell->text);
    }
    return true;
  }

  bool ReadFlat(size_t node, const arrow::DataType& type, TextCell* cell) {
    const json::Value& value = Node(node).value;
    switch (type.id()) {
      case Type::BOOL:
        cell->integer = value.kind == ValueKind::kTrue;
        return value.kind == ValueKind::kTrue || value.kind == ValueKind::kFalse;
      case Type::INT8:
        return ReadByte(value, cell);
      case Type::INT16:
        return ReadInteger<int16_t>(value, cell);
      case Type::INT32:
        return ReadInteger<int32_t>(value, cell);
      case Type::INT64:
        return ReadInteger<int64_t>(value, cell);
      case Type::FLOAT:
      case Type::DOUBLE:
        return ReadReal(value, type.id() == Type::FLOAT, cell);
      case Type::DECIMAL128:
        return ReadDecimal(value, static_cast<const arrow::Decimal128Type&>(type), cell);
      case Type::DATE32:
        return ReadDay(value, cell);
      case Type::TIMESTAMP:
        return ReadMoment(value, plan::IsTimestampNtz(type), cell);
      case Type::TIME64:
        return value.kind == ValueKind::kString && ParseSparkTime(value.text(), &cell->integer);
      case Type::INTERVAL_MONTHS:
      case Type::DURATION:
        return value.kind == ValueKind::kString &&
               ParseSparkInterval(value.text(), IntervalRangeOf(type), &cell->integer);
      case Type::BINARY:
        return json::ConvertToBinary(value, &cell->text);
      default:
        return ReadText(node, cell);
    }
  }

  const Document& document_;
  const TextFormats& formats_;
  std::string name_;
};

struct PreparedFromJson : KernelState {
  plan::TextOptions options;
  TextFormats formats;
  int corrupt_record = -1;  // the field that takes the whole text; -1: there is none
};

Result<std::unique_ptr<KernelState>> PrepareFromJson(const KernelContext& context,
                                                     const std::vector<ScalarPtr>&) {
  auto state = std::make_unique<PreparedFromJson>();
  state->options = plan::TextOptionsOfCall(*context.call, 2, plan::TextOptionsOf::kFromJson);
  ARROW_ASSIGN_OR_RAISE(
      state->formats,
      TextFormats::Make(state->options, {context.shared.zone, context.shared.now_micros}));
  if (context.type()->id() == Type::STRUCT) {
    const auto& type = static_cast<const arrow::StructType&>(*context.type());
    state->corrupt_record = type.GetFieldIndex(state->options.corrupt_record);
  }
  return state;
}

// The whole value; for what fits in no way, what Spark has in its place.
Fit ReadWhole(const Document& document, const arrow::DataType& type, const PreparedFromJson& state,
              JsonValueReader* reader, TextCell* cell) {
  const ValueKind kind = document.nodes()[0].kind();
  if (kind == ValueKind::kNull) return Fit::kNone;
  if (type.id() == Type::STRUCT) {
    if (kind != ValueKind::kObject) return Fit::kNone;
    const std::string_view left_out =
        state.corrupt_record < 0 ? std::string_view() : state.options.corrupt_record;
    return reader->ReadStruct(0, type, left_out, cell);
  }
  // An object is an array of one.
  const bool is_one = type.id() == Type::LIST && kind == ValueKind::kObject &&
                      type.field(0)->type()->id() == Type::STRUCT;
  if (!is_one) return reader->Read(0, type, cell);
  cell->is_null = false;
  return reader->Read(0, *type.field(0)->type(), &cell->children.emplace_back());
}

Result<Datum> FromJson(const KernelContext& context, const std::vector<Datum>& args) {
  const auto& state = static_cast<const PreparedFromJson&>(*context.state);
  const ColumnView<std::string_view> texts(args[0]);
  const arrow::DataType& type = *context.type();
  const bool is_struct = type.id() == Type::STRUCT;
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), context.type(), &builder));
  Document document;
  JsonValueReader reader(document, state.formats);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    TextCell cell;
    Fit fit = Fit::kAll;
    if (texts.IsValid(row)) {
      const auto outcome = document.Parse(texts[row], state.options.json_syntax);
      if (outcome == Document::Outcome::kInvalid) fit = Fit::kNone;
      if (outcome == Document::Outcome::kValue) {
        fit = ReadWhole(document, type, state, &reader, &cell);
      }
    }
    if (fit != Fit::kAll && state.options.fail_fast) {
      return context.Error(
          "MALFORMED_RECORD_IN_PARSING",
          fmt::format("the text does not fit the schema: {}", PrintableStart(texts[row])),
          "mode PERMISSIVE gives NULL for what does not fit");
    }
    if (fit == Fit::kNone) cell = is_struct ? StructOfNulls(type.num_fields()) : TextCell();
    if (fit != Fit::kAll && state.corrupt_record >= 0) {
      TextCell& whole = cell.children[state.corrupt_record];
      whole.is_null = false;
      whole.text = texts[row];
    }
    ARROW_RETURN_NOT_OK(AppendCell(cell, type, builder.get()));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder->Finish());
  return Datum(std::move(array));
}

}  // namespace

std::span<const NamedKernel> FromJsonKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"from_json", FromJson, PrepareFromJson},
  };
  return kKernels;
}

}  // namespace tarn::local
