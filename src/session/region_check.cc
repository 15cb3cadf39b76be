#include "session/region_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "s3/machine_region.h"
#include "session/plan_paths.h"

namespace tarn::session {
namespace {

struct Place {
  std::string name;  ///< "bucket raw" or "this machine"
  std::string region;
};

// This machine, if it is in AWS, and the buckets; none when there is nothing to compare. A bucket
// that does not answer is left to the calls that need it, whose errors say more.
std::vector<Place> PlacesOf(s3::Buckets* opened, const std::set<std::string>& buckets) {
  if (buckets.empty()) return {};
  std::vector<Place> places;
  const std::string machine = s3::MachineRegion();
  if (buckets.size() == 1 && machine.empty()) return places;
  std::vector<std::pair<std::string, arrow::Future<std::string>>> asked;
  for (const std::string& bucket : buckets) {
    const auto client = opened->Open(bucket);
    if (client.ok()) asked.emplace_back(bucket, (*client)->LookUpRegion());
  }
  for (const auto& [bucket, answer] : asked) {
    const Result<std::string>& region = answer.result();
    if (region.ok() && !region->empty()) places.push_back({"bucket " + bucket, *region});
  }
  if (!machine.empty()) places.push_back({"this machine", machine});
  return places;
}

}  // namespace

Status CheckRegions(s3::Buckets* buckets, const plan::Plan& plan, const std::string& output,
                    bool strict, const std::function<void(const std::string&)>& warn) {
  const std::vector<Place> places = PlacesOf(buckets, BucketsOf(PathsOf(plan, output)));
  const bool is_one = std::all_of(places.begin(), places.end(), [&](const Place& place) {
    return place.region == places.front().region;
  });
  if (is_one) return Status::OK();
  std::vector<std::string> parts;
  for (const Place& place : places) parts.push_back(place.name + " is in " + place.region);
  const std::string text = fmt::format(
      "{}: what is read or written across regions is slow, and AWS charges each byte "
      "that leaves a region",
      fmt::join(parts, ", "));
  if (strict) {
    return MakeError(ErrorKind::kBadInput, text,
                     "use buckets and a machine of one region, or run without --strict-region");
  }
  warn(text);
  return Status::OK();
}

}  // namespace tarn::session
