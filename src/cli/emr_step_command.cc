#include <set>

#include "cli/cluster_opening.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cluster/conf_check.h"
#include "cluster/pipeline_step.h"
#include "cluster/preflight.h"
#include "s3/uri.h"
#include "session/plan_paths.h"

namespace tarn::cli {
namespace {

// What `tarn run` gets on the primary node.
std::vector<std::string> RunArgumentsOf(const EmrStepArguments& arguments) {
  std::vector<std::string> words = {arguments.pipeline.directory, "--quiet"};
  for (const auto& [key, value] : arguments.pipeline.overrides) {
    words.push_back(fmt::format("--set={}={}", key, value));
  }
  if (arguments.full) words.emplace_back("--full");
  if (arguments.shrink) words.emplace_back("--shrink");
  for (const std::string& table : arguments.select) words.push_back("--select=" + table);
  if (!arguments.master.empty()) words.push_back("--master=" + arguments.master);
  for (const auto& [key, value] : arguments.conf) {
    words.push_back(fmt::format("--conf={}={}", key, value));
  }
  return words;
}

// The buckets that the command line names; others are the pipeline's own affair.
Result<std::vector<std::string>> NamedBuckets(const EmrStepArguments& arguments) {
  std::vector<std::string> uris = {arguments.pipeline.directory, arguments.program};
  for (const auto& [key, value] : arguments.pipeline.overrides) uris.push_back(value);
  for (const std::string& uri : uris) {
    if (s3::IsS3Uri(uri)) ARROW_RETURN_NOT_OK(s3::ParseUri(uri).status());
  }
  const std::set<std::string> buckets = session::BucketsOf(uris);
  return std::vector<std::string>(buckets.begin(), buckets.end());
}

}  // namespace

Status RunAsStep(const EmrStepArguments& arguments, const Console& console) {
  ARROW_RETURN_NOT_OK(cluster::CheckConf(arguments.conf));
  for (const std::string* uri : {&arguments.pipeline.directory, &arguments.program}) {
    if (uri->starts_with("s3://")) continue;
    return MakeError(ErrorKind::kUsage, "The primary node reads from S3 alone: " + *uri,
                     "copy it there, by `tarn sync` or `aws s3 cp`");
  }
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> buckets, NamedBuckets(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto settings, LoadCluster(arguments.config));
  ARROW_ASSIGN_OR_RAISE(const auto aws, OpenAws(settings, console.err));
  ARROW_ASSIGN_OR_RAISE(const std::string id, cluster::FindCluster(*aws, arguments.cluster));
  InterruptGuard interrupt;
  ARROW_RETURN_NOT_OK(cluster::CheckRegions(
      *aws, settings,
      {.buckets = std::move(buckets), .allow_cross_region = arguments.allow_cross_region},
      interrupt.token()));
  const cluster::PipelineStep step = {arguments.program, RunArgumentsOf(arguments)};
  ARROW_ASSIGN_OR_RAISE(
      const cluster::PipelineStepEnd end,
      cluster::RunPipelineStep(*aws, id, step, interrupt.token(), ClusterNews(console.err, false)));
  if (!end.log_tail.empty()) {
    console.out.stream() << end.log_tail << (end.log_tail.ends_with('\n') ? "" : "\n");
  }
  if (end.step.state == "COMPLETED") return Status::OK();
  return MakeError(ErrorKind::kFailed,
                   fmt::format("Step {} ended as {}{}{}", end.step.id, end.step.state,
                               end.exit_code ? fmt::format(", exit code {}", *end.exit_code) : "",
                               end.step.reason.empty() ? "" : ": " + end.step.reason),
                   fmt::format("`tarn cluster logs {} --step {}` shows more, some minutes later",
                               id, end.step.id));
}

}  // namespace tarn::cli
