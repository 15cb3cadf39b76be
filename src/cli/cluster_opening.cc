#include "cli/cluster_opening.h"

#include <filesystem>
#include <thread>

#include "base/units.h"
#include "cli/endpoint_warning.h"
#include "cli/table_text.h"
#include "cluster/create_call.h"

namespace tarn::cli {
namespace {

constexpr char kFileName[] = "cluster.toml";
constexpr int kEndTries = 3;

}  // namespace

Result<cluster::ClusterSettings> LoadCluster(const std::string& path) {
  if (!path.empty()) return cluster::LoadClusterFile(path);
  std::error_code ignored;
  if (std::filesystem::exists(kFileName, ignored)) return cluster::LoadClusterFile(kFileName);
  return cluster::ReadClusterFile("", "");
}

Result<std::unique_ptr<cluster::AwsCli>> OpenAws(const cluster::ClusterSettings& settings,
                                                 const Terminal& terminal) {
  const cluster::AwsSettings& aws = settings.aws;
  if (aws.program.find('/') != std::string::npos) {
    terminal.stream() << fmt::format("running {}, which {} names as the AWS CLI\n",
                                     Printable(aws.program), Printable(settings.path))
                      << std::flush;
  }
  WarnOfEndpoint(fmt::format("aws.endpoint_url of {}", settings.path), aws.endpoint_url, terminal);
  return cluster::AwsCli::Open(aws);
}

cluster::OnProgress ClusterNews(const Terminal& terminal, bool quiet) {
  if (quiet) return [](const std::string&) {};
  return [&terminal](const std::string& line) {
    terminal.stream() << "emr: " << Printable(line) << std::endl;
  };
}

Status EndCluster(const cluster::AwsCli& aws, const cluster::ClusterSettings& settings,
                  const std::string& id) {
  Status ended;
  for (int i = 0; i < kEndTries; ++i) {
    std::this_thread::sleep_for(std::chrono::seconds(i));
    ended = cluster::TerminateCluster(aws, id);
    if (ended.ok()) return ended;
  }
  const std::vector<std::string> command = cluster::CommandOf(
      aws.settings(), {"emr", "terminate-clusters", cluster::Option("cluster-ids", id)});
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("Cluster {} could not be terminated, and costs until it terminates itself after "
                  "{} without work: {}",
                  id, FormatDuration(static_cast<double>(settings.idle_timeout.count())),
                  MessageOf(ended)),
      "terminate it: " + cluster::ShellText(command));
}

}  // namespace tarn::cli
