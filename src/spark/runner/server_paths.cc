#include "spark/runner/server_paths.h"

#include <string_view>

namespace tarn::spark {
namespace {

void UseS3a(std::string* path) {
  constexpr std::string_view kS3 = "s3://";
  if (path->starts_with(kS3)) path->insert(2, "a");
}

}  // namespace

void UsePathsOf(const std::string& spark_version, Job* job) {
  if (spark_version.find("amzn") != std::string::npos) return;
  for (JobSource& source : job->sources) {
    for (std::string& path : source.paths) UseS3a(&path);
    UseS3a(&source.base_path);
  }
  for (JobTable& table : job->tables) UseS3a(&table.folder);
}

}  // namespace tarn::spark
