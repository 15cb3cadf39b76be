#include "engine/bad_record_limit.h"

#include <fmt/format.h>

#include "base/units.h"

namespace tarn::engine {

namespace {

Status TooMany(const pipeline::Source& source, const std::string& what,
               const std::function<std::string()>& first_ones, std::string hint) {
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("source {}: {}; the first of them:{}", source.name, what, first_ones()),
      std::move(hint));
}

}  // namespace

Status BadRecordError(ErrorPlace place, std::string reason) {
  return MakeError(ErrorKind::kBadInput,
                   {std::move(reason),
                    "fix or remove the record, or give the column the type that its values have",
                    std::move(place)});
}

Status CheckBadRecordLimit(const pipeline::Source& source, const BadRecordCount& count, bool is_all,
                           const std::function<std::string()>& first_ones) {
  const auto& [num_records_max, share_max] = source.max_bad_records;
  if (num_records_max.has_value() && count.num_bad > *num_records_max) {
    return TooMany(source,
                   fmt::format("more than max_bad_records = {} bad records", *num_records_max),
                   first_ones, "fix them or the schema, or raise max_bad_records");
  }
  if (!is_all || count.num_bad == 0) return Status::OK();
  const std::string bad = fmt::format("{} of {} are bad", FormatCount(count.num_bad),
                                      FormatCount(count.num_records, "record"));
  const double share = static_cast<double>(count.num_bad) / static_cast<double>(count.num_records);
  if (share_max.has_value() && share > *share_max) {
    return TooMany(
        source,
        fmt::format("{}, which is more than max_bad_records = {:g}%", bad, *share_max * 100),
        first_ones, "fix them or the schema, or raise max_bad_records");
  }
  const bool is_limited = num_records_max.has_value() || share_max.has_value();
  if (is_limited || count.num_bad <= count.num_records / 2) return Status::OK();
  if (count.num_bad < count.num_records) {
    return TooMany(source, bad + ", more than half", first_ones,
                   "fix them or the schema; max_bad_records = \"100%\" allows any number");
  }
  return TooMany(
      source, fmt::format("none of its {} can be read", FormatCount(count.num_records, "record")),
      first_ones, "compare the schema with the files: tarn check --data");
}

}  // namespace tarn::engine
