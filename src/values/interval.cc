#include "values/interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/lower_ascii.h"
#include "values/calendar.h"
#include "values/time_of_day.h"
#include "values/trim_blanks.h"

namespace tarn {
namespace {

__extension__ using Wide = __int128;

constexpr std::string_view kFieldNames[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};

// The types, with the fields that Arrow's own do not have.
class YearMonthType : public arrow::MonthIntervalType {
 public:
  explicit YearMonthType(IntervalRange range) : range_(range) {}
  IntervalRange range() const { return range_; }

 private:
  const IntervalRange range_;
};

class DayTimeType : public arrow::DurationType {
 public:
  explicit DayTimeType(IntervalRange range)
      : arrow::DurationType(arrow::TimeUnit::MICRO), range_(range) {}
  IntervalRange range() const { return range_; }

 private:
  const IntervalRange range_;
};

bool IsYearMonth(IntervalRange range) { return range.start <= IntervalField::kMonth; }

bool Fits(Wide value, IntervalRange range) {
  if (IsYearMonth(range)) {
    return value >= std::numeric_limits<int32_t>::min() &&
           value <= std::numeric_limits<int32_t>::max();
  }
  return value >= std::numeric_limits<int64_t>::min() &&
         value <= std::numeric_limits<int64_t>::max();
}

// Seconds with their fraction, without its trailing zeros: `04.5`.
std::string SecondsText(uint64_t micros) {
  std::string text = fmt::format("{:02}", micros / kMicrosPerSecond);
  if (const uint64_t fraction = micros % kMicrosPerSecond; fraction != 0) {
    text += fmt::format(".{:06}", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::string DayTimeText(uint64_t micros, IntervalRange range) {
  std::string text;
  for (auto field = range.start; field <= range.end;
       field = static_cast<IntervalField>(static_cast<int>(field) + 1)) {
    const auto unit = static_cast<uint64_t>(UnitOfInterval(field));
    if (field != range.start) text += field == IntervalField::kHour ? " " : ":";
    if (field == IntervalField::kSecond) return text + SecondsText(micros);
    text += field == IntervalField::kDay ? std::to_string(micros / unit)
                                         : fmt::format("{:02}", micros / unit);
    micros %= unit;
  }
  return text;
}

std::string YearMonthText(uint64_t months, IntervalRange range) {
  if (range.start == IntervalField::kMonth) return std::to_string(months);
  if (range.end == IntervalField::kYear) return std::to_string(months / 12);
  return fmt::format("{}-{}", months / 12, months % 12);
}

/// Takes a text apart from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char front() const { return text_.empty() ? '\0' : text_.front(); }

  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// White space; whether there was any.
  bool TakeSpace() {
    const size_t before = text_.size();
    while (!text_.empty() && text_.front() >= 0 && text_.front() <= ' ') text_.remove_prefix(1);
    return text_.size() < before;
  }

  /// A number of 1 to `max` digits, no digit after it.
  bool TakeNumber(int max, int64_t* number) {
    int count = 0;
    *number = 0;
    for (; !text_.empty() && IsDigit(text_.front()); text_.remove_prefix(1)) {
      if (++count > max) return false;
      *number = *number * 10 + (text_.front() - '0');
    }
    return count > 0;
  }

  /// Digits after a point, of which six count; up to nine may be there.
  bool TakeFraction(int64_t* micros) {
    int count = 0;
    int64_t unit = kMicrosPerSecond / 10;
    *micros = 0;
    for (; !text_.empty() && IsDigit(text_.front()); text_.remove_prefix(1)) {
      if (++count > 9) return false;
      *micros += unit * (text_.front() - '0');
      unit /= 10;
    }
    return count > 0;
  }

  std::string_view TakeWord() {
    size_t length = 0;
    while (length < text_.size() && IsLetter(text_[length])) ++length;
    const std::string_view word = text_.substr(0, length);
    text_.remove_prefix(length);
    return word;
  }

 private:
  std::string_view text_;
};

// A field that is not the first one is less than one of the field before it.
int64_t MaxOf(IntervalField field) {
  switch (field) {
    case IntervalField::kMonth:
      return 11;
    case IntervalField::kHour:
      return 23;
    default:
      return 59;
  }
}

bool TakeField(Cursor* cursor, IntervalField field, bool is_first, Wide* value) {
  int64_t number = 0;
  // As many digits as the greatest value of the type has in this field.
  const int digits_max = !is_first ? 2 : field <= IntervalField::kMonth ? 10 : 13;
  if (!cursor->TakeNumber(digits_max, &number)) return false;
  if (!is_first && number > MaxOf(field)) return false;
  *value += Wide{number} * UnitOfInterval(field);
  if (field != IntervalField::kSecond || !cursor->Take('.')) return true;
  int64_t micros = 0;
  if (!cursor->TakeFraction(&micros)) return false;
  *value += micros;
  return true;
}

char MarkBefore(IntervalField field) {
  if (field == IntervalField::kMonth) return '-';
  return field == IntervalField::kHour ? ' ' : ':';
}

// `INTERVAL '…' DAY TO SECOND` around the fields; nothing when it is not there, and false when it
// is of other fields.
bool TakeFrame(std::string_view* text, IntervalRange range, bool* negative) {
  const std::string lower = LowerAscii(*text);
  if (!lower.starts_with("interval")) return true;
  const std::string_view after = TrimBlanks(std::string_view(*text).substr(8));
  const size_t open = after.find('\''), close = after.rfind('\'');
  if (open == std::string_view::npos || open == close || open > 1) return false;
  if (open == 1 && after[0] != '-' && after[0] != '+') return false;
  *negative = after[0] == '-';
  std::string unit = LowerAscii(TrimBlanks(after.substr(close + 1)));
  unit.erase(
      std::unique(unit.begin(), unit.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
      unit.end());
  *text = after.substr(open + 1, close - open - 1);
  return unit == LowerAscii(IntervalRangeText(range));
}

struct Unit {
  std::string_view word;  // without the s of its plural
  IntervalField field;
  int64_t count;  // months or microseconds
};

constexpr Unit kUnits[] = {
    {"year", IntervalField::kYear, 12},
    {"month", IntervalField::kMonth, 1},
    {"week", IntervalField::kDay, 7 * kMicrosPerDay},
    {"day", IntervalField::kDay, kMicrosPerDay},
    {"hour", IntervalField::kHour, 3600 * kMicrosPerSecond},
    {"minute", IntervalField::kMinute, 60 * kMicrosPerSecond},
    {"second", IntervalField::kSecond, kMicrosPerSecond},
    {"millisecond", IntervalField::kSecond, 1000},
    {"microsecond", IntervalField::kSecond, 1},
};

const Unit* FindUnit(std::string_view word) {
  const std::string lower = LowerAscii(word);
  std::string_view singular = lower;
  if (singular.ends_with('s')) singular.remove_suffix(1);
  for (const Unit& unit : kUnits) {
    if (unit.word == singular) return &unit;
  }
  return nullptr;
}

// `-1.5 seconds`: microseconds, or months.
UnitIntervalFault TakeUnit(Cursor* cursor, Wide* value, const Unit** unit) {
  const bool negative = cursor->Take('-');
  if (!negative) cursor->Take('+');
  cursor->TakeSpace();
  int64_t number = 0, micros = 0;
  const bool is_number = cursor->TakeNumber(18, &number);
  const bool has_fraction = cursor->Take('.');
  if (!is_number && !has_fraction) return UnitIntervalFault::kFormat;
  if (has_fraction && !cursor->TakeFraction(&micros)) return UnitIntervalFault::kFormat;
  if (!cursor->TakeSpace()) return UnitIntervalFault::kFormat;
  *unit = FindUnit(cursor->TakeWord());
  if (*unit == nullptr) return UnitIntervalFault::kFormat;
  if (has_fraction && (*unit)->word != "second") return UnitIntervalFault::kFraction;
  const Wide amount = Wide{number} * (*unit)->count + micros;
  *value = negative ? -amount : amount;
  return UnitIntervalFault::kNone;
}

// take(unit, microseconds or months) for each of `1 day -2 hours`, until it finds a fault.
template <typename Take>
UnitIntervalFault ForEachUnit(std::string_view text, Take&& take) {
  text = TrimBlanks(text);
  if (LowerAscii(text).starts_with("interval")) text = TrimBlanks(text.substr(8));
  if (text.empty()) return UnitIntervalFault::kFormat;
  Cursor cursor(text);
  while (!cursor.at_end()) {
    const Unit* unit = nullptr;
    Wide value = 0;
    UnitIntervalFault fault = TakeUnit(&cursor, &value, &unit);
    if (fault == UnitIntervalFault::kNone) fault = take(*unit, value);
    if (fault != UnitIntervalFault::kNone) return fault;
    if (!cursor.at_end() && !cursor.TakeSpace()) return UnitIntervalFault::kFormat;
  }
  return UnitIntervalFault::kNone;
}

}  // namespace

std::shared_ptr<arrow::DataType> IntervalType(IntervalRange range) {
  if (IsYearMonth(range)) return std::make_shared<YearMonthType>(range);
  return std::make_shared<DayTimeType>(range);
}

bool IsYearMonthInterval(const arrow::DataType& type) {
  return type.id() == arrow::Type::INTERVAL_MONTHS;
}

bool IsDayTimeInterval(const arrow::DataType& type) { return type.id() == arrow::Type::DURATION; }

bool IsInterval(const arrow::DataType& type) {
  return IsYearMonthInterval(type) || IsDayTimeInterval(type);
}

bool IsCalendarInterval(const arrow::DataType& type) {
  return type.id() == arrow::Type::INTERVAL_MONTH_DAY_NANO;
}

IntervalRange IntervalRangeOf(const arrow::DataType& type) {
  if (const auto* months = dynamic_cast<const YearMonthType*>(&type)) return months->range();
  if (const auto* micros = dynamic_cast<const DayTimeType*>(&type)) return micros->range();
  return IsYearMonthInterval(type) ? kYearToMonth : kDayToSecond;
}

IntervalRange WiderInterval(IntervalRange left, IntervalRange right) {
  return {std::min(left.start, right.start), std::max(left.end, right.end)};
}

std::shared_ptr<arrow::DataType> IntervalTypeOfAllFields(const arrow::DataType& type) {
  return IntervalType(IsYearMonthInterval(type) ? kYearToMonth : kDayToSecond);
}

bool SameType(const arrow::DataType& left, const arrow::DataType& right) {
  if (!left.Equals(right)) return false;
  if (IsInterval(left)) return IntervalRangeOf(left) == IntervalRangeOf(right);
  if (IsTime(left)) return TimeDigitsOf(left) == TimeDigitsOf(right);
  for (int i = 0; i < left.num_fields(); ++i) {
    if (!SameType(*left.field(i)->type(), *right.field(i)->type())) return false;
  }
  return true;
}

std::optional<IntervalField> IntervalFieldOf(std::string_view word) {
  for (size_t i = 0; i < std::size(kFieldNames); ++i) {
    if (LowerAscii(kFieldNames[i]) == LowerAscii(word)) return static_cast<IntervalField>(i);
  }
  return std::nullopt;
}

std::string IntervalRangeText(IntervalRange range) {
  std::string text(kFieldNames[static_cast<size_t>(range.start)]);
  if (range.start != range.end) {
    text += " TO ";
    text += kFieldNames[static_cast<size_t>(range.end)];
  }
  return text;
}

std::string SparkIntervalText(int64_t value, IntervalRange range) {
  // The least value has no positive counterpart in its own type.
  const uint64_t size =
      value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
  return fmt::format("INTERVAL '{}{}' {}", value < 0 ? "-" : "",
                     IsYearMonth(range) ? YearMonthText(size, range) : DayTimeText(size, range),
                     IntervalRangeText(range));
}

std::string SparkCalendarIntervalText(int32_t months, int32_t days, int64_t micros) {
  std::string text;
  const auto append = [&text](int64_t count, std::string_view unit) {
    if (count != 0) text += fmt::format("{}{} {}", text.empty() ? "" : " ", count, unit);
  };
  constexpr int64_t kHour = 3600 * kMicrosPerSecond, kMinute = 60 * kMicrosPerSecond;
  append(months / 12, "years");
  append(months % 12, "months");
  append(days, "days");
  append(micros / kHour, "hours");
  append(micros % kHour / kMinute, "minutes");
  const int64_t rest = micros % kMinute;
  if (rest != 0) {
    const int64_t size = rest < 0 ? -rest : rest;
    std::string seconds = std::to_string(size / kMicrosPerSecond);
    if (const int64_t fraction = size % kMicrosPerSecond; fraction != 0) {
      seconds += fmt::format(".{:06}", fraction);
      seconds.erase(seconds.find_last_not_of('0') + 1);
    }
    text += fmt::format("{}{}{} seconds", text.empty() ? "" : " ", rest < 0 ? "-" : "", seconds);
  }
  return text.empty() ? "0 seconds" : text;
}

bool ParseIntervalFields(std::string_view text, IntervalRange range, int64_t* value) {
  Cursor cursor(TrimBlanks(text));
  const bool negative = cursor.Take('-');
  if (!negative) cursor.Take('+');
  Wide size = 0;
  for (auto field = range.start; field <= range.end;
       field = static_cast<IntervalField>(static_cast<int>(field) + 1)) {
    const bool is_first = field == range.start;
    if (!is_first) {
      const char mark = MarkBefore(field);
      if (mark == ' ' ? !cursor.TakeSpace() : !cursor.Take(mark)) return false;
    }
    if (!TakeField(&cursor, field, is_first, &size)) return false;
  }
  if (!cursor.at_end()) return false;
  const Wide result = negative ? -size : size;
  *value = static_cast<int64_t>(result);
  return Fits(result, range);
}

bool ParseSparkInterval(std::string_view text, IntervalRange range, int64_t* value) {
  text = TrimBlanks(text);
  bool negative = false;
  if (!TakeFrame(&text, range, &negative)) return false;
  if (!ParseIntervalFields(text, range, value)) return false;
  return !negative || !__builtin_sub_overflow(int64_t{0}, *value, value);
}

int64_t UnitOfInterval(IntervalField field) {
  static constexpr std::array<int64_t, 6> kCounts = {
      12, 1, kMicrosPerDay, 3600 * kMicrosPerSecond, 60 * kMicrosPerSecond, kMicrosPerSecond};
  return kCounts[static_cast<size_t>(field)];
}

int64_t TruncateInterval(int64_t value, IntervalField end) {
  if (end == IntervalField::kSecond) return value;
  return value - value % UnitOfInterval(end);
}

UnitIntervalFault ParseUnitInterval(std::string_view text, UnitInterval* interval) {
  Wide total = 0;
  bool is_first = true;
  const UnitIntervalFault fault = ForEachUnit(text, [&](const Unit& unit, Wide value) {
    total += value;
    const IntervalRange range = {unit.field, unit.field};
    if (is_first) interval->range = range;
    if (IsYearMonth(range) != IsYearMonth(interval->range)) return UnitIntervalFault::kMixed;
    interval->range = WiderInterval(interval->range, range);
    is_first = false;
    return UnitIntervalFault::kNone;
  });
  if (fault != UnitIntervalFault::kNone) return fault;
  interval->value = static_cast<int64_t>(total);
  return Fits(total, interval->range) ? UnitIntervalFault::kNone : UnitIntervalFault::kRange;
}

bool CalendarInterval::ToMicros(int64_t* out) const {
  return months == 0 && !__builtin_mul_overflow(int64_t{days}, kMicrosPerDay, out) &&
         !__builtin_add_overflow(*out, micros, out);
}

bool ParseCalendarInterval(std::string_view text, CalendarInterval* interval) {
  Wide months = 0, days = 0, micros = 0;
  const UnitIntervalFault fault = ForEachUnit(text, [&](const Unit& unit, Wide value) {
    if (unit.field <= IntervalField::kMonth) {
      months += value;
    } else if (unit.field == IntervalField::kDay) {
      days += value / kMicrosPerDay;
    } else {
      micros += value;
    }
    return UnitIntervalFault::kNone;
  });
  *interval = {static_cast<int32_t>(months), static_cast<int32_t>(days),
               static_cast<int64_t>(micros)};
  return fault == UnitIntervalFault::kNone && interval->months == months &&
         interval->days == days && interval->micros == micros;
}

}  // namespace tarn
