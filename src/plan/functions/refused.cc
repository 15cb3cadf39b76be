#include <map>
#include <span>

#include "plan/functions/refused_internal.h"

namespace tarn::plan {
namespace {

// Functions that are refused for one reason.
struct RefusedGroup {
  std::string_view reason;
  std::string_view hint;
  std::span<const std::string_view> names;
};

constexpr std::string_view kOfChance[] = {"rand", "randstr", "random", "randn", "uniform", "uuid"};

constexpr std::string_view kOfRows[] = {"monotonically_increasing_id", "spark_partition_id"};

constexpr std::string_view kOfBlocks[] = {"input_file_block_start", "input_file_block_length"};

constexpr std::string_view kOfJava[] = {"java_method", "reflect", "try_reflect"};

constexpr std::string_view kOfEngine[] = {"version"};

constexpr std::string_view kOfSession[] = {"current_catalog",
                                           "current_database",
                                           "current_schema",
                                           "current_path",
                                           "current_user",
                                           "session_user",
                                           "user"};

constexpr std::string_view kOfSketches[] = {"approx_top_k",
                                            "approx_top_k_accumulate",
                                            "approx_top_k_combine",
                                            "approx_top_k_estimate",
                                            "count_min_sketch",
                                            "hll_sketch_agg",
                                            "hll_sketch_estimate",
                                            "hll_union",
                                            "hll_union_agg",
                                            "kll_merge_agg_bigint",
                                            "kll_merge_agg_double",
                                            "kll_merge_agg_float",
                                            "kll_sketch_agg_bigint",
                                            "kll_sketch_agg_double",
                                            "kll_sketch_agg_float",
                                            "kll_sketch_get_n_bigint",
                                            "kll_sketch_get_n_double",
                                            "kll_sketch_get_n_float",
                                            "kll_sketch_get_quantile_bigint",
                                            "kll_sketch_get_quantile_double",
                                            "kll_sketch_get_quantile_float",
                                            "kll_sketch_get_rank_bigint",
                                            "kll_sketch_get_rank_double",
                                            "kll_sketch_get_rank_float",
                                            "kll_sketch_merge_bigint",
                                            "kll_sketch_merge_double",
                                            "kll_sketch_merge_float",
                                            "kll_sketch_to_string_bigint",
                                            "kll_sketch_to_string_double",
                                            "kll_sketch_to_string_float",
                                            "theta_difference",
                                            "theta_intersection",
                                            "theta_intersection_agg",
                                            "theta_sketch_agg",
                                            "theta_sketch_estimate",
                                            "theta_union",
                                            "theta_union_agg",
                                            "tuple_difference_double",
                                            "tuple_difference_integer",
                                            "tuple_difference_theta_double",
                                            "tuple_difference_theta_integer",
                                            "tuple_intersection_agg_double",
                                            "tuple_intersection_agg_integer",
                                            "tuple_intersection_double",
                                            "tuple_intersection_integer",
                                            "tuple_intersection_theta_double",
                                            "tuple_intersection_theta_integer",
                                            "tuple_sketch_agg_double",
                                            "tuple_sketch_agg_integer",
                                            "tuple_sketch_estimate_double",
                                            "tuple_sketch_estimate_integer",
                                            "tuple_sketch_summary_double",
                                            "tuple_sketch_summary_integer",
                                            "tuple_sketch_theta_double",
                                            "tuple_sketch_theta_integer",
                                            "tuple_union_agg_double",
                                            "tuple_union_agg_integer",
                                            "tuple_union_double",
                                            "tuple_union_integer",
                                            "tuple_union_theta_double",
                                            "tuple_union_theta_integer"};

constexpr std::string_view kOfEstimates[] = {"approx_count_distinct"};

constexpr std::string_view kOfMetricViews[] = {"measure"};

constexpr std::string_view kOfVariants[] = {
    "is_valid_variant",      "is_variant_null",    "parse_json",      "schema_of_variant",
    "schema_of_variant_agg", "to_variant_object",  "try_parse_json",  "try_variant_array_append",
    "try_variant_get",       "try_variant_insert", "try_variant_set", "variant_array_append",
    "variant_delete",        "variant_get",        "variant_insert",  "variant_set",
    "variant_strip_nulls"};

constexpr std::string_view kOfXml[] = {
    "from_xml",    "schema_of_xml", "to_xml",     "xpath",        "xpath_boolean", "xpath_double",
    "xpath_float", "xpath_int",     "xpath_long", "xpath_number", "xpath_short",   "xpath_string"};

constexpr std::string_view kOfAvro[] = {"from_avro", "schema_of_avro", "to_avro"};

constexpr std::string_view kOfProtobuf[] = {"from_protobuf", "to_protobuf"};

constexpr std::string_view kOfGeometry[] = {"st_asbinary", "st_geogfromwkb", "st_geomfromwkb",
                                            "st_setsrid", "st_srid"};

constexpr std::string_view kOfVectors[] = {"vector_avg",
                                           "vector_cosine_similarity",
                                           "vector_inner_product",
                                           "vector_l2_distance",
                                           "vector_norm",
                                           "vector_normalize",
                                           "vector_sum"};

constexpr std::string_view kOfNanoseconds[] = {"timestamp_nanos", "unix_nanos"};

constexpr std::string_view kOfShuffles[] = {"shuffle"};

constexpr std::string_view kOfCollations[] = {"collate"};

constexpr RefusedGroup kGroups[] = {
    {"it gives other values each time, and no engine those of another",
     "take values from the data, or hash(key)", kOfChance},
    {"its values depend on how the engine divides the rows", "use row_number() OVER (ORDER BY …)",
     kOfRows},
    {"its values depend on how the engine divides the files", "_metadata.file_size is the file's",
     kOfBlocks},
    {"it calls a Java class", "", kOfJava},
    {"it is of the engine, and a table is the same on each", "", kOfEngine},
    {"it is of the session, and a table is the same in each", "write the value", kOfSession},
    {"sketches have formats of their own", "count(DISTINCT x) is exact", kOfSketches},
    {"Spark's estimate is corrected by tables of its own",
     "write count(DISTINCT x), which is exact", kOfEstimates},
    {"there are no metric views", "", kOfMetricViews},
    {"TIMESTAMP has microseconds", "multiply unix_micros(x) by 1000", kOfNanoseconds},
    {"its order is left to chance", "sort_array(x) has a fixed one", kOfShuffles},
    {"text compares by its bytes, which Spark calls UTF8_BINARY", "compare lower(x) to ignore case",
     kOfCollations},
    {"there is no type VARIANT", "declare the fields in the source's schema", kOfVariants},
    {"XML is not read", "", kOfXml},
    {"Avro is not read", "", kOfAvro},
    {"Protobuf is not read", "", kOfProtobuf},
    {"there are no types of geometry", "", kOfGeometry},
    {"there are no vectors", "", kOfVectors},
};

}  // namespace

const RefusedFunction* FindRefusedFunction(std::string_view name) {
  static const auto* kByName = [] {
    auto* by_name = new std::map<std::string_view, RefusedFunction>();
    for (const auto& [reason, hint, names] : kGroups) {
      for (std::string_view refused : names)
        by_name->emplace(refused, RefusedFunction{refused, reason, hint});
    }
    return by_name;
  }();
  const auto found = kByName->find(name);
  return found == kByName->end() ? nullptr : &found->second;
}

}  // namespace tarn::plan
