#include <arrow/compute/api.h>

#include <optional>

#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "text/case_mapping.h"

// LIKE and regular expressions. Patterns are constants.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

Text ScalarText(const arrow::Scalar& scalar) {
  return static_cast<const arrow::BaseBinaryScalar&>(scalar).view();
}

// One element of a LIKE pattern.
struct LikeToken {
  enum class Kind { kText, kAnyCharacter, kAnyText };
  Kind kind;
  std::string text;
};

Result<std::vector<LikeToken>> ParseLike(const KernelContext& context, Text pattern) {
  std::vector<LikeToken> tokens;
  auto add_text = [&](Text text) {
    if (tokens.empty() || tokens.back().kind != LikeToken::Kind::kText) {
      tokens.push_back({LikeToken::Kind::kText, ""});
    }
    tokens.back().text.append(text);
  };
  for (size_t at = 0; at < pattern.size(); ++at) {
    char c = pattern[at];
    if (c == '%') {
      tokens.push_back({LikeToken::Kind::kAnyText, ""});
    } else if (c == '_') {
      tokens.push_back({LikeToken::Kind::kAnyCharacter, ""});
    } else if (c == '\\') {
      if (at + 1 == pattern.size()) {
        return context.Error("INVALID_FORMAT.ESC_AT_THE_END",
                             "the pattern ends with an escape: " + std::string(pattern),
                             "double the backslash");
      }
      char next = pattern[++at];
      if (next != '%' && next != '_' && next != '\\') {
        return context.Error(
            "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
            "only %, _ and \\ can be escaped in a pattern: " + std::string(pattern),
            "double the backslash, or leave it out");
      }
      add_text(Text(&next, 1));
    } else {
      add_text(pattern.substr(at, 1));
    }
  }
  return tokens;
}

// Where a % in front of `token` may end, at `at` or behind it; npos: nowhere.
size_t EndOfAnyText(std::span<const LikeToken> tokens, size_t token, Text text, size_t at) {
  if (token == tokens.size()) return text.size();
  return tokens[token].kind == LikeToken::Kind::kText ? text.find(tokens[token].text, at) : at;
}

bool MatchesLike(std::span<const LikeToken> tokens, Text text) {
  // On a mismatch, the last % takes more.
  size_t token = 0, at = 0;
  std::optional<std::pair<size_t, size_t>> retry;
  while (true) {
    if (token == tokens.size()) {
      if (at == text.size()) return true;
    } else if (tokens[token].kind == LikeToken::Kind::kAnyText) {
      at = EndOfAnyText(tokens, ++token, text, at);
      if (at == Text::npos) return false;
      retry = {token, at};
      continue;
    } else if (tokens[token].kind == LikeToken::Kind::kAnyCharacter) {
      if (at < text.size()) {
        at = SkipCharacters(text, at, 1);
        ++token;
        continue;
      }
    } else if (text.substr(at).starts_with(tokens[token].text)) {
      at += tokens[token].text.size();
      ++token;
      continue;
    }
    if (!retry.has_value() || retry->second >= text.size()) return false;
    token = retry->first;
    at = EndOfAnyText(tokens, token, text, SkipCharacters(text, retry->second, 1));
    if (at == Text::npos) return false;
    retry->second = at;
  }
}

struct PreparedLike : KernelState {
  std::vector<LikeToken> tokens;
};

template <bool kWithoutCase>
Result<std::unique_ptr<KernelState>> PrepareLike(const KernelContext& context,
                                                 const std::vector<ScalarPtr>& constants) {
  const ScalarPtr& pattern = constants[1];
  if (pattern == nullptr || !pattern->is_valid) return nullptr;
  std::string like(ScalarText(*pattern));
  if (kWithoutCase) {
    std::string lower;
    ARROW_RETURN_NOT_OK(text::AppendLower(like, &lower));
    like = std::move(lower);
  }
  auto prepared = std::make_unique<PreparedLike>();
  ARROW_ASSIGN_OR_RAISE(prepared->tokens, ParseLike(context, like));
  return prepared;
}

// Patterns of rows: one that is the same as that of the row before is not parsed again.
Result<Datum> LikeEach(const KernelContext& context, const Args& args) {
  std::vector<LikeToken> tokens;
  Text parsed;
  bool is_parsed = false;
  Status status;
  ARROW_ASSIGN_OR_RAISE(Datum result,
                        (MapToBoolean<Text, Text>(context, args, [&](Text text, Text pattern) {
                          if (!status.ok()) return false;
                          if (!is_parsed || pattern != parsed) {
                            auto parsing = ParseLike(context, pattern);
                            status = parsing.status();
                            if (!status.ok()) return false;
                            tokens = *std::move(parsing);
                            parsed = pattern;
                            is_parsed = true;
                          }
                          return MatchesLike(tokens, text);
                        })));
  ARROW_RETURN_NOT_OK(status);
  return result;
}

Result<Datum> Like(const KernelContext& context, const Args& args) {
  if (context.state == nullptr) return LikeEach(context, args);
  const auto& tokens = static_cast<const PreparedLike&>(*context.state).tokens;
  return MapToBoolean<Text>(context, {args[0]},
                            [&](Text text) { return MatchesLike(tokens, text); });
}

Result<Datum> LikeWithoutCase(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(Datum text, MapToString<Text>(context, {args[0]}, text::AppendLower));
  if (context.state != nullptr) return Like(context, {text});
  ARROW_ASSIGN_OR_RAISE(Datum pattern, MapToString<Text>(context, {args[1]}, text::AppendLower));
  return LikeEach(context, {text, pattern});
}

Status BadPattern(const KernelContext& context, const Status& status) {
  if (status.ok() || !status.IsInvalid()) return status;
  return context.Error("INVALID_PARAMETER_VALUE.PATTERN", status.message(),
                       "regular expressions have RE2's syntax: no look-around, no back-references");
}

// Groups that a valid pattern captures.
int CountGroups(Text pattern) {
  int num_groups = 0;
  bool in_class = false;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      const Text rest = pattern.substr(at);
      // To the end of a quotation, or over the character that is escaped.
      at = rest.starts_with("\\Q") ? std::min(pattern.find("\\E", at), pattern.size()) : at + 1;
    } else if (in_class && pattern.substr(at).starts_with("[:")) {
      at = std::min(pattern.find(":]", at), pattern.size() - 2) + 1;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      if (pattern.substr(at + 1).starts_with('^')) ++at;
      if (pattern.substr(at + 1).starts_with(']')) ++at;  // the first one is plain
    } else if (c == '(') {
      const Text rest = pattern.substr(at + 1);
      num_groups += !rest.starts_with('?') || rest.starts_with("?P<") || rest.starts_with("?<");
    }
  }
  return num_groups;
}

Status CheckGroup(const KernelContext& context, int group, Text pattern) {
  const int num_groups = CountGroups(pattern);
  if (group >= 0 && group <= num_groups) return Status::OK();
  return context.Error(
      "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
      fmt::format("the pattern has no group {}: {}", group, pattern),
      num_groups == 0 ? std::string("put what to take in parentheses, or take group 0, all of it")
                      : fmt::format("its groups are 0, which is all of it, to {}", num_groups));
}

Status CheckRegex(const KernelContext& context, const std::string& pattern) {
  arrow::compute::MatchSubstringOptions options{pattern};
  const Datum sample(std::make_shared<arrow::StringScalar>(""));
  return BadPattern(
      context, arrow::compute::CallFunction("match_substring_regex", {sample}, &options).status());
}

// A pattern as Arrow's functions take it. They compile it in each call, which is little beside the
// rows of a batch (docs/adr/0004).
struct PreparedRegex : KernelState {
  arrow::compute::MatchSubstringOptions match;
  arrow::compute::ReplaceSubstringOptions replace;  // regexp_replace, regexp_extract
};

using Prepared = Result<std::unique_ptr<KernelState>>;

// Patterns are literals, which the planner sees to; without one it is NULL, and so is the result.
bool AllGiven(const std::vector<ScalarPtr>& constants) {
  return std::all_of(constants.begin() + 1, constants.end(), [](const ScalarPtr& constant) {
    return constant != nullptr && constant->is_valid;
  });
}

Result<std::unique_ptr<PreparedRegex>> PrepareRegex(const KernelContext& context,
                                                    const ScalarPtr& pattern) {
  auto prepared = std::make_unique<PreparedRegex>();
  prepared->match.pattern = ScalarText(*pattern);
  ARROW_RETURN_NOT_OK(CheckRegex(context, prepared->match.pattern));
  return prepared;
}

const PreparedRegex& RegexOf(const KernelContext& context) {
  return static_cast<const PreparedRegex&>(*context.state);
}

Prepared PrepareMatch(const KernelContext& context, const std::vector<ScalarPtr>& constants) {
  if (!AllGiven(constants)) return nullptr;
  return PrepareRegex(context, constants[1]);
}

Result<Datum> MatchesRegex(const KernelContext& context, const Args& args) {
  if (context.state == nullptr) return Datum(arrow::MakeNullScalar(context.type()));
  return arrow::compute::CallFunction("match_substring_regex", {args[0]}, &RegexOf(context).match);
}

// Java's `$1` is RE2's `\1`; a backslash makes the next character plain.
Result<std::string> ReplacementForRe2(const KernelContext& context, Text java, Text pattern) {
  std::string re2;
  for (size_t at = 0; at < java.size(); ++at) {
    if (java[at] == '$' && at + 1 < java.size() &&
        std::isdigit(static_cast<unsigned char>(java[at + 1]))) {
      ARROW_RETURN_NOT_OK(CheckGroup(context, java[at + 1] - '0', pattern));
      re2 += '\\';
    } else if (java[at] == '\\' && at + 1 < java.size()) {
      ++at;
      re2 += java[at] == '\\' ? "\\\\" : std::string(1, java[at]);
    } else {
      re2 += java[at];
    }
  }
  return re2;
}

// What replacing makes of the texts: each match becomes the replacement, which may hold groups;
// those of all matches are at most the text.
Status CheckReplacedBytes(const KernelContext& context, const Datum& texts,
                          const PreparedRegex& regex) {
  const int64_t num_text_bytes = ColumnView<Text>(texts).NumBytes(context.num_rows);
  const std::string& replacement = regex.replace.replacement;
  const auto num_groups = std::count(replacement.begin(), replacement.end(), '\\');
  const auto num_replacement_bytes = std::ssize(replacement);
  const int64_t num_bytes = num_text_bytes * (1 + num_groups);
  // A match a character, and at the end: mostly far too many, but nothing needs to be counted.
  if (num_bytes + (num_text_bytes + context.num_rows) * num_replacement_bytes <= kTextBytesMax) {
    return Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const Datum counts, arrow::compute::CallFunction("count_substring_regex",
                                                                         {texts}, &regex.match));
  const ColumnView<int32_t> num_matches(counts);
  int64_t total = 0;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (num_matches.IsValid(row)) total += num_matches[row];
  }
  return CheckTextBytes(num_bytes + total * num_replacement_bytes);
}

Prepared PrepareReplace(const KernelContext& context, const std::vector<ScalarPtr>& constants) {
  if (!AllGiven(constants)) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto prepared, PrepareRegex(context, constants[1]));
  prepared->replace.pattern = prepared->match.pattern;
  ARROW_ASSIGN_OR_RAISE(
      prepared->replace.replacement,
      ReplacementForRe2(context, ScalarText(*constants[2]), prepared->match.pattern));
  return prepared;
}

Result<Datum> ReplaceRegex(const KernelContext& context, const Args& args) {
  if (context.state == nullptr) return Datum(arrow::MakeNullScalar(context.type()));
  const PreparedRegex& regex = RegexOf(context);
  ARROW_RETURN_NOT_OK(CheckReplacedBytes(context, args[0], regex));
  return arrow::compute::CallFunction("replace_substring_regex", {args[0]}, &regex.replace);
}

// The whole text is replaced by the group of its first match.
Prepared PrepareExtract(const KernelContext& context, const std::vector<ScalarPtr>& constants) {
  if (!AllGiven(constants)) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto prepared, PrepareRegex(context, constants[1]));
  const std::string& pattern = prepared->match.pattern;
  const int group =
      constants.size() == 3 ? static_cast<const arrow::Int32Scalar&>(*constants[2]).value : 1;
  ARROW_RETURN_NOT_OK(CheckGroup(context, group, pattern));
  prepared->replace.pattern = "(?s:^.*?)(" + pattern + ")(?s:.*$)";
  prepared->replace.replacement = "\\" + std::to_string(group + 1);
  return prepared;
}

// '' where nothing matches.
Result<Datum> ExtractRegex(const KernelContext& context, const Args& args) {
  if (context.state == nullptr) return Datum(arrow::MakeNullScalar(context.type()));
  const PreparedRegex& regex = RegexOf(context);
  ARROW_ASSIGN_OR_RAISE(Datum matches, arrow::compute::CallFunction("match_substring_regex",
                                                                    {args[0]}, &regex.match));
  auto extracted =
      arrow::compute::CallFunction("replace_substring_regex", {args[0]}, &regex.replace);
  ARROW_RETURN_NOT_OK(BadPattern(context, extracted.status()));
  return arrow::compute::IfElse(matches, *extracted,
                                Datum(std::make_shared<arrow::StringScalar>("")));
}

}  // namespace

std::span<const NamedKernel> PatternKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"like", Like, PrepareLike<false>},
      {"ilike", LikeWithoutCase, PrepareLike<true>},
      {"rlike", MatchesRegex, PrepareMatch},
      {"regexp_replace", ReplaceRegex, PrepareReplace},
      {"regexp_extract", ExtractRegex, PrepareExtract},
  };
  return kKernels;
}

}  // namespace tarn::local
