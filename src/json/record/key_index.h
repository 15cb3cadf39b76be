#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::json {

/// \brief Numbers keys, and finds them again: a hash table for the keys of records, which are
/// mostly short.
///
/// Threads: safe once all keys are added.
class KeyIndex {
 public:
  /// Bytes that Find() may read from a key's first one on, however short it is.
  static constexpr size_t kWordBytes = sizeof(uint64_t);

  KeyIndex() : entries_(kEntriesMin) {}

  /// \brief Number a key: 0, 1, … in the order of adding. One that is there keeps its number.
  /// \return its number.
  int Add(std::string_view key);

  /// \param[in] key its bytes; kWordBytes of them are readable, also when it is shorter.
  /// \return its number, -1 when it was not added.
  int Find(const char* key, size_t length) const {
    const Words words = WordsOf(key, length);
    for (size_t i = HashOf(words, length) >> shift_;; i = (i + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries_[i];
      if (entry.number < 0) return -1;
      if (entry.length == length && entry.words.first == words.first &&
          entry.words.last == words.last && SameMiddle(entry, key)) {
        return entry.number;
      }
    }
  }

 private:
  static constexpr size_t kEntriesMin = 16;

  /// The first and the last bytes of a key, which overlap in a short one, zeros after it.
  struct Words {
    uint64_t first = 0;
    uint64_t last = 0;
  };
  struct Entry {
    Words words;
    size_t length = 0;
    size_t text = 0;  ///< begin, in texts_
    int number = -1;  ///< -1: the entry is free
  };

  static uint64_t WordAt(const char* p) {
    uint64_t word;
    std::memcpy(&word, p, sizeof(word));
    return word;
  }

  static Words WordsOf(const char* key, size_t length) {
    const uint64_t first = WordAt(key);
    if (length >= kWordBytes) return {first, WordAt(key + length - kWordBytes)};
    const uint64_t start = first & ((uint64_t{1} << (8 * length)) - 1);
    return {start, start};
  }

  // Its high bits depend on all bytes of both words.
  static uint64_t HashOf(const Words& words, size_t length) {
    return words.first * 0x9E3779B97F4A7C15u + words.last * 0xC2B2AE3D27D4EB4Fu +
           length * 0xD6E8FEB86659FD93u;
  }

  bool SameMiddle(const Entry& entry, const char* key) const {
    return entry.length <= 2 * kWordBytes ||
           std::memcmp(key + kWordBytes, texts_.data() + entry.text + kWordBytes,
                       entry.length - 2 * kWordBytes) == 0;
  }

  void Insert(const Entry& entry);

  std::vector<Entry> entries_;  // a power of two of them, at most half in use
  int shift_ = 60;              // from a hash to an index of entries_
  int num_keys_ = 0;
  std::string texts_;
};

}  // namespace tarn::json
