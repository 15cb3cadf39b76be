#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "json/record/value.h"
#include "values/datetime_pattern.h"

namespace tarn::json {

/// \brief Makes values fit their fields' types, and keeps what did not: ScanOptions::rescues.
///
/// Records are numbered, as they are in a run of the scanner. Values that it gives point into texts
/// of its own, until Clear().
class Rescuer {
 public:
  /// \param[in] num_records_max of a run
  Rescuer(DatetimeFormats formats, int num_records_max)
      : formats_(std::move(formats)), rescued_(num_records_max), texts_(num_records_max) {}

  /// \brief Put null in the place of each part of a value that does not fit.
  /// \param[in] number of the field in the record, by which the rescued values are in order
  /// \param[in,out] value of it, in a valid record
  void Fix(int record, int number, const arrow::Field& field, Value* value);

  /// \brief Forget what was rescued of a record.
  void Drop(int record);

  /// \brief By record, an object of the paths of what was rescued and the values as they are
  /// written; null where all fits.
  const Value* Texts();

  /// \brief The values that were rescued since the last Clear().
  int64_t num_values() const;

  void Clear();

 private:
  struct Rescued {
    int number;  ///< of the field
    std::string path;
    std::string text;
  };

  // A text that stays where it is, with padding.
  Value Keep(std::string text, ValueKind kind);
  Value WithNulls(const Value& value, std::vector<const Value*> parts);

  const DatetimeFormats formats_;
  std::vector<std::vector<Rescued>> rescued_;  // by record
  std::vector<Value> texts_;                   // by record
  std::deque<std::string> kept_;
  bool is_clear_ = true;
};

}  // namespace tarn::json
