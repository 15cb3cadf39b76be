#pragma once

#include <cstdint>

/// The proleptic Gregorian calendar in UTC.
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
namespace tarn {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kNanosPerMicro = 1'000;
inline constexpr int64_t kSecondsPerDay = 86'400;
inline constexpr int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;

struct CivilDate {
  int32_t year = 1970;
  int32_t month = 1;  ///< 1 to 12
  int32_t day = 1;    ///< 1 to 31
};

/// \brief Quotient rounded down, for a positive divisor.
constexpr int64_t FloorDivide(int64_t dividend, int64_t divisor) {
  int64_t quotient = dividend / divisor;
  return quotient - (dividend % divisor < 0 ? 1 : 0);
}

/// \brief What FloorDivide leaves: never negative.
constexpr int64_t FloorRemainder(int64_t dividend, int64_t divisor) {
  const int64_t rest = dividend % divisor;
  return rest < 0 ? rest + divisor : rest;
}

/// \brief Days since 1970-01-01. The day may lie outside of its month.
constexpr int32_t DaysFromCivil(int32_t year, int32_t month, int32_t day) {
  year -= month <= 2 ? 1 : 0;
  const int32_t era = (year >= 0 ? year : year - 399) / 400;
  const int32_t year_of_era = year - era * 400;
  const int32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr CivilDate CivilFromDays(int32_t days) {
  const int64_t shifted = int64_t{days} + 719468;
  const int64_t era = FloorDivide(shifted, 146097);
  const auto day_of_era = static_cast<int32_t>(shifted - era * 146097);
  const int32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int32_t shifted_month = (5 * day_of_year + 2) / 153;
  const int32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const auto year = static_cast<int32_t>(year_of_era + era * 400) + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

constexpr bool IsLeapYear(int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int32_t DaysInMonth(int32_t year, int32_t month) {
  constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

/// \brief Days since 1970-01-01 of a date in any year; false when there is no such month or day.
constexpr bool DaysFromDate(int64_t year, int64_t month, int64_t day, int64_t* days) {
  // The calendar repeats every 400 years.
  constexpr int64_t kYearsPerCycle = 400;
  constexpr int64_t kDaysPerCycle = 146'097;
  const int64_t cycle = FloorDivide(year, kYearsPerCycle);
  const auto of_cycle = static_cast<int32_t>(year - cycle * kYearsPerCycle);
  if (month < 1 || month > 12 || day < 1) return false;
  const auto month_of_year = static_cast<int32_t>(month);
  if (day > DaysInMonth(of_cycle, month_of_year)) return false;
  *days = DaysFromCivil(of_cycle, month_of_year, static_cast<int32_t>(day)) + cycle * kDaysPerCycle;
  return true;
}

/// \brief Days since 1970-01-01 of the date so many months later, its day cut to the month's last
/// one; its year may be beyond those of a DATE.
constexpr int64_t DaysAfterMonths(int64_t days, int64_t months) {
  const CivilDate date = CivilFromDays(static_cast<int32_t>(days));
  const int64_t total = int64_t{date.year} * 12 + date.month - 1 + months;
  const int64_t year = FloorDivide(total, 12);
  const int64_t month = total - year * 12 + 1;
  const auto like = static_cast<int32_t>(2000 + FloorRemainder(year, 400));
  const int32_t last = DaysInMonth(like, static_cast<int32_t>(month));
  int64_t result = 0;
  DaysFromDate(year, month, date.day < last ? date.day : last, &result);
  return result;
}

/// \brief Microseconds since 1970 from whole seconds and what is past them; false out of range.
inline bool MicrosFromSeconds(int64_t seconds, int64_t micros_past, int64_t* micros) {
  __extension__ using Wide = __int128;
  const Wide result = Wide{seconds} * kMicrosPerSecond + micros_past;
  *micros = static_cast<int64_t>(result);
  return *micros == result;
}

/// \brief 0 for Monday to 6 for Sunday.
constexpr int32_t WeekdayFromDays(int32_t days) {
  return static_cast<int32_t>((int64_t{days} + 3) - FloorDivide(int64_t{days} + 3, 7) * 7);
}

/// \brief ISO 8601 week, 1 to 53: week 1 holds the year's first Thursday.
constexpr int32_t IsoWeekFromDays(int32_t days) {
  const int32_t thursday = days - WeekdayFromDays(days) + 3;
  return (thursday - DaysFromCivil(CivilFromDays(thursday).year, 1, 1)) / 7 + 1;
}

}  // namespace tarn
