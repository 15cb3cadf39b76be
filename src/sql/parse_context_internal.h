#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/ast.h"
#include "sql/token_list.h"

namespace tarn::sql {

using Json = nlohmann::json;

/// \brief Levels of nesting that the tree may have, so that every later pass may recurse over it.
inline constexpr int kMaxDepth = 500;

/// \brief Expressions that a query may have, those that are evaluated twice counted twice.
inline constexpr int64_t kMaxExpressions = 1'000'000;

/// \brief A node of PostgreSQL's tree, `{"A_Expr": {…}}`, taken apart; an empty kind when there is
/// none.
std::pair<std::string_view, const Json*> Unwrap(const Json& node);

/// \brief Member `key` of `body`, or a null value.
const Json& Member(const Json& body, const char* key);

/// \brief A text, flag or number of `body`, with the default that the JSON leaves out.
std::string_view TextMember(const Json& body, const char* key);
bool FlagMember(const Json& body, const char* key);
int LocationOf(const Json& body);

/// \brief Where `node` begins: the lowest location in it, for nodes that have none of their own.
int FirstLocation(const Json& node);

/// \brief The `sval` of a `{"String": {…}}` node.
std::string_view StringOf(const Json& node);

/// \brief What all parts of one conversion share: the text, its tokens, the errors so far.
///
/// Offsets are those of the parsed text, which has `prefix` bytes before the user's own.
class ParseContext {
 public:
  ParseContext(const TokenList& tokens, std::shared_ptr<const Text> text, int prefix)
      : tokens_(tokens), text_(std::move(text)), prefix_(prefix) {}

  const TokenList& tokens() const { return tokens_; }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }

  /// \brief Bytes [begin, end), widened until every bracket in it has its other half.
  Location Range(int begin, int end) const;

  /// \brief From the token at `first` to the token at `last`, as Range does.
  Location TokenRange(int first, int last) const;

  /// \brief From the begin of one to the end of the other.
  Location Join(const Location& first, const Location& last) const;

  /// \brief Index of the token that `at` begins with, and of the one after its end.
  int FirstToken(const Location& at) const { return tokens_.IndexAt(at.begin + prefix_); }
  int TokenAfter(const Location& at) const { return tokens_.IndexAt(at.end + prefix_); }

  /// \brief Index of the token after the brackets around `at`.
  int AfterBrackets(const Location& at) const;

  /// \brief Index of the first token from `index` on that is `word`, or -1.
  int Find(int index, std::string_view word) const;

  /// \brief The name folded to `folded`, as it was written at token `index` or soon after.
  /// \param[in,out] index the token at which to begin; afterwards the one behind the name.
  std::string OriginalName(std::string_view folded, int* index) const;

  /// \brief Note that `what` ("OFFSET") is not supported, and what to do instead.
  void Unsupported(const Location& at, std::string_view what, std::string hint);

  void Error(const Location& at, std::string message, std::string hint);

  /// \brief Counts a level of nesting; false, once with an error, when there are too many.
  bool Enter(const Location& at);
  void Leave() { --depth_; }

  /// \brief Counts an expression; false, once with an error, when there are too many.
  bool CountExpression(const Location& at);

  /// \brief What is converted next is evaluated `times` times. \return what to set_repeats after.
  int64_t Repeat(int64_t times);
  void set_repeats(int64_t repeats) { repeats_ = repeats; }

 private:
  const TokenList& tokens_;
  std::shared_ptr<const Text> text_;
  int prefix_;
  int depth_ = 0;
  bool too_deep_ = false;
  int64_t repeats_ = 1;  // of what is converted now
  int64_t num_expressions_ = 0;
  bool too_many_ = false;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace tarn::sql
