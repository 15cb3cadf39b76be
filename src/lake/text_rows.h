#pragma once

#include <arrow/array/array_binary.h>
#include <arrow/array/array_dict.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/checked_cast.h>

#include <cstdint>
#include <string_view>

namespace tarn::lake {

/// \brief Whether a column of this type is text or binary, or has codes into a dictionary of it.
inline bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY ||
         type.id() == arrow::Type::DICTIONARY;
}

/// \brief Texts that stand one after the other in memory.
struct TextValues {
  const int32_t* ends = nullptr;  ///< where the first one begins, and where each ends
  const char* bytes = nullptr;    ///< null where all are empty

  TextValues() = default;
  explicit TextValues(const arrow::ArrayData& data)
      : ends(data.GetValues<int32_t>(1)),
        bytes(data.buffers[2] == nullptr ? nullptr
                                         : reinterpret_cast<const char*>(data.buffers[2]->data())) {
  }

  int64_t length(int64_t index) const { return ends[index + 1] - ends[index]; }
  std::string_view operator[](int64_t index) const {
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes + ends[index],
                                               static_cast<size_t>(ends[index + 1] - ends[index]));
  }
  bool operator==(const TextValues&) const = default;
};

/// \brief A column of text in one batch, whether its values stand one by one or as codes into a
/// dictionary. Threads: any.
class TextRows {
 public:
  TextRows() = default;
  /// \param[in] column IsText; its buffers outlive this
  explicit TextRows(const arrow::Array& column) : offset_(column.offset()) {
    const arrow::ArrayData& data = *column.data();
    if (column.null_count() > 0) validity_ = data.buffers[0]->data();
    if (column.type_id() == arrow::Type::DICTIONARY) {
      codes_ = data.GetValues<int32_t>(1);
      values_ = TextValues(*data.dictionary);
      num_values_ = data.dictionary->length;
    } else {
      values_ = TextValues(data);
      num_values_ = data.length;
    }
  }

  bool has_nulls() const { return validity_ != nullptr; }
  bool IsValid(int64_t row) const {
    return validity_ == nullptr || arrow::bit_util::GetBit(validity_, offset_ + row);
  }
  /// \brief By row, numbers of values; null where values stand one by one.
  const int32_t* codes() const { return codes_; }
  /// \brief By code, or by row where there are no codes.
  const TextValues& values() const { return values_; }
  int64_t num_values() const { return num_values_; }
  /// \brief The value of a row that is not null.
  std::string_view operator[](int64_t row) const {
    return values_[codes_ == nullptr ? row : codes_[row]];
  }

  /// \brief How many bytes of text these rows have.
  int64_t NumTextBytes(int64_t begin, int64_t length) const {
    if (codes_ == nullptr) return values_.ends[begin + length] - values_.ends[begin];
    int64_t num_bytes = 0;
    for (int64_t row = begin; row < begin + length; ++row) {
      if (IsValid(row)) num_bytes += values_.length(codes_[row]);
    }
    return num_bytes;
  }

 private:
  const uint8_t* validity_ = nullptr;  // null when no row is
  int64_t offset_ = 0;                 // of the first row in it
  const int32_t* codes_ = nullptr;
  TextValues values_;
  int64_t num_values_ = 0;
};

}  // namespace tarn::lake
