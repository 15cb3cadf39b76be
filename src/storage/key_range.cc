#include "storage/key_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/date_template.h"

namespace tarn::storage {
namespace {

constexpr size_t kRangesMax = 16;

// What keys begin with, as far as it is known. `is_open`: more of it may become known.
struct Lead {
  KeyRange range;
  DateParts date;
  bool is_open = true;
};
using Leads = std::vector<Lead>;

int YearAt(int64_t moment_us) {
  namespace chrono = std::chrono;
  moment_us = std::clamp(moment_us, SpanOf({1}).begin_us, SpanOf({9999}).end_us - 1);
  const chrono::sys_days day(chrono::floor<chrono::days>(chrono::microseconds(moment_us)));
  return static_cast<int>(chrono::year_month_day(day).year());
}

class LeadFinder {
 public:
  explicit LeadFinder(const Period& period)
      : period_(period), year_min_(YearAt(period.begin_us)), year_max_(YearAt(period.end_us - 1)) {}

  // What names that match `pattern` begin with, behind `lead`.
  Leads Follow(const Lead& lead, std::string_view pattern) const {
    Leads leads = {lead};
    while (true) {
      const std::string text = TakeLiteral(&pattern);
      for (Lead& each : leads) each.range.prefix += text;
      if (pattern.empty()) return leads;
      const DateTemplate* date = DateTemplateAt(pattern);
      Leads dated = date == nullptr ? Leads{} : FollowDate(leads, *date);
      if (date == nullptr || dated.empty()) break;
      leads = std::move(dated);
      pattern.remove_prefix(date->text.size());
    }
    for (Lead& each : leads) each.is_open = false;
    return leads;
  }

 private:
  // Each lead with each date of the period; none when they are too many, or nothing is known.
  Leads FollowDate(Leads& leads, const DateTemplate& date) const {
    if (period_.is_all_time()) return {};
    const bool is_year = date.part == &DateParts::year;
    const int value_min = is_year ? year_min_ : date.value_min;
    const int value_max = is_year ? year_max_ : date.value_max;
    Leads dated;
    for (const Lead& lead : leads) {
      if (!is_year && lead.date.year == DateParts::kUnknown) return {};
      for (int value = value_min; value <= value_max; ++value) {
        Lead each = lead;
        const std::string digits = fmt::format("{:0{}}", value, date.num_digits);
        std::string_view rest = digits;
        if (!TakeDate(date, &rest, &each.date)) continue;
        if (!SpanOf(each.date).Overlaps(period_)) continue;
        each.range.prefix += digits;
        dated.push_back(std::move(each));
      }
    }
    if (dated.size() <= kRangesMax) return dated;
    if (is_year) BoundYears(&leads);
    return {};
  }

  void BoundYears(Leads* leads) const {
    for (Lead& lead : *leads) {
      const std::string& prefix = lead.range.prefix;
      lead.range.after = EndOfPrefix(fmt::format("{}{:04}", prefix, year_min_ - 1));
      lead.range.upto = EndOfPrefix(fmt::format("{}{:04}", prefix, year_max_));
    }
  }

  const Period period_;
  const int year_min_;
  const int year_max_;
};

std::vector<KeyRange> WithoutOverlaps(const Leads& leads) {
  std::vector<KeyRange> ranges;
  for (const Lead& lead : leads) ranges.push_back(lead.range);
  std::sort(ranges.begin(), ranges.end(),
            [](const KeyRange& left, const KeyRange& right) { return left.prefix < right.prefix; });
  std::vector<KeyRange> apart;
  for (KeyRange& range : ranges) {
    if (!apart.empty() && range.prefix.starts_with(apart.back().prefix)) {
      apart.back().after.clear();
      apart.back().upto.clear();
    } else {
      apart.push_back(std::move(range));
    }
  }
  return apart;
}

}  // namespace

std::string EndOfPrefix(const std::string& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

std::vector<KeyRange> RangesOf(const GlobBranch& branch, const Period& period) {
  const LeadFinder finder(period);
  std::string root = branch.literal_prefix.empty() ? "" : branch.literal_prefix.substr(1);
  if (!root.empty() && !branch.segments.empty()) root += '/';
  Leads leads = {{{std::move(root), "", ""}, {}}};
  for (size_t i = 0; i < branch.segments.size() && !branch.segments[i].any_depth; ++i) {
    Leads longer;
    for (const Lead& lead : leads) {
      if (!lead.is_open) longer.push_back(lead);
      if (!lead.is_open) continue;
      for (const std::string& pattern : branch.segments[i].patterns) {
        for (Lead& next : finder.Follow(lead, pattern)) longer.push_back(std::move(next));
      }
    }
    if (longer.size() > kRangesMax) break;
    const bool is_last = i + 1 == branch.segments.size();
    for (Lead& lead : longer) {
      if (lead.is_open && !is_last) lead.range.prefix += '/';
    }
    leads = std::move(longer);
  }
  return WithoutOverlaps(leads);
}

}  // namespace tarn::storage
