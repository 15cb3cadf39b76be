#pragma once

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/record/value.h"

namespace tarn::json {

static_assert(kPaddingBytes >= 16, "texts of up to 16 bytes are loaded whole");

/// The first 16 bytes of a text, those after its end as zeros.
struct FirstWords {
  uint64_t low;
  uint64_t high;
};

inline uint64_t LoadWord(const char* from) {
  uint64_t word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

/// \param[in] length 0 to 16.
inline FirstWords LoadFirstWords(const char* text, int64_t length) {
  static constexpr unsigned char kMask[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                              0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  const char* const mask = reinterpret_cast<const char*>(kMask) + 16 - length;
  return {LoadWord(text) & LoadWord(mask), LoadWord(text + 8) & LoadWord(mask + 8)};
}

/// \brief The different values of a column of text, numbered by first appearance.
///
/// It only grows, up to a capacity. What it has shown stays as it is, so that other threads may
/// read that meanwhile: buffers have the full capacity from the start and never move.
class StringDictionary {
 public:
  static constexpr int32_t kEntriesMax = 32'768;
  static constexpr int64_t kTextBytesMax = int64_t{1} << 20;
  /// Places that a text may be at: no input, however it was chosen, makes lookups slow.
  static constexpr uint32_t kProbesMax = 48;
  static constexpr int32_t kNoCode = -1;

  static Result<std::unique_ptr<StringDictionary>> Make(arrow::MemoryPool* pool);

  int32_t size() const { return size_; }

  std::string_view ValueOf(int32_t code) const {
    return {text_ + offsets_[code], static_cast<size_t>(offsets_[code + 1] - offsets_[code])};
  }

  /// What a text is looked up by.
  struct Key {
    uint64_t first_word;  ///< its first 8 bytes, those after its end as zeros
    uint32_t hash;        ///< of all its bytes
  };

  /// \param[in] text kPaddingBytes after it may be read.
  static Key KeyOf(const char* text, int64_t length) {
    uint64_t hash = static_cast<uint64_t>(length) * kFactor1;
    if (length <= 16) {
      const FirstWords words = LoadFirstWords(text, length);
      return {words.low, Fold(Mix(words.low ^ kFactor2, words.high ^ hash))};
    }
    const uint64_t first_word = LoadWord(text);
    const char* const last = text + length - 16;
    if (length > 256) hash = HashBlocks(&text, last, hash);
    for (; text < last; text += 16) hash = MixIn(text, hash);
    return {first_word, Fold(MixIn(last, hash))};
  }

  /// \brief The code of a text, which becomes an entry if it is none yet.
  /// \param[in] text kPaddingBytes after it may be read.
  /// \return kNoCode when there is no room for it.
  int32_t CodeOf(const char* text, int64_t length) {
    const Key key = KeyOf(text, length);
    const Slot& slot = slots_[key.hash & slot_mask_];
    if (Holds(slot, key, text, length)) [[likely]]
      return slot.code;
    return FindOrInsert(key, text, length);
  }

  /// \brief The entries so far, as an array of utf8. Its buffers are the same each time.
  std::shared_ptr<arrow::ArrayData> Entries() const;

 private:
  /// An entry's place. Those of up to 8 bytes are whole in it.
  struct Slot {
    uint64_t first_word = 0;
    uint32_t tag = 0;  ///< 0 when it is free
    int32_t code = kNoCode;
  };

  // A part of the hash, and the length, up to 15.
  static uint32_t TagOf(const Key& key, int64_t length) {
    return (key.hash & ~uint32_t{0xF}) | 0x80000000 |
           static_cast<uint32_t>(length < 15 ? length : 15);
  }

  static constexpr uint64_t kFactor1 = 0x9E3779B97F4A7C15;
  static constexpr uint64_t kFactor2 = 0xA0761D6478BD642F;

  StringDictionary(std::shared_ptr<arrow::Buffer> offsets, std::shared_ptr<arrow::Buffer> text);

  static uint64_t Mix(uint64_t a, uint64_t b) {
    const auto high = static_cast<uint64_t>((static_cast<unsigned __int128>(a) * b) >> 64);
    return a * b ^ high;
  }

  static uint64_t MixIn(const char* text, uint64_t hash) {
    return Mix(LoadWord(text) ^ kFactor2, LoadWord(text + 8) ^ hash);
  }

  // Blocks of 64 bytes up to the text's last 16, in four lanes that do not wait for one another.
  static uint64_t HashBlocks(const char** text, const char* last, uint64_t hash) {
    uint64_t lane1 = hash ^ kFactor1;
    uint64_t lane2 = hash ^ kFactor2;
    uint64_t lane3 = ~hash;
    for (; *text + 64 <= last + 16; *text += 64) {
      hash = MixIn(*text, hash);
      lane1 = MixIn(*text + 16, lane1);
      lane2 = MixIn(*text + 32, lane2);
      lane3 = MixIn(*text + 48, lane3);
    }
    return Mix(hash ^ kFactor1, lane1) ^ Mix(lane2 ^ kFactor2, lane3);
  }

  static uint32_t Fold(uint64_t hash) { return static_cast<uint32_t>(hash ^ hash >> 32); }

  bool Holds(const Slot& slot, const Key& key, const char* text, int64_t length) const {
    return slot.tag == TagOf(key, length) && slot.first_word == key.first_word &&
           (length <= 8 || IsEntry(slot.code, text, length));
  }

  bool IsEntry(int32_t code, const char* text, int64_t length) const {
    const std::string_view entry = ValueOf(code);
    if (static_cast<int64_t>(entry.size()) != length) return false;
    if (length > 16) return std::memcmp(entry.data(), text, length) == 0;
    const FirstWords a = LoadFirstWords(entry.data(), length);
    const FirstWords b = LoadFirstWords(text, length);
    return a.low == b.low && a.high == b.high;
  }

  int32_t FindOrInsert(const Key& key, const char* text, int64_t length);
  int32_t Insert(const char* text, int64_t length);
  void Grow();

  std::shared_ptr<arrow::Buffer> offsets_buffer_;
  std::shared_ptr<arrow::Buffer> text_buffer_;
  int32_t* offsets_;
  char* text_;
  int32_t size_ = 0;
  std::vector<Slot> slots_;  ///< a power of two, at most half of them in use
  uint32_t slot_mask_;
};

}  // namespace tarn::json
