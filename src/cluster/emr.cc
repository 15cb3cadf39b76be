#include "cluster/emr.h"

#include <fmt/ranges.h>

#include "base/did_you_mean.h"
#include "cluster/json_internal.h"

namespace tarn::cluster {
namespace {

Result<Json> CallJson(const AwsCli& aws, const std::vector<std::string>& words,
                      const arrow::StopToken& stop = arrow::StopToken::Unstoppable()) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, aws.Call(words, stop));
  return ParseJson(text);
}

// EMR writes the old name of the same place.
std::string S3Uri(std::string uri) {
  constexpr std::string_view kOld = "s3n://";
  if (uri.starts_with(kOld)) uri = fmt::format("s3://{}", uri.substr(kOld.size()));
  return uri;
}

Cluster ClusterOf(const Json& json) {
  Cluster cluster;
  cluster.id = TextAt(json, {"Id"});
  cluster.name = TextAt(json, {"Name"});
  cluster.state = TextAt(json, {"Status", "State"});
  cluster.reason = TextAt(json, {"Status", "StateChangeReason", "Message"});
  cluster.created = TextAt(json, {"Status", "Timeline", "CreationDateTime"});
  cluster.release_label = TextAt(json, {"ReleaseLabel"});
  cluster.log_uri = S3Uri(TextAt(json, {"LogUri"}));
  cluster.primary_dns = TextAt(json, {"MasterPublicDnsName"});
  const Json* const hours = Find(json, {"NormalizedInstanceHours"});
  if (hours != nullptr && hours->is_number_integer()) cluster.num_hours = hours->get<int64_t>();
  return cluster;
}

Step StepOf(const Json& json) {
  Step step;
  step.id = TextAt(json, {"Id"});
  step.name = TextAt(json, {"Name"});
  step.state = TextAt(json, {"Status", "State"});
  step.reason = TextAt(json, {"Status", "FailureDetails", "Message"});
  if (step.reason.empty()) step.reason = TextAt(json, {"Status", "FailureDetails", "Reason"});
  if (step.reason.empty()) step.reason = TextAt(json, {"Status", "StateChangeReason", "Message"});
  return step;
}

bool IsClusterId(const std::string& text) {
  return text.starts_with("j-") && text.size() > 5 &&
         std::all_of(text.begin() + 2, text.end(),
                     [](unsigned char c) { return std::isupper(c) || std::isdigit(c); });
}

// What to do about a cluster that ended by itself.
std::string HintOf(const Cluster& cluster) {
  const std::string& reason = cluster.reason;
  const auto says = [&](std::string_view text) { return reason.find(text) != std::string::npos; };
  if (says("limit") || says("Limit") || says("quota")) {
    return "ask for a higher quota (console, Service Quotas, EC2), or take fewer or smaller "
           "instances";
  }
  if (says("capacity") || says("Capacity")) {
    return "take another instance type or subnet, or no spot instances";
  }
  if (says("role") || says("Role") || says("InstanceProfile")) {
    return "`aws emr create-default-roles` creates the roles";
  }
  return cluster.log_uri.empty() ? "set log_uri in cluster.toml, to have the logs"
                                 : fmt::format("its logs: {}{}/node/", cluster.log_uri, cluster.id);
}

}  // namespace

Result<std::string> CreateCluster(const AwsCli& aws, const std::vector<std::string>& words) {
  ARROW_ASSIGN_OR_RAISE(const Json json, CallJson(aws, words));
  std::string id = TextAt(json, {"ClusterId"});
  if (id.empty()) return MakeError(ErrorKind::kFailed, "EMR returned no id of the new cluster");
  return id;
}

Result<std::vector<Cluster>> ListClusters(const AwsCli& aws, bool ended) {
  std::vector<std::string> words = {"emr", "list-clusters"};
  if (!ended) words.emplace_back("--active");
  ARROW_ASSIGN_OR_RAISE(const Json json, CallJson(aws, words));
  std::vector<Cluster> clusters;
  for (const Json& cluster : ListAt(json, {"Clusters"})) clusters.push_back(ClusterOf(cluster));
  return clusters;
}

Result<std::string> FindCluster(const AwsCli& aws, const std::string& id_or_name) {
  if (IsClusterId(id_or_name)) return id_or_name;
  ARROW_ASSIGN_OR_RAISE(const std::vector<Cluster> clusters, ListClusters(aws, false));
  std::vector<std::string> ids, names;
  for (const Cluster& cluster : clusters) {
    names.push_back(cluster.name);
    if (cluster.name == id_or_name) ids.push_back(cluster.id);
  }
  if (ids.size() == 1) return ids[0];
  if (ids.empty()) {
    return MakeError(ErrorKind::kBadInput, "No running cluster has this name: " + id_or_name,
                     DidYouMean(id_or_name, names, "`tarn cluster list` shows the running ones"));
  }
  return MakeError(ErrorKind::kBadInput, "More than one cluster has this name: " + id_or_name,
                   fmt::format("name its id: {}", fmt::join(ids, ", ")));
}

Result<Cluster> DescribeCluster(const AwsCli& aws, const std::string& id,
                                const arrow::StopToken& stop) {
  ARROW_ASSIGN_OR_RAISE(const Json json,
                        CallJson(aws, {"emr", "describe-cluster", Option("cluster-id", id)}, stop));
  const Json* const cluster = Find(json, {"Cluster"});
  return ClusterOf(cluster == nullptr ? Json() : *cluster);
}

Status TerminateCluster(const AwsCli& aws, const std::string& id) {
  return aws.Call({"emr", "terminate-clusters", Option("cluster-ids", id)}).status();
}

Result<std::string> AddStep(const AwsCli& aws, const std::string& cluster,
                            const StepCommand& command) {
  // command-runner.jar starts its arguments as a program; CUSTOM_JAR is what the API knows it as.
  const Json steps = Json::array({{{"Type", "CUSTOM_JAR"},
                                   {"Name", command.name},
                                   {"ActionOnFailure", "CONTINUE"},
                                   {"Jar", "command-runner.jar"},
                                   {"Args", command.arguments}}});
  ARROW_ASSIGN_OR_RAISE(const Json json,
                        CallJson(aws, {"emr", "add-steps", Option("cluster-id", cluster),
                                       Option("steps", ToText(steps))}));
  const Json& ids = ListAt(json, {"StepIds"});
  if (ids.empty() || !ids[0].is_string()) {
    return MakeError(ErrorKind::kFailed, "EMR returned no id of the new step");
  }
  return ids[0].get<std::string>();
}

Result<Step> DescribeStep(const AwsCli& aws, const std::string& cluster, const std::string& step,
                          const arrow::StopToken& stop) {
  ARROW_ASSIGN_OR_RAISE(
      const Json json,
      CallJson(aws,
               {"emr", "describe-step", Option("cluster-id", cluster), Option("step-id", step)},
               stop));
  const Json* const found = Find(json, {"Step"});
  return StepOf(found == nullptr ? Json() : *found);
}

Result<std::vector<Step>> ListSteps(const AwsCli& aws, const std::string& cluster) {
  ARROW_ASSIGN_OR_RAISE(const Json json,
                        CallJson(aws, {"emr", "list-steps", Option("cluster-id", cluster)}));
  std::vector<Step> steps;
  for (const Json& step : ListAt(json, {"Steps"})) steps.push_back(StepOf(step));
  return steps;
}

Status CancelStep(const AwsCli& aws, const std::string& cluster, const std::string& step) {
  return aws
      .Call({"emr", "cancel-steps", Option("cluster-id", cluster), Option("step-ids", step),
             "--step-cancellation-option=TERMINATE_PROCESS"})
      .status();
}

Result<Cluster> WaitUntilReady(const AwsCli& aws, const std::string& id,
                               const arrow::StopToken& stop, const OnProgress& on_progress) {
  // Asked once: what fails here may be the region's name.
  ARROW_ASSIGN_OR_RAISE(Cluster cluster, DescribeCluster(aws, id, stop));
  Patience patience(stop, on_progress);
  std::string last;
  while (true) {
    if (cluster.state != last) {
      on_progress(fmt::format("cluster {} is {}", id, cluster.state));
      last = cluster.state;
    }
    if (cluster.is_ready()) return cluster;
    if (cluster.has_ended()) {
      return MakeError(ErrorKind::kFailed,
                       fmt::format("Cluster {} is {} before it was ready: {}", id, cluster.state,
                                   cluster.reason.empty() ? "no reason given" : cluster.reason),
                       HintOf(cluster));
    }
    ARROW_RETURN_NOT_OK(patience.Pause());
    ARROW_ASSIGN_OR_RAISE(cluster, patience.Ask([&] { return DescribeCluster(aws, id, stop); }));
  }
}

}  // namespace tarn::cluster
