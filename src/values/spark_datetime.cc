#include "values/spark_datetime.h"

#include <algorithm>

#include "values/calendar.h"
#include "values/time_zone.h"

namespace tarn {
namespace {

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c >= 0 && c <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes a text apart from its front.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char front() const { return text_.empty() ? '\0' : text_.front(); }
  std::string_view rest() const { return text_; }

  bool Take(char c) {
    if (front() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool TakeWord(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  // At the front.
  size_t num_digits() const {
    return std::min(text_.find_first_not_of("0123456789"), text_.size());
  }

  // Between `min` and `max` digits, and no digit after them.
  bool TakeNumber(int min, int max, int* number) {
    int count = 0;
    *number = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (++count > max) return false;
      *number = *number * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return count >= min;
  }

  // The digits of a fraction of a second, in microseconds.
  int TakeMicroseconds() {
    int microseconds = 0;
    int unit = kMicrosPerSecond / 10;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; text_.remove_prefix(1)) {
      microseconds += unit * (text_.front() - '0');
      unit /= 10;
    }
    return microseconds;
  }

 private:
  std::string_view text_;
};

bool TakeDate(Parser* parser, int year_digits_max, int64_t* days) {
  const bool negative = parser->Take('-');
  if (!negative) parser->Take('+');
  int year = 0;
  int month = 1;
  int day = 1;
  if (!parser->TakeNumber(4, year_digits_max, &year)) return false;
  if (parser->Take('-')) {
    if (!parser->TakeNumber(1, 2, &month)) return false;
    if (parser->Take('-') && !parser->TakeNumber(1, 2, &day)) return false;
  }
  return DaysFromDate(negative ? -year : year, month, day, days);
}

// `h[:m[:s[.fraction]]]`
bool TakeTime(Parser* parser, int64_t* microseconds, bool* has_seconds) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction = 0;
  if (!parser->TakeNumber(1, 2, &hour)) return false;
  if (parser->Take(':')) {
    if (!parser->TakeNumber(1, 2, &minute)) return false;
    if (parser->Take(':')) {
      if (!parser->TakeNumber(1, 2, &second)) return false;
      *has_seconds = true;
      if (parser->Take('.')) fraction = parser->TakeMicroseconds();
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  *microseconds = (hour * 3600 + minute * 60 + second) * kMicrosPerSecond + fraction;
  return true;
}

// `Z`, or an offset, which may have UTC before it. All of what is left.
bool TakeOffset(Parser* parser, int64_t* offset_seconds) {
  *offset_seconds = 0;
  if (parser->Take('Z')) return parser->at_end();
  if (!parser->TakeWord("UTC") && !parser->TakeWord("GMT")) parser->TakeWord("UT");
  if (parser->at_end()) return true;
  const bool negative = parser->Take('-');
  if (!negative && !parser->Take('+')) return false;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (parser->num_digits() == 4) {
    int number = 0;
    parser->TakeNumber(4, 4, &number);
    hour = number / 100;
    minute = number % 100;
  } else if (!parser->TakeNumber(1, 2, &hour)) {
    return false;
  } else if (parser->Take(':')) {
    if (!parser->TakeNumber(1, 2, &minute)) return false;
    if (parser->Take(':') && !parser->TakeNumber(2, 2, &second)) return false;
  }
  if (hour > 18 || minute > 59 || second > 59) return false;
  const int64_t offset = hour * 3600 + minute * 60 + second;
  if (offset > 18 * 3600) return false;
  *offset_seconds = negative ? -offset : offset;
  return parser->at_end();
}

}  // namespace

bool ParseSparkDate(std::string_view text, int32_t* days) {
  Parser parser(Trim(text));
  int64_t result = 0;
  if (!TakeDate(&parser, 7, &result)) return false;
  if (!parser.at_end() && parser.front() != ' ' && parser.front() != 'T') return false;
  *days = static_cast<int32_t>(result);
  return *days == result;
}

bool ParseSparkTimestamp(std::string_view text, int64_t* microseconds) {
  Parser parser(Trim(text));
  int64_t days = 0;
  int64_t time = 0;
  int64_t offset_seconds = 0;
  if (!TakeDate(&parser, 6, &days)) return false;
  if (!parser.at_end()) {
    bool has_seconds = false;
    if (!parser.Take('T') && !parser.Take(' ')) return false;
    if (!TakeTime(&parser, &time, &has_seconds)) return false;
    while (parser.Take(' ')) {
    }
    if (!parser.at_end() && !has_seconds) return false;
    Parser zone = parser;
    const int64_t local_seconds = days * kSecondsPerDay + time / kMicrosPerSecond;
    if (!TakeOffset(&zone, &offset_seconds) &&
        !FindZoneOffset(parser.rest(), local_seconds, &offset_seconds)) {
      return false;
    }
  }
  return MicrosFromSeconds(days * kSecondsPerDay - offset_seconds, time, microseconds);
}

}  // namespace tarn
