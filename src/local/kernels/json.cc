#include <optional>

#include "json/record/document.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/json_path.h"
#include "local/kernels/json_text_internal.h"

// Parts of texts of JSON.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

// What Spark allows in these texts for Hive's sake.
constexpr json::Document::Options kLenient = {.control_characters = true};

struct PreparedPath : KernelState {
  std::optional<JsonPath> path;  // none: the text is no path
};

Result<std::unique_ptr<KernelState>> PreparePath(const KernelContext&,
                                                 const std::vector<ScalarPtr>& constants) {
  if (constants[1] == nullptr || !constants[1]->is_valid) return nullptr;
  auto prepared = std::make_unique<PreparedPath>();
  prepared->path = JsonPath::Parse(static_cast<const arrow::StringScalar&>(*constants[1]).view());
  return prepared;
}

Result<Datum> GetJsonObject(const KernelContext& context, const Args& args) {
  json::Document document;
  const auto* prepared = static_cast<const PreparedPath*>(context.state);
  std::optional<JsonPath> read;
  return MapToString<Text, Text>(context, args, [&](Text text, Text path_text, std::string* out) {
    if (prepared == nullptr && (!read.has_value() || read->text() != path_text)) {
      read = JsonPath::Parse(path_text);
    }
    const std::optional<JsonPath>& path = prepared == nullptr ? read : prepared->path;
    return path.has_value() && document.Parse(text, kLenient) == json::Document::Outcome::kValue &&
           path->Find(document, out);
  });
}

Result<Datum> JsonArrayLength(const KernelContext& context, const Args& args) {
  json::Document document;
  return MapOrNull<int32_t, Text>(context, args, [&](Text text, int32_t* length) {
    if (document.Parse(text, kLenient) != json::Document::Outcome::kValue) return false;
    if (document.nodes()[0].kind() != json::ValueKind::kArray) return false;
    document.ForEachChild(0, [&](size_t) { ++*length; });
    return true;
  });
}

Result<Datum> JsonObjectKeys(const KernelContext& context, const Args& args) {
  const ColumnView<Text> texts(args[0]);
  json::Document document;
  auto keys = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), keys, context.type());
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_object =
        texts.IsValid(row) &&
        document.Parse(texts[row], kLenient) == json::Document::Outcome::kValue &&
        document.nodes()[0].kind() == json::ValueKind::kObject;
    ARROW_RETURN_NOT_OK(is_object ? lists.Append() : lists.AppendNull());
    if (!is_object) continue;
    Status status;
    document.ForEachChild(0, [&](size_t child) {
      const Text key = document.nodes()[child].key;
      if (status.ok()) status = keys->Append(WithoutHalfPairs(key));
    });
    ARROW_RETURN_NOT_OK(status);
  }
  ARROW_ASSIGN_OR_RAISE(auto array, lists.Finish());
  return Datum(std::move(array));
}

}  // namespace

std::span<const NamedKernel> JsonKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"get_json_object", GetJsonObject, PreparePath},
      {"json_array_length", JsonArrayLength},
      {"json_object_keys", JsonObjectKeys},
  };
  return kKernels;
}

}  // namespace tarn::local
