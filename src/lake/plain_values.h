#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"

/// Values in Parquet's PLAIN encoding, and what statistics say of them.
/// Source: https://github.com/apache/parquet-format/blob/master/Encodings.md
namespace tarn::lake {

/// \brief The values of one column that are not null.
struct PlainValues {
  std::string bytes;
  int64_t num_nulls = 0;
  /// The smallest and the greatest one, as Parquet's statistics have them; none where no value can
  /// be compared.
  std::optional<std::string> min, max;
};

/// \brief Whether columns of this type can be encoded here.
bool IsPlainType(const arrow::DataType& type);

/// \param[in] values of a type for which IsPlainType
/// \param[in] num_bytes of one value of a decimal: 4 and 8 for an integer, else for big-endian
/// bytes
PlainValues EncodePlain(const arrow::Array& values, int num_bytes);

/// \brief Definition levels of a column that may have nulls: 1 for a value, 0 for none.
std::string EncodeLevels(const arrow::Array& values);

}  // namespace tarn::lake
