#include "spark/engine/spark_advice.h"

#include <algorithm>
#include <utility>

#include "base/lower_ascii.h"
#include "plan/functions.h"

namespace tarn::spark {
namespace {

constexpr char kGuardDivisor[] =
    "guard it: CASE WHEN divisor <> 0 THEN … END, or NULLIF(divisor, 0)";
constexpr char kGuardCast[] = "filter such values out, or guard the cast with CASE WHEN";
constexpr char kWiderType[] = "cast the operands to a wider type";

// As local/ has them for its own errors.
constexpr std::pair<std::string_view, const char*> kHints[] = {
    {"DIVIDE_BY_ZERO", kGuardDivisor},
    {"REMAINDER_BY_ZERO", kGuardDivisor},
    {"CAST_INVALID_INPUT", kGuardCast},
    {"CANNOT_PARSE_TIMESTAMP", "filter such values out, or correct the pattern"},
    {"CAST_OVERFLOW", "cast to a wider type"},
    {"ARITHMETIC_OVERFLOW", kWiderType},
    {"BINARY_ARITHMETIC_OVERFLOW", kWiderType},
    {"NUMERIC_VALUE_OUT_OF_RANGE", "cast the operands to fewer digits"},
};

// Settings that decide what SQL and files mean: docs/adr/0005 fixes them.
constexpr std::string_view kFixedSettings[] = {"spark.sql.ansi.", "spark.sql.legacy.",
                                               "spark.sql.storeAssignmentPolicy",
                                               "spark.sql.parquet.", "spark.sql.crossJoin."};

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "[CAST_INVALID_INPUT] …", "[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] …"
std::string_view ErrorClassOf(std::string_view said) {
  if (!said.starts_with('[')) return "";
  return said.substr(1, said.find_first_of(".]") - 1);
}

// Whether a word in quotes is a function that SQL here does not have.
bool NamesUnknownFunction(std::string_view sentence) {
  constexpr std::string_view kQuotes = "`'";
  for (size_t begin = sentence.find_first_of(kQuotes); begin != std::string_view::npos;) {
    const size_t end = sentence.find_first_of(kQuotes, begin + 1);
    if (end == std::string_view::npos) return false;
    std::string name = LowerAscii(sentence.substr(begin + 1, end - begin - 1));
    const bool is_called = name.ends_with("()");
    if (is_called) name.resize(name.size() - 2);
    const bool may_be_function = is_called || name.starts_with("try_");
    if (may_be_function && plan::FindFunction(name) == nullptr) return true;
    begin = sentence.find_first_of(kQuotes, end + 1);
  }
  return false;
}

bool SetsFixedMeaning(std::string_view sentence) {
  const bool names_fixed = std::any_of(std::begin(kFixedSettings), std::end(kFixedSettings),
                                       [&](auto setting) { return Has(sentence, setting); });
  return names_fixed && Has(LowerAscii(sentence), "set");
}

bool IsStatement(std::string_view sentence) {
  return Has(sentence, "SET spark.") || Has(sentence, "`SET `");
}

bool CannotBeFollowed(std::string_view sentence) {
  const std::string lower = LowerAscii(sentence);
  const bool is_advice = Has(lower, "use ") || Has(lower, "set ");
  return is_advice &&
         (NamesUnknownFunction(sentence) || SetsFixedMeaning(sentence) || IsStatement(sentence));
}

// Up to and with the blanks after a full stop, a question mark, a semicolon or a line's end.
size_t SentenceEnd(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_stop = Has(".?!;", text.substr(i, 1)) && i + 1 < text.size() &&
                         (text[i + 1] == ' ' || text[i + 1] == '\n');
    if (!is_stop && text[i] != '\n') continue;
    const size_t next = text.find_first_not_of(" \n", i + 1);
    return next == std::string_view::npos ? text.size() : next;
  }
  return text.size();
}

std::string Kept(std::string_view said) {
  std::string kept;
  while (!said.empty()) {
    const std::string_view sentence = said.substr(0, SentenceEnd(said));
    said.remove_prefix(sentence.size());
    if (!CannotBeFollowed(sentence)) {
      kept += sentence;
      continue;
    }
    // What Spark appends to its last sentence stays.
    const size_t appended = sentence.rfind(" (SQLSTATE ");
    if (appended != std::string_view::npos) {
      while (kept.ends_with(' ') || kept.ends_with('\n')) kept.pop_back();
      kept += sentence.substr(appended);
    }
  }
  while (kept.ends_with(' ') || kept.ends_with('\n')) kept.pop_back();
  return kept;
}

}  // namespace

Advised AdviseOnSparkError(std::string_view said) {
  const std::string_view error_class = ErrorClassOf(said);
  // Without one, it is what tarn says itself, or Java.
  if (error_class.empty()) return {std::string(said), ""};
  Advised advised{Kept(said), ""};
  for (const auto& [name, hint] : kHints) {
    if (name == error_class) advised.hint = hint;
  }
  if (advised.hint.empty() && Has(advised.message, "spark.") &&
      Has(LowerAscii(advised.message), "set ")) {
    advised.hint = "a setting of Spark is given as --conf KEY=VALUE";
  }
  return advised;
}

}  // namespace tarn::spark
