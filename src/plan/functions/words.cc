#include "plan/functions/family_internal.h"

// Words: how alike they are, how they sound, what is in them.
namespace tarn::plan {
namespace {

struct ArrayOfArrays {
  static TypePtr Get() { return arrow::list(arrow::list(arrow::utf8())); }
};

// mask(text, upper, lower, digit, other): what replaces characters is literal.
Result<ResolvedFunction> Mask(const Arguments& args) {
  for (size_t i = 1; i < args.size(); ++i) {
    if (!args[i].is_literal) {
      return Status::Invalid("argument ", i + 1, " must be a literal of one character, or NULL");
    }
  }
  return Takes<String(String, String, String, String, String)>(args);
}

constexpr Function kWordFunctions[] = {
    {.name = "levenshtein",
     .signature = "levenshtein(STRING, STRING[, threshold INT])",
     .help = "insertions, deletions and substitutions between both; -1 above the threshold",
     .example = "levenshtein('tarn', 'train')",
     .num_args = {2, 3},
     .resolve = Takes<Int(String, String, Int)>},
    {.name = "jaro_winkler_similarity",
     .signature = "jaro_winkler_similarity(STRING, STRING)",
     .help = "how alike both are: from 0.0 to 1.0",
     .example = "jaro_winkler_similarity('tarn', 'train')",
     .num_args = {2, 2},
     .resolve = Takes<Double(String, String)>},
    {.name = "soundex",
     .signature = "soundex(STRING)",
     .help = "the code of what sounds like it in English",
     .example = "soundex('Tarn')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>},
    {.name = "luhn_check",
     .signature = "luhn_check(STRING)",
     .help = "whether the last digit is the check digit of the others",
     .example = "luhn_check('4539578763621486')",
     .num_args = {1, 1},
     .resolve = Takes<Boolean(String)>,
     .traits = {.may_fail = false}},
    {.name = "mask",
     .signature = "mask(STRING[, upper STRING[, lower STRING[, digit STRING[, other STRING]]]])",
     .help = "each character replaced by the one of its kind: X, x, n; NULL leaves them",
     .example = "mask('Room 101b')",
     .num_args = {1, 5},
     .parameters = {{{"str"},
                     {"upperChar", true, "X"},
                     {"lowerChar", true, "x"},
                     {"digitChar", true, "n"},
                     {"otherChar", true}}},
     .resolve = Mask,
     .traits = {.null_in_null_out = false}},
    {.name = "sentences",
     .signature = "sentences(STRING[, language STRING[, country STRING]])",
     .help = "the words of each sentence, by the rules of English",
     .example = "sentences('So it is. Or is it?')",
     .num_args = {1, 3},
     .resolve = Takes<ArrayOfArrays(String, String, String)>,
     .traits = {.null_in_null_out = false}},
};

}  // namespace

std::span<const Function> WordFunctions() { return kWordFunctions; }

}  // namespace tarn::plan
