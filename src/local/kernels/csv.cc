#include "base/ascii.h"
#include "base/printable_text.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/csv_field.h"
#include "local/kernels/flat_text_internal.h"
#include "local/kernels/nested_internal.h"
#include "local/kernels/text_cell.h"
#include "plan/coercion.h"
#include "plan/text_options.h"
#include "values/csv_line.h"
#include "values/interval.h"
#include "values/java_number.h"
#include "values/time_of_day.h"

// from_csv and to_csv. Source: Spark's UnivocityParser and UnivocityGenerator.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Type;
using Args = std::vector<Datum>;
using Text = std::string_view;

struct PreparedFromCsv : KernelState {
  plan::TextOptions options;
  CsvSyntax syntax;
  TextFormats formats;
  int corrupt_record = -1;  // the field that takes the whole text; -1: there is none
};

Result<std::unique_ptr<KernelState>> PrepareFromCsv(const KernelContext& context,
                                                    const std::vector<ScalarPtr>&) {
  auto state = std::make_unique<PreparedFromCsv>();
  state->options = plan::TextOptionsOfCall(*context.call, 2, plan::TextOptionsOf::kFromCsv);
  state->syntax.separator = state->options.separator;
  ARROW_ASSIGN_OR_RAISE(
      state->formats,
      TextFormats::Make(state->options, {context.shared.zone, context.shared.now_micros}));
  const auto& type = static_cast<const arrow::StructType&>(*context.type());
  state->corrupt_record = type.GetFieldIndex(state->options.corrupt_record);
  return state;
}

template <typename T>
bool ReadCsvInteger(Text text, TextCell* cell) {
  const std::optional<T> value = ParseJavaInteger<T>(text);
  cell->integer = value.value_or(0);
  return value.has_value();
}

template <typename T>
bool ReadCsvReal(Text text, TextCell* cell) {
  T value = 0;
  const bool is_infinite = text == "Inf" || text == "-Inf";
  if (is_infinite) value = (text[0] == '-' ? -1 : 1) * std::numeric_limits<T>::infinity();
  if (!is_infinite && !ParseJavaNumber(text, &value)) return false;
  cell->real = value;
  return true;
}

// Whether all of the line fits; what does not is NULL.
bool ReadCsvLine(Text line, const arrow::DataType& type, const PreparedFromCsv& state,
                 TextCell* cell) {
  *cell = StructOfNulls(type.num_fields());
  const auto values = SplitCsvLine(line, state.syntax);
  size_t next = 0;
  bool fits = !values.empty();
  for (int i = 0; i < type.num_fields(); ++i) {
    if (i == state.corrupt_record) continue;
    if (next == values.size()) return false;
    const std::optional<std::string>& value = values[next++];
    if (!value.has_value() || *value == state.options.null_value) continue;
    TextCell& field = cell->children[i];
    field.is_null = !ReadCsvField(*value, *type.field(i)->type(), state.formats, &field);
    if (field.is_null) fits = false;
  }
  return fits && next == values.size();
}

Result<Datum> FromCsv(const KernelContext& context, const Args& args) {
  const auto& state = static_cast<const PreparedFromCsv&>(*context.state);
  const ColumnView<Text> texts(args[0]);
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), context.type(), &builder));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    TextCell cell;
    if (texts.IsValid(row) && !ReadCsvLine(texts[row], *context.type(), state, &cell)) {
      if (state.options.fail_fast) {
        return context.Error(
            "MALFORMED_RECORD_IN_PARSING",
            fmt::format("the line does not fit the schema: {}", PrintableStart(texts[row])),
            "mode PERMISSIVE gives NULL for what does not fit");
      }
      if (state.corrupt_record >= 0) {
        TextCell& whole = cell.children[state.corrupt_record];
        whole.is_null = false;
        whole.text = texts[row];
      }
    }
    ARROW_RETURN_NOT_OK(AppendCell(cell, *context.type(), builder.get()));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder->Finish());
  return Datum(std::move(array));
}

// `[41 42]`
std::string BytesAsHex(Text bytes) {
  std::string text = "[";
  for (const char c : bytes) {
    if (text.size() > 1) text += ' ';
    text += fmt::format("{:02X}", static_cast<unsigned char>(c));
  }
  return text + "]";
}

/// \brief Writes rows as lines.
class CsvLineWriter {
 public:
  CsvLineWriter(const plan::TextOptions& options, const FlatText& texts)
      : options_(options), texts_(texts) {}

  // False where there is nothing to write, which is no line.
  bool Append(const arrow::StructArray& rows, int64_t row, std::string* line) const {
    const bool is_one = rows.num_fields() == 1;
    for (int i = 0; i < rows.num_fields(); ++i) {
      const ArrayPtr& field = rows.field(i);
      if (i > 0) *line += options_.separator;
      const bool is_null = field->IsNull(row);
      if (is_null && options_.null_value.empty() && !options_.quote_all) {
        if (is_one) return false;
        continue;
      }
      const std::string text = is_null ? options_.null_value : TextOf(*field, row);
      AppendCsvField(text, options_.separator, i == 0, options_.quote_all, line);
    }
    return true;
  }

 private:
  std::string TextOf(const arrow::Array& field, int64_t row) const {
    std::string text;
    texts_.Append(field, row, &text);
    return field.type_id() == Type::BINARY ? BytesAsHex(text) : text;
  }

  const plan::TextOptions& options_;
  const FlatText& texts_;
};

Result<std::unique_ptr<KernelState>> CheckToCsv(const KernelContext& context,
                                                const std::vector<ScalarPtr>&) {
  const plan::TextOptions options =
      plan::TextOptionsOfCall(*context.call, 1, plan::TextOptionsOf::kToCsv);
  ARROW_RETURN_NOT_OK(FlatText::Make(context, options).status());
  return nullptr;
}

Result<Datum> ToCsv(const KernelContext& context, const Args& args) {
  const plan::TextOptions options =
      plan::TextOptionsOfCall(*context.call, 1, plan::TextOptionsOf::kToCsv);
  ARROW_ASSIGN_OR_RAISE(const FlatText texts, FlatText::Make(context, options));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr rows, SpreadToArray(args[0], context.num_rows));
  const CsvLineWriter writer(options, texts);
  return MapRowsToString(
      context, [&](int64_t row) { return rows->IsValid(row); },
      [&](int64_t row, std::string* line) {
        return writer.Append(static_cast<const arrow::StructArray&>(*rows), row, line);
      });
}

}  // namespace

bool ReadCsvField(const std::string& text, const arrow::DataType& type, const TextFormats& formats,
                  TextCell* cell) {
  switch (type.id()) {
    case Type::BOOL:
      cell->integer = SameName(text, "true");
      return SameName(text, "true") || SameName(text, "false");
    case Type::INT8:
      return ReadCsvInteger<int8_t>(text, cell);
    case Type::INT16:
      return ReadCsvInteger<int16_t>(text, cell);
    case Type::INT32:
      return ReadCsvInteger<int32_t>(text, cell);
    case Type::INT64:
      return ReadCsvInteger<int64_t>(text, cell);
    case Type::FLOAT:
      return ReadCsvReal<float>(text, cell);
    case Type::DOUBLE:
      return ReadCsvReal<double>(text, cell);
    case Type::DECIMAL128:
      return ParseDecimalText(text, static_cast<const arrow::DecimalType&>(type), &cell->decimal);
    case Type::DATE32:
      return formats.ParseDay(text, &cell->integer);
    case Type::TIMESTAMP:
      return formats.ParseMoment(text, plan::IsTimestampNtz(type), &cell->integer);
    case Type::TIME64:
      return ParseSparkTime(text, &cell->integer);
    case Type::INTERVAL_MONTHS:
    case Type::DURATION:
      return ParseSparkInterval(text, IntervalRangeOf(type), &cell->integer);
    default:
      cell->text = text;
      return true;
  }
}

std::span<const NamedKernel> CsvKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"from_csv", FromCsv, PrepareFromCsv},
      {"to_csv", ToCsv, CheckToCsv},
  };
  return kKernels;
}

}  // namespace tarn::local
