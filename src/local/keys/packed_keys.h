#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace tarn::local {

/// \brief The keys of rows whose columns are few and short, as one or two words each: the bytes of
/// one value behind those of the other.
class PackedKeys {
 public:
  /// \return the words of a key of these types; 0: such keys are not packed
  static int NumWords(const std::vector<std::shared_ptr<arrow::DataType>>& types);
  static constexpr int kWordsMax = 2;

  PackedKeys() = default;
  /// \param[in] num_words those of the columns' types, not 0
  PackedKeys(const arrow::ArrayVector& columns, int64_t num_rows, int num_words);

  /// \brief The words of each key; 0: these keys are not packed.
  int num_words() const { return num_words_; }
  /// \brief Of one row, with 0 in place of a NULL.
  const uint64_t* words(int64_t row) const { return words_.get() + row * num_words_; }
  /// \brief Of one row, by column a bit: whether it is NULL.
  uint32_t nulls(int64_t row) const { return nulls_.empty() ? 0 : nulls_[row]; }

  /// \brief Whether most rows have the key of the row before.
  bool has_runs() const { return has_runs_; }

  /// \brief The hashes of all rows.
  void HashAll(uint64_t* hashes) const;

 private:
  int64_t num_rows_ = 0;
  int num_words_ = 0;
  bool has_runs_ = false;
  std::unique_ptr<uint64_t[]> words_;
  std::vector<uint32_t> nulls_;  // empty: there are none
};

}  // namespace tarn::local
