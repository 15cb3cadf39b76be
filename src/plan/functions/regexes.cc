#include "plan/functions/family_internal.h"

// Regular expressions, of Java's syntax.
namespace tarn::plan {
namespace {

struct TextArray {
  static TypePtr Get() { return arrow::list(arrow::utf8()); }
};

// regexp_replace(a, pattern, by, position): the position is a literal from 1 on.
Result<ResolvedFunction> Replace(const Arguments& args) {
  if (args.size() == 4) {
    const bool is_null = args[3].is_literal && !args[3].integer.has_value();
    if (!args[3].is_literal || (!is_null && *args[3].integer < 1)) {
      return Status::Invalid("the position must be a literal, 1 or greater");
    }
  }
  return Takes<String(String, String, String, Int)>(args);
}

constexpr Function kRegexFunctions[] = {
    {.name = "rlike",
     .aliases = {"regexp", "regexp_like"},
     .signature = "rlike(STRING, pattern STRING)",
     .help = "whether the pattern is found",
     .example = "rlike('song-42', '-[0-9]+$')",
     .num_args = {2, 2},
     .resolve = Takes<Boolean(String, String)>},
    {.name = "regexp_replace",
     .signature = "regexp_replace(STRING, pattern STRING, by STRING[, position INT])",
     .help = "every match replaced; $1 refers to a group",
     .example = "regexp_replace('2024-02-29', '([0-9]+)-([0-9]+)-([0-9]+)', '$3.$2.$1')",
     .num_args = {3, 4},
     .resolve = Replace},
    {.name = "regexp_extract",
     .signature = "regexp_extract(STRING, pattern STRING[, group INT])",
     .help = "the group of the first match, '' without one",
     .example = "regexp_extract('track 7 of 12', '([0-9]+) of ([0-9]+)', 2)",
     .num_args = {2, 3},
     .resolve = Takes<String(String, String, Int)>},
    {.name = "regexp_extract_all",
     .signature = "regexp_extract_all(STRING, pattern STRING[, group INT])",
     .help = "the group of every match",
     .example = "regexp_extract_all('a=1, b=22', '([a-z])=([0-9]+)', 2)",
     .num_args = {2, 3},
     .resolve = Takes<TextArray(String, String, Int)>},
    {.name = "regexp_count",
     .signature = "regexp_count(STRING, pattern STRING)",
     .help = "number of matches",
     .example = "regexp_count('banana', 'an')",
     .num_args = {2, 2},
     .resolve = Takes<Int(String, String)>},
    {.name = "regexp_substr",
     .signature = "regexp_substr(STRING, pattern STRING)",
     .help = "the first match, NULL without one",
     .example = "regexp_substr('track 7 of 12', '[0-9]+')",
     .num_args = {2, 2},
     .resolve = Takes<String(String, String)>,
     .traits = {.nullability = Nullability::kAlways}},
    {.name = "regexp_instr",
     .signature = "regexp_instr(STRING, pattern STRING)",
     .help = "position of the first match, 0 without one",
     .example = "regexp_instr('track 7 of 12', '[0-9]+')",
     .num_args = {2, 3},
     .resolve = Takes<Int(String, String, Int)>},
    {.name = "split",
     .signature = "split(STRING, pattern STRING[, limit INT])",
     .help = "the parts between matches, at most limit of them",
     .example = "split('rock1pop22jazz', '[0-9]+')",
     .num_args = {2, 3},
     .resolve = Takes<TextArray(String, String, Int)>},
};

}  // namespace

std::span<const Function> RegexFunctions() { return kRegexFunctions; }

}  // namespace tarn::plan
