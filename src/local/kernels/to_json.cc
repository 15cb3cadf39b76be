#include <algorithm>
#include <numeric>

#include "base/ascii.h"
#include "local/kernels/base_text_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/flat_text_internal.h"
#include "local/kernels/json_text_internal.h"
#include "local/kernels/nested_internal.h"
#include "plan/text_options.h"
#include "values/calendar.h"

// to_json: values as JSON. Source: Spark's JacksonGenerator.
namespace tarn::local {
namespace {

using arrow::Array;
using arrow::Datum;
using arrow::Type;

// Whether `left` is before `right` in Java's order of texts, by UTF-16's units: pairs of surrogates
// (in UTF-8 0xF0 and above) are before the units that are above surrogates (0xEE and 0xEF).
bool IsBeforeInJava(std::string_view left, std::string_view right) {
  const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (l == left.end() || r == right.end()) return l == left.end() && r != right.end();
  const auto rank = [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte == 0xEE || byte == 0xEF ? byte + 0x10 : int{byte};
  };
  return rank(*l) < rank(*r);
}

/// \brief Writes values of columns as JSON.
class JsonValueWriter {
 public:
  JsonValueWriter(const plan::TextOptions& options, const FlatText& texts)
      : ignores_null_fields_(options.ignore_null_fields),
        sorts_keys_(options.sort_keys),
        texts_(texts) {}

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

  // Of times and intervals, Spark's keys are what it holds inside: days, months or microseconds,
  // nanoseconds of a TIME.
  std::string KeyAt(const Array& keys, int64_t row) const {
    switch (keys.type_id()) {
      case Type::DATE32:
      case Type::INTERVAL_MONTHS:
        return std::to_string(keys.data()->GetValues<int32_t>(1)[row]);
      case Type::TIMESTAMP:
      case Type::DURATION:
        return std::to_string(keys.data()->GetValues<int64_t>(1)[row]);
      case Type::TIME64:
        return std::to_string(keys.data()->GetValues<int64_t>(1)[row] * kNanosPerMicro);
      default: {
        std::string text;
        texts_.Append(keys, row, &text);
        return text;
      }
    }
  }

  // The places of `count` members as they are written; `key` gives a place's key.
  template <typename Key>
  std::vector<int> PlacesOf(size_t count, Key&& key) const {
    std::vector<int> places(count);
    std::iota(places.begin(), places.end(), 0);
    if (sorts_keys_) {
      std::stable_sort(places.begin(), places.end(),
                       [&](int left, int right) { return IsBeforeInJava(key(left), key(right)); });
    }
    return places;
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
    const int64_t begin = maps.value_offset(row);
    std::vector<std::string> texts;
    for (int64_t i = begin; i < maps.value_offset(row + 1); ++i) texts.push_back(KeyAt(*keys, i));
    const auto text = [&](int place) -> const std::string& { return texts[place]; };
    const char* separator = "";
    *out += '{';
    for (const int place : PlacesOf(texts.size(), text)) {
      *out += separator;
      separator = ",";
      AppendJsonString(texts[place], WidePairs::kPlain, out);
      *out += ':';
      Append(*items, begin + place, out);
    }
    *out += '}';
  }

  void AppendFields(const arrow::StructArray& structs, int64_t row, std::string* out) const {
    const auto name = [&](int place) -> const std::string& {
      return structs.type()->field(place)->name();
    };
    const char* separator = "";
    *out += '{';
    for (const int place : PlacesOf(structs.num_fields(), name)) {
      const ArrayPtr& field = structs.field(place);
      if (ignores_null_fields_ && field->IsNull(row)) continue;
      *out += separator;
      separator = ",";
      AppendJsonString(name(place), WidePairs::kPlain, out);
      *out += ':';
      Append(*field, row, out);
    }
    *out += '}';
  }

  const bool ignores_null_fields_;
  const bool sorts_keys_;
  const FlatText& texts_;
};

Result<std::unique_ptr<KernelState>> CheckToJson(const KernelContext& context,
                                                 const std::vector<ScalarPtr>&) {
  const plan::TextOptions options =
      plan::TextOptionsOfCall(*context.call, 1, plan::TextOptionsOf::kToJson);
  ARROW_RETURN_NOT_OK(FlatText::Make(context, options).status());
  return nullptr;
}

Result<Datum> ToJson(const KernelContext& context, const std::vector<Datum>& args) {
  const plan::TextOptions options =
      plan::TextOptionsOfCall(*context.call, 1, plan::TextOptionsOf::kToJson);
  ARROW_ASSIGN_OR_RAISE(const FlatText texts, FlatText::Make(context, options));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr values, SpreadToArray(args[0], context.num_rows));
  const JsonValueWriter writer(options, texts);
  return MapRowsToString(
      context, [&](int64_t row) { return values->IsValid(row); },
      [&](int64_t row, std::string* out) { writer.Append(*values, row, out); });
}

}  // namespace

std::span<const NamedKernel> ToJsonKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"to_json", ToJson, CheckToJson},
  };
  return kKernels;
}

}  // namespace tarn::local
