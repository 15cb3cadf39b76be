#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"

namespace tarn::local {

/// \brief One column of the keys of rows, which may hold codes into a dictionary.
///
/// A value has the same hash and bytes in every batch and on every machine, with a dictionary or
/// without. No bytes of a value are the beginning of those of another one.
class KeyColumn {
 public:
  /// \param[in] array kept by reference
  /// \return NotImplemented for what holds a MAP.
  static Result<std::unique_ptr<KeyColumn>> Make(const arrow::Array& array);

  virtual ~KeyColumn() = default;

  /// \brief Add the value of each row to its hash, see AddToHash.
  virtual void AddHashes(uint64_t* hashes) const = 0;

  /// \brief Compare the value of a row with bytes that Append wrote.
  /// \return the end of these bytes; null: the value is another one
  virtual const char* Match(int64_t row, const char* bytes) const = 0;

  /// \brief Add the bytes of a row's value.
  virtual void Append(int64_t row, std::string* bytes) const = 0;
};

}  // namespace tarn::local
