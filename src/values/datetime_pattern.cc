#include "values/datetime_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/ascii.h"
#include "values/calendar.h"
#include "values/datetime_names_internal.h"

namespace tarn {
namespace {

constexpr std::string_view kFormatLetters = "GyMLdDEFHhKkmsSaqQXxZOzV";
constexpr std::string_view kParseLetters = "GyMLdDHhKkmsSaXxZOzV";

std::string_view LettersOf(DatetimePattern::Use use) {
  return use == DatetimePattern::Use::kFormat ? kFormatLetters : kParseLetters;
}

// Whether the letter may stand that often in a row.
bool IsWidth(char letter, int width) {
  switch (letter) {
    case 'y':
      return width <= 6;
    case 'X':
    case 'x':
    case 'Z':
      return width <= 5;
    case 'G':
    case 'M':
    case 'L':
    case 'E':
    case 'q':
    case 'Q':
    case 'z':
      return width <= 4;
    case 'V':
      return width == 2;
    case 'O':
      return width == 1 || width == 4;
    case 'D':
      return width <= 3;
    case 'S':
      return width <= 9;
    case 'a':
    case 'F':
      return width == 1;
    default:
      return width <= 2;
  }
}

// When parsing; names are no numbers.
bool IsNumber(char letter, int width) {
  if (letter == 'M' || letter == 'L') return width <= 2;
  return letter != 0 && std::string_view("ydDHhKkmsS").find(letter) != std::string_view::npos;
}

// A number of as many digits as it has letters. (A fraction may have fewer.)
bool IsFixedNumber(char letter, int width) {
  if (!IsNumber(letter, width)) return false;
  if (letter == 'D') return width == 3;
  return letter == 'S' ? width == 1 : width == 2;
}

}  // namespace

/// Takes a pattern apart.
class DatetimePattern::Reader {
 public:
  Reader(std::string_view pattern, Use use) : pattern_(pattern), use_(use) {
    result_.text_ = std::string(pattern);
  }

  Result<DatetimePattern> Read() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '\'') {
        ARROW_RETURN_NOT_OK(ReadQuoted());
      } else if (IsLetter(c)) {
        ARROW_RETURN_NOT_OK(ReadLetters());
      } else if (c == '[' || c == ']') {
        ARROW_RETURN_NOT_OK(ReadBracket());
      } else if (c == '{' || c == '}' || c == '#') {
        return Refuse(1);
      } else {
        AddText(std::string(1, c));
        ++at_;
      }
    }
    // As Java does, close what is open.
    while (!open_sections_.empty()) CloseSection();
    if (use_ == Use::kParse) LeaveDigits();
    return std::move(result_);
  }

 private:
  Status Refuse(size_t length) const {
    return Status::Invalid(
        fmt::format("unsupported in the pattern '{}': {}", pattern_, pattern_.substr(at_, length)));
  }

  void AddText(std::string text) { result_.items_.push_back({0, 0, std::move(text)}); }

  // '' is a quote, inside of quotes too.
  Status ReadQuoted() {
    std::string text;
    for (++at_; at_ < pattern_.size(); ++at_) {
      if (pattern_[at_] == '\'' && !pattern_.substr(++at_).starts_with('\'')) {
        AddText(text.empty() ? "'" : std::move(text));
        return Status::OK();
      }
      text.push_back(pattern_[at_]);
    }
    return Status::Invalid("a quote is not closed: ", pattern_);
  }

  Status ReadLetters() {
    const char letter = pattern_[at_];
    const size_t end = std::min(pattern_.find_first_not_of(letter, at_), pattern_.size());
    const int width = static_cast<int>(end - at_);
    if (LettersOf(use_).find(letter) == std::string_view::npos || !IsWidth(letter, width)) {
      return Refuse(end - at_);
    }
    result_.items_.push_back({letter, width, ""});
    result_.has_era_ |= letter == 'G';
    at_ = end;
    return Status::OK();
  }

  Status ReadBracket() {
    if (pattern_[at_] == '[') {
      open_sections_.push_back(result_.items_.size());
      result_.items_.push_back({'[', 0, ""});
    } else if (open_sections_.empty()) {
      return Status::Invalid("a ] without a [ before it is in the pattern: ", pattern_);
    } else {
      CloseSection();
    }
    ++at_;
    return Status::OK();
  }

  void CloseSection() {
    result_.items_[open_sections_.back()].section_end = result_.items_.size();
    open_sections_.pop_back();
    result_.items_.push_back({']', 0, ""});
  }

  // In `yyyyMMdd` the year takes what MM and dd leave; a bracket or text in between ends that.
  void LeaveDigits() {
    Item* first = nullptr;
    for (Item& item : result_.items_) {
      const bool fraction = item.letter == 'S' && item.width > 1;
      if (!IsNumber(item.letter, item.width) || fraction) {
        first = nullptr;
      } else if (first != nullptr && IsFixedNumber(item.letter, item.width)) {
        first->digits_after += item.width;
      } else {
        first = &item;
      }
    }
  }

  const std::string_view pattern_;
  const Use use_;
  size_t at_ = 0;
  std::vector<size_t> open_sections_;
  DatetimePattern result_;
};

Result<DatetimePattern> DatetimePattern::Make(std::string_view pattern, Use use) {
  return Reader(pattern, use).Read();
}

Status DatetimePattern::CheckZone(const TimeZone& zone) const {
  const bool has_long_name = std::any_of(items_.begin(), items_.end(), [](const Item& item) {
    return item.letter == 'z' && item.width == 4;
  });
  if (!has_long_name || zone.name() == TimeZone::Utc().name()) return Status::OK();
  return Status::Invalid("the long name of ", zone.name(), " is not known here: zzzz in '", text_,
                         "'");
}

std::string DatetimePattern::Hint(Use use) {
  return fmt::format("the letters are {}; put plain text into quotes", LettersOf(use));
}

namespace {

// `value` is not negative.
void AppendNumber(int64_t value, int width, std::string* out) {
  char digits[20];
  char* end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  for (int64_t i = end - digits; i < width; ++i) out->push_back('0');
  out->append(digits, static_cast<size_t>(end - digits));
}

// Two letters: the last two digits. From four letters on, a longer year gets its sign.
void AppendYear(int32_t year, int width, std::string* out) {
  if (width == 2) return AppendNumber(std::abs(year % 100), 2, out);
  if (year < 0) {
    out->push_back('-');
  } else if (width >= 4 && std::to_string(year).size() > static_cast<size_t>(width)) {
    out->push_back('+');
  }
  AppendNumber(std::abs(year), width, out);
}

struct Moment {
  int64_t instant = 0;  // since 1970 in UTC; what follows is what the zone's clocks show
  const TimeZone* zone = nullptr;
  bool has_era = false;  // years count from that of the era
  CivilDate date;
  int32_t days = 0;
  int64_t seconds_of_day = 0;
  int64_t micros = 0;  // of the second
};

Moment MomentOf(int64_t instant, const TimeZone& zone) {
  Moment moment;
  moment.instant = instant;
  moment.zone = &zone;
  const int64_t micros = zone.ToLocal(instant);
  moment.days = static_cast<int32_t>(FloorDivide(micros, kMicrosPerDay));
  const int64_t of_day = FloorRemainder(micros, kMicrosPerDay);
  moment.date = CivilFromDays(moment.days);
  moment.seconds_of_day = of_day / kMicrosPerSecond;
  moment.micros = of_day % kMicrosPerSecond;
  return moment;
}

// `1st quarter`.
void AppendQuarter(int32_t quarter, int width, std::string* out) {
  static constexpr std::string_view kOrdinals[] = {"1st", "2nd", "3rd", "4th"};
  if (width <= 2) return AppendNumber(quarter, width, out);
  if (width == 3) {
    out->push_back('Q');
    return AppendNumber(quarter, 1, out);
  }
  out->append(kOrdinals[quarter - 1]);
  out->append(" quarter");
}

/// How an offset is written.
struct OffsetForm {
  bool colon = false;
  bool minutes_when_zero = true;  ///< `+00` else
  bool seconds = false;           ///< when there are any
  int hour_digits = 2;
};

void AppendOffset(int64_t offset, OffsetForm form, std::string* out) {
  out->push_back(offset < 0 ? '-' : '+');
  offset = std::abs(offset);
  AppendNumber(offset / 3600, form.hour_digits, out);
  const int64_t minutes = offset / 60 % 60, seconds = form.seconds ? offset % 60 : 0;
  if (minutes == 0 && seconds == 0 && !form.minutes_when_zero) return;
  if (form.colon) out->push_back(':');
  AppendNumber(minutes, 2, out);
  if (seconds == 0) return;
  if (form.colon) out->push_back(':');
  AppendNumber(seconds, 2, out);
}

// `GMT`, `GMT+2`, `GMT+2:30`; the long form has all digits.
void AppendLocalOffset(int64_t offset, bool is_long, std::string* out) {
  out->append("GMT");
  if (offset == 0) return;
  AppendOffset(offset,
               {.colon = true,
                .minutes_when_zero = is_long,
                .seconds = true,
                .hour_digits = is_long ? 2 : 1},
               out);
}

void AppendZone(char letter, int width, const Moment& moment, std::string* out) {
  const int64_t offset = moment.zone->OffsetAt(moment.instant);
  switch (letter) {
    case 'V':
      out->append(moment.zone->name());
      return;
    case 'z':
      if (moment.zone->is_utc() && width == 4) {
        out->append("Coordinated Universal Time");
      } else {
        out->append(moment.zone->AbbreviationAt(moment.instant));
      }
      return;
    case 'O':
      return AppendLocalOffset(offset, width == 4, out);
    case 'Z':
      if (width == 4) return AppendLocalOffset(offset, /*is_long=*/true, out);
      if (width < 4) return AppendOffset(offset, {}, out);
      break;
    default:
      break;
  }
  if (offset == 0 && letter != 'x') {
    out->push_back('Z');
    return;
  }
  AppendOffset(
      offset,
      {.colon = width == 3 || width == 5, .minutes_when_zero = width > 1, .seconds = width > 3},
      out);
}

void AppendLetter(char letter, int width, const Moment& moment, std::string* out) {
  const int64_t hour = moment.seconds_of_day / 3600;
  switch (letter) {
    case 'G':
      if (width == 4) {
        out->append(moment.date.year > 0 ? "Anno Domini" : "Before Christ");
      } else {
        out->append(moment.date.year > 0 ? "AD" : "BC");
      }
      return;
    case 'y': {
      const bool counts_back = moment.has_era && moment.date.year <= 0;
      return AppendYear(counts_back ? 1 - moment.date.year : moment.date.year, width, out);
    }
    case 'q':
    case 'Q':
      return AppendQuarter((moment.date.month + 2) / 3, width, out);
    case 'F':
      return AppendNumber((moment.date.day - 1) % 7 + 1, width, out);
    case 'X':
    case 'x':
    case 'Z':
    case 'O':
    case 'z':
    case 'V':
      return AppendZone(letter, width, moment, out);
    case 'M':
    case 'L': {
      std::string_view name = kMonthNames[moment.date.month - 1];
      if (width <= 2) return AppendNumber(moment.date.month, width, out);
      out->append(width == 3 ? name.substr(0, kShortNameLength) : name);
      return;
    }
    case 'd':
      return AppendNumber(moment.date.day, width, out);
    case 'D':
      return AppendNumber(moment.days - DaysFromCivil(moment.date.year, 1, 1) + 1, width, out);
    case 'E': {
      std::string_view name = kWeekdayNames[WeekdayFromDays(moment.days)];
      out->append(width <= 3 ? name.substr(0, kShortNameLength) : name);
      return;
    }
    case 'a':
      out->append(hour < 12 ? "AM" : "PM");
      return;
    case 'H':
      return AppendNumber(hour, width, out);
    case 'h':
      return AppendNumber((hour + 11) % 12 + 1, width, out);
    case 'K':
      return AppendNumber(hour % 12, width, out);
    case 'k':
      return AppendNumber((hour + 23) % 24 + 1, width, out);
    case 'm':
      return AppendNumber(moment.seconds_of_day / 60 % 60, width, out);
    case 's':
      return AppendNumber(moment.seconds_of_day % 60, width, out);
    default:  // S: digits of the fraction
      AppendNumber(moment.micros * 1000, 9, out);
      out->resize(out->size() - 9 + static_cast<size_t>(width));
  }
}

}  // namespace

void DatetimePattern::Format(int64_t microseconds, std::string* out, const TimeZone& zone) const {
  Moment moment = MomentOf(microseconds, zone);
  moment.has_era = has_era_;
  for (const Item& item : items_) {
    if (item.letter == 0) {
      out->append(item.text);
    } else if (IsLetter(item.letter)) {  // all that brackets enclose is there
      AppendLetter(item.letter, item.width, moment, out);
    }
  }
}

}  // namespace tarn
