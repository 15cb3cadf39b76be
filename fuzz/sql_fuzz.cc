// Whatever the bytes, Parse and ParseExpression return: a tree whose every reference lies in the
// text, or diagnostics. With other blanks between its tokens a text means the same. Half of the
// inputs are kept queries with other tokens: taken out, put in, doubled, from elsewhere.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast_text.h"
#include "sql/parse.h"
#include "sql/token_list.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace tarn::sql {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

std::shared_ptr<const Text> TextOf(std::string sql) {
  return std::make_shared<const Text>(Text{"fuzz.sql", std::move(sql)});
}

// The tree as text; of a text that is none, its first error.
template <class Tree>
std::string Outcome(const Result<Tree>& parsed) {
  if (parsed.ok()) return ToText(**parsed);
  const auto& errors = DiagnosticsOf(parsed.status());
  Require(!errors.empty());
  return "error: " + errors[0].message;
}

// The tokens with other blanks where there are some. Those that touch still do: `>=` is no `> =`.
// Nothing for what has no tokens.
std::string WithOtherBlanks(const std::string& sql, DoubleQuotes double_quotes) {
  TokenList tokens;
  if (tokens.Scan(sql, double_quotes)) return "";
  std::string other;
  for (int i = 0; i < tokens.size(); ++i) {
    if (i > 0 && tokens[i - 1].end < tokens[i].begin) other += i % 2 == 0 ? "\n" : " /* a */ ";
    other += tokens.TextOf(i);
  }
  return other;
}

void CheckReferences(const Query& query, const Text& text) {
  for (const Reference& reference : References(query)) {
    Require(reference.at.begin <= reference.at.end);
    Require(reference.at.end <= static_cast<int>(text.sql.size()));
  }
}

void Check(const std::string& sql, DoubleQuotes double_quotes) {
  const auto text = TextOf(sql);
  const auto query = Parse(text, double_quotes);
  const auto expr = ParseExpression(text, double_quotes);
  const std::string query_outcome = Outcome(query), expr_outcome = Outcome(expr);
  if (query.ok()) CheckReferences(**query, *text);
  if (!query.ok() && !expr.ok()) return;
  const auto other = TextOf(WithOtherBlanks(sql, double_quotes));
  Require(Outcome(Parse(other, double_quotes)) == query_outcome || !query.ok());
  Require(Outcome(ParseExpression(other, double_quotes)) == expr_outcome || !expr.ok());
}

// Words and symbols of the grammar, which chance seldom spells.
constexpr std::string_view kWords[] = {
    "SELECT",    "FROM",      "WHERE",    "GROUP BY",  "HAVING",    "QUALIFY", "ORDER BY", "LIMIT",
    "OFFSET",    "WITH",      "AS",       "UNION ALL", "INTERSECT", "EXCEPT",  "MINUS",    "JOIN",
    "LEFT ANTI", "NATURAL",   "LATERAL",  "VIEW",      "OUTER",     "ON",      "USING",    "OVER",
    "WINDOW",    "PARTITION", "ROWS",     "RANGE",     "PRECEDING", "ROLLUP",  "CUBE",     "SETS",
    "VALUES",    "PIVOT",     "UNPIVOT",  "SAMPLE",    "CASE",      "WHEN",    "THEN",     "ELSE",
    "END",       "CAST",      "TRY_CAST", "INTERVAL",  "DAY",       "TO",      "SECOND",   "DATE",
    "TIMESTAMP", "EXTRACT",   "TRIM",     "BETWEEN",   "IN",        "LIKE",    "ESCAPE",   "ANY",
    "RLIKE",     "IS",        "NOT",      "NULL",      "DISTINCT",  "EXISTS",  "FILTER",   "WITHIN",
    "IGNORE",    "NULLS",     "FIRST",    "DESC",      "ALL",       "COLLATE", "STRUCT",   "ARRAY",
    "MAP",       "<",         ">",        "(",         ")",         "[",       "]",        ",",
    ".",         "*",         "->",       "=>",        "::",        ":",       "||",       "<=>",
    "!",         "~",         "-",        "1",         "1L",        "1e5BD",   "'a'",      "r'\\'",
    "x'1F'",     "`a`",       "\"a\"",    "/*",        "*/",        "--",      "?",        ";"};

template <class Values>
const auto& AnyOf(const Values& values, std::minstd_rand* random) {
  return values[(*random)() % std::size(values)];
}

// The text with one place changed: some of its tokens taken out, doubled or put elsewhere, or a
// word put in.
std::string WithOtherTokens(const std::string& sql, std::minstd_rand* random) {
  TokenList tokens;
  const auto quotes = (*random)() % 2 == 0 ? DoubleQuotes::kNames : DoubleQuotes::kStrings;
  if (tokens.Scan(sql, quotes) || tokens.size() == 0) return "";
  std::vector<std::string> texts;
  for (int i = 0; i < tokens.size(); ++i) texts.emplace_back(tokens.TextOf(i));
  constexpr size_t kRunMax = 8;
  const size_t begin = (*random)() % texts.size();
  const size_t end = std::min(texts.size(), begin + 1 + (*random)() % kRunMax);
  const std::vector<std::string> run(texts.begin() + begin, texts.begin() + end);
  const uint32_t change = (*random)() % 4;
  if (change == 0 || change == 1) texts.erase(texts.begin() + begin, texts.begin() + end);
  const size_t place = (*random)() % (texts.size() + 1);
  if (change == 1 || change == 2) texts.insert(texts.begin() + place, run.begin(), run.end());
  if (change == 3) texts.insert(texts.begin() + place, std::string(AnyOf(kWords, random)));
  std::string other;
  for (const std::string& text : texts) other += (other.empty() ? "" : " ") + text;
  return other;
}

}  // namespace
}  // namespace tarn::sql

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  std::minstd_rand random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string sql(reinterpret_cast<const char*>(data), size);
  const std::string other = tarn::sql::WithOtherTokens(sql, &random);
  if (other.empty() || other.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, other.data(), other.size());
  return other.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string sql(reinterpret_cast<const char*>(data), size);
  tarn::sql::Check(sql, tarn::sql::DoubleQuotes::kNames);
  if (sql.find('"') != std::string::npos) {
    tarn::sql::Check(sql, tarn::sql::DoubleQuotes::kStrings);
  }
  return 0;
}
