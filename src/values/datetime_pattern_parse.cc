#include <array>
#include <optional>

#include "base/ascii.h"
#include "values/calendar.h"
#include "values/datetime_names_internal.h"
#include "values/datetime_pattern.h"

namespace tarn {
namespace {

enum Field {
  kEra,
  kYearOfEra,
  kYear,
  kMonth,
  kDay,
  kDayOfYear,
  kHalfDay,  ///< 0: AM, 1: PM
  kHour,
  kHourFromOne,        ///< 1 to 24
  kHourOfHalf,         ///< 0 to 11
  kHourOfHalfFromOne,  ///< 1 to 12
  kMinute,
  kSecond,
  kNanosecond,
  kZoneSeconds,  ///< east of UTC
  kNumFields,
};

constexpr int64_t kYearMax = 999'999'999;
constexpr int64_t kZoneSecondsMax = 18 * 3600;

bool SameWithoutCase(char a, char b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return lower(a) == lower(b);
}

/// What the text said; a field said twice must say the same.
class Fields {
 public:
  bool has(Field field) const { return values_[field].has_value(); }
  int64_t Get(Field field, int64_t otherwise) const { return values_[field].value_or(otherwise); }

  bool Set(Field field, int64_t value) {
    std::optional<int64_t>& old = values_[field];
    if (old.has_value() && *old != value) return false;
    old = value;
    return true;
  }

  /// A field that is missing is in any range.
  bool IsWithin(Field field, int64_t min, int64_t max) const {
    const std::optional<int64_t>& value = values_[field];
    return !value.has_value() || (*value >= min && *value <= max);
  }

 private:
  std::array<std::optional<int64_t>, kNumFields> values_;
};

Field FieldOf(char letter, bool has_era) {
  switch (letter) {
    case 'y':
      return has_era ? kYearOfEra : kYear;
    case 'M':
    case 'L':
      return kMonth;
    case 'd':
      return kDay;
    case 'D':
      return kDayOfYear;
    case 'H':
      return kHour;
    case 'k':
      return kHourFromOne;
    case 'K':
      return kHourOfHalf;
    case 'h':
      return kHourOfHalfFromOne;
    case 'm':
      return kMinute;
    default:
      return kSecond;
  }
}

/// How many digits a number may have, and whether a sign.
struct NumberRule {
  enum class Sign { kNone, kMinus, kPlusWhenLonger };
  int digits_min;
  int digits_max;
  Sign sign;
};

NumberRule RuleOf(char letter, int width) {
  constexpr int kDigitsMax = 19;
  if (letter == 'y' && width >= 4) return {width, kDigitsMax, NumberRule::Sign::kPlusWhenLonger};
  if (width == 1 || (letter == 'y' && width == 3)) {
    return {width, kDigitsMax, NumberRule::Sign::kMinus};
  }
  return {width, letter == 'D' ? 3 : width, NumberRule::Sign::kNone};
}

}  // namespace

/// Reads a text by a pattern.
class DatetimeParser {
 public:
  DatetimeParser(const DatetimePattern& pattern, std::string_view text)
      : items_(pattern.items_), has_era_(pattern.has_era_), text_(text) {}

  bool Parse() { return TakeItems(0, items_.size()) && text_.empty(); }
  const Fields& fields() const { return fields_; }
  const TimeZone* zone() const { return zone_; }  ///< named by the text; null: none is

 private:
  using Item = DatetimePattern::Item;

  bool TakeItems(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (items_[i].letter != '[') {
        if (!TakeItem(items_[i])) return false;
        continue;
      }
      const Fields fields_before = fields_;
      const std::string_view text_before = text_;
      const TimeZone* const zone_before = zone_;
      if (!TakeItems(i + 1, items_[i].section_end)) {
        fields_ = fields_before;
        text_ = text_before;
        zone_ = zone_before;
      }
      i = items_[i].section_end;
    }
    return true;
  }

  bool TakeItem(const Item& item) {
    switch (item.letter) {
      case 0:
        return TakeWord(item.text);
      case 'G':
        if (item.width == 4) return TakeEra("Before Christ", "Anno Domini");
        return TakeEra("BC", "AD");
      case 'a':
        return (TakeWord("AM") && fields_.Set(kHalfDay, 0)) ||
               (TakeWord("PM") && fields_.Set(kHalfDay, 1));
      case 'S':
        return TakeFraction(item.width);
      case 'X':
      case 'x':
      case 'Z':
        if (item.letter == 'Z' && item.width == 4) return TakeLocalOffset(true);
        return TakeOffset(item.letter, item.width);
      case 'O':
        return TakeLocalOffset(item.width == 4);
      case 'z':
      case 'V':
        return TakeZone();
      case 'M':
      case 'L':
        if (item.width > 2) return TakeMonthName(item.width == 3);
        return TakeNumber(item);
      default:
        return TakeNumber(item);
    }
  }

  bool TakeWord(std::string_view word) {
    if (text_.size() < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if (!SameWithoutCase(text_[i], word[i])) return false;
    }
    text_.remove_prefix(word.size());
    return true;
  }

  bool TakeEra(std::string_view before, std::string_view after) {
    if (TakeWord(before)) return fields_.Set(kEra, 0);
    return TakeWord(after) && fields_.Set(kEra, 1);
  }

  bool TakeMonthName(bool is_short) {
    for (int month = 1; month <= 12; ++month) {
      std::string_view name = kMonthNames[month - 1];
      if (is_short) name = name.substr(0, kShortNameLength);
      if (TakeWord(name)) return fields_.Set(kMonth, month);
    }
    return false;
  }

  // At the front, no more than `max`.
  int CountDigits(int max) const {
    int count = 0;
    while (count < max && static_cast<size_t>(count) < text_.size() && IsDigit(text_[count])) {
      ++count;
    }
    return count;
  }

  // `count` digits that are there; stays at a number that is out of any range.
  int64_t TakeDigits(int count) {
    constexpr int64_t kFar = int64_t{1} << 40;
    int64_t value = 0;
    for (int i = 0; i < count; ++i) value = std::min(value * 10 + (text_[i] - '0'), kFar);
    text_.remove_prefix(count);
    return value;
  }

  bool TakeNumber(const Item& item) {
    using Sign = NumberRule::Sign;
    const NumberRule rule = RuleOf(item.letter, item.width);
    const bool negative = text_.starts_with('-');
    const bool positive = text_.starts_with('+');
    if (negative && rule.sign == Sign::kNone) return false;
    if (positive && rule.sign != Sign::kPlusWhenLonger) return false;
    if (negative || positive) text_.remove_prefix(1);
    int count = CountDigits(rule.digits_max + item.digits_after);
    if (count < rule.digits_min) return false;
    // Digits are left to the numbers that follow.
    if (item.digits_after > 0) count = std::max(rule.digits_min, count - item.digits_after);
    int64_t value = TakeDigits(count);
    if (negative && value == 0) return false;
    if (rule.sign == Sign::kPlusWhenLonger && !negative && positive != (count > rule.digits_min)) {
      return false;
    }
    if (item.letter == 'y' && item.width == 2) value += 2000;
    return fields_.Set(FieldOf(item.letter, has_era_), negative ? -value : value);
  }

  bool TakeFraction(int width) {
    const int count = CountDigits(width);
    if (count == 0) return false;
    int64_t nanoseconds = TakeDigits(count);
    for (int i = count; i < 9; ++i) nanoseconds *= 10;
    return fields_.Set(kNanosecond, nanoseconds);
  }

  // Two digits up to 59, after a colon if there has to be one.
  bool TakePair(bool colon, int64_t* value) {
    std::string_view digits = text_;
    if (colon && !digits.starts_with(':')) return false;
    if (colon) digits.remove_prefix(1);
    if (digits.size() < 2 || !IsDigit(digits[0]) || !IsDigit(digits[1]) || digits[0] > '5') {
      return false;
    }
    *value = (digits[0] - '0') * 10 + (digits[1] - '0');
    text_ = digits.substr(2);
    return true;
  }

  bool SetZone(bool negative, int64_t hour, int64_t minute, int64_t second) {
    const int64_t seconds = (hour * 60 + minute) * 60 + second;
    if (seconds > kZoneSecondsMax) return false;
    return fields_.Set(kZoneSeconds, negative ? -seconds : seconds);
  }

  bool TakeSign(bool* negative) {
    *negative = text_.starts_with('-');
    if (!*negative && !text_.starts_with('+')) return false;
    text_.remove_prefix(1);
    return true;
  }

  // The longest text that names a zone.
  bool TakeZone() {
    constexpr size_t kLengthMax = 64;
    size_t length = 0;
    while (length < std::min(text_.size(), kLengthMax) &&
           (IsWordByte(text_[length]) ||
            std::string_view("/+-:").find(text_[length]) != std::string_view::npos)) {
      ++length;
    }
    for (; length > 0; --length) {
      zone_ = TimeZone::Find(text_.substr(0, length));
      if (zone_ == nullptr) continue;
      text_.remove_prefix(length);
      return true;
    }
    return false;
  }

  // X to XXXXX, x to xxxxx, Z to ZZZ and ZZZZZ.
  bool TakeOffset(char letter, int width) {
    if (letter == 'Z') {
      letter = width == 5 ? 'X' : 'x';
      width = width == 5 ? 5 : 2;
    }
    const bool colon = width == 3 || width == 5;
    const std::string_view zero = letter == 'X' ? "Z"
                                  : width == 1  ? "+00"
                                  : colon       ? "+00:00"
                                                : "+0000";
    if (TakeWord(zero)) return fields_.Set(kZoneSeconds, 0);
    bool negative = false;
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    if (!TakeSign(&negative) || !TakePair(false, &hour)) return false;
    if (!TakePair(colon, &minute) && width > 1) return false;
    if (width > 3) TakePair(colon, &second);
    return SetZone(negative, hour, minute, second);
  }

  // `GMT`, `GMT+2`, `GMT+02:30:15`; the long form has all digits.
  bool TakeLocalOffset(bool is_long) {
    if (!TakeWord("GMT")) return false;
    bool negative = false;
    if (!TakeSign(&negative)) return fields_.Set(kZoneSeconds, 0);
    const int count = CountDigits(2);
    if (count == 0 || (is_long && count < 2)) return false;
    const int64_t hour = TakeDigits(count);
    int64_t minute = 0;
    int64_t second = 0;
    const bool has_minute = TakePair(true, &minute);
    if (!has_minute && is_long) return false;
    if (has_minute) TakePair(true, &second);
    return SetZone(negative, hour, minute, second);
  }

  const std::vector<Item>& items_;
  const bool has_era_;
  std::string_view text_;  // what is left
  Fields fields_;
  const TimeZone* zone_ = nullptr;
};

namespace {

// The year among all that was said; 1970 when nothing says it.
bool FindYear(const Fields& fields, int64_t* year) {
  Fields result = fields;
  if (fields.has(kYearOfEra) && fields.has(kEra)) {
    if (!fields.IsWithin(kYearOfEra, 1, kYearMax)) return false;
    const int64_t of_era = fields.Get(kYearOfEra, 1);
    if (!result.Set(kYear, fields.Get(kEra, 1) == 1 ? of_era : 1 - of_era)) return false;
  }
  *year = result.Get(kYear, 1970);
  return *year >= -kYearMax && *year <= kYearMax;
}

bool FindDays(const Fields& fields, int64_t* days) {
  int64_t year = 0;
  if (!FindYear(fields, &year)) return false;
  int64_t first_of_year = 0;
  if (!DaysFromDate(year, 1, 1, &first_of_year)) return false;
  const int64_t day_of_year = fields.Get(kDayOfYear, 1);
  if (day_of_year < 1 || day_of_year > (IsLeapYear(static_cast<int32_t>(year)) ? 366 : 365))
    return false;
  *days = first_of_year + day_of_year - 1;
  if (!fields.has(kDayOfYear)) {
    return DaysFromDate(year, fields.Get(kMonth, 1), fields.Get(kDay, 1), days);
  }
  // Month and day are not needed then, but must not say otherwise.
  const CivilDate date = CivilFromDays(static_cast<int32_t>(*days));
  return fields.IsWithin(kMonth, date.month, date.month) &&
         fields.IsWithin(kDay, date.day, date.day);
}

bool FindHour(const Fields& fields, int64_t* hour) {
  Fields result = fields;
  if (!fields.IsWithin(kHourFromOne, 1, 24) || !fields.IsWithin(kHourOfHalfFromOne, 1, 12)) {
    return false;
  }
  if (fields.has(kHourFromOne) && !result.Set(kHour, fields.Get(kHourFromOne, 0) % 24)) {
    return false;
  }
  if (fields.has(kHourOfHalfFromOne) &&
      !result.Set(kHourOfHalf, fields.Get(kHourOfHalfFromOne, 0) % 12)) {
    return false;
  }
  if (!result.IsWithin(kHour, 0, 23) || !result.IsWithin(kHourOfHalf, 0, 11)) return false;
  *hour = result.Get(kHour, result.Get(kHalfDay, 0) * 12 + result.Get(kHourOfHalf, 0));
  return result.IsWithin(kHalfDay, *hour / 12, *hour / 12) &&
         result.IsWithin(kHourOfHalf, *hour % 12, *hour % 12);
}

bool FindTime(const Fields& fields, int64_t* micros) {
  int64_t hour = 0;
  if (!FindHour(fields, &hour)) return false;
  if (!fields.IsWithin(kMinute, 0, 59) || !fields.IsWithin(kSecond, 0, 59)) return false;
  const int64_t seconds = (hour * 60 + fields.Get(kMinute, 0)) * 60 + fields.Get(kSecond, 0);
  *micros = seconds * kMicrosPerSecond + fields.Get(kNanosecond, 0) / 1000;
  return true;
}

}  // namespace

bool DatetimePattern::ParseDate(std::string_view text, int32_t* days) const {
  DatetimeParser parser(*this, text);
  int64_t found = 0;
  int64_t time = 0;
  if (!parser.Parse() || !FindDays(parser.fields(), &found) || !FindTime(parser.fields(), &time)) {
    return false;
  }
  *days = static_cast<int32_t>(found);
  return *days == found;
}

namespace {

// By the clock that the text was written by.
bool FindLocal(const Fields& fields, int64_t* micros) {
  int64_t days = 0;
  int64_t time = 0;
  if (!FindDays(fields, &days) || !FindTime(fields, &time)) return false;
  return MicrosFromSeconds(days * kSecondsPerDay, time, micros);
}

}  // namespace

bool DatetimePattern::ParseLocal(std::string_view text, int64_t* microseconds) const {
  DatetimeParser parser(*this, text);
  return parser.Parse() && FindLocal(parser.fields(), microseconds);
}

bool DatetimePattern::ParseTimestamp(std::string_view text, int64_t* microseconds,
                                     const TimeZone& zone) const {
  DatetimeParser parser(*this, text);
  if (!parser.Parse()) return false;
  const Fields& fields = parser.fields();
  const bool has_offset = fields.has(kZoneSeconds);
  if (has_offset || (parser.zone() == nullptr && zone.is_utc())) {
    int64_t days = 0;
    int64_t time = 0;
    if (!FindDays(fields, &days) || !FindTime(fields, &time)) return false;
    const int64_t seconds = days * kSecondsPerDay - fields.Get(kZoneSeconds, 0);
    return MicrosFromSeconds(seconds, time, microseconds);
  }
  int64_t local = 0;
  if (!FindLocal(fields, &local)) return false;
  *microseconds = (parser.zone() != nullptr ? *parser.zone() : zone).ToUtc(local);
  return true;
}

}  // namespace tarn
