#include "local/keys/dictionary_numbers.h"

#include <algorithm>

namespace tarn::local {
namespace {

// A source's workers have one dictionary each for a column. To find one of very many takes long.
constexpr size_t kDictionariesMax = 256;

// Of all dictionaries: so that what is remembered stays small beside what a table holds.
constexpr int64_t kCodesMax = 256 * 1024;

}  // namespace

DictionaryNumbers::Codes::Codes(int64_t num_codes)
    : num_codes_(num_codes),
      numbers_(std::make_unique_for_overwrite<std::atomic<uint32_t>[]>(num_codes + 1)) {
  for (int64_t i = 0; i <= num_codes; ++i) numbers_[i].store(kUnknown, std::memory_order_relaxed);
}

void DictionaryNumbers::Codes::Copy(const Codes& other) {
  for (int32_t code = kNullCode; code < other.num_codes_; ++code) Set(code, other.Get(code));
}

void DictionaryNumbers::Codes::ForgetAbsent() {
  for (int32_t code = kNullCode; code < num_codes_; ++code) {
    if (Get(code) == kAbsent) Set(code, kUnknown);
  }
}

DictionaryNumbers::Known* DictionaryNumbers::FindKnown(const arrow::Array& dictionary) {
  const std::shared_ptr<arrow::Buffer>& text = dictionary.data()->buffers[2];
  if (text == nullptr || dictionary.offset() != 0) return nullptr;
  auto known = std::find_if(known_.begin(), known_.end(),
                            [&](const Known& other) { return other.text == text; });
  const int64_t num_codes = known == known_.end() ? 0 : known->codes->num_codes_;
  if (known != known_.end() && dictionary.length() <= num_codes) return &*known;
  // At least twice as many: a dictionary that grows with each batch is seldom copied.
  const int64_t num_grown = std::max(dictionary.length(), 2 * num_codes);
  if (num_codes_ - num_codes + num_grown > kCodesMax) return nullptr;
  if (known == known_.end()) {
    if (known_.size() == kDictionariesMax) return nullptr;
    known = known_.insert(known, {text, 0, nullptr});
  }
  auto grown = std::make_shared<Codes>(num_grown);
  if (known->codes != nullptr) grown->Copy(*known->codes);
  known->codes = std::move(grown);
  num_codes_ += num_grown - num_codes;
  return &*known;
}

std::shared_ptr<DictionaryNumbers::Codes> DictionaryNumbers::ForInsert(
    const arrow::Array& dictionary) {
  const std::lock_guard lock(mutex_);
  const Known* known = FindKnown(dictionary);
  return known == nullptr ? nullptr : known->codes;
}

std::shared_ptr<DictionaryNumbers::Codes> DictionaryNumbers::ForFind(const arrow::Array& dictionary,
                                                                     uint32_t num_keys) {
  const std::lock_guard lock(mutex_);
  Known* known = FindKnown(dictionary);
  if (known == nullptr) return nullptr;
  if (known->num_keys != num_keys) {
    known->codes->ForgetAbsent();
    known->num_keys = num_keys;
  }
  return known->codes;
}

int64_t DictionaryNumbers::num_bytes() const {
  const std::lock_guard lock(mutex_);
  return (num_codes_ + std::ssize(known_)) * static_cast<int64_t>(sizeof(uint32_t));
}

}  // namespace tarn::local
