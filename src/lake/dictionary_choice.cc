#include "lake/dictionary_choice.h"

#include <arrow/array/array_binary.h>
#include <arrow/type_traits.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace tarn::lake {
namespace {

using arrow::internal::checked_cast;

// What a dictionary holds at most: Arrow's limit for its page.
constexpr double kDictionaryBytes = 1 << 20;
// Runs of rows, spread over all: values that repeat nearby are met in a run, others in several.
constexpr int64_t kNumRuns = 16;
constexpr int64_t kRunRows = 2048;

// Hashes of the values of a sample.
class Hashes {
 public:
  // \return whether it is new
  bool Insert(size_t hash) {
    hash += hash == kFree ? 1 : 0;
    size_t slot = hash % kSlots;
    while (slots_[slot] != hash) {
      if (slots_[slot] == kFree) {
        slots_[slot] = hash;
        return true;
      }
      slot = (slot + 1) % kSlots;
    }
    return false;
  }

  void Clear() { std::fill(slots_.begin(), slots_.end(), kFree); }

 private:
  static constexpr size_t kFree = 0;
  static constexpr size_t kSlots = 2 * kNumRuns * kRunRows;

  std::vector<size_t> slots_ = std::vector<size_t>(kSlots, kFree);
};

// The values of a column, one after the other; those that follow an equal one are left out.
class Sample {
 public:
  // \param[in] hashes of another sample, or none
  explicit Sample(Hashes* hashes) : hashes_(hashes) { hashes_->Clear(); }

  // \return false when values repeat, whatever others do
  bool Add(std::string_view value) {
    ++num_met_;
    if (num_values_ > 0 && value == last_) return true;
    last_ = value;
    num_bytes_ += value.size();
    ++num_values_;
    if (!hashes_->Insert(std::hash<std::string_view>()(value))) ++num_repeated_;
    return num_repeated_ <= kNumRuns * kRunRows / kValuesPerRepeatedMin;
  }

  bool repeats() const { return num_repeated_ * kValuesPerRepeatedMin > num_values_; }
  // Nearly all of many values are met once.
  bool differs() const {
    return num_values_ >= kNumRuns * kRunRows / 2 && num_values_ >= num_met_ / 4 * 3;
  }
  size_t num_bytes() const { return num_bytes_; }

 private:
  // Of a column of as many values as a dictionary holds, 131,072 of 8 bytes, a sample of this size
  // repeats one in nine or so; of twice as many, which is what 4 bytes each make of it, one in 17.
  static constexpr size_t kValuesPerRepeatedMin = 16;

  Hashes* const hashes_;
  std::string_view last_;  // of those counted
  size_t num_met_ = 0;
  size_t num_values_ = 0;  // without those that follow an equal one
  size_t num_repeated_ = 0;
  size_t num_bytes_ = 0;
};

bool MayDiffer(const arrow::DataType& type) {
  if (arrow::is_binary(type.id()) || arrow::is_string(type.id())) return true;
  // A dictionary holds all values of less than four bytes.
  const bool is_number = arrow::is_primitive(type.id()) || arrow::is_decimal(type.id());
  return is_number && type.bit_width() >= 32;
}

// Add values that are not null. \return whether all were wanted
bool AddValues(const arrow::Array& array, Sample* sample) {
  if (arrow::is_binary(array.type_id()) || arrow::is_string(array.type_id())) {
    const auto& texts = checked_cast<const arrow::BinaryArray&>(array);
    for (int64_t row = 0; row < array.length(); ++row) {
      if (texts.IsValid(row) && !sample->Add(texts.GetView(row))) return false;
    }
    return true;
  }
  const auto width = static_cast<size_t>(array.type()->byte_width());
  const auto* bytes = reinterpret_cast<const char*>(array.data()->buffers[1]->data());
  for (int64_t row = 0; row < array.length(); ++row) {
    const auto at = static_cast<size_t>(array.offset() + row) * width;
    if (array.IsValid(row) && !sample->Add({bytes + at, width})) return false;
  }
  return true;
}

Result<bool> IsDictionaryInVain(const OrderedRows& rows, int column, Hashes* hashes) {
  Sample sample(hashes);
  const int64_t step = rows.num_rows() / kNumRuns;
  arrow::ArrayVector sampled;  // the sample may refer to the last one
  for (int64_t run = 0; run < kNumRuns; ++run) {
    ARROW_ASSIGN_OR_RAISE(const auto arrays, rows.Column(column, run * step, kRunRows));
    for (const auto& array : arrays) {
      sampled.push_back(array);
      if (!MayDiffer(*array->type()) || !AddValues(*array, &sample)) return false;
    }
  }
  if (sample.repeats()) return false;
  // A dictionary of such values and what points into it take more than the values themselves, also
  // when it is not filled.
  if (sample.differs()) return true;
  const double all = static_cast<double>(rows.num_rows()) / (kNumRuns * kRunRows);
  return static_cast<double>(sample.num_bytes()) * all > kDictionaryBytes;
}

}  // namespace

Result<std::vector<bool>> ColumnsWithoutDictionary(const OrderedRows& rows) {
  std::vector<bool> columns(static_cast<size_t>(rows.num_columns()), false);
  if (rows.num_rows() < kNumRuns * kRunRows) return columns;
  Hashes hashes;
  for (int column = 0; column < rows.num_columns(); ++column) {
    ARROW_ASSIGN_OR_RAISE(columns[static_cast<size_t>(column)],
                          IsDictionaryInVain(rows, column, &hashes));
  }
  return columns;
}

}  // namespace tarn::lake
