#include "base/ascii.h"
#include "local/kernels/base_text_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/flat_text_internal.h"
#include "local/kernels/json_text_internal.h"
#include "local/kernels/nested_internal.h"
#include "plan/text_options.h"

// to_json: values as JSON. Source: Spark's JacksonGenerator.
namespace tarn::local {
namespace {

using arrow::Array;
using arrow::Datum;
using arrow::Type;

/// \brief Writes values of columns as JSON.
class JsonValueWriter {
 public:
  JsonValueWriter(const plan::TextOptions& options, const FlatText& texts)
      : ignores_null_fields_(options.ignore_null_fields), texts_(texts) {}

  void Append(const Array& array, int64_t row, std::string* out) const {
    if (array.IsNull(row)) {
      *out += "null";
      return;
    }
    switch (array.type_id()) {
      case Type::LIST:
        return AppendElements(static_cast<const arrow::ListArray&>(array), row, out);
      case Type::MAP:
        return AppendEntries(static_cast<const arrow::ListArray&>(array), row, out);
      case Type::STRUCT:
        return AppendFields(static_cast<const arrow::StructArray&>(array), row, out);
      default:
        return AppendFlat(array, row, out);
    }
  }

 private:
  static bool IsPlain(Type::type id) {
    return id == Type::BOOL || arrow::is_signed_integer(id) || id == Type::DECIMAL128;
  }

  void AppendFlat(const Array& array, int64_t row, std::string* out) const {
    std::string text;
    texts_.Append(array, row, &text);
    if (array.type_id() == Type::BINARY) {
      std::string base64;
      AppendBase64(text, &base64);
      std::erase_if(base64, [](char c) { return c == '\r' || c == '\n'; });
      text = std::move(base64);
    }
    // NaN and infinities are words, in quotes.
    const bool is_finite = arrow::is_floating(array.type_id()) && IsDigit(text.back());
    if (is_finite || IsPlain(array.type_id())) {
      *out += text;
    } else {
      AppendJsonString(text, WidePairs::kPlain, out);
    }
  }

  // Of dates and timestamps, Spark's keys are what it holds inside: days and microseconds.
  void AppendKey(const Array& keys, int64_t row, std::string* out) const {
    std::string text;
    if (keys.type_id() == Type::DATE32) {
      text = std::to_string(static_cast<const arrow::Date32Array&>(keys).Value(row));
    } else if (keys.type_id() == Type::TIMESTAMP) {
      text = std::to_string(static_cast<const arrow::TimestampArray&>(keys).Value(row));
    } else {
      texts_.Append(keys, row, &text);
    }
    AppendJsonString(text, WidePairs::kPlain, out);
  }

  void AppendElements(const arrow::ListArray& lists, int64_t row, std::string* out) const {
    *out += '[';
    for (int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
      if (i > lists.value_offset(row)) *out += ',';
      Append(*lists.values(), i, out);
    }
    *out += ']';
  }

  void AppendEntries(const arrow::ListArray& maps, int64_t row, std::string* out) const {
    const auto& entries = static_cast<const arrow::StructArray&>(*maps.values());
    const ArrayPtr keys = entries.field(0);
    const ArrayPtr items = entries.field(1);
    *out += '{';
    for (int64_t i = maps.value_offset(row); i < maps.value_offset(row + 1); ++i) {
      if (i > maps.value_offset(row)) *out += ',';
      AppendKey(*keys, i, out);
      *out += ':';
      Append(*items, i, out);
    }
    *out += '}';
  }

  void AppendFields(const arrow::StructArray& structs, int64_t row, std::string* out) const {
    const char* separator = "";
    *out += '{';
    for (int i = 0; i < structs.num_fields(); ++i) {
      const ArrayPtr& field = structs.field(i);
      if (ignores_null_fields_ && field->IsNull(row)) continue;
      *out += separator;
      separator = ",";
      AppendJsonString(structs.type()->field(i)->name(), WidePairs::kPlain, out);
      *out += ':';
      Append(*field, row, out);
    }
    *out += '}';
  }

  const bool ignores_null_fields_;
  const FlatText& texts_;
};

Result<Datum> ToJson(const KernelContext& context, const std::vector<Datum>& args) {
  const plan::TextOptions options =
      plan::TextOptionsOfCall(*context.call, 1, plan::TextOptionsOf::kToJson);
  ARROW_ASSIGN_OR_RAISE(const FlatText texts, FlatText::Make(options, *context.shared.zone));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr values, SpreadToArray(args[0], context.num_rows));
  const JsonValueWriter writer(options, texts);
  return MapRowsToString(
      context, [&](int64_t row) { return values->IsValid(row); },
      [&](int64_t row, std::string* out) { writer.Append(*values, row, out); });
}

}  // namespace

std::span<const NamedKernel> ToJsonKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"to_json", ToJson},
  };
  return kKernels;
}

}  // namespace tarn::local
