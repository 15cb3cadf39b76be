#include <algorithm>

#include "plan/functions/family_internal.h"

// Functions of text. Positions count characters from 1, as in SQL.
namespace tarn::plan {
namespace {

bool IsBytes(const arrow::DataType& type) { return type.id() == arrow::Type::BINARY; }

// As kResolve, of STRING, but of BINARY where all texts are BINARY.
template <Resolver kResolve>
Result<ResolvedFunction> TextOrBytes(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, kResolve(args));
  bool has_bytes = false;
  for (size_t i = 0; i < args.size(); ++i) {
    if (function.arg_types[i]->id() != arrow::Type::STRING) continue;
    if (!IsBytes(*args[i].type) && args[i].type->id() != arrow::Type::NA) return function;
    has_bytes = has_bytes || IsBytes(*args[i].type);
  }
  if (!has_bytes) return function;
  for (TypePtr& type : function.arg_types) {
    if (type->id() == arrow::Type::STRING) type = arrow::binary();
  }
  if (function.type->id() == arrow::Type::STRING) function.type = arrow::binary();
  return function;
}

// concat_ws: texts, and ARRAYs of them.
Result<ResolvedFunction> ConcatWithSeparator(const Arguments& args) {
  ResolvedFunction function;
  function.type = arrow::utf8();
  function.nullable = args[0].nullable;
  for (size_t i = 0; i < args.size(); ++i) {
    const bool is_array = i > 0 && args[i].type->id() == arrow::Type::LIST;
    const arrow::DataType& type = is_array ? *args[i].type->field(0)->type() : *args[i].type;
    if (!CanCastImplicitly(type, *arrow::utf8())) return WrongType(i, *args[i].type, "STRING");
    function.arg_types.push_back(is_array ? arrow::list(arrow::utf8()) : arrow::utf8());
  }
  return function;
}

// elt(n, a, b): texts, or BINARY when all are.
Result<ResolvedFunction> Element(const Arguments& args) {
  std::vector<TypePtr> types(args.size(), arrow::utf8());
  types[0] = arrow::int32();
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction function,
                        TakeTypes(args, std::move(types), arrow::utf8()));
  const bool all_bytes = std::all_of(args.begin() + 1, args.end(),
                                     [](const Argument& arg) { return IsBytes(*arg.type); });
  if (!all_bytes) return function;
  std::fill(function.arg_types.begin() + 1, function.arg_types.end(), arrow::binary());
  function.type = arrow::binary();
  return function;
}

bool IsArray(const Argument& arg) { return arg.type->id() == arrow::Type::LIST; }

Result<ResolvedFunction> Concat(const Arguments& args) {
  if (std::none_of(args.begin(), args.end(), IsArray))
    return TextOrBytes<TakesAll<String(String)>>(args);
  for (size_t i = 0; i < args.size(); ++i) {
    if (!IsArray(args[i])) return WrongType(i, *args[i].type, "an ARRAY");
  }
  return FirstOfCommonType(args);
}

Result<ResolvedFunction> Reverse(const Arguments& args) {
  if (IsArray(args[0])) return FirstOfCommonType(args);
  return TextOrBytes<Takes<String(String)>>(args);
}

constexpr Function kStringFunctions[] = {
    {.name = "upper",
     .aliases = {"ucase"},
     .signature = "upper(STRING)",
     .help = "in capitals",
     .example = "upper('tarn')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>,
     .traits = {.may_fail = false}},
    {.name = "lower",
     .aliases = {"lcase"},
     .signature = "lower(STRING)",
     .help = "in lower case",
     .example = "lower('TARN')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>,
     .traits = {.may_fail = false}},
    {.name = "initcap",
     .signature = "initcap(STRING)",
     .help = "each word with a capital first",
     .example = "initcap('night train')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>,
     .traits = {.may_fail = false}},
    {.name = "length",
     .aliases = {"char_length", "character_length", "len"},
     .signature = "length(STRING)",
     .help = "number of characters",
     .example = "length('né')",
     .num_args = {1, 1},
     .resolve = TextOrBytes<Takes<Int(String)>>,
     .traits = {.may_fail = false}},
    {.name = "octet_length",
     .signature = "octet_length(STRING)",
     .help = "number of bytes in UTF-8",
     .example = "octet_length('né')",
     .num_args = {1, 1},
     .resolve = Takes<Int(String)>},
    {.name = "bit_length",
     .signature = "bit_length(STRING)",
     .help = "number of bits in UTF-8",
     .example = "bit_length('tarn')",
     .num_args = {1, 1},
     .resolve = Takes<Int(String)>},
    {.name = "ascii",
     .signature = "ascii(STRING)",
     .help = "the code point of the first character, 0 without one",
     .example = "ascii('tarn')",
     .num_args = {1, 1},
     .resolve = Takes<Int(String)>},
    {.name = "chr",
     .aliases = {"char"},
     .signature = "chr(BIGINT)",
     .help = "the character of this code point, of the first 256",
     .example = "chr(116)",
     .num_args = {1, 1},
     .resolve = Takes<String(BigInt)>},
    {.name = "space",
     .signature = "space(INT)",
     .help = "so many spaces",
     .example = "concat('a', space(3), 'b')",
     .num_args = {1, 1},
     .resolve = Takes<String(Int)>},
    {.name = "quote",
     .signature = "quote(STRING)",
     .help = "in single quotes, those inside after a backslash",
     .example = "quote('it\\'s')",
     .num_args = {1, 1},
     .resolve = Takes<String(String)>},
    {.name = "elt",
     .signature = "elt(n INT, a, …)",
     .help = "the n-th of the others",
     .example = "elt(2, 'rock', 'pop', 'jazz')",
     .num_args = {2, Function::kVariadic},
     .resolve = Element,
     .traits = {.nullability = Nullability::kAlways, .null_in_null_out = false}},
    {.name = "find_in_set",
     .signature = "find_in_set(STRING, list STRING)",
     .help = "position in a list with commas, 0 when it is not there",
     .example = "find_in_set('pop', 'rock,pop,jazz')",
     .num_args = {2, 2},
     .resolve = Takes<Int(String, String)>},
    {.name = "substring_index",
     .signature = "substring_index(STRING, delimiter STRING, count INT)",
     .help = "up to the count-th delimiter; from there on, counted from the end, when negative",
     .example = "substring_index('play.music.example.org', '.', -2)",
     .num_args = {3, 3},
     .resolve = Takes<String(String, String, Int)>},
    {.name = "overlay",
     .signature = "overlay(STRING, by STRING, position INT[, length INT])",
     .help = "with a part replaced, of the length of what replaces it unless given",
     .example = "overlay('salt lake', 'tarn', 6)",
     .num_args = {3, 4},
     .resolve = TextOrBytes<Takes<String(String, String, Int, Int)>>},
    {.name = "trim",
     .signature = "trim([characters STRING, ]STRING)",
     .help = "without spaces, or the given characters, at both ends",
     .example = "trim('-', '--tarn--')",
     .num_args = {1, 2},
     .resolve = Takes<String(String, String)>,
     .traits = {.may_fail = false, .last_argument_first = true}},
    {.name = "ltrim",
     .signature = "ltrim([characters STRING, ]STRING)",
     .help = "as trim, at the start",
     .example = "ltrim('0', '0042')",
     .num_args = {1, 2},
     .resolve = Takes<String(String, String)>,
     .traits = {.may_fail = false, .last_argument_first = true}},
    {.name = "rtrim",
     .signature = "rtrim([characters STRING, ]STRING)",
     .help = "as trim, at the end",
     .example = "rtrim('!', 'tarn!!')",
     .num_args = {1, 2},
     .resolve = Takes<String(String, String)>,
     .traits = {.may_fail = false, .last_argument_first = true}},
    {.name = "btrim",
     .signature = "btrim(STRING[, characters STRING])",
     .help = "as trim, the text first",
     .example = "btrim('xxtarnx', 'x')",
     .num_args = {1, 2},
     .resolve = Takes<String(String, String)>,
     .traits = {.may_fail = false}},
    {.name = "substring",
     .aliases = {"substr"},
     .signature = "substring(STRING, start INT[, length INT])",
     .help = "from a position, counted from the end when negative",
     .example = "substring('tarn', 2, 3)",
     .num_args = {2, 3},
     .resolve = TextOrBytes<Takes<String(String, Int, Int)>>},
    {.name = "left",
     .signature = "left(STRING, length INT)",
     .help = "the first characters",
     .example = "left('tarn', 2)",
     .num_args = {2, 2},
     .resolve = TextOrBytes<Takes<String(String, Int)>>},
    {.name = "right",
     .signature = "right(STRING, length INT)",
     .help = "the last characters",
     .example = "right('tarn', 2)",
     .num_args = {2, 2},
     .resolve = Takes<String(String, Int)>},
    {.name = "concat",
     .signature = "concat(a, …) or a || b",
     .help = "joined text, or joined ARRAYs; NULL when one is",
     .example = "concat('song', '-', 42)",
     .num_args = {0, Function::kVariadic},
     .resolve = Concat,
     .traits = {.may_fail = false}},
    {.name = "concat_ws",
     .signature = "concat_ws(separator STRING, a, …)",
     .help = "joined texts and elements of ARRAYs with a separator, NULLs left out",
     .example = "concat_ws('/', 'raw', NULL, array('2024', '02'))",
     .num_args = {1, Function::kVariadic},
     .resolve = ConcatWithSeparator,
     .traits = {.may_fail = false,
                .nullability = Nullability::kResolved,
                .null_in_null_out = false}},
    {.name = "replace",
     .signature = "replace(STRING, search STRING[, by STRING])",
     .help = "every occurrence replaced",
     .example = "replace('2024-02-29', '-', '/')",
     .num_args = {2, 3},
     .resolve = Takes<String(String, String, String)>},
    {.name = "translate",
     .signature = "translate(STRING, from STRING, to STRING)",
     .help = "each character of from replaced by the one of to at its place",
     .example = "translate('2024-02-29', '-0', '/o')",
     .num_args = {3, 3},
     .resolve = Takes<String(String, String, String)>},
    {.name = "split_part",
     .signature = "split_part(STRING, delimiter STRING, part INT)",
     .help = "one part, counted from the end when negative; '' when there is none",
     .example = "split_part('raw/2024/02', '/', -1)",
     .num_args = {3, 3},
     .resolve = Takes<String(String, String, Int)>},
    {.name = "instr",
     .signature = "instr(STRING, search STRING[, start INT[, occurrence INT]])",
     .help = "position of the first occurrence, 0 without one; backwards from a negative start",
     .example = "instr('banana', 'an')",
     .num_args = {2, 4},
     .resolve = Takes<Int(String, String, Int, Int)>},
    {.name = "position",
     .aliases = {"locate"},
     .signature = "position(search STRING, STRING[, start INT])",
     .help = "as instr, the other way round",
     .example = "position('an', 'banana', 3)",
     .num_args = {2, 3},
     .resolve = Takes<Int(String, String, Int)>,
     .traits = {.null_in_null_out = false}},
    {.name = "lpad",
     .signature = "lpad(STRING, length INT[, pad STRING])",
     .help = "filled or cut to a length, on the left",
     .example = "lpad('42', 5, '0')",
     .num_args = {2, 3},
     .resolve = TextOrBytes<Takes<String(String, Int, String)>>},
    {.name = "rpad",
     .signature = "rpad(STRING, length INT[, pad STRING])",
     .help = "filled or cut to a length, on the right",
     .example = "rpad('tarn', 7, '.')",
     .num_args = {2, 3},
     .resolve = TextOrBytes<Takes<String(String, Int, String)>>},
    {.name = "reverse",
     .signature = "reverse(STRING or ARRAY)",
     .help = "characters or elements in reverse order",
     .example = "reverse('tarn')",
     .num_args = {1, 1},
     .resolve = Reverse},
    {.name = "repeat",
     .signature = "repeat(STRING, times INT)",
     .help = "repeated text",
     .example = "repeat('la', 3)",
     .num_args = {2, 2},
     .resolve = Takes<String(String, Int)>},
    {.name = "startswith",
     .signature = "startswith(STRING, prefix STRING)",
     .help = "whether it begins with the text",
     .example = "startswith('tarn', 'ta')",
     .num_args = {2, 2},
     .resolve = Takes<Boolean(String, String)>,
     .traits = {.may_fail = false}},
    {.name = "endswith",
     .signature = "endswith(STRING, suffix STRING)",
     .help = "whether it ends with the text",
     .example = "endswith('tarn', 'rn')",
     .num_args = {2, 2},
     .resolve = Takes<Boolean(String, String)>,
     .traits = {.may_fail = false}},
    {.name = "contains",
     .signature = "contains(STRING, search STRING)",
     .help = "whether it contains the text",
     .example = "contains('tarn', 'ar')",
     .num_args = {2, 2},
     .resolve = Takes<Boolean(String, String)>,
     .traits = {.may_fail = false}},
};

}  // namespace

std::span<const Function> StringFunctions() { return kStringFunctions; }

}  // namespace tarn::plan
