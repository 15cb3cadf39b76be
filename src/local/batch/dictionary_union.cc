#include "local/batch/dictionary_union.h"

#include <arrow/array/util.h>
#include <arrow/builder.h>

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "local/batch/encoding.h"

namespace tarn::local {
namespace {

// Makes one dictionary of several. Those that share their buffers are one.
class DictionaryUnion {
 public:
  void Add(const std::shared_ptr<arrow::StringArray>& dictionary) {
    std::shared_ptr<arrow::StringArray>& longest = parts_[KeyOf(*dictionary)].dictionary;
    if (longest == nullptr || longest->length() < dictionary->length()) longest = dictionary;
  }

  int64_t num_dictionaries() const { return std::ssize(parts_); }
  int64_t num_entries() const {
    int64_t num_entries = 0;
    for (const auto& [key, part] : parts_) num_entries += part.dictionary->length();
    return num_entries;
  }

  // Called once, after all were added.
  Result<std::shared_ptr<arrow::Array>> Unite() {
    if (parts_.size() == 1) return parts_.begin()->second.dictionary;
    std::unordered_map<std::string_view, int32_t> codes;
    arrow::StringBuilder values;
    for (auto& [key, part] : parts_) {
      for (int64_t code = 0; code < part.dictionary->length(); ++code) {
        const std::string_view value = part.dictionary->GetView(code);
        const auto [known, is_new] = codes.emplace(value, static_cast<int32_t>(codes.size()));
        if (is_new) ARROW_RETURN_NOT_OK(values.Append(value));
        part.codes.push_back(known->second);
      }
    }
    return values.Finish();
  }

  // The codes of `column`, whose dictionary was added, in the union.
  Result<std::shared_ptr<arrow::Array>> Translate(const arrow::Array& column) const {
    const std::shared_ptr<arrow::Int32Array> codes = CodesOf(column);
    const std::vector<int32_t>& to = parts_.at(KeyOf(*DictionaryOf(column))).codes;
    if (parts_.size() == 1) return codes;
    arrow::Int32Builder translated;
    ARROW_RETURN_NOT_OK(translated.Reserve(codes->length()));
    for (int64_t row = 0; row < codes->length(); ++row) {
      if (codes->IsNull(row)) {
        translated.UnsafeAppendNull();
      } else {
        translated.UnsafeAppend(to[static_cast<size_t>(codes->Value(row))]);
      }
    }
    return translated.Finish();
  }

 private:
  struct Part {
    std::shared_ptr<arrow::StringArray> dictionary;
    std::vector<int32_t> codes;  // of its values in the union, by code
  };

  static const void* KeyOf(const arrow::StringArray& dictionary) {
    return dictionary.value_data().get();
  }

  std::unordered_map<const void*, Part> parts_;
};

}  // namespace

Result<arrow::ArrayVector> Unify(arrow::ArrayVector chunks) {
  DictionaryUnion all;
  int64_t num_rows = 0;
  bool has_flat = false;
  for (const auto& chunk : chunks) {
    num_rows += chunk->length();
    if (IsDictionary(*chunk)) {
      all.Add(DictionaryOf(*chunk));
    } else {
      has_flat = has_flat || chunk->null_count() < chunk->length();
    }
  }
  if (all.num_dictionaries() == 0) return chunks;
  const bool is_worth_it = all.num_dictionaries() == 1 || all.num_entries() <= num_rows / 2;
  if (has_flat || !is_worth_it) return FlattenAll(std::move(chunks));
  ARROW_ASSIGN_OR_RAISE(const auto dictionary, all.Unite());
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  for (auto& chunk : chunks) {
    std::shared_ptr<arrow::Array> codes;
    if (IsDictionary(*chunk)) {
      ARROW_ASSIGN_OR_RAISE(codes, all.Translate(*chunk));
    } else {
      ARROW_ASSIGN_OR_RAISE(codes, arrow::MakeArrayOfNull(arrow::int32(), chunk->length()));
    }
    chunk = std::make_shared<arrow::DictionaryArray>(type, codes, dictionary);
  }
  return chunks;
}

}  // namespace tarn::local
