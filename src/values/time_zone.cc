#include "values/time_zone.h"

#include <arrow/vendored/datetime.h>

#include <algorithm>
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

const date::time_zone* FindZone(std::string_view name) {
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

}  // namespace

bool FindZoneOffset(std::string_view name, int64_t local_seconds, int64_t* offset_seconds) {
  // Values of a column mostly have one zone.
  thread_local std::string last_name;
  thread_local const date::time_zone* last_zone = nullptr;
  if (name != last_name) {
    last_zone = FindZone(name);
    last_name = name;
  }
  if (last_zone == nullptr) return false;
  const date::local_seconds local{std::chrono::seconds(WithinListedYears(local_seconds))};
  *offset_seconds = last_zone->get_info(local).first.offset.count();
  return true;
}

}  // namespace tarn
