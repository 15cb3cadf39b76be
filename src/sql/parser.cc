#include <algorithm>

#include "base/parse_number.h"
#include "base/printable_text.h"
#include "sql/parser_internal.h"
#include "sql/syntax_hint.h"

namespace tarn::sql {
namespace {

// Clauses that a list ends at, where one of its items is wrong.
constexpr std::string_view kClauses[] = {"from",   "where",     "group",     "having", "order",
                                         "window", "qualify",   "limit",     "offset", "union",
                                         "except", "intersect", "minus",     "sort",   "cluster",
                                         "join",   "lateral",   "distribute"};

// A message quotes what it stopped at, which may be the rest of a long text.
constexpr size_t kQuoteWidthMax = 60;

}  // namespace

bool Parser::IsAny(std::initializer_list<std::string_view> words, int ahead) const {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return Is(word, ahead); });
}

bool Parser::IsKind(Token::Kind kind, int ahead) const {
  return next_ + ahead < tokens_.size() && tokens_[next_ + ahead].kind == kind;
}

bool Parser::IsName(int ahead) const {
  return IsKind(Token::Kind::kName, ahead) || IsKind(Token::Kind::kQuotedName, ahead);
}

// `((SELECT 1) + 2)` is an expression: what follows the inner bracket tells.
bool Parser::IsQueryStart(int ahead) const {
  static constexpr std::string_view kAfterQuery[] = {
      ")",     "union", "intersect", "except", "minus",   "setminus",
      "order", "limit", "offset",    "sort",   "cluster", "distribute"};
  int first = ahead;
  while (Is("(", first)) {
    const int close = tokens_[next_ + first++].matching;
    const auto follows = [&](std::string_view word) { return tokens_.Is(close + 1, word); };
    const bool is_last = close < 0 || close + 1 >= tokens_.size();
    if (first - ahead > kMaxDepth) return false;
    if (!is_last && !std::any_of(std::begin(kAfterQuery), std::end(kAfterQuery), follows)) {
      return false;
    }
  }
  if (Is("values", first)) return !IsAny({",", ")", "."}, first + 1);
  if (Is("table", first) || Is("from", first)) return IsName(first + 1);
  return Is("select", first) || (Is("with", first) && IsName(first + 1));
}

bool Parser::Accept(std::string_view word) {
  if (!Is(word)) return false;
  ++next_;
  return true;
}

bool Parser::Accept(std::string_view first, std::string_view second) {
  if (!Is(first) || !Is(second, 1)) return false;
  next_ += 2;
  return true;
}

Status Parser::Expect(std::string_view word, std::string_view after) {
  if (Accept(word)) return Status::OK();
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return Unexpected(upper + " " + std::string(after));
}

Result<std::string> Parser::ExpectName(std::string_view what) {
  if (!IsName()) return Unexpected(what);
  std::string name = tokens_.NameOf(next_);
  const Location at = TokenAt(next_++);
  const bool is_quoted = tokens_[next_ - 1].kind == Token::Kind::kQuotedName;
  if (is_quoted && name.empty()) return Fail(at, "a name can't be empty");
  const bool is_ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<signed char>(c) > 0; });
  if (!is_quoted && !is_ascii) {
    return Fail(at, "a name with letters beyond a to z needs quotes: " + name,
                "write `" + name + "`");
  }
  return name;
}

Result<std::string> Parser::ExpectString(std::string_view what) {
  if (!IsKind(Token::Kind::kString)) return Unexpected(what);
  return ParseStrings();
}

Result<int64_t> Parser::ExpectInteger(std::string_view what) {
  if (!IsKind(Token::Kind::kNumber)) return Unexpected(what);
  const std::optional<int64_t> value = tarn::ParseNumber<int64_t>(tokens_.TextOf(next_));
  if (!value) return Unexpected(what);
  ++next_;
  return *value;
}

Result<std::vector<std::string>> Parser::ParseDottedName(std::string_view what) {
  std::vector<std::string> parts;
  do {
    ARROW_ASSIGN_OR_RAISE(parts.emplace_back(), ExpectName(what));
  } while (Accept("."));
  return parts;
}

Result<std::vector<std::string>> Parser::ParseNameList(std::string_view what) {
  std::vector<std::string> names;
  ARROW_RETURN_NOT_OK(Expect("(", "before the names"));
  do {
    ARROW_ASSIGN_OR_RAISE(names.emplace_back(), ExpectName(what));
  } while (Accept(","));
  ARROW_RETURN_NOT_OK(Expect(")", "after the names"));
  return names;
}

Location Parser::TokenAt(int index) const {
  const int size = static_cast<int>(text_->sql.size());
  if (index >= tokens_.size()) return {text_, size, size};
  return {text_, tokens_[index].begin, tokens_[index].end};
}

Location Parser::From(int first) const {
  const int last = std::max(next_ - 1, first);
  if (tokens_.size() == 0) return {text_, 0, 0};
  return {text_, TokenAt(first).begin, TokenAt(last).end};
}

Status Parser::Fail(const Location& at, std::string message, std::string hint) const {
  return MakeError({MakeDiagnostic(at, std::move(message), std::move(hint))});
}

Status Parser::Unexpected(std::string_view expected) const {
  std::string message = AtEnd() ? "syntax error at the end" : "syntax error at ";
  if (!AtEnd()) message += CutToWidth(tokens_.TextOf(next_), kQuoteWidthMax);
  message += ": expected " + std::string(expected);
  return Fail(TokenAt(next_), std::move(message), SyntaxHint(tokens_, next_));
}

Status Parser::TooDeep(const Location& at) const {
  is_too_large_ = true;
  return Fail(at, "nested too deeply: more than " + std::to_string(kMaxDepth) + " levels",
              "compute parts of it in a subquery or in a table of its own");
}

// After an error in an item of a list whose items stand in `depth` brackets: stand behind the item,
// or, when its end can't be told, return the error.
Status Parser::NoteAndSkip(const Status& status, int depth) {
  const std::vector<Diagnostic>& diagnostics = DiagnosticsOf(status);
  if (diagnostics.empty() || is_too_large_) return status;
  int end = next_;
  for (; end < tokens_.size() && tokens_[end].depth >= depth; ++end) {
    if (tokens_[end].depth > depth) continue;
    const bool is_end = tokens_.Is(end, ",") || tokens_.Is(end, ";") ||
                        std::any_of(std::begin(kClauses), std::end(kClauses),
                                    [&](std::string_view word) { return tokens_.Is(end, word); });
    if (is_end) break;
  }
  if (end == next_ && !tokens_.Is(end, ",")) return status;
  if (end >= tokens_.size()) return status;
  errors_.insert(errors_.end(), diagnostics.begin(), diagnostics.end());
  next_ = end;
  return Status::OK();
}

// All errors, in the order of the text; `status` is the last one, or OK.
Status Parser::FinishErrors(Status status) {
  if (!status.ok() && DiagnosticsOf(status).empty()) return status;
  const std::vector<Diagnostic>& last = DiagnosticsOf(status);
  errors_.insert(errors_.end(), last.begin(), last.end());
  if (errors_.empty()) return Status::OK();
  std::stable_sort(errors_.begin(), errors_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return MakeError(std::move(errors_));
}

Result<QueryPtr> Parser::ParseStatement() {
  while (Accept(";")) {
  }
  constexpr std::string_view kHint = "write one SELECT: its rows become the table";
  if (AtEnd()) {
    return Fail({text_, 0, 0}, "no SQL statement in this text", std::string(kHint));
  }
  if (IsKind(Token::Kind::kName) && !IsQueryStart()) {
    return Fail(TokenAt(next_), std::string(tokens_.TextOf(next_)) + " is not supported",
                std::string(kHint));
  }
  Result<QueryPtr> query = ParseQuery();
  Status status = query.status();
  if (status.ok() && Accept(";")) {
    while (Accept(";")) {
    }
    if (!AtEnd()) {
      status = Fail(TokenAt(next_), "more than one statement is not supported",
                    "give each table a file of its own");
    }
  } else if (status.ok() && !AtEnd()) {
    status = Unexpected("the end of the query");
  }
  ARROW_RETURN_NOT_OK(FinishErrors(std::move(status)));
  return query;
}

Result<ExprPtr> Parser::ParseLoneExpression() {
  constexpr std::string_view kHint = "write a condition such as duration > 0";
  if (AtEnd()) return Fail({text_, 0, 0}, "not a single expression", std::string(kHint));
  Result<ExprPtr> expr = ParseExpr();
  Status status = expr.status();
  if (status.ok() && !AtEnd()) {
    const bool is_more = IsAny({",", ";", "as", "from"}) || IsName();
    status = is_more ? Fail({text_, 0, static_cast<int>(text_->sql.size())},
                            "not a single expression", std::string(kHint))
                     : Unexpected("an operator or the end");
  }
  ARROW_RETURN_NOT_OK(FinishErrors(std::move(status)));
  return expr;
}

}  // namespace tarn::sql
