#pragma once

#include <arrow/scalar.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "values/time_zone.h"

namespace tarn::plan {

/// \brief The value of CAST(literal AS type) where it can be computed exactly and without an error.
///
/// Covers NULL, numbers to numbers, texts to DATE, TIMESTAMP and intervals, DATE to TIMESTAMP, and
/// between intervals.
/// \param[in] zone the session's; null: not known, so that what depends on it is left
/// \return null when the cast has to be left to run time.
std::shared_ptr<arrow::Scalar> FoldCast(const arrow::Scalar& literal,
                                        const std::shared_ptr<arrow::DataType>& type,
                                        const TimeZone* zone);

/// \brief The value of an integer of any width; none for NULL and other types.
std::optional<int64_t> IntegerOf(const arrow::Scalar& scalar);

/// \brief An integer as Spark types it: INT if it fits, else BIGINT, else DECIMAL.
/// \param[in] digits with a leading `-` for negative ones.
Result<std::shared_ptr<arrow::Scalar>> ParseIntegerLiteral(const std::string& digits);

/// \brief An interval as it stands in SQL, of the type that its units have.
/// \param[in] text what the quotes have, or the number; with units in it when `unit` is empty
/// \param[in] unit a singular in lower case, as `to_unit`, which is empty but for DAY TO SECOND
Result<std::shared_ptr<arrow::Scalar>> ParseIntervalLiteral(const std::string& text,
                                                            std::string_view unit,
                                                            std::string_view to_unit);

/// \brief A number that says its type by a letter: `1L`, `1.5F`.
/// \return kBadInput when it does not fit.
Result<std::shared_ptr<arrow::Scalar>> ParseLiteralOf(const std::string& text,
                                                      const std::shared_ptr<arrow::DataType>& type);

/// \brief `1.5BD` as DECIMAL(2,1), `1e2BD` as DECIMAL(3,0); without its letters.
Result<std::shared_ptr<arrow::Scalar>> ParseBigDecimalLiteral(const std::string& text);

/// \brief `1.5` as DECIMAL(2,1), `1e3` as DOUBLE.
Result<std::shared_ptr<arrow::Scalar>> ParseDecimalLiteral(const std::string& text);

}  // namespace tarn::plan
