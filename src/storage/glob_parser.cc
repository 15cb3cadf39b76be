#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "storage/braces.h"
#include "storage/glob.h"

namespace tarn::storage {
namespace {

using Branches = std::vector<GlobBranch>;

// What one segment may be in the glob's branches; a segment without patterns and depth is none at
// all, as between two slashes.
Result<std::vector<GlobSegment>> SegmentVariants(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(auto patterns, ExpandBraces(text, /*only_with_slash=*/false));
  GlobSegment named;
  std::vector<GlobSegment> variants;
  for (std::string& pattern : patterns) {
    if (pattern.empty() || pattern == ".") {
      variants.push_back({});
    } else if (pattern == "**") {
      variants.push_back({{}, true});
    } else {
      named.patterns.push_back(std::move(pattern));
    }
  }
  if (!named.patterns.empty()) variants.push_back(std::move(named));
  return variants;
}

std::vector<std::string> LiteralNames(const GlobSegment& segment) {
  std::vector<std::string> names;
  for (const std::string& pattern : segment.patterns) {
    if (auto name = LiteralName(pattern)) names.push_back(*std::move(name));
  }
  return names;
}

bool IsLiteral(const GlobSegment& segment) {
  return !segment.any_depth && LiteralNames(segment).size() == segment.patterns.size();
}

// The branches without wildcards that `segments` hold: each names a file, or a folder with all that
// is below it.
Status AddLiteralBranches(const std::vector<GlobSegment>& segments, std::string_view pattern,
                          Branches* branches) {
  std::vector<std::vector<std::string>> names;
  for (const GlobSegment& segment : segments) names.push_back(LiteralNames(segment));
  const auto is_empty = [](const auto& each) { return each.empty(); };
  if (std::any_of(names.begin(), names.end(), is_empty)) return Status::OK();
  std::vector<std::string> paths = {""};
  for (const auto& each : names) {
    if (paths.size() * each.size() > kAlternativesMax) return TooManyAlternatives(pattern);
    std::vector<std::string> longer;
    for (const std::string& path : paths) {
      for (const std::string& name : each) longer.push_back(fmt::format("{}/{}", path, name));
    }
    paths = std::move(longer);
  }
  for (std::string& path : paths) branches->push_back({std::move(path), {}});
  return Status::OK();
}

GlobBranch CutAtWildcard(std::vector<GlobSegment> segments) {
  GlobBranch branch;
  const auto wildcard = std::find_if_not(segments.begin(), segments.end(), [](const auto& segment) {
    return IsLiteral(segment) && segment.patterns.size() == 1;
  });
  for (auto segment = segments.begin(); segment != wildcard; ++segment) {
    branch.literal_prefix.append("/").append(LiteralNames(*segment)[0]);
  }
  branch.segments.assign(std::make_move_iterator(wildcard),
                         std::make_move_iterator(segments.end()));
  return branch;
}

// The branches of a pattern whose alternatives have no slash.
Status AddBranches(std::string_view pattern, Branches* branches) {
  std::vector<std::vector<GlobSegment>> paths = {{}};
  std::string_view rest = pattern;
  while (!rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    ARROW_ASSIGN_OR_RAISE(const auto variants, SegmentVariants(rest.substr(0, slash)));
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (paths.size() * variants.size() > kAlternativesMax) return TooManyAlternatives(pattern);
    std::vector<std::vector<GlobSegment>> longer;
    for (const auto& path : paths) {
      for (const GlobSegment& variant : variants) {
        longer.push_back(path);
        if (variant.any_depth || !variant.patterns.empty()) longer.back().push_back(variant);
      }
    }
    paths = std::move(longer);
  }
  for (std::vector<GlobSegment>& path : paths) {
    ARROW_RETURN_NOT_OK(AddLiteralBranches(path, pattern, branches));
    if (!std::all_of(path.begin(), path.end(), IsLiteral)) {
      branches->push_back(CutAtWildcard(std::move(path)));
    }
  }
  return Status::OK();
}

// `\[` and its like as sets of one character. A backslash before any other is itself.
std::string EscapesAsSets(std::string_view pattern) {
  constexpr std::string_view kSpecial = "*?[]{},\\";
  std::string sets;
  while (!pattern.empty()) {
    if (pattern[0] == '\\' && pattern.size() > 1 &&
        kSpecial.find(pattern[1]) != std::string_view::npos) {
      sets.append({'[', pattern[1], ']'});
      pattern.remove_prefix(2);
      continue;
    }
    const size_t set_length = GlobSetLength(pattern.substr(0, pattern.find('/')));
    const size_t length = std::max<size_t>(set_length, 1);
    sets += pattern.substr(0, length);
    pattern.remove_prefix(length);
  }
  return sets;
}

}  // namespace

Result<Glob> ParseGlob(std::string_view text, const Period& period) {
  const std::string pattern = EscapesAsSets(text);
  Glob glob;
  glob.period = period;
  ARROW_ASSIGN_OR_RAISE(const auto paths, ExpandBraces(pattern, /*only_with_slash=*/true));
  for (const std::string& path : paths) {
    ARROW_RETURN_NOT_OK(AddBranches(path, &glob.branches));
    if (glob.branches.size() > kAlternativesMax) return TooManyAlternatives(pattern);
  }
  return glob;
}

}  // namespace tarn::storage
