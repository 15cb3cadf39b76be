#include "json/record/key_index.h"

#include <bit>
#include <utility>

namespace tarn::json {

int KeyIndex::Add(std::string_view key) {
  std::string padded(key);
  padded.append(kWordBytes, '\0');
  const int known = Find(padded.data(), key.size());
  if (known >= 0) return known;
  if (static_cast<size_t>(num_keys_ + 1) * 2 > entries_.size()) {
    const std::vector<Entry> before =
        std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
    shift_ = 64 - std::countr_zero(entries_.size());
    for (const Entry& entry : before) {
      if (entry.number >= 0) Insert(entry);
    }
  }
  Insert({WordsOf(padded.data(), key.size()), key.size(), texts_.size(), num_keys_});
  texts_ += key;
  return num_keys_++;
}

void KeyIndex::Insert(const Entry& entry) {
  size_t i = HashOf(entry.words, entry.length) >> shift_;
  while (entries_[i].number >= 0) i = (i + 1) & (entries_.size() - 1);
  entries_[i] = entry;
}

}  // namespace tarn::json
