#include "plan/spark_call_name.h"

#include <algorithm>

namespace tarn::plan {
namespace {

constexpr const char* kSecondsPattern = "yyyy-MM-dd HH:mm:ss";
constexpr const char* kIntMax = "2147483647";

constexpr SparkCallName DependsOnMore(std::string_view name) {
  SparkCallName changed{name, name};
  changed.is_known = false;
  return changed;
}

constexpr SparkCallName FirstShown(std::string_view name) {
  SparkCallName changed{name, name};
  changed.num_shown = 1;
  return changed;
}

constexpr SparkCallName kChanged[] = {
    {"acos", "ACOS"},
    {"acosh", "ACOSH"},
    {"aes_decrypt", "aes_decrypt", 5, {"GCM", "DEFAULT", ""}},
    {"aes_encrypt", "aes_encrypt", 6, {"GCM", "DEFAULT", "", ""}},
    {"approx_percentile", "approx_percentile", 3, {"10000"}},
    {"array_agg", "collect_list"},
    {"asin", "ASIN"},
    {"asinh", "ASINH"},
    {"atan", "ATAN"},
    {"atan2", "ATAN2"},
    {"atanh", "ATANH"},
    {"bround", "bround", 2, {"0"}},
    {"cbrt", "CBRT"},
    DependsOnMore("convert_timezone"),
    {"cos", "COS"},
    {"cosh", "COSH"},
    {"cot", "COT"},
    {"csc", "CSC"},
    {"curdate", "current_date"},
    {"current_database", "current_schema"},
    {"current_time", "current_time", 1, {"6"}},
    {"dateadd", "date_add"},
    {"degrees", "DEGREES"},
    {"dense_rank", "DENSE_RANK"},
    {"e", "E"},
    {"exp", "EXP"},
    {"expm1", "EXPM1"},
    FirstShown("first"),
    FirstShown("first_value"),
    FirstShown("any_value"),
    FirstShown("last"),
    FirstShown("last_value"),
    FirstShown("from_csv"),
    FirstShown("from_json"),
    {"from_unixtime", "from_unixtime", 2, {kSecondsPattern}},
    {"hmac", "hmac", 3, {"SHA-256"}},
    {"hypot", "HYPOT"},
    {"lag", "lag", 3, {"1", "NULL"}},
    {"lead", "lead", 3, {"1", "NULL"}},
    {"listagg", "listagg", 2, {"NULL"}},
    {"localtime", "current_time", 1, {"6"}},
    {"locate", "locate", 3, {"1"}},
    {"log10", "LOG10"},
    {"log1p", "LOG1P"},
    {"log2", "LOG2"},
    {"make_dt_interval", "make_dt_interval", 4, {"0", "0", "0", "0.000000"}},
    {"make_interval", "make_interval", 7, {"0", "0", "0", "0", "0", "0.000000"}},
    DependsOnMore("make_timestamp_ltz"),
    {"make_ym_interval", "make_ym_interval", 2, {"0", "0"}},
    {"mask", "mask", 5, {"X", "x", "n", "NULL"}},
    {"months_between", "months_between", 3, {"true"}},
    {"overlay", "overlay", 4, {"-1"}},
    {"percent_rank", "PERCENT_RANK"},
    {"percentile", "percentile", 3, {"1"}},
    {"percentile_approx", "percentile_approx", 3, {"10000"}},
    {"pi", "PI"},
    {"position", "position", 3, {"1"}},
    {"power", "POWER"},
    {"radians", "RADIANS"},
    {"random", "rand"},
    {"rank", "RANK"},
    {"regexp", "REGEXP"},
    {"regexp_extract", "regexp_extract", 3, {"1"}},
    {"regexp_extract_all", "regexp_extract_all", 3, {"1"}},
    {"regexp_instr", "regexp_instr", 3, {"0"}},
    {"regexp_like", "REGEXP_LIKE"},
    {"regexp_replace", "regexp_replace", 4, {"1"}},
    {"replace", "replace", 3, {""}},
    {"rlike", "RLIKE"},
    {"round", "round", 2, {"0"}},
    FirstShown("schema_of_csv"),
    FirstShown("schema_of_json"),
    {"sec", "SEC"},
    {"sentences", "sentences", 3, {"", ""}},
    {"session_user", "current_user"},
    {"signum", "SIGNUM"},
    {"sin", "SIN"},
    {"sinh", "SINH"},
    {"sort_array", "sort_array", 2, {"true"}},
    {"spark_partition_id", "SPARK_PARTITION_ID"},
    {"split", "split", 3, {"-1"}},
    {"sqrt", "SQRT"},
    {"str_to_map", "str_to_map", 3, {",", ":"}},
    {"string_agg", "listagg", 2, {"NULL"}},
    {"substr", "substr", 3, {kIntMax}},
    {"substring", "substring", 3, {kIntMax}},
    {"tan", "TAN"},
    {"tanh", "TANH"},
    DependsOnMore("to_char"),
    FirstShown("to_csv"),
    FirstShown("to_json"),
    {"to_unix_timestamp", "to_unix_timestamp", 2, {kSecondsPattern}},
    DependsOnMore("to_varchar"),
    {"try_aes_decrypt", "try_aes_decrypt", 5, {"GCM", "DEFAULT", ""}},
    {"try_make_interval", "try_make_interval", 7, {"0", "0", "0", "0", "0", "0.000000"}},
    DependsOnMore("try_make_timestamp"),
    DependsOnMore("try_make_timestamp_ltz"),
    {"unix_timestamp", "unix_timestamp", 2, {"current_timestamp()", kSecondsPattern}},
};

}  // namespace

const SparkCallName* FindSparkCallName(std::string_view name) {
  const auto* found = std::find_if(std::begin(kChanged), std::end(kChanged),
                                   [&](const SparkCallName& entry) { return entry.name == name; });
  return found == std::end(kChanged) ? nullptr : found;
}

}  // namespace tarn::plan
