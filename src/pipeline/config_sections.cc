#include "pipeline/config_sections_internal.h"

namespace tarn::pipeline {
namespace {

constexpr ConfigKey kPipelineKeys[] = {
    {.name = "name", .takes_string = true},
    {.name = "time_zone", .takes_string = true},
    {.name = "double_quotes", .takes_string = true},
};

constexpr ConfigKey kLakeKeys[] = {
    {.name = "input", .takes_string = true},
    {.name = "output", .takes_string = true},
};

constexpr ConfigKey kRunKeys[] = {
    {.name = "memory", .takes_string = true, .takes_integer = true},
    {.name = "spill_dir", .takes_string = true},
};

constexpr ConfigKey kSparkKeys[] = {
    {.name = "small", .takes_string = true, .takes_integer = true},
};

constexpr ConfigKey kSourceKeys[] = {
    {.name = "path", .takes_string = true, .takes_array = true},
    {.name = "since", .takes_string = true},
    {.name = "until", .takes_string = true},
    {.name = "format", .takes_string = true},
    {.name = "schema", .takes_string = true, .is_code = true},
    {.name = "date_format", .takes_string = true},
    {.name = "timestamp_format", .takes_string = true},
    {.name = "separator", .takes_string = true, .is_code = true},
    {.name = "header", .takes_boolean = true},
    {.name = "quote", .takes_string = true, .takes_empty = true},
    {.name = "escape", .takes_string = true, .takes_empty = true},
    {.name = "null_value", .takes_string = true, .takes_empty = true},
    {.name = "on_bad_record", .takes_string = true},
    {.name = "max_bad_records",
     .takes_string = true,
     .takes_integer = true,
     .takes_fraction = true},
    {.name = "on_bad_type", .takes_string = true},
    {.name = "on_new_field", .takes_string = true},
    {.name = "max_record_size", .takes_string = true, .takes_integer = true},
};

constexpr ConfigKey kTableKeys[] = {
    {.name = "materialized", .takes_string = true},
    {.name = "partition_by", .takes_array = true},
    {.name = "replace", .takes_string = true},
    {.name = "sort_within", .takes_array = true},
    {.name = "key", .takes_array = true},
    {.name = "mode", .takes_string = true},
    {.name = "history", .takes_string = true},
    {.name = "order_by", .takes_string = true, .takes_array = true},
    {.name = "op", .takes_string = true},
    {.name = "deletes", .takes_array = true},
    {.name = "checks", .takes_array = true, .is_code = true},
    {.name = "min_rows", .takes_integer = true},
    {.name = "allow_empty", .takes_boolean = true},
    {.name = "compression", .takes_string = true},
    {.name = "row_group_size", .takes_string = true, .takes_integer = true},
    {.name = "repartition", .takes_integer = true},
    {.name = "coalesce", .takes_integer = true},
    {.name = "max_records_per_file", .takes_integer = true},
};

// Of [s3] and of each [bucket.NAME].
constexpr ConfigKey kS3Keys[] = {
    {.name = "profile", .takes_string = true},
    {.name = "role_arn", .takes_string = true},
    {.name = "external_id", .takes_string = true},
    {.name = "region", .takes_string = true},
    {.name = "endpoint", .takes_string = true},
    {.name = "path_style", .takes_boolean = true},
    {.name = "anonymous", .takes_boolean = true},
    {.name = "requester_pays", .takes_boolean = true},
    {.name = "encryption", .takes_string = true},
    {.name = "kms_key_id", .takes_string = true},
    {.name = "ca_file", .takes_string = true},
    {.name = "retry_for", .takes_string = true},
};

constexpr ConfigSection kSections[] = {
    {.name = "pipeline", .keys = kPipelineKeys},
    {.name = "lake", .keys = kLakeKeys},
    {.name = "run", .keys = kRunKeys},
    {.name = "spark", .keys = kSparkKeys},
    {.name = "s3", .keys = kS3Keys},
    {.name = "bucket", .is_named = true, .keys = kS3Keys},
    {.name = "source", .is_named = true, .keys = kSourceKeys},
    {.name = "table", .is_named = true, .keys = kTableKeys},
};

}  // namespace

std::span<const ConfigSection> ConfigSections() { return kSections; }

}  // namespace tarn::pipeline
