#include "cluster/preflight.h"

#include <future>
#include <set>

#include "cluster/json_internal.h"
#include "s3/uri.h"

namespace tarn::cluster {
namespace {

constexpr int64_t kSshPort = 22;

// One look; what it found wrong.
using Findings = std::vector<Diagnostic>;

class Preflight {
 public:
  Preflight(const AwsCli& aws, const ClusterSettings& settings, const PreflightOptions& options,
            const arrow::StopToken& stop)
      : aws_(aws), settings_(settings), options_(options), stop_(stop) {}

  Status CheckRegions() {
    LookAtBuckets(options_.buckets);
    return Gather();
  }

  Status Check() {
    std::set<std::string> buckets(options_.buckets.begin(), options_.buckets.end());
    const std::string_view uri = settings_.log_uri;
    if (const auto location = s3::ParseUri(uri); location.ok()) buckets.insert(location->bucket);
    LookAtBuckets(buckets);
    Look([this] { return CheckRole("service_role", settings_.service_role); });
    if (!settings_.auto_scaling_role.empty()) {
      Look([this] { return CheckRole("auto_scaling_role", settings_.auto_scaling_role); });
    }
    Look([this] { return CheckInstanceProfile(); });
    if (!settings_.ec2_key.empty()) Look([this] { return CheckKey(); });
    if (!settings_.subnet.empty() || NeedsSsh()) Look([this] { return CheckNetwork(); });
    LookHere();
    return Gather();
  }

 private:
  void Look(std::function<Result<Findings>()> check) {
    looks_.push_back(std::async(std::launch::async, std::move(check)));
  }

  template <typename Buckets>
  void LookAtBuckets(const Buckets& buckets) {
    for (const std::string& bucket : buckets) {
      Look([this, bucket] { return CheckBucket(bucket); });
    }
  }

  // What this machine and the file lack.
  void LookHere() {
    if (NeedsSsh() && settings_.ec2_key.empty()) {
      findings_.push_back(Finding("cluster.ec2_key", "the tunnel by SSH needs a key pair",
                                  "write its name: ec2_key = \"…\", or through = \"ssm\" into "
                                  "[tunnel]"));
    }
    if (NeedsSsm() && FindProgram("session-manager-plugin").empty()) {
      findings_.push_back(Finding("tunnel.through", "the session-manager-plugin is not in PATH",
                                  "install it: https://docs.aws.amazon.com/systems-manager/latest/"
                                  "userguide/session-manager-working-with-install-plugin.html"));
    }
  }

  Status Gather() {
    Status failed;
    for (auto& look : looks_) {
      Result<Findings> result = look.get();
      if (result.ok()) {
        findings_.insert(findings_.end(), result->begin(), result->end());
      } else if (failed.ok()) {
        failed = result.status();
      }
    }
    if (!findings_.empty()) return MakeError(std::move(findings_));
    return WithContext(failed, "checking before anything is done");
  }

  bool NeedsSsh() const {
    return options_.needs_tunnel && settings_.tunnel.through == TunnelSettings::Through::kSsh;
  }
  bool NeedsSsm() const {
    return options_.needs_tunnel && settings_.tunnel.through == TunnelSettings::Through::kSsm;
  }

  Diagnostic Finding(std::string subject, std::string message, std::string hint) const {
    Diagnostic diagnostic;
    diagnostic.file = settings_.path;
    diagnostic.subject = std::move(subject);
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
  }

  Result<Json> Ask(const std::vector<std::string>& words) const {
    ARROW_ASSIGN_OR_RAISE(const std::string text, aws_.Call(words, stop_));
    return ParseJson(text.empty() ? "{}" : text);
  }

  // The cluster's region: the file's, the environment's, or the profile's.
  std::string Region() const {
    std::string region = RegionOf(settings_.aws);
    if (!region.empty()) return region;
    region = aws_.Call({"configure", "get", "region"}, stop_).ValueOr("");
    while (!region.empty() && region.back() == '\n') region.pop_back();
    return region;
  }

  Result<Findings> CheckBucket(const std::string& bucket) const {
    const Result<Json> answer = Ask({"s3api", "get-bucket-location", Option("bucket", bucket)});
    if (!answer.ok()) {
      const std::string code = AwsCodeOf(answer.status());
      if (code == "NoSuchBucket") {
        return Findings{Finding("", "there is no such bucket: " + bucket,
                                fmt::format("`aws s3 mb s3://{}` creates it", bucket))};
      }
      return answer.status();
    }
    // For the oldest region, S3 returns no name; for the second, an old one.
    std::string region = TextAt(*answer, {"LocationConstraint"});
    if (region.empty()) region = "us-east-1";
    if (region == "EU") region = "eu-west-1";
    const std::string own = Region();
    if (own.empty() || own == region || options_.allow_cross_region) return Findings{};
    return Findings{
        Finding("cluster.region",
                fmt::format("bucket {} is in {}, the cluster is to be in {}: each byte "
                            "between regions is slow, and AWS charges for it",
                            bucket, region, own),
                fmt::format("write region = \"{}\", or allow it by --allow-cross-region", region))};
  }

  Result<Findings> CheckRole(const std::string& key, const std::string& role) const {
    // A role may stand as ARN, with the path that it has.
    const std::string name = role.substr(role.rfind('/') + 1);
    const Status answer = Ask({"iam", "get-role", Option("role-name", name)}).status();
    if (answer.ok()) return Findings{};
    if (AwsCodeOf(answer) != "NoSuchEntity") return answer;
    return Findings{Finding("cluster." + key, "there is no such role: " + role,
                            "`aws emr create-default-roles` creates the default ones; docs/emr.md "
                            "says what a role needs")};
  }

  Result<Findings> CheckInstanceProfile() const {
    const std::string& name = settings_.instance_profile;
    const Result<Json> answer =
        Ask({"iam", "get-instance-profile", Option("instance-profile-name", name)});
    if (answer.ok()) return NeedsSsm() ? CheckSsmPolicy(*answer) : Findings{};
    if (AwsCodeOf(answer.status()) != "NoSuchEntity") return answer.status();
    return Findings{Finding("cluster.instance_profile",
                            "there is no such instance profile: " + name,
                            "`aws emr create-default-roles` creates the default one")};
  }

  Result<Findings> CheckSsmPolicy(const Json& profile) const {
    const Json& roles = ListAt(profile, {"InstanceProfile", "Roles"});
    const std::string role = roles.empty() ? "" : TextAt(roles[0], {"RoleName"});
    ARROW_ASSIGN_OR_RAISE(const Json answer,
                          Ask({"iam", "list-attached-role-policies", Option("role-name", role)}));
    for (const Json& policy : ListAt(answer, {"AttachedPolicies"})) {
      if (TextAt(policy, {"PolicyName"}).starts_with("AmazonSSM")) return Findings{};
    }
    return Findings{Finding("tunnel.through",
                            "the instances' role does not give Systems Manager access: " + role,
                            fmt::format("aws iam attach-role-policy --role-name {} --policy-arn "
                                        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
                                        role))};
  }

  Result<Findings> CheckKey() const {
    const Status answer =
        Ask({"ec2", "describe-key-pairs", Option("key-names", settings_.ec2_key)}).status();
    if (answer.ok()) return Findings{};
    if (AwsCodeOf(answer) != "InvalidKeyPair.NotFound") return answer;
    return Findings{Finding("cluster.ec2_key",
                            "there is no such key pair in this region: " + settings_.ec2_key,
                            "`aws ec2 create-key-pair` creates one; its private key goes into "
                            "[tunnel] identity_file")};
  }

  Result<Findings> CheckNetwork() const {
    std::string vpc;
    if (!settings_.subnet.empty()) {
      const Result<Json> answer =
          Ask({"ec2", "describe-subnets", Option("subnet-ids", settings_.subnet)});
      if (!answer.ok() && AwsCodeOf(answer.status()).starts_with("InvalidSubnet")) {
        return Findings{Finding("cluster.subnet",
                                "there is no such subnet in this region: " + settings_.subnet,
                                "`aws ec2 describe-subnets` lists them")};
      }
      ARROW_RETURN_NOT_OK(answer.status());
      const Json& subnets = ListAt(*answer, {"Subnets"});
      if (!subnets.empty()) vpc = TextAt(subnets[0], {"VpcId"});
    }
    if (!NeedsSsh()) return Findings{};
    return CheckSshPort(vpc);
  }

  // The user's own group, and the one that EMR makes with the first cluster of a network.
  Result<Findings> CheckSshPort(const std::string& vpc) const {
    Json groups = Json::array();
    if (!settings_.security_group.empty()) {
      const Result<Json> own =
          Ask({"ec2", "describe-security-groups", Option("group-ids", settings_.security_group)});
      if (!own.ok() && AwsCodeOf(own.status()).starts_with("InvalidGroup")) {
        return Findings{Finding("cluster.security_group",
                                "there is no such security group: " + settings_.security_group,
                                "`aws ec2 describe-security-groups` lists them")};
      }
      ARROW_RETURN_NOT_OK(own.status());
      groups = ListAt(*own, {"SecurityGroups"});
    }
    Json filters = Json::array(
        {{{"Name", "group-name"}, {"Values", Json::array({"ElasticMapReduce-master"})}}});
    if (!vpc.empty()) filters.push_back({{"Name", "vpc-id"}, {"Values", Json::array({vpc})}});
    ARROW_ASSIGN_OR_RAISE(const Json emr, Ask({"ec2", "describe-security-groups",
                                               Option("filters", ToText(filters))}));
    for (const Json& group : ListAt(emr, {"SecurityGroups"})) groups.push_back(group);
    for (const Json& group : groups) {
      if (OpensSsh(group)) return Findings{};
    }
    return Findings{Finding(
        "cluster.security_group", "no security group of the primary node opens port 22",
        "make one that opens it to this machine alone and name it: security_group = \"sg-…\" "
        "(docs/emr.md), or write through = \"ssm\" into [tunnel], which needs no open port")};
  }

  static bool OpensSsh(const Json& group) {
    for (const Json& permission : ListAt(group, {"IpPermissions"})) {
      const std::string protocol = TextAt(permission, {"IpProtocol"});
      if (protocol == "-1") return true;
      const Json* const from = Find(permission, {"FromPort"});
      const Json* const to = Find(permission, {"ToPort"});
      if (protocol != "tcp" || from == nullptr || to == nullptr) continue;
      if (!from->is_number_integer() || !to->is_number_integer()) continue;
      // Rules between the cluster's own groups open every port, but not to us.
      const bool is_from_outside = !ListAt(permission, {"IpRanges"}).empty() ||
                                   !ListAt(permission, {"Ipv6Ranges"}).empty() ||
                                   !ListAt(permission, {"PrefixListIds"}).empty();
      if (is_from_outside && from->get<int64_t>() <= kSshPort && to->get<int64_t>() >= kSshPort) {
        return true;
      }
    }
    return false;
  }

  const AwsCli& aws_;
  const ClusterSettings& settings_;
  const PreflightOptions& options_;
  const arrow::StopToken stop_;
  Findings findings_;
  std::vector<std::future<Result<Findings>>> looks_;  // each waits for its end when it goes
};

}  // namespace

Status CheckBeforeCreate(const AwsCli& aws, const ClusterSettings& settings,
                         const PreflightOptions& options, const arrow::StopToken& stop) {
  return Preflight(aws, settings, options, stop).Check();
}

Status CheckRegions(const AwsCli& aws, const ClusterSettings& settings,
                    const PreflightOptions& options, const arrow::StopToken& stop) {
  return Preflight(aws, settings, options, stop).CheckRegions();
}

}  // namespace tarn::cluster
