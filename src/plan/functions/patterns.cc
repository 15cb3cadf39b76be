#include "plan/functions/family_internal.h"

// LIKE and regular expressions.
namespace tarn::plan {
namespace {

// All but the first argument are literals: patterns are compiled once.
template <Resolver kResolve>
Result<ResolvedFunction> LiteralPattern(const Arguments& args) {
  for (size_t i = 1; i < args.size(); ++i) {
    if (!args[i].is_literal || args[i].type->id() == arrow::Type::NA) {
      return Status::Invalid("argument ", i + 1, " must be a literal");
    }
  }
  return kResolve(args);
}

constexpr Function kPatternFunctions[] = {
    {.name = "like",
     .signature = "a LIKE pattern",
     .help = "% is any text, _ one character, \\ makes the next one plain",
     .num_args = {2, 2},
     .resolve = Takes<Boolean(String, String)>,
     .traits = {.may_fail = false},
     .notation = {.form = Notation::Form::kInfix,
                  .symbol = "LIKE",
                  .precedence = Precedence::kComparison}},
    {.name = "ilike",
     .signature = "a ILIKE pattern",
     .help = "LIKE without case",
     .num_args = {2, 2},
     .resolve = Takes<Boolean(String, String)>,
     .traits = {.may_fail = false},
     .notation = {.form = Notation::Form::kInfix,
                  .symbol = "ILIKE",
                  .precedence = Precedence::kComparison}},
    {.name = "regexp_replace",
     .signature = "regexp_replace(STRING, pattern STRING, by STRING)",
     .help = "every match replaced; $1 refers to a group",
     .num_args = {3, 3},
     .resolve = LiteralPattern<Takes<String(String, String, String)>>},
    {.name = "regexp_extract",
     .signature = "regexp_extract(STRING, pattern STRING[, group INT])",
     .help = "the group of the first match, '' without one",
     .num_args = {2, 3},
     .resolve = LiteralPattern<Takes<String(String, String, Int)>>},
    {.name = "rlike",
     .aliases = {"regexp", "regexp_like"},
     .signature = "rlike(STRING, pattern STRING)",
     .help = "whether the pattern is found",
     .num_args = {2, 2},
     .resolve = LiteralPattern<Takes<Boolean(String, String)>>},
};

}  // namespace

std::span<const Function> PatternFunctions() { return kPatternFunctions; }

}  // namespace tarn::plan
