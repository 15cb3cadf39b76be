#include "values/spark_datetime.h"

#include <optional>
#include <string>

#include "base/ascii.h"
#include "values/calendar.h"
#include "values/time_of_day.h"
#include "values/time_zone.h"
#include "values/trim_blanks.h"

namespace tarn {
namespace {

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

// What a text says of a moment.
struct WrittenMoment {
  std::optional<int64_t> days;  // none: of today
  int64_t time = 0;             // microseconds
  std::string_view zone;        // empty: none is written
};

// `h:m:s`, or anything after a T, is a time without a date.
bool BeginsWithTime(std::string_view text) {
  if (text.starts_with('T')) return true;
  const size_t end = text.find_first_not_of("0123456789");
  return end != std::string_view::npos && end > 0 && text[end] == ':';
}

bool TakeMoment(std::string_view text, WrittenMoment* moment) {
  text = TrimBlanks(text);
  Parser parser(text);
  if (BeginsWithTime(text)) {
    parser.Take('T');
  } else {
    int64_t days = 0;
    if (!TakeDate(&parser, 6, &days)) return false;
    moment->days = days;
    if (parser.at_end()) return true;
    if (!parser.Take('T') && !parser.Take(' ')) return false;
  }
  bool has_seconds = false;
  if (!TakeTime(&parser, &moment->time, &has_seconds)) return false;
  while (parser.Take(' ')) {
  }
  moment->zone = parser.rest();
  return parser.at_end() || has_seconds;
}

// The half of the day that a text ends with: 'A' or 'P', which is cut off, or 0.
char TakeHalfDay(std::string_view* text) {
  const size_t size = text->size();
  if (size <= 2 || ToLower(text->back()) != 'm') return 0;
  const char half = ToLower((*text)[size - 2]);
  if (half != 'a' && half != 'p') return 0;
  text->remove_suffix(2);
  return half;
}

// Values of a column mostly have one zone.
const TimeZone* FindZone(std::string_view name) {
  thread_local std::string last_name;
  thread_local const TimeZone* last_zone = nullptr;
  if (name != last_name) {
    last_zone = TimeZone::Find(name);
    last_name = name;
  }
  return last_zone;
}

}  // namespace

bool ParseSparkDate(std::string_view text, int32_t* days) {
  Parser parser(TrimBlanks(text));
  int64_t result = 0;
  if (!TakeDate(&parser, 7, &result)) return false;
  if (!parser.at_end() && parser.front() != ' ' && parser.front() != 'T') return false;
  *days = static_cast<int32_t>(result);
  return *days == result;
}

bool ParseSparkTimestamp(std::string_view text, const SparkClock& clock, int64_t* microseconds) {
  WrittenMoment moment;
  if (!TakeMoment(text, &moment)) return false;
  const TimeZone* zone = clock.zone == nullptr ? &TimeZone::Utc() : clock.zone;
  if (!moment.zone.empty()) zone = FindZone(moment.zone);
  if (zone == nullptr) return false;
  if (!moment.days.has_value()) {
    if (!clock.now_micros.has_value()) return false;
    moment.days = FloorDivide(zone->ToLocal(*clock.now_micros), kMicrosPerDay);
  }
  int64_t local = 0;
  if (zone->is_utc()) {
    return MicrosFromSeconds(*moment.days * kSecondsPerDay, moment.time, microseconds);
  }
  if (!MicrosFromSeconds(*moment.days * kSecondsPerDay, moment.time, &local)) return false;
  *microseconds = zone->ToUtc(local);
  return true;
}

bool ParseSparkTimestamp(std::string_view text, int64_t* microseconds) {
  return ParseSparkTimestamp(text, SparkClock{}, microseconds);
}

bool ParseSparkTimestampNtz(std::string_view text, int64_t* microseconds, bool zone_allowed) {
  WrittenMoment moment;
  if (!TakeMoment(text, &moment) || !moment.days.has_value()) return false;
  if (!moment.zone.empty() && (!zone_allowed || FindZone(moment.zone) == nullptr)) return false;
  return MicrosFromSeconds(*moment.days * kSecondsPerDay, moment.time, microseconds);
}

bool ParseSparkTime(std::string_view text, int64_t* micros) {
  text = TrimBlanks(text);
  const char half = TakeHalfDay(&text);
  WrittenMoment moment;
  if (!TakeMoment(text, &moment) || moment.days.has_value() || !moment.zone.empty()) return false;
  *micros = moment.time;
  if (half == 0) return true;
  constexpr int64_t kHour = 3600 * kMicrosPerSecond;
  if (moment.time < kHour || moment.time >= 13 * kHour) return false;
  *micros = moment.time % (12 * kHour) + (half == 'p' ? 12 * kHour : 0);
  return true;
}

}  // namespace tarn
