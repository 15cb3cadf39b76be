#pragma once

#include <arrow/array/data.h>
#include <arrow/memory_pool.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/record/value.h"
#include "json/record/value_tree.h"
#include "values/datetime_pattern.h"

namespace tarn::json {

/// The values that one column takes from the records of a batch of work.
struct ValueRun {
  const Value* first;
  int64_t stride;  ///< in values
  int count;

  const Value& operator[](int i) const { return first[i * stride]; }
};

/// A value that does not fit its column's type.
struct Misfit {
  int index;  ///< in the run
  const char* position;
  std::string reason;
};

/// \brief Collects one column of a record batch.
///
/// Runs are appended to all columns; when one has a misfit, all of them rewind, and the run comes
/// again without those records.
class Column {
 public:
  virtual ~Column() = default;

  /// \param[in] inside what is in the values of a nested type when a run is appended; null for any
  /// other.
  /// \return NotImplemented for a type that can't be read.
  static Result<std::unique_ptr<Column>> Make(const arrow::Field& field,
                                              const DatetimeFormats& formats,
                                              const ValueTree* inside, arrow::MemoryPool* pool);

  virtual Status Append(ValueRun run, std::vector<Misfit>* misfits) = 0;
  virtual void Rewind() = 0;

  /// \brief Only look for the misfit that a value would be.
  virtual Status Check(const Value& value, std::vector<Misfit>* misfits) {
    ARROW_RETURN_NOT_OK(Append({&value, 1, 1}, misfits));
    Rewind();
    return Status::OK();
  }

  /// \brief The values since the last Finish().
  virtual Result<std::shared_ptr<arrow::ArrayData>> Finish() = 0;
};

/// \brief A column of STRING or BINARY.
std::unique_ptr<Column> MakeStringColumn(const arrow::Field& field, arrow::MemoryPool* pool);

/// \brief A column of STRING. Finish() returns dictionary arrays, which share one dictionary, until
/// the values turn out to be too many different ones; from then on arrays of utf8.
Result<std::unique_ptr<Column>> MakeDictionaryColumn(const arrow::Field& field,
                                                     arrow::MemoryPool* pool);

/// \brief A column of ARRAY, STRUCT or MAP.
Result<std::unique_ptr<Column>> MakeNestedColumn(const arrow::Field& field,
                                                 const DatetimeFormats& formats,
                                                 const ValueTree* inside, arrow::MemoryPool* pool);

}  // namespace tarn::json
