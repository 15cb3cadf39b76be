#include <optional>
#include <string>
#include <vector>

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

// The texts of the members of an object that have one of the names, by name; of several members the
// last one that is no NULL. None at all of what is no object, or has what is no text.
class NamedMembers {
 public:
  explicit NamedMembers(const Args& names) : names_(names.begin(), names.end()) {}

  void Find(Text text, int64_t row) {
    Clear();
    if (document_.Parse(text, kLenient) != json::Document::Outcome::kValue) return;
    if (document_.nodes()[0].kind() != json::ValueKind::kObject) return;
    bool is_text = true;
    document_.ForEachChild(0, [&](size_t child) { is_text = is_text && Take(child, row); });
    if (!is_text) Clear();
  }

  void Clear() { values_.assign(names_.size(), std::nullopt); }

  const std::vector<std::optional<std::string>>& values() const { return values_; }

 private:
  // Whether it is text.
  bool Take(size_t child, int64_t row) {
    const json::Document::Node& member = document_.nodes()[child];
    if (member.kind() == json::ValueKind::kNull) return true;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!names_[i].IsValid(row) || names_[i][row] != member.key) continue;
      values_[i].emplace();
      if (member.kind() != json::ValueKind::kString) {
        AppendJsonNode(document_, child, WidePairs::kEscaped, &*values_[i]);
      } else if (HasHalfPair(member.text())) {
        return false;
      } else {
        *values_[i] = member.text();
      }
    }
    return true;
  }

  json::Document document_;
  std::vector<ColumnView<Text>> names_;
  std::vector<std::optional<std::string>> values_;
};

// An ARRAY of one STRUCT.
Result<Datum> JsonTuple(const KernelContext& context, const Args& args) {
  const ColumnView<Text> texts(args[0]);
  NamedMembers members(Args(args.begin() + 1, args.end()));
  std::vector<arrow::StringBuilder> columns(args.size() - 1);
  arrow::Int32Builder offsets;
  ARROW_RETURN_NOT_OK(offsets.Reserve(context.num_rows + 1));
  offsets.UnsafeAppend(0);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (texts.IsValid(row)) {
      members.Find(texts[row], row);
    } else {
      members.Clear();
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::optional<std::string>& value = members.values()[i];
      ARROW_RETURN_NOT_OK(value ? columns[i].Append(*value) : columns[i].AppendNull());
    }
    offsets.UnsafeAppend(static_cast<int32_t>(row + 1));
  }
  arrow::ArrayVector arrays;
  for (arrow::StringBuilder& column : columns) {
    ARROW_ASSIGN_OR_RAISE(arrays.emplace_back(), column.Finish());
  }
  const auto& row_type = context.type()->field(0)->type();
  auto rows = std::make_shared<arrow::StructArray>(row_type, context.num_rows, std::move(arrays));
  ARROW_ASSIGN_OR_RAISE(const auto ends, offsets.Finish());
  return Datum(std::make_shared<arrow::ListArray>(context.type(), context.num_rows,
                                                  ends->data()->buffers[1], std::move(rows)));
}

}  // namespace

std::span<const NamedKernel> JsonKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"get_json_object", GetJsonObject, PreparePath},
      {"json_array_length", JsonArrayLength},
      {"json_object_keys", JsonObjectKeys},
      {"json_tuple", JsonTuple},
  };
  return kKernels;
}

}  // namespace tarn::local
