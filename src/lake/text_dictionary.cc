#include "lake/text_dictionary.h"

#include <functional>

namespace tarn::lake {
namespace {

constexpr int32_t kFree = -1;
constexpr size_t kSlotsMin = 64;

}  // namespace

int32_t TextDictionary::NumberOf(std::string_view text) {
  if (entries_.size() * 2 >= slots_.size()) Grow();
  const uint64_t hash = std::hash<std::string_view>()(text);
  const auto kept_hash = static_cast<uint32_t>(hash >> 32);
  size_t slot = kept_hash & (slots_.size() - 1);
  for (; slots_[slot] != kFree; slot = (slot + 1) & (slots_.size() - 1)) {
    const int32_t number = slots_[slot];
    if (entries_[static_cast<size_t>(number)].hash == kept_hash && (*this)[number] == text) {
      return number;
    }
  }
  const int32_t number = slots_[slot] = size();
  const auto length = static_cast<uint32_t>(text.size());
  plain_.append(reinterpret_cast<const char*>(&length), sizeof length);
  entries_.push_back({plain_.size(), length, kept_hash});
  plain_ += text;
  return number;
}

void TextDictionary::Grow() {
  slots_.assign(slots_.empty() ? kSlotsMin : slots_.size() * 2, kFree);
  for (int32_t number = 0; number < size(); ++number) {
    size_t slot = entries_[static_cast<size_t>(number)].hash & (slots_.size() - 1);
    while (slots_[slot] != kFree) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = number;
  }
}

}  // namespace tarn::lake
