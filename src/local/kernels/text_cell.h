#pragma once

#include <arrow/builder.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "plan/text_options.h"
#include "values/datetime_pattern.h"
#include "values/spark_datetime.h"

/// What from_json and from_csv share: values between their text and a column.
namespace tarn::local {

/// \brief A value of any type that can be read; which member has it, the type says.
struct TextCell {
  bool is_null = true;
  int64_t integer = 0;  ///< BOOLEAN, whole numbers, DATE, TIME, TIMESTAMP, intervals
  double real = 0;      ///< FLOAT, DOUBLE
  arrow::Decimal128 decimal;
  std::string text;                ///< STRING, BINARY
  std::vector<TextCell> children;  ///< of ARRAY, MAP and STRUCT: elements, values, fields
  std::vector<std::string> keys;   ///< of MAP
};

/// \brief A STRUCT of `num_fields` fields, all of them NULL.
TextCell StructOfNulls(int num_fields);

/// \brief Append a cell of `type`, the builder's type.
Status AppendCell(const TextCell& cell, const arrow::DataType& type, arrow::ArrayBuilder* builder);

/// \brief A text as a DECIMAL, as Java reads it; its commas do not count.
/// \return false where it is none, or has more digits than the type
bool ParseDecimalText(std::string text, const arrow::DecimalType& type, arrow::Decimal128* out);

/// \brief How dates and timestamps are read.
struct TextFormats {
  std::shared_ptr<const DatetimePattern> date, timestamp, timestamp_ntz;  ///< null: as Spark casts
  SparkClock clock;

  static Result<TextFormats> Make(const plan::TextOptions& options, const SparkClock& clock);

  /// \brief Days of a DATE.
  bool ParseDay(const std::string& text, int64_t* days) const;
  /// \brief Microseconds of a TIMESTAMP or, `is_ntz`, a TIMESTAMP_NTZ.
  bool ParseMoment(const std::string& text, bool is_ntz, int64_t* micros) const;
};

}  // namespace tarn::local
