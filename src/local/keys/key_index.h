#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "local/keys/encoded_keys.h"
#include "local/keys/row_selection.h"

namespace tarn::local {

/// \brief Numbers distinct keys in the order in which they come: 0, 1, 2, …
///
/// Threads: one at a time while keys are inserted; then any number at once may find them.
class KeyIndex {
 public:
  /// In place of the number of a key that is not there.
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  /// Keys at most: some numbers stay free to mean something else.
  static constexpr uint32_t kKeysMax = kNone - 1;

  /// \param[in] types of the keys' columns, at least one
  static std::unique_ptr<KeyIndex> Make(const std::vector<std::shared_ptr<arrow::DataType>>& types);

  virtual ~KeyIndex() = default;

  /// \brief Find the keys of rows; those that are new are added.
  /// \param[out] numbers one for each of `rows`
  /// \param[out] new_rows the rows that brought a new key are added
  /// \return CapacityError: there are kKeysMax
  virtual Status Insert(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers,
                        std::vector<int64_t>* new_rows) = 0;

  /// \brief Find the keys of rows.
  /// \param[out] numbers one for each of `rows`, kNone for keys that are not there
  virtual void Find(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers) const = 0;

  virtual uint32_t num_keys() const = 0;

  /// \brief Held in memory.
  virtual int64_t num_bytes() const = 0;
};

}  // namespace tarn::local
