#include "session/plan_paths.h"

#include "s3/uri.h"

namespace tarn::session {

std::vector<std::string> PathsOf(const plan::Plan& plan, const std::string& output) {
  std::vector<std::string> paths = {output};
  for (const plan::SourcePlan& source : plan.sources) {
    paths.insert(paths.end(), source.source->paths.begin(), source.source->paths.end());
  }
  return paths;
}

std::set<std::string> BucketsOf(std::span<const std::string> paths) {
  std::set<std::string> buckets;
  for (const std::string& path : paths) {
    if (!s3::IsS3Uri(path)) continue;
    if (const auto location = s3::ParseUri(path); location.ok()) buckets.insert(location->bucket);
  }
  return buckets;
}

}  // namespace tarn::session
