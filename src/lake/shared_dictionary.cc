#include "lake/shared_dictionary.h"

#include <arrow/array/builder_binary.h>

namespace tarn::lake {
namespace {

// Texts that differ, in the order in which they come.
struct DifferentTexts {
  std::vector<std::string_view> texts;
  std::unordered_map<std::string_view, int32_t> codes;
  size_t num_bytes = 0;

  void Add(std::string_view text) {
    if (!codes.emplace(text, static_cast<int32_t>(texts.size())).second) return;
    texts.push_back(text);
    num_bytes += text.size();
  }

  bool is_too_large() const {
    return texts.size() > SharedDictionary::kEntriesMax ||
           num_bytes > SharedDictionary::kTextBytesMax;
  }
};

}  // namespace

Result<SharedDictionary::Codes> SharedDictionary::CodesOf(
    const std::vector<std::string_view>& texts) {
  Codes result;
  const std::lock_guard lock(mutex_);
  if (dictionary_ == nullptr || !FindAll(texts, &result.code_of)) {
    ARROW_RETURN_NOT_OK(Grow(texts));
    FindAll(texts, &result.code_of);
  }
  result.dictionary = dictionary_;
  return result;
}

bool SharedDictionary::FindAll(const std::vector<std::string_view>& texts,
                               std::vector<int32_t>* codes) const {
  codes->clear();
  codes->reserve(texts.size());
  for (const std::string_view text : texts) {
    const auto found = codes_.find(text);
    if (found == codes_.end()) return false;
    codes->push_back(found->second);
  }
  return true;
}

// Codes that were given out stay those of the array that came with them.
Status SharedDictionary::Grow(const std::vector<std::string_view>& texts) {
  DifferentTexts all;
  for (int64_t code = 0; dictionary_ != nullptr && code < dictionary_->length(); ++code) {
    all.Add(dictionary_->GetView(code));
  }
  for (const std::string_view text : texts) all.Add(text);
  if (all.is_too_large()) {
    all = {};
    for (const std::string_view text : texts) all.Add(text);
  }
  arrow::StringBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(std::ssize(all.texts)));
  ARROW_RETURN_NOT_OK(builder.ReserveData(static_cast<int64_t>(all.num_bytes)));
  for (const std::string_view text : all.texts) builder.UnsafeAppend(text);
  ARROW_RETURN_NOT_OK(builder.Finish(&dictionary_));
  codes_.clear();
  for (int32_t code = 0; code < dictionary_->length(); ++code) {
    codes_.emplace(dictionary_->GetView(code), code);
  }
  return Status::OK();
}

}  // namespace tarn::lake
