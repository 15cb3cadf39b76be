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

constexpr std::string_view kFormatLetters = "yMLdDEHhKkmsSaqQ";
constexpr std::string_view kParseLetters = "GyMLdDHhKkmsSaXxZO";

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
      return width <= 4;
    case 'O':
      return width == 1 || width == 4;
    case 'D':
      return width <= 3;
    case 'S':
      return width <= 9;
    case 'a':
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
  if (width == 2) return AppendNumber((year % 100 + 100) % 100, 2, out);
  if (year < 0) {
    out->push_back('-');
  } else if (width >= 4 && std::to_string(year).size() > static_cast<size_t>(width)) {
    out->push_back('+');
  }
  AppendNumber(std::abs(year), width, out);
}

struct Moment {
  CivilDate date;
  int32_t days = 0;
  int64_t seconds_of_day = 0;
  int64_t micros = 0;  // of the second
};

Moment MomentOf(int64_t micros) {
  Moment moment;
  moment.days = static_cast<int32_t>(FloorDivide(micros, kMicrosPerDay));
  const int64_t of_day = FloorRemainder(micros, kMicrosPerDay);
  moment.date = CivilFromDays(moment.days);
  moment.seconds_of_day = of_day / kMicrosPerSecond;
  moment.micros = of_day % kMicrosPerSecond;
  return moment;
}

void AppendLetter(char letter, int width, const Moment& moment, std::string* out) {
  const int64_t hour = moment.seconds_of_day / 3600;
  switch (letter) {
    case 'y':
      return AppendYear(moment.date.year, width, out);
    case 'q':
    case 'Q':
      return AppendNumber((moment.date.month + 2) / 3, width, out);
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

void DatetimePattern::Format(int64_t microseconds, std::string* out) const {
  const Moment moment = MomentOf(microseconds);
  for (const Item& item : items_) {
    if (item.letter == 0) {
      out->append(item.text);
    } else if (IsLetter(item.letter)) {  // all that brackets enclose is there
      AppendLetter(item.letter, item.width, moment, out);
    }
  }
}

}  // namespace tarn
