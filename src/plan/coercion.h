#pragma once

#include <arrow/type.h>

#include <memory>

/// Spark's ANSI rules for the types that expressions meet (CommonType and CanCast are in
/// functions.h). Source: Spark 4's AnsiTypeCoercion, DecimalPrecision and Cast.canAnsiCast.
namespace tarn::plan {

using TypePtr = std::shared_ptr<arrow::DataType>;

bool IsInteger(const arrow::DataType& type);
bool IsFloating(const arrow::DataType& type);
bool IsDecimal(const arrow::DataType& type);
bool IsNumeric(const arrow::DataType& type);
bool IsTemporal(const arrow::DataType& type);  ///< DATE, TIMESTAMP or TIMESTAMP_NTZ
bool IsTimestampNtz(const arrow::DataType& type);

/// \brief Whether `type` or one inside it is a TIMESTAMP with the session's time zone.
bool HasTimestamp(const arrow::DataType& type);

/// \brief Whether a cast may take the day on which the run began: where a TIME becomes a moment, or
/// a text does, which may have no day.
bool CastReadsClock(const arrow::DataType& from, const arrow::DataType& to);

/// \brief How far two types may be changed to become one.
enum class Widening {
  kAny,          ///< as CommonType: a text is read as the other side's type
  kWithoutText,  ///< a text and another type have none in common
  kTightest,     ///< besides, a DECIMAL and another number have none
};

/// \brief As CommonType (functions.h), as far as `widening` goes.
/// \return null when there is none
TypePtr WiderType(const TypePtr& left, const TypePtr& right, Widening widening);

/// \brief Whether an argument of type `from` may stand where a function wants `to`.
bool CanCastImplicitly(const arrow::DataType& from, const arrow::DataType& to);

/// \brief The decimal that holds every value of an integer type: INT is DECIMAL(10, 0).
TypePtr DecimalOf(const arrow::DataType& integer_type);

inline constexpr int kDecimalDigitsMax = 38;

/// \brief DECIMAL(precision, scale), each cut to 38: values may be out of its range.
TypePtr CappedDecimal(int precision, int scale);

/// \brief DECIMAL(precision, scale) within 38 digits; fraction digits are given up before whole
/// ones, but for the last six.
TypePtr BoundedDecimal(int precision, int scale);

/// \brief The smallest decimal that holds all values of both.
TypePtr WiderDecimal(const arrow::DataType& left, const arrow::DataType& right);

}  // namespace tarn::plan
