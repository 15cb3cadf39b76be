#include "storage/date_template.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tarn::storage {
namespace {

namespace chrono = std::chrono;

constexpr DateTemplate kTemplates[] = {
    {"{yyyy}", &DateParts::year, 4, 1, 9999},
    {"{MM}", &DateParts::month, 2, 1, 12},
    {"{dd}", &DateParts::day, 2, 1, 31},
    {"{HH}", &DateParts::hour, 2, 0, 23},
};

int64_t Microseconds(chrono::year_month_day date, int hour) {
  return chrono::microseconds(chrono::sys_days(date).time_since_epoch() + chrono::hours(hour))
      .count();
}

}  // namespace

const DateTemplate* DateTemplateAt(std::string_view glob) {
  const auto* found =
      std::find_if(std::begin(kTemplates), std::end(kTemplates),
                   [&](const DateTemplate& known) { return glob.starts_with(known.text); });
  return found == std::end(kTemplates) ? nullptr : found;
}

bool TakeDate(const DateTemplate& date_template, std::string_view* name, DateParts* parts) {
  if (static_cast<int>(name->size()) < date_template.num_digits) return false;
  int value = 0;
  for (const char digit : name->substr(0, date_template.num_digits)) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + (digit - '0');
  }
  if (value < date_template.value_min || value > date_template.value_max) return false;
  int& part = parts->*date_template.part;
  if (part != DateParts::kUnknown && part != value) return false;
  const int before = part;
  part = value;
  if (!IsRealDate(*parts)) {
    part = before;
    return false;
  }
  name->remove_prefix(date_template.num_digits);
  return true;
}

bool IsRealDate(const DateParts& parts) {
  if (parts.month == DateParts::kUnknown || parts.day == DateParts::kUnknown) return true;
  constexpr int kLeapYear = 2000;
  const int year = parts.year == DateParts::kUnknown ? kLeapYear : parts.year;
  return chrono::year_month_day(chrono::year(year), chrono::month(parts.month),
                                chrono::day(parts.day))
      .ok();
}

Period SpanOf(const DateParts& parts) {
  constexpr int kUnknown = DateParts::kUnknown;
  if (parts.year == kUnknown) return {};
  const chrono::year year(parts.year);
  if (parts.month == kUnknown) {
    return {Microseconds(year / 1 / 1, 0), Microseconds((year + chrono::years(1)) / 1 / 1, 0)};
  }
  const chrono::year_month month = year / parts.month;
  if (parts.day == kUnknown) {
    return {Microseconds(month / 1, 0), Microseconds((month + chrono::months(1)) / 1, 0)};
  }
  const chrono::year_month_day day = month / parts.day;
  if (parts.hour == kUnknown) return {Microseconds(day, 0), Microseconds(day, 24)};
  return {Microseconds(day, parts.hour), Microseconds(day, parts.hour + 1)};
}

}  // namespace tarn::storage
