#include "engine/bad_record_limit.h"

#include <fmt/format.h>

#include "base/units.h"

namespace tarn::engine {

Status CheckBadRecordLimit(const pipeline::Source& source, const BadRecordCount& count, bool is_all,
                           const std::function<std::string()>& first_ones) {
  const auto& [num_records_max, share_max] = source.max_bad_records;
  if (num_records_max.has_value() && count.num_bad > *num_records_max) {
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("source {}: more than max_bad_records = {} bad records; the first of them:{}"
                    "\n  hint: mend them or the schema, or raise max_bad_records",
                    source.name, *num_records_max, first_ones()));
  }
  if (!is_all || count.num_bad == 0) return Status::OK();
  const double share = static_cast<double>(count.num_bad) / static_cast<double>(count.num_records);
  if (share_max.has_value() && share > *share_max) {
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("source {}: {} of {} are bad, which is more than max_bad_records = {:g}%; the "
                    "first of them:{}\n  hint: mend them or the schema, or raise max_bad_records",
                    source.name, FormatCount(count.num_bad),
                    FormatCount(count.num_records, "record"), *share_max * 100, first_ones()));
  }
  const bool is_limited = num_records_max.has_value() || share_max.has_value();
  if (is_limited || count.num_bad <= count.num_records / 2) return Status::OK();
  if (count.num_bad < count.num_records) {
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("source {}: {} of {} are bad, more than half; the first of them:{}\n  hint: "
                    "mend them or the schema; max_bad_records = \"100%\" allows any number",
                    source.name, FormatCount(count.num_bad),
                    FormatCount(count.num_records, "record"), first_ones()));
  }
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format(
          "source {}: none of its {} can be read; the first of them:{}\n  hint: compare the "
          "schema with the files: tarn check --data",
          source.name, FormatCount(count.num_records, "record"), first_ones()));
}

}  // namespace tarn::engine
