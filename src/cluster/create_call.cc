#include "cluster/create_call.h"

#include <cctype>

#include "cluster/json_internal.h"

namespace tarn::cluster {
namespace {

Json GroupJson(const InstanceGroup& group) {
  Json json = {{"Name", group.name},
               {"InstanceGroupType", group.role},
               {"InstanceType", group.instance_type},
               {"InstanceCount", group.count}};
  // The most that is paid for a spot instance is what it costs on demand.
  if (group.is_spot) json["BidPrice"] = "OnDemandPrice";
  return json;
}

Json Ec2Attributes(const ClusterSettings& settings) {
  Json json = {{"InstanceProfile", settings.instance_profile}};
  if (!settings.ec2_key.empty()) json["KeyName"] = settings.ec2_key;
  if (!settings.subnet.empty()) json["SubnetId"] = settings.subnet;
  if (!settings.security_group.empty()) {
    json["AdditionalMasterSecurityGroups"] = Json::array({settings.security_group});
  }
  return json;
}

Json ScalingPolicy(const ManagedScaling& scaling) {
  Json limits = {{"UnitType", "Instances"},
                 {"MinimumCapacityUnits", scaling.instances_min},
                 {"MaximumCapacityUnits", scaling.instances_max}};
  if (scaling.on_demand_max) limits["MaximumOnDemandCapacityUnits"] = *scaling.on_demand_max;
  return {{"ComputeLimits", std::move(limits)}};
}

bool IsPlain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-_=./:@%+,").find(c) != std::string_view::npos;
}

// As a POSIX shell reads it.
std::string Quoted(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), IsPlain)) return word;
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + '\'';
}

}  // namespace

std::vector<InstanceGroup> GroupsOf(const ClusterSettings& settings) {
  std::vector<InstanceGroup> groups = {{"primary", "MASTER", settings.primary_type, 1, false}};
  const int64_t num_spot = settings.num_spot_workers();
  const int64_t num_core = settings.num_workers - num_spot;
  if (num_core > 0) groups.push_back({"core", "CORE", settings.worker_type, num_core, false});
  if (num_spot > 0) groups.push_back({"spot", "TASK", settings.worker_type, num_spot, true});
  return groups;
}

std::vector<std::string> CreateClusterWords(const ClusterSettings& settings) {
  Json applications = Json::array();
  for (const std::string& name : settings.applications) applications.push_back({{"Name", name}});
  Json groups = Json::array();
  for (const InstanceGroup& group : GroupsOf(settings)) groups.push_back(GroupJson(group));
  std::vector<std::string> words = {"emr", "create-cluster"};
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) words.push_back(Option(name, value));
  };
  add("name", settings.name);
  add("release-label", settings.release_label);
  add("applications", ToText(applications));
  add("instance-groups", ToText(groups));
  add("ec2-attributes", ToText(Ec2Attributes(settings)));
  add("service-role", settings.service_role);
  add("auto-scaling-role", settings.auto_scaling_role);
  add("scale-down-behavior", settings.scale_down_behavior);
  if (settings.managed_scaling) {
    add("managed-scaling-policy", ToText(ScalingPolicy(*settings.managed_scaling)));
  }
  if (settings.ebs_root_volume_gib) {
    add("ebs-root-volume-size", std::to_string(*settings.ebs_root_volume_gib));
  }
  add("log-uri", settings.log_uri);
  Json tags = Json::array();
  for (const auto& [key, value] : settings.tags) tags.push_back(fmt::format("{}={}", key, value));
  if (!tags.empty()) add("tags", ToText(tags));
  add("auto-termination-policy", ToText({{"IdleTimeout", settings.idle_timeout.count()}}));
  return words;
}

std::string ShellText(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += Quoted(word);
  }
  return text;
}

std::string ShellLines(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += word.starts_with("--") ? " \\\n  " : " ";
    text += Quoted(word);
  }
  return text;
}

}  // namespace tarn::cluster
