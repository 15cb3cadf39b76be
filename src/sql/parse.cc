#include "sql/parse.h"

#include <arrow/util/utf8.h>

#include "sql/parser_internal.h"
#include "sql/unsupported_internal.h"

namespace tarn::sql {
namespace {

Status Fail(const Location& at, std::string message, std::string hint) {
  return MakeError({MakeDiagnostic(at, std::move(message), std::move(hint))});
}

Status CheckEncoding(const std::shared_ptr<const Text>& text) {
  const size_t nul = text->sql.find('\0');
  if (nul != std::string::npos) {
    const int offset = static_cast<int>(nul);
    return Fail({text, offset, offset + 1}, "text contains a NUL byte", "remove it");
  }
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(text->sql)) {
    return Fail({text, 0, 0}, "text is not valid UTF-8", "save the file as UTF-8");
  }
  return Status::OK();
}

// What `parse` makes of the text's tokens, unless something in it is not supported.
template <class Tree, class ParseTokens>
Result<Tree> ParseText(const std::shared_ptr<const Text>& text, DoubleQuotes double_quotes,
                       const ParseTokens& parse) {
  ARROW_RETURN_NOT_OK(CheckEncoding(text));
  TokenList tokens;
  if (std::optional<LexicalError> error = tokens.Scan(text->sql, double_quotes)) {
    return Fail({text, error->begin, error->end}, error->message, error->hint);
  }
  Parser parser(tokens, text);
  ARROW_ASSIGN_OR_RAISE(Tree tree, parse(&parser));
  std::vector<Diagnostic> unsupported = FindUnsupported(*tree);
  if (!unsupported.empty()) return MakeError(std::move(unsupported));
  return tree;
}

}  // namespace

Result<QueryPtr> Parse(std::shared_ptr<const Text> text, DoubleQuotes double_quotes) {
  return ParseText<QueryPtr>(text, double_quotes,
                             [](Parser* parser) { return parser->ParseStatement(); });
}

Result<ExprPtr> ParseExpression(std::shared_ptr<const Text> text, DoubleQuotes double_quotes) {
  return ParseText<ExprPtr>(text, double_quotes,
                            [](Parser* parser) { return parser->ParseLoneExpression(); });
}

}  // namespace tarn::sql
