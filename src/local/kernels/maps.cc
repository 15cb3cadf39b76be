#include <arrow/array/util.h>

#include <algorithm>

#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/nested_internal.h"

// MAPs and STRUCTs: made, and taken apart.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

Result<Datum> MakeStruct(const KernelContext& context, const Args& args) {
  // named_struct has the names of its fields, which are in the type, before the values.
  const auto num_fields = static_cast<size_t>(context.type()->num_fields());
  const size_t stride = args.size() == num_fields ? 1 : 2;
  arrow::ArrayVector fields;
  for (size_t i = stride - 1; i < args.size(); i += stride) {
    ARROW_ASSIGN_OR_RAISE(fields.emplace_back(), SpreadToArray(args[i], context.num_rows));
  }
  return Datum(MakeStructs(context.type(), context.num_rows, fields));
}

// The columns of every second argument from `first`, so that row r of the k-th one is element
// `r * number + k`.
Result<ArrayPtr> Interleave(const KernelContext& context, const Args& args, size_t first,
                            const std::shared_ptr<arrow::DataType>& type) {
  arrow::ArrayVector columns;
  for (size_t i = first; i < args.size(); i += 2) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), SpreadToArray(args[i], context.num_rows));
  }
  if (columns.empty()) return arrow::MakeEmptyArray(type);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr all, JoinArrays(columns));
  std::vector<int64_t> indices;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    for (size_t k = 0; k < columns.size(); ++k) {
      indices.push_back(static_cast<int64_t>(k) * context.num_rows + row);
    }
  }
  return TakeElements(all, indices);
}

Result<Datum> Map(const KernelContext& context, const Args& args) {
  const auto& type = static_cast<const arrow::MapType&>(*context.type());
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr keys, Interleave(context, args, 0, type.key_type()));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr items, Interleave(context, args, 1, type.item_type()));
  ListShape shape;
  const auto num_pairs = static_cast<int64_t>(args.size() / 2);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    ARROW_RETURN_NOT_OK(shape.EndRow((row + 1) * num_pairs, true));
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr maps, MakeMap(context, std::move(shape), keys, items));
  return Datum(std::move(maps));
}

Result<Datum> MapFromArrays(const KernelContext& context, const Args& args) {
  const ListView keys(args[0]), items(args[1]);
  std::vector<int64_t> key_indices, item_indices;
  ListShape shape;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_valid = keys.IsValid(row) && items.IsValid(row);
    if (is_valid && keys.size(row) != items.size(row)) {
      return context.Error(
          "INVALID_PARAMETER_VALUE",
          fmt::format("{} keys and {} values make no MAP", keys.size(row), items.size(row)),
          "give arrays of the same length");
    }
    for (int64_t i = 0; is_valid && i < keys.size(row); ++i) {
      key_indices.push_back(keys.begin(row) + i);
      item_indices.push_back(items.begin(row) + i);
    }
    ARROW_RETURN_NOT_OK(shape.EndRow(std::ssize(key_indices), is_valid));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken_keys, TakeElements(keys.elements(), key_indices));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken_items, TakeElements(items.elements(), item_indices));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr maps, MakeMap(context, std::move(shape), taken_keys, taken_items));
  return Datum(std::move(maps));
}

// Structs of two fields; NULL where one of them is.
Result<Datum> MapFromEntries(const KernelContext& context, const Args& args) {
  const ListView entries(args[0]);
  std::vector<int64_t> indices;
  ListShape shape;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    bool is_valid = entries.IsValid(row);
    for (int64_t i = entries.begin(row); is_valid && i < entries.end(row); ++i) {
      is_valid = entries.elements()->IsValid(i);
    }
    for (int64_t i = entries.begin(row); is_valid && i < entries.end(row); ++i) {
      indices.push_back(i);
    }
    ARROW_RETURN_NOT_OK(shape.EndRow(std::ssize(indices), is_valid));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken, TakeElements(entries.elements(), indices));
  const auto& structs = static_cast<const arrow::StructArray&>(*taken);
  ARROW_ASSIGN_OR_RAISE(ArrayPtr maps,
                        MakeMap(context, std::move(shape), structs.field(0), structs.field(1)));
  return Datum(std::move(maps));
}

Result<Datum> MapConcat(const KernelContext& context, const Args& args) {
  const auto& type = static_cast<const arrow::MapType&>(*context.type());
  arrow::ArrayVector keys, items;
  ListShape shape;
  if (args.empty()) {
    ARROW_ASSIGN_OR_RAISE(keys.emplace_back(), arrow::MakeEmptyArray(type.key_type()));
    ARROW_ASSIGN_OR_RAISE(items.emplace_back(), arrow::MakeEmptyArray(type.item_type()));
  }
  std::vector<ListView> maps;
  std::vector<int64_t> bases;
  int64_t base = 0;
  for (const Datum& arg : args) {
    keys.push_back(maps.emplace_back(arg).keys());
    items.push_back(maps.back().items());
    bases.push_back(base);
    base += keys.back()->length();
  }
  std::vector<int64_t> indices;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_valid = std::all_of(maps.begin(), maps.end(),
                                      [&](const ListView& map) { return map.IsValid(row); });
    for (size_t arg = 0; is_valid && arg < maps.size(); ++arg) {
      for (int64_t i = maps[arg].begin(row); i < maps[arg].end(row); ++i) {
        indices.push_back(bases[arg] + i);
      }
    }
    ARROW_RETURN_NOT_OK(shape.EndRow(std::ssize(indices), is_valid));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr all_keys, JoinArrays(keys));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr all_items, JoinArrays(items));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken_keys, TakeElements(all_keys, indices));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken_items, TakeElements(all_items, indices));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr joined,
                        MakeMap(context, std::move(shape), taken_keys, taken_items));
  return Datum(std::move(joined));
}

using Text = std::string_view;

// The parts of `text` between separators; of an empty one the characters.
std::vector<Text> SplitText(Text text, Text separator) {
  std::vector<Text> parts;
  if (separator.empty()) {
    for (size_t begin = 0, end = 0; begin < text.size(); begin = end) {
      end = SkipCharacters(text, begin, 1);
      parts.push_back(text.substr(begin, end - begin));
    }
    if (parts.empty()) parts.push_back(text);
    return parts;
  }
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == Text::npos) return parts;
    begin = end + separator.size();
  }
}

Status AppendPair(Text pair, Text separator, arrow::StringBuilder* keys,
                  arrow::StringBuilder* items) {
  size_t end = pair.find(separator);
  // An empty separator is found behind the first character.
  if (separator.empty()) {
    end = SkipCharacters(pair, 0, 1);
    if (end == pair.size()) end = Text::npos;
  }
  ARROW_RETURN_NOT_OK(keys->Append(pair.substr(0, end)));
  if (end == Text::npos) return items->AppendNull();
  return items->Append(pair.substr(end + separator.size()));
}

Result<Datum> StrToMap(const KernelContext& context, const Args& args) {
  const Datum comma(std::make_shared<arrow::StringScalar>(","));
  const Datum colon(std::make_shared<arrow::StringScalar>(":"));
  const ColumnView<Text> texts(args[0]);
  const ColumnView<Text> pair_separators(args.size() > 1 ? args[1] : comma);
  const ColumnView<Text> value_separators(args.size() > 2 ? args[2] : colon);
  arrow::StringBuilder keys, items;
  ListShape shape;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_valid = AllValid(row, texts, pair_separators, value_separators);
    if (is_valid) {
      for (const Text pair : SplitText(texts[row], pair_separators[row])) {
        ARROW_RETURN_NOT_OK(AppendPair(pair, value_separators[row], &keys, &items));
      }
      ARROW_RETURN_NOT_OK(CheckTextBytes(keys.value_data_length() + items.value_data_length()));
    }
    ARROW_RETURN_NOT_OK(shape.EndRow(keys.length(), is_valid));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr key_array, keys.Finish());
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr item_array, items.Finish());
  ARROW_ASSIGN_OR_RAISE(ArrayPtr maps, MakeMap(context, std::move(shape), key_array, item_array));
  return Datum(std::move(maps));
}

// An ARRAY of `parts`, which has as many elements as the MAP has entries.
Result<Datum> ListsLike(const KernelContext& context, const ListView& maps, const ArrayPtr& parts) {
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!maps.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    writer.AppendRange(maps.begin(row), maps.end(row));
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), parts);
}

Result<Datum> MapKeys(const KernelContext& context, const Args& args) {
  const ListView maps(args[0]);
  return ListsLike(context, maps, maps.keys());
}

Result<Datum> MapValues(const KernelContext& context, const Args& args) {
  const ListView maps(args[0]);
  return ListsLike(context, maps, maps.items());
}

Result<Datum> MapEntries(const KernelContext& context, const Args& args) {
  const ListView maps(args[0]);
  return ListsLike(context, maps,
                   MakeStructs(context.type()->field(0)->type(), maps.elements()->length(),
                               {maps.keys(), maps.items()}));
}

}  // namespace

std::span<const NamedKernel> MapKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"struct", MakeStruct},
      {"named_struct", MakeStruct},
      {"map", Map},
      {"map_from_arrays", MapFromArrays},
      {"map_from_entries", MapFromEntries},
      {"str_to_map", StrToMap},
      {"map_concat", MapConcat},
      {"map_keys", MapKeys},
      {"map_values", MapValues},
      {"map_entries", MapEntries},
  };
  return kKernels;
}

}  // namespace tarn::local
