#include "sql/parse.h"

#include <arrow/util/utf8.h>
#include <pg_query.h>

#include <algorithm>

#include "base/printable_text.h"
#include "sql/query_converter_internal.h"
#include "sql/spark_calls.h"
#include "sql/syntax_hint.h"

namespace tarn::sql {
namespace {

// Tokens that may deepen PostgreSQL's tree, over which libpg_query recurses without a limit. One
// level takes about 160 bytes of stack.
constexpr int kMaxOperators = 20'000;

// How the text is handed to the grammar: a lone expression needs a SELECT before it.
struct Wrapped {
  std::shared_ptr<const Text> text;
  std::string sql;
  int prefix = 0;

  Location At(int begin, int end) const {
    int size = static_cast<int>(text->sql.size());
    return {text, std::clamp(begin - prefix, 0, size), std::clamp(end - prefix, 0, size)};
  }
};

Status Fail(const Location& at, std::string message, std::string hint) {
  return MakeError({MakeDiagnostic(at, std::move(message), std::move(hint))});
}

Status CheckEncoding(const Wrapped& wrapped) {
  const std::string& sql = wrapped.sql;
  size_t nul = sql.find('\0');
  if (nul != std::string::npos) {
    int offset = static_cast<int>(nul);
    return Fail(wrapped.At(offset, offset + 1), "text contains a NUL byte", "remove it");
  }
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(sql)) {
    return Fail(wrapped.At(0, 0), "text is not valid UTF-8", "save the file as UTF-8");
  }
  return Status::OK();
}

Status CheckSize(const Wrapped& wrapped, const TokenList& tokens) {
  int operators = 0;
  for (int i = 0; i < tokens.size(); ++i) {
    bool is_operand = tokens[i].kind == Token::Kind::kIdentifier ||
                      tokens[i].kind == Token::Kind::kNumber ||
                      tokens[i].kind == Token::Kind::kString || tokens.Is(i, ",") ||
                      tokens.Is(i, ".") || tokens.Is(i, ")");
    operators += is_operand ? 0 : 1;
    if (operators > kMaxOperators) {
      return Fail(
          wrapped.At(tokens[i].begin, tokens[i].end), "too many operators and keywords",
          "split the query into several tables; the limit is " + std::to_string(kMaxOperators));
    }
  }
  return Status::OK();
}

Status SyntaxStatus(const Wrapped& wrapped, const TokenList& tokens, const SyntaxError& error) {
  int token = tokens.IndexAt(error.offset);
  int end = token < tokens.size() && tokens[token].begin == error.offset ? tokens[token].end
                                                                         : error.offset + 1;
  // What the grammar says when its stack of open brackets is full.
  if (error.message.starts_with("memory exhausted")) {
    return Fail(wrapped.At(error.offset, end), "nested too deeply",
                "compute parts of it in a subquery or in a table of its own");
  }
  return Fail(wrapped.At(error.offset, end), error.message,
              SyntaxHint(tokens, token, error.message));
}

// The statements of the text as PostgreSQL's tree.
Result<Json> ParseStatements(const Wrapped& wrapped, TokenList* tokens) {
  ARROW_RETURN_NOT_OK(CheckEncoding(wrapped));
  if (std::optional<SyntaxError> error = tokens->Scan(wrapped.sql)) {
    return SyntaxStatus(wrapped, *tokens, *error);
  }
  ARROW_RETURN_NOT_OK(CheckSize(wrapped, *tokens));
  PgQueryParseResult result = pg_query_parse(WithoutKeywordCalls(wrapped.sql, *tokens).c_str());
  std::optional<SyntaxError> error;
  Json tree;
  if (result.error != nullptr) {
    error = SyntaxError{CutToWidth(result.error->message, kSyntaxMessageWidthMax),
                        OffsetOfCharacter(wrapped.sql, result.error->cursorpos)};
  } else {
    tree = Json::parse(result.parse_tree, nullptr, /*allow_exceptions=*/false);
  }
  pg_query_free_parse_result(result);
  if (error) return SyntaxStatus(wrapped, *tokens, *error);
  if (!tree.contains("stmts")) {
    return MakeError(ErrorKind::kFailed,
                     "the parser's tree is not valid JSON: " + wrapped.text->path);
  }
  return tree["stmts"];
}

// The one SELECT among the statements, or the error that there is none, or more.
Result<Json> TakeSelect(const Json& statements, const Wrapped& wrapped, const TokenList& tokens) {
  if (statements.empty()) {
    return Fail(wrapped.At(0, 0), "no SQL statement in this text",
                "write one SELECT: its rows become the table");
  }
  if (statements.size() > 1) {
    const Json& start = Member(statements[1], "stmt_location");
    int token = tokens.IndexAt(start.is_number_integer() ? start.get<int>() : 0);
    token = std::min(token, tokens.size() - 1);
    return Fail(wrapped.At(tokens[token].begin, tokens[token].end),
                "more than one statement is not supported", "give each table a file of its own");
  }
  auto [kind, body] = Unwrap(Member(statements[0], "stmt"));
  if (kind != "SelectStmt") {
    std::string word(tokens.TextOf(0));
    return Fail(wrapped.At(tokens[0].begin, tokens[0].end), word + " is not supported",
                "write one SELECT: its rows become the table");
  }
  return *body;
}

Status FinishErrors(std::vector<Diagnostic>* diagnostics) {
  if (diagnostics->empty()) return Status::OK();
  std::stable_sort(diagnostics->begin(), diagnostics->end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                   });
  return MakeError(std::move(*diagnostics));
}

bool IsLoneExpression(const Json& select) {
  for (const char* clause : {"distinctClause", "fromClause", "whereClause", "groupClause",
                             "havingClause", "windowClause", "valuesLists", "sortClause",
                             "limitCount", "limitOffset", "lockingClause", "intoClause", "larg"}) {
    if (select.contains(clause)) return false;
  }
  const Json& targets = Member(select, "targetList");
  return targets.size() == 1 && !Member(targets[0], "ResTarget").contains("name");
}

}  // namespace

Result<QueryPtr> Parse(std::shared_ptr<const Text> text) {
  Wrapped wrapped{text, text->sql, 0};
  TokenList tokens;
  ARROW_ASSIGN_OR_RAISE(Json statements, ParseStatements(wrapped, &tokens));
  ARROW_ASSIGN_OR_RAISE(Json select, TakeSelect(statements, wrapped, tokens));
  ParseContext context(tokens, text, 0);
  QueryPtr query = QueryConverter(&context).Convert(select);
  ARROW_RETURN_NOT_OK(FinishErrors(&context.diagnostics()));
  return query;
}

Result<ExprPtr> ParseExpression(std::shared_ptr<const Text> text) {
  constexpr std::string_view kPrefix = "SELECT ";
  Wrapped wrapped{text, std::string(kPrefix) + text->sql, static_cast<int>(kPrefix.size())};
  TokenList tokens;
  ARROW_ASSIGN_OR_RAISE(Json statements, ParseStatements(wrapped, &tokens));
  ARROW_ASSIGN_OR_RAISE(Json select, TakeSelect(statements, wrapped, tokens));
  if (!IsLoneExpression(select)) {
    return Fail(wrapped.At(0, static_cast<int>(wrapped.sql.size())), "not a single expression",
                "write a condition such as duration > 0");
  }
  ParseContext context(tokens, text, wrapped.prefix);
  ExprPtr expr =
      ExprConverter(&context).Convert(Member(Member(select["targetList"][0], "ResTarget"), "val"));
  ARROW_RETURN_NOT_OK(FinishErrors(&context.diagnostics()));
  return expr;
}

}  // namespace tarn::sql
