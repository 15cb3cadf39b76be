#include "storage/glob_matcher.h"

#include <algorithm>

namespace tarn::storage {
namespace {

void Add(const GlobMatcher::Spot& spot, GlobMatcher::Spots* spots) {
  if (std::find(spots->begin(), spots->end(), spot) == spots->end()) spots->push_back(spot);
}

}  // namespace

GlobMatcher::Spots GlobMatcher::Step::all() const {
  Spots spots = by_name;
  for (const Spot& spot : by_depth) Add(spot, &spots);
  return spots;
}

GlobMatcher::GlobMatcher(const GlobBranch& branch, const Period& period) : period_(period) {
  for (const GlobSegment& segment : branch.segments) {
    if (segment.any_depth && !segments_.empty() && segments_.back().any_depth) continue;
    segments_.push_back(segment);
  }
  if (segments_.empty()) segments_.push_back({{}, true});
}

GlobMatcher::Step GlobMatcher::Take(const Spots& spots, std::string_view name) const {
  Step step;
  for (const Spot& spot : spots) TakeSegment(spot, name, &step);
  return step;
}

void GlobMatcher::TakeSegment(const Spot& spot, std::string_view name, Step* step) const {
  const GlobSegment& segment = segments_[spot.segment];
  const bool is_last = spot.segment + 1 == segments_.size();
  if (segment.any_depth) {
    // `**` stands for no folder here, and for this one.
    if (!is_last) TakeSegment({spot.segment + 1, spot.date}, name, step);
    if (IsHiddenName(name)) return;
    step->is_match = step->is_match || is_last;
    Add(spot, &step->by_depth);
    return;
  }
  for (const std::string& pattern : segment.patterns) {
    if (IsHiddenName(name) && !IsHiddenName(pattern)) continue;
    DateParts date = spot.date;
    if (!MatchesSegment(pattern, name, &date)) continue;
    if (!SpanOf(date).Overlaps(period_)) continue;
    if (is_last) {
      step->is_match = true;
    } else {
      Add({spot.segment + 1, date}, &step->by_name);
    }
  }
}

bool GlobMatcher::Matches(std::string_view path) const {
  Spots spots = Begin();
  while (!spots.empty()) {
    const size_t slash = path.find('/');
    const Step step = Take(spots, path.substr(0, slash));
    if (slash == std::string_view::npos) return step.is_match;
    path.remove_prefix(slash + 1);
    spots = step.all();
  }
  return false;
}

size_t GlobMatcher::DeadFolderLength(std::string_view path) const {
  Spots spots = Begin();
  size_t begin = 0;
  while (true) {
    const size_t slash = path.find('/', begin);
    if (slash == std::string_view::npos) return 0;
    spots = Take(spots, path.substr(begin, slash - begin)).all();
    begin = slash + 1;
    if (spots.empty()) return begin;
  }
}

}  // namespace tarn::storage
