#include <algorithm>

#include "sql/parse_context_internal.h"

namespace tarn::sql {
namespace {

// The grammar cuts names to 63 bytes, less when that would split a character.
bool IsCutName(std::string_view folded, std::string_view name) {
  constexpr size_t kShortestCut = 60;
  return folded.size() >= kShortestCut && Lower(name).starts_with(Lower(folded));
}

}  // namespace

std::pair<std::string_view, const Json*> Unwrap(const Json& node) {
  static const Json kNone;
  if (!node.is_object() || node.empty()) return {"", &kNone};
  return {node.begin().key(), &node.begin().value()};
}

const Json& Member(const Json& body, const char* key) {
  static const Json kNone;
  if (!body.is_object()) return kNone;
  auto member = body.find(key);
  return member == body.end() ? kNone : *member;
}

std::string_view TextMember(const Json& body, const char* key) {
  const Json& member = Member(body, key);
  return member.is_string() ? std::string_view(member.get_ref<const std::string&>())
                            : std::string_view();
}

bool FlagMember(const Json& body, const char* key) {
  const Json& member = Member(body, key);
  return member.is_boolean() && member.get<bool>();
}

int LocationOf(const Json& body) {
  const Json& member = Member(body, "location");
  return member.is_number_integer() ? member.get<int>() : 0;
}

int FirstLocation(const Json& node) {
  // Without recursion: this is asked before the depth of the tree has been checked.
  std::vector<const Json*> rest = {&node};
  int first = -1;
  while (!rest.empty()) {
    const Json& next = *rest.back();
    rest.pop_back();
    if (next.is_object() && next.contains("location")) {
      int location = LocationOf(next);
      if (location >= 0 && (first < 0 || location < first)) first = location;
    }
    if (!next.is_structured()) continue;
    for (const Json& member : next) rest.push_back(&member);
  }
  return std::max(first, 0);
}

std::string_view StringOf(const Json& node) { return TextMember(Member(node, "String"), "sval"); }

Location ParseContext::Range(int begin, int end) const {
  int widened_begin = begin;
  int widened_end = end;
  for (int i = tokens_.IndexAt(begin); i < tokens_.size() && tokens_[i].begin < end; ++i) {
    if (tokens_[i].matching < 0) continue;
    const Token& other = tokens_[tokens_[i].matching];
    widened_begin = std::min(widened_begin, other.begin);
    widened_end = std::max(widened_end, other.end);
  }
  return {text_, std::max(widened_begin - prefix_, 0), std::max(widened_end - prefix_, 0)};
}

Location ParseContext::TokenRange(int first, int last) const {
  if (tokens_.size() == 0) return {text_, 0, 0};
  first = std::clamp(first, 0, tokens_.size() - 1);
  last = std::clamp(last, first, tokens_.size() - 1);
  return Range(tokens_[first].begin, tokens_[last].end);
}

Location ParseContext::Join(const Location& first, const Location& last) const {
  return Range(std::min(first.begin, last.begin) + prefix_,
               std::max(first.end, last.end) + prefix_);
}

int ParseContext::AfterBrackets(const Location& at) const {
  int after = TokenAfter(at);
  for (int open = FirstToken(at) - 1; tokens_.Is(open, "(") && tokens_[open].matching > 0; --open) {
    after = tokens_[open].matching + 1;
  }
  return after;
}

int ParseContext::Find(int index, std::string_view word) const {
  for (; index < tokens_.size(); ++index) {
    if (tokens_.Is(index, word)) return index;
  }
  return -1;
}

std::string ParseContext::OriginalName(std::string_view folded, int* index) const {
  for (int i = *index; i < tokens_.size(); ++i) {
    Token::Kind kind = tokens_[i].kind;
    if (kind != Token::Kind::kIdentifier && kind != Token::Kind::kKeyword) continue;
    std::string name = tokens_.NameOf(i);
    if (name == folded || Lower(name) == folded || IsCutName(folded, name)) {
      *index = i + 1;
      return name;
    }
  }
  return std::string(folded);
}

void ParseContext::Unsupported(const Location& at, std::string_view what, std::string hint) {
  Error(at, std::string(what) + " is not supported", std::move(hint));
}

void ParseContext::Error(const Location& at, std::string message, std::string hint) {
  diagnostics_.push_back(MakeDiagnostic(at, std::move(message), std::move(hint)));
}

bool ParseContext::Enter(const Location& at) {
  if (++depth_ <= kMaxDepth) return true;
  if (!too_deep_) {
    Error(at, "nested too deeply: more than " + std::to_string(kMaxDepth) + " levels",
          "compute parts of it in a subquery or in a table of its own");
  }
  too_deep_ = true;
  return false;
}

bool ParseContext::CountExpression(const Location& at) {
  num_expressions_ += repeats_;
  if (num_expressions_ <= kMaxExpressions) return true;
  if (!too_many_) {
    Error(at, "too many expressions: more than " + std::to_string(kMaxExpressions),
          "CASE x and BETWEEN repeat their operand, and those within it again: compute it in a "
          "subquery or in a table of its own");
  }
  too_many_ = true;
  return false;
}

int64_t ParseContext::Repeat(int64_t times) {
  return std::exchange(repeats_, std::min(repeats_ * times, kMaxExpressions + 1));
}

}  // namespace tarn::sql
