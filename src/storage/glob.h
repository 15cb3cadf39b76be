#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::storage {

/// \brief One segment of a glob: the text between two slashes.
struct GlobSegment {
  std::string pattern;
  bool any_depth = false;  ///< `**`: any number of folders, none included
};

/// \brief A glob over absolute paths, cut where its first wildcard stands.
struct Glob {
  std::string literal_prefix;         ///< absolute path without wildcards; "" is the root
  std::vector<GlobSegment> segments;  ///< what must match below the prefix; empty: no wildcards
};

/// \brief Cut an absolute path pattern into its literal prefix and its segments.
///
/// Double slashes and `.` segments vanish. A `[` without its `]` stands for itself; sets of one
/// character, as EscapeGlob writes them, are no wildcards.
Glob ParseGlob(std::string_view pattern);

/// \brief Whether one name matches one segment: `*` any text, `?` one UTF-8 character, `[a-z]` and
/// `[!a-z]` one character of a set. Everything else stands for itself.
bool MatchesSegment(std::string_view pattern, std::string_view name);

/// \brief The only name that matches the segment, nullopt when it has a wildcard.
std::optional<std::string> LiteralName(std::string_view segment);

/// \brief Whether a listing skips `name` unless it is named: it begins with `_` or `.`, as in
/// Spark.
bool IsHiddenName(std::string_view name);

}  // namespace tarn::storage
