#include <optional>

#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "text/case_mapping.h"

// LIKE. A pattern that is constant is parsed once.
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

std::string EscapeName(Text escape) {
  return escape == "\\" ? std::string("backslash") : std::string(escape);
}

Result<std::vector<LikeToken>> ParseLike(const KernelContext& context, Text pattern,
                                         Text escape = "\\") {
  std::vector<LikeToken> tokens;
  auto add_text = [&](Text text) {
    if (tokens.empty() || tokens.back().kind != LikeToken::Kind::kText) {
      tokens.push_back({LikeToken::Kind::kText, ""});
    }
    tokens.back().text.append(text);
  };
  for (size_t at = 0; at < pattern.size();) {
    const Text character = CharacterAt(pattern, at);
    at += character.size();
    if (character == escape) {
      if (at == pattern.size()) {
        return context.Error("INVALID_FORMAT.ESC_AT_THE_END",
                             "the pattern ends with an escape: " + std::string(pattern),
                             "double the " + EscapeName(escape));
      }
      const Text next = CharacterAt(pattern, at);
      if (next != "%" && next != "_" && next != escape) {
        return context.Error(
            "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
            fmt::format("only %, _ and {} can be escaped in a pattern: {}", escape, pattern),
            fmt::format("double the {}, or leave it out", EscapeName(escape)));
      }
      add_text(next);
      at += next.size();
    } else if (character == "%") {
      tokens.push_back({LikeToken::Kind::kAnyText, ""});
    } else if (character == "_") {
      tokens.push_back({LikeToken::Kind::kAnyCharacter, ""});
    } else {
      add_text(character);
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

// What ESCAPE says, which is a literal.
Text EscapeOf(const std::vector<ScalarPtr>& constants) {
  const bool is_given = constants.size() == 3 && constants[2] != nullptr && constants[2]->is_valid;
  return is_given ? ScalarText(*constants[2]) : Text("\\");
}

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
  ARROW_ASSIGN_OR_RAISE(prepared->tokens, ParseLike(context, like, EscapeOf(constants)));
  return prepared;
}

// Patterns of rows: one that is the same as that of the row before is not parsed again.
Result<Datum> LikeEach(const KernelContext& context, const Args& args) {
  const std::string escape(args.size() == 3 ? ColumnView<Text>(args[2])[0] : Text("\\"));
  std::vector<LikeToken> tokens;
  Text parsed;
  bool is_parsed = false;
  Status status;
  const auto matches = [&](Text text, Text pattern) {
    if (!status.ok()) return false;
    if (!is_parsed || pattern != parsed) {
      auto parsing = ParseLike(context, pattern, escape);
      status = parsing.status();
      if (!status.ok()) return false;
      tokens = *std::move(parsing);
      parsed = pattern;
      is_parsed = true;
    }
    return MatchesLike(tokens, text);
  };
  ARROW_ASSIGN_OR_RAISE(Datum result,
                        (MapToBoolean<Text, Text>(context, {args[0], args[1]}, matches)));
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
  Args lower = {text, pattern};
  lower.insert(lower.end(), args.begin() + 2, args.end());
  return LikeEach(context, lower);
}

}  // namespace

std::span<const NamedKernel> PatternKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"like", Like, PrepareLike<false>},
      {"ilike", LikeWithoutCase, PrepareLike<true>},
  };
  return kKernels;
}

}  // namespace tarn::local
