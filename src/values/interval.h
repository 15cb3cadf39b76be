#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Spark's two interval types and their text. Source: Spark's YearMonthIntervalType,
/// DayTimeIntervalType and IntervalUtils.
namespace tarn {

/// \brief What an interval counts, coarse ones first.
enum class IntervalField { kYear, kMonth, kDay, kHour, kMinute, kSecond };

/// \brief The fields of an interval type: INTERVAL DAY TO SECOND is {kDay, kSecond}. Both are of a
/// year-month interval, or both of a day-time one.
struct IntervalRange {
  IntervalField start = IntervalField::kDay;
  IntervalField end = IntervalField::kSecond;  ///< not before `start`

  bool operator==(const IntervalRange&) const = default;
};

inline constexpr IntervalRange kYearToMonth = {IntervalField::kYear, IntervalField::kMonth};
inline constexpr IntervalRange kDayToSecond = {IntervalField::kDay, IntervalField::kSecond};

/// \brief The Arrow type of intervals of these fields: months as month_interval, microseconds as
/// duration. The fields are what a value is shown by, so types that differ in nothing else are
/// Equals() in Arrow; SameType tells them apart.
std::shared_ptr<arrow::DataType> IntervalType(IntervalRange range);

bool IsYearMonthInterval(const arrow::DataType& type);
bool IsDayTimeInterval(const arrow::DataType& type);
bool IsInterval(const arrow::DataType& type);  ///< one of the two

/// \brief Whether the type is Spark's INTERVAL without fields, of months, days and microseconds,
/// which make_interval gives: Arrow's month_day_nano_interval. Its values have no order.
bool IsCalendarInterval(const arrow::DataType& type);

/// \brief The fields of an interval type; all of them for one that IntervalType did not make.
IntervalRange IntervalRangeOf(const arrow::DataType& type);

/// \brief The smallest range that has the fields of both, which are of one kind.
IntervalRange WiderInterval(IntervalRange left, IntervalRange right);

/// \brief INTERVAL YEAR TO MONTH or INTERVAL DAY TO SECOND, of the kind of the interval type.
std::shared_ptr<arrow::DataType> IntervalTypeOfAllFields(const arrow::DataType& type);

/// \brief Whether the types are equal, and if they are or hold intervals or TIMEs, of the same
/// fields and digits.
bool SameType(const arrow::DataType& left, const arrow::DataType& right);

/// \brief The field of a word: `day`; none: there is no such one. Of any case.
std::optional<IntervalField> IntervalFieldOf(std::string_view word);

/// \brief `DAY TO SECOND`, `YEAR`.
std::string IntervalRangeText(IntervalRange range);

/// \brief As Spark casts it to a string: `INTERVAL '1 02:03:04.5' DAY TO SECOND`.
/// \param[in] value months or microseconds
std::string SparkIntervalText(int64_t value, IntervalRange range);

/// \brief A calendar interval's text: `1 years 2 months -3 days 4 hours 5.5 seconds`.
std::string SparkCalendarIntervalText(int32_t months, int32_t days, int64_t micros);

/// \brief Read what stands in the quotes of `INTERVAL '1 02:03' DAY TO MINUTE`, with its sign.
/// \return false for what is no such interval, or beyond the type (`*value` is months or
///   microseconds)
bool ParseIntervalFields(std::string_view text, IntervalRange range, int64_t* value);

/// \brief Read a STRING that is cast to an interval: `1 02:03`, or the whole of
/// `INTERVAL '1 02:03' DAY TO MINUTE`, in any case. \return as ParseIntervalFields
bool ParseSparkInterval(std::string_view text, IntervalRange range, int64_t* value);

/// \brief Microseconds, cut to whole units of the last field; months, to years.
int64_t TruncateInterval(int64_t value, IntervalField end);

/// \brief Microseconds or months of one of the field.
int64_t UnitOfInterval(IntervalField field);

/// \brief An interval of one or more units: `1 day -2 hours`, `3 weeks`; what they add up to.
struct UnitInterval {
  int64_t value = 0;    ///< months or microseconds
  IntervalRange range;  ///< from the coarsest to the finest unit named; weeks are days
};

/// \brief What ParseUnitInterval found wrong.
enum class UnitIntervalFault { kNone, kFormat, kFraction, kMixed, kRange };

/// \brief Read the text of `INTERVAL '1 day 2 hours'`, which may begin with INTERVAL.
UnitIntervalFault ParseUnitInterval(std::string_view text, UnitInterval* interval);

/// \brief An interval of Spark's INTERVAL without fields: months and days are of a calendar.
struct CalendarInterval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;

  /// \brief Its microseconds, days being of 24 hours. \return false where there are months, which
  /// differ in length, or more than the type holds
  bool ToMicros(int64_t* out) const;
};

/// \brief Read a STRING that Spark casts to such an interval: `1 month 2 days -3.5 seconds`, which
/// may begin with INTERVAL.
/// \return false for what is none, or beyond the type
bool ParseCalendarInterval(std::string_view text, CalendarInterval* interval);

}  // namespace tarn
