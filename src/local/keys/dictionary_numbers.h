#pragma once

#include <arrow/array.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

namespace tarn::local {

/// \brief Remembers the numbers of keys by their codes in dictionaries.
///
/// A dictionary is known by the buffer of its text: the codes of arrays that share it mean the
/// same, whatever the number of its entries that they show. Threads: any number at once.
class DictionaryNumbers {
 public:
  /// Not in place of a number: the key may be in the table or not; it is not.
  static constexpr uint32_t kUnknown = std::numeric_limits<uint32_t>::max();
  static constexpr uint32_t kAbsent = kUnknown - 1;
  /// In place of a code: NULL.
  static constexpr int32_t kNullCode = -1;

  /// \brief The numbers of one dictionary's entries.
  class Codes {
   public:
    explicit Codes(int64_t num_codes);

    uint32_t Get(int32_t code) const { return numbers_[code + 1].load(std::memory_order_relaxed); }
    void Set(int32_t code, uint32_t number) {
      numbers_[code + 1].store(number, std::memory_order_relaxed);
    }

   private:
    friend class DictionaryNumbers;
    void Copy(const Codes& other);
    void ForgetAbsent();

    int64_t num_codes_;
    std::unique_ptr<std::atomic<uint32_t>[]> numbers_;  // of NULL, then by code
  };

  /// \brief What is known of the entries of `dictionary`; some may be absent no more.
  /// \return null: this dictionary is not remembered
  std::shared_ptr<Codes> ForInsert(const arrow::Array& dictionary);
  /// \brief What is known of them now.
  /// \param[in] num_keys of the table: those that were absent when it had fewer keys are unknown.
  ///   Threads: other ones have the same
  /// \return null: this dictionary is not remembered
  std::shared_ptr<Codes> ForFind(const arrow::Array& dictionary, uint32_t num_keys);

  /// \brief Held in memory, but for the dictionaries themselves.
  int64_t num_bytes() const;

 private:
  struct Known {
    std::shared_ptr<arrow::Buffer> text;  // held, so that no other one takes its address
    uint32_t num_keys = 0;                // when keys were absent
    std::shared_ptr<Codes> codes;
  };

  // Under the lock. Null: what is remembered has a limit.
  Known* FindKnown(const arrow::Array& dictionary);

  mutable std::mutex mutex_;
  std::vector<Known> known_;
  int64_t num_codes_ = 0;  // of all that are known
};

}  // namespace tarn::local
