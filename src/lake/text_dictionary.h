#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::lake {

/// \brief Texts that differ, numbered in the order in which they first come.
class TextDictionary {
 public:
  /// \brief The number of `text`; that of a new one is the highest.
  int32_t NumberOf(std::string_view text);

  int32_t size() const { return static_cast<int32_t>(entries_.size()); }
  uint32_t length(int32_t number) const { return entries_[static_cast<size_t>(number)].length; }
  /// \brief Valid until a new text comes.
  std::string_view operator[](int32_t number) const {
    const Entry& entry = entries_[static_cast<size_t>(number)];
    return std::string_view(plain_).substr(entry.begin, entry.length);
  }
  /// \brief All texts in Parquet's plain encoding: each behind its length.
  const std::string& plain() const { return plain_; }

 private:
  struct Entry {
    size_t begin;  // in plain_
    uint32_t length;
    uint32_t hash;
  };

  void Grow();

  std::string plain_;
  std::vector<Entry> entries_;
  std::vector<int32_t> slots_;  // numbers by hash; kFree for none. Their count is a power of two
};

}  // namespace tarn::lake
