#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/period.h"
#include "storage/date_template.h"

namespace tarn::storage {

/// \brief One segment of a glob: the text between two slashes.
struct GlobSegment {
  std::vector<std::string> patterns;  ///< a name matches one of them; none when `any_depth`
  bool any_depth = false;             ///< `**`: any number of folders, none included
};

/// \brief A pattern of absolute paths, cut where its first wildcard stands.
struct GlobBranch {
  std::string literal_prefix;         ///< absolute path without wildcards; "" is the root
  std::vector<GlobSegment> segments;  ///< what must match below the prefix; empty: no wildcards
};

/// \brief What matches any of its branches, in a period.
struct Glob {
  std::vector<GlobBranch> branches;
  Period period;  ///< that the span of a path's date templates must overlap
};

/// \brief Parse an absolute path pattern.
///
/// `{a,b}` is the same as one pattern with `a` and one with `b` in its place; alternatives may be
/// empty, hold slashes, wildcards and alternatives. Those within one segment stay one branch, so
/// that its folder is listed once. Double slashes and `.` segments vanish. A `[` without its `]`
/// and a `{` without its `}` stand for themselves, and so does what follows a backslash of
/// `* ? [ ] { } , \`; sets of one character, as EscapeGlob writes them, are no wildcards. \return
/// kBadInput when the alternatives combine to more than a thousand patterns
Result<Glob> ParseGlob(std::string_view pattern, const Period& period = {});

/// \brief Whether one name matches one pattern of a segment: `*` any text, `?` one UTF-8 character
/// or one byte that is not UTF-8,
/// `[a-z]` and `[!a-z]` one character of a set, `{yyyy}`, `{MM}`, `{dd}`, `{HH}` the digits of a
/// real date. Everything else stands for itself.
/// \param[in,out] date what the templates must agree with; what they take is added on a match
bool MatchesSegment(std::string_view pattern, std::string_view name, DateParts* date);
bool MatchesSegment(std::string_view pattern, std::string_view name);

/// \brief The text before the first wildcard or date template of a segment's pattern.
/// \param[in,out] pattern what is left from there on; "" when the pattern matches that text alone
std::string TakeLiteral(std::string_view* pattern);

/// \brief The only name that matches the segment's pattern, nullopt when it has a wildcard.
std::optional<std::string> LiteralName(std::string_view pattern);

/// \brief Length of the `[…]` at the start of `pattern`, 0 when it has no end or is none.
size_t GlobSetLength(std::string_view pattern);

/// \brief Whether a listing skips `name` unless it is named: it begins with `_` or `.`, as in
/// Spark, and is not `.` or `..`.
bool IsHiddenName(std::string_view name);

}  // namespace tarn::storage
