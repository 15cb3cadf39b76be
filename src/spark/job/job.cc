#include "spark/job/job.h"

#include <nlohmann/json.hpp>

namespace tarn::spark {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobBucket, name, region, endpoint, path_style, anonymous,
                                   requester_pays, role_arn, encryption, kms_key_id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobServer, remote, master, conf, home, buckets)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobObject, steps, keys)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobColumn, name, type, is_read)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobSource, name, format, schema, columns, paths, options,
                                   sends_bad_records, known_keys, refuses_new_keys, folder_columns,
                                   base_path, has_file_columns, is_scanned, rows)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobSortColumn, name, descending)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobLayout, keeps_order, repartition, coalesce,
                                   max_records_per_file)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JobTable, name, sql, is_shared, folder, schema, partition_by,
                                   sort_within, options, layout, key, checks, reads, key_may_repeat,
                                   sent_bytes_max, is_measured)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Job, name, server, session, sources, tables, explains)

std::string ToJson(const Job& job) {
  // File names may hold any bytes; Spark takes text only, and does not find those that are none.
  return nlohmann::json(job).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Job> JobFromJson(const std::string& json) {
  try {
    return nlohmann::json::parse(json).get<Job>();
  } catch (const nlohmann::json::exception& error) {
    return Status::Invalid("not a job: ", error.what());
  }
}

}  // namespace tarn::spark
