#include "plan/functions/family_internal.h"

// LIKE.
namespace tarn::plan {
namespace {

// a LIKE pattern [ESCAPE 'c']: the escape is a literal of one character, which the parser sees to.
Result<ResolvedFunction> Like(const Arguments& args) {
  return Takes<Boolean(String, String, String)>(args);
}

constexpr Notation LikeNotation(std::string_view symbol) {
  return {.form = Notation::Form::kInfix, .symbol = symbol, .precedence = Precedence::kComparison};
}

constexpr Function kPatternFunctions[] = {
    {.name = "like",
     .signature = "a LIKE pattern [ESCAPE 'c']",
     .help = "% is any text, _ one character, \\ (or the escape) makes the next one plain",
     .example = "'song-1' LIKE 's_ng%'",
     .num_args = {2, 3},
     .resolve = Like,
     .traits = {.may_fail = false},
     .notation = LikeNotation("LIKE")},
    {.name = "ilike",
     .signature = "a ILIKE pattern [ESCAPE 'c']",
     .help = "LIKE without case",
     .example = "'Tarn' ILIKE 'TA%'",
     .num_args = {2, 3},
     .resolve = Like,
     .traits = {.may_fail = false},
     .notation = LikeNotation("ILIKE")},
};

}  // namespace

std::span<const Function> PatternFunctions() { return kPatternFunctions; }

}  // namespace tarn::plan
