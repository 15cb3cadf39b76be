#include "values/time_zone.h"

#include <arrow/vendored/datetime.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "values/calendar.h"

namespace tarn {
namespace {

namespace date = arrow_vendored::date;

// Source: java.time.ZoneId.SHORT_IDS, by which Spark reads names.
constexpr std::pair<std::string_view, std::string_view> kShortNames[] = {
    {"ACT", "Australia/Darwin"},
    {"AET", "Australia/Sydney"},
    {"AGT", "America/Argentina/Buenos_Aires"},
    {"ART", "Africa/Cairo"},
    {"AST", "America/Anchorage"},
    {"BET", "America/Sao_Paulo"},
    {"BST", "Asia/Dhaka"},
    {"CAT", "Africa/Harare"},
    {"CNT", "America/St_Johns"},
    {"CST", "America/Chicago"},
    {"CTT", "Asia/Shanghai"},
    {"EAT", "Africa/Addis_Ababa"},
    {"ECT", "Europe/Paris"},
    {"EST", "Etc/GMT+5"},
    {"HST", "Etc/GMT+10"},
    {"IET", "America/Indiana/Indianapolis"},
    {"IST", "Asia/Kolkata"},
    {"JST", "Asia/Tokyo"},
    {"MIT", "Pacific/Apia"},
    {"MST", "Etc/GMT+7"},
    {"NET", "Asia/Yerevan"},
    {"NST", "Pacific/Auckland"},
    {"PLT", "Asia/Karachi"},
    {"PNT", "America/Phoenix"},
    {"PRT", "America/Puerto_Rico"},
    {"PST", "America/Los_Angeles"},
    {"SST", "Pacific/Guadalcanal"},
    {"VST", "Asia/Ho_Chi_Minh"},
};

// In the database's folder, but not in Java.
constexpr std::string_view kForeignNames[] = {"Factory", "ROC", "localtime", "posixrules"};

const date::time_zone* LocateZone(std::string_view name) {
  const auto named = [name](const auto& entry) { return entry.first == name; };
  const auto entry = std::find_if(std::begin(kShortNames), std::end(kShortNames), named);
  if (entry != std::end(kShortNames)) name = entry->second;
  const bool is_foreign = std::find(std::begin(kForeignNames), std::end(kForeignNames), name) !=
                          std::end(kForeignNames);
  if (is_foreign || name.starts_with("posix/") || name.starts_with("right/")) return nullptr;
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;  // no such zone, or no database
  }
}

// Beyond the last change that the database's files list, its rules go on: another year with the
// same calendar has the same offsets.
int64_t WithinListedYears(int64_t local_seconds) {
  constexpr int32_t kLastYear = 2037;
  const int64_t days = FloorDivide(local_seconds, kSecondsPerDay);
  constexpr int64_t kLastDays = DaysFromCivil(kLastYear + 1, 1, 1);
  if (days < kLastDays) return local_seconds;
  // The calendar repeats every 400 years, which keeps the day a small number.
  constexpr int64_t kDaysPerCycle = 146'097;
  const int64_t cycles = (days - kLastDays) / kDaysPerCycle;
  const auto day = static_cast<int32_t>(days - cycles * kDaysPerCycle);
  const int32_t year = CivilFromDays(day).year;
  const int32_t begin = DaysFromCivil(year, 1, 1);
  int32_t like = kLastYear;
  while (IsLeapYear(like) != IsLeapYear(year) ||
         WeekdayFromDays(DaysFromCivil(like, 1, 1)) != WeekdayFromDays(begin)) {
    --like;
  }
  return local_seconds -
         (cycles * kDaysPerCycle + begin - DaysFromCivil(like, 1, 1)) * kSecondsPerDay;
}

constexpr int64_t kOffsetSecondsMax = 18 * 3600;

// Java has one name for a zone's winter and one for its summer, whatever they were called before.
constexpr int32_t kYearOfNames = 2024;

size_t CountDigits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

int64_t TakeDigits(std::string_view* text, size_t count) {
  int64_t value = 0;
  for (char c : text->substr(0, count)) value = value * 10 + (c - '0');
  text->remove_prefix(count);
  return value;
}

// `:30`, when there is a colon, of so many digits at least and two at most.
bool TakeAfterColon(std::string_view* text, size_t digits_min, int64_t* value) {
  if (!text->starts_with(':')) return true;
  text->remove_prefix(1);
  const size_t num_digits = CountDigits(*text);
  if (num_digits < digits_min || num_digits > 2) return false;
  *value = TakeDigits(text, num_digits);
  return true;
}

// Stops at the first and the last moment there is.
int64_t AddSeconds(int64_t micros, int64_t seconds) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(micros, seconds * kMicrosPerSecond, &sum)) return sum;
  return seconds < 0 ? INT64_MIN : INT64_MAX;
}

}  // namespace

bool FindZoneOffset(std::string_view name, int64_t local_seconds, int64_t* offset_seconds) {
  // Values of a column mostly have one zone.
  thread_local std::string last_name;
  thread_local const date::time_zone* last_zone = nullptr;
  if (name != last_name) {
    last_zone = LocateZone(name);
    last_name = name;
  }
  if (last_zone == nullptr) return false;
  const date::local_seconds local{std::chrono::seconds(WithinListedYears(local_seconds))};
  *offset_seconds = last_zone->get_info(local).first.offset.count();
  return true;
}

bool ParseZoneOffset(std::string_view text, int64_t* offset_seconds) {
  *offset_seconds = 0;
  if (text == "Z") return true;
  for (std::string_view prefix : {"UTC", "GMT", "UT"}) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    if (text.empty()) return true;
    break;
  }
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  if (text.size() == 4 && CountDigits(text) == 4) {
    hour = TakeDigits(&text, 2);
    minute = TakeDigits(&text, 2);
  } else {
    const size_t num_digits = CountDigits(text);
    if (num_digits < 1 || num_digits > 2) return false;
    hour = TakeDigits(&text, num_digits);
    if (!TakeAfterColon(&text, 1, &minute) || !TakeAfterColon(&text, 2, &second)) return false;
  }
  const int64_t offset = hour * 3600 + minute * 60 + second;
  if (!text.empty() || minute > 59 || second > 59 || offset > kOffsetSecondsMax) return false;
  *offset_seconds = negative ? -offset : offset;
  return true;
}

const TimeZone* TimeZone::Find(std::string_view name) {
  static std::mutex mutex;
  static auto* zones = new std::map<std::string, std::unique_ptr<const TimeZone>, std::less<>>();
  const std::lock_guard lock(mutex);
  if (const auto found = zones->find(name); found != zones->end()) return found->second.get();
  int64_t offset = 0;
  const bool is_fixed = ParseZoneOffset(name, &offset);
  const date::time_zone* region = is_fixed ? nullptr : LocateZone(name);
  if (!is_fixed && region == nullptr) return nullptr;
  std::unique_ptr<const TimeZone> zone(new TimeZone(std::string(name), region, offset));
  return zones->emplace(name, std::move(zone)).first->second.get();
}

const TimeZone& TimeZone::Utc() {
  static const TimeZone* zone = Find("UTC");
  return *zone;
}

int64_t TimeZone::OffsetAt(int64_t micros) const {
  if (region_ == nullptr) return offset_seconds_;
  const int64_t seconds = FloorDivide(micros, kMicrosPerSecond);
  const date::sys_seconds moment{std::chrono::seconds(WithinListedYears(seconds))};
  return static_cast<const date::time_zone*>(region_)->get_info(moment).offset.count();
}

std::string TimeZone::AbbreviationAt(int64_t micros) const {
  if (region_ == nullptr) return name_;
  const int64_t seconds = FloorDivide(micros, kMicrosPerSecond);
  const auto* region = static_cast<const date::time_zone*>(region_);
  const auto info_at = [&](int64_t at) {
    return region->get_info(date::sys_seconds{std::chrono::seconds(WithinListedYears(at))});
  };
  const auto info = info_at(seconds);
  const bool is_summer = info.save != std::chrono::minutes(0);
  for (int month : {1, 7}) {
    const auto today = info_at(int64_t{DaysFromCivil(kYearOfNames, month, 1)} * kSecondsPerDay);
    if ((today.save != std::chrono::minutes(0)) == is_summer) return today.abbrev;
  }
  return info.abbrev;
}

int64_t TimeZone::ToLocal(int64_t micros) const { return AddSeconds(micros, OffsetAt(micros)); }

int64_t TimeZone::ToUtc(int64_t local_micros) const {
  if (region_ == nullptr) return AddSeconds(local_micros, -offset_seconds_);
  const int64_t seconds = FloorDivide(local_micros, kMicrosPerSecond);
  const date::local_seconds local{std::chrono::seconds(WithinListedYears(seconds))};
  const auto info = static_cast<const date::time_zone*>(region_)->get_info(local);
  return AddSeconds(local_micros, -info.first.offset.count());
}

int64_t TimeZone::ToUtcNear(int64_t local_micros, int64_t moment) const {
  const int64_t offset = OffsetAt(moment);
  const int64_t micros = AddSeconds(local_micros, -offset);
  return OffsetAt(micros) == offset ? micros : ToUtc(local_micros);
}

}  // namespace tarn
