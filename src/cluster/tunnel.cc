#include "cluster/tunnel.h"

#include <deque>
#include <mutex>

#include "base/text_secrets.h"
#include "cluster/json_internal.h"
#include "system/environment_variables.h"

namespace tarn::cluster {
namespace {

constexpr std::chrono::milliseconds kLookAtTunnel(100);
constexpr std::chrono::seconds kOpensWithin(60);
constexpr std::chrono::milliseconds kGrace(1000);
constexpr size_t kLinesKept = 20;

std::string AddressOf(const LocalEnd& end) {
  return end.socket_path.empty() ? fmt::format("127.0.0.1:{}", end.port) : end.socket_path;
}

std::vector<std::string> SshCommand(const TunnelSettings& settings, const Cluster& cluster,
                                    const std::vector<Forward>& forwards) {
  std::vector<std::string> words = {"ssh", "-N", "-T"};
  // Each cluster has a host key of its own, known by the cluster's id: names of machines come
  // again.
  for (const std::string& option :
       {std::string("BatchMode=yes"), std::string("ExitOnForwardFailure=yes"),
        std::string("ConnectTimeout=20"), std::string("ServerAliveInterval=15"),
        std::string("ServerAliveCountMax=4"), std::string("StrictHostKeyChecking=accept-new"),
        std::string("UserKnownHostsFile=~/.ssh/tarn_known_hosts"),
        fmt::format("HostKeyAlias={}", cluster.id)}) {
    words.insert(words.end(), {"-o", option});
  }
  if (!settings.identity_file.empty()) words.insert(words.end(), {"-i", settings.identity_file});
  for (const Forward& forward : forwards) {
    words.insert(words.end(),
                 {"-L", fmt::format("{}:{}:{}", AddressOf(forward.local),
                                    forward.is_loopback ? "127.0.0.1" : cluster.primary_dns,
                                    forward.remote_port)});
  }
  words.insert(words.end(), {"-l", settings.user, "--", cluster.primary_dns});
  return words;
}

std::vector<std::string> SsmCommand(const AwsCli& aws, const Cluster& cluster,
                                    const std::string& instance_id, const Forward& forward) {
  Json parameters = {{"portNumber", Json::array({std::to_string(forward.remote_port)})},
                     {"localPortNumber", Json::array({std::to_string(forward.local.port)})}};
  if (!forward.is_loopback) parameters["host"] = Json::array({cluster.primary_dns});
  return aws.CommandOf(
      {"ssm", "start-session", Option("target", instance_id),
       Option("document-name", forward.is_loopback ? "AWS-StartPortForwardingSession"
                                                   : "AWS-StartPortForwardingSessionToRemoteHost"),
       Option("parameters", ToText(parameters))});
}

// What one program of a tunnel said last.
class LastLines {
 public:
  void Add(std::string_view line) {
    std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
    if (lines_.size() > kLinesKept) lines_.pop_front();
  }
  std::string Text() const {
    std::lock_guard lock(mutex_);
    std::string text;
    for (const std::string& line : lines_) text += "\n  " + line;
    return text.empty() ? "nothing" : text;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;
};

class OpenTunnel : public Tunnel {
 public:
  explicit OpenTunnel(const TunnelSettings& settings) : settings_(settings) {}

  ~OpenTunnel() override {
    for (const auto& child : children_) child->Stop(kGrace);
  }

  Status Start(const std::vector<std::vector<std::string>>& commands) {
    for (std::vector<std::string> words : commands) {
      const std::string program = FindProgram(words[0]);
      if (program.empty()) {
        return MakeError(ErrorKind::kFailed,
                         fmt::format("There is no program `{}` in PATH; install it, or write "
                                     "through = \"ssm\" into [tunnel] of cluster.toml",
                                     words[0]));
      }
      words[0] = program;
      const auto on_line = [this](std::string_view line) { lines_.Add(line); };
      ARROW_ASSIGN_OR_RAISE(children_.emplace_back(),
                            ChildProcess::Start({std::move(words), CurrentEnvironment()}, on_line));
    }
    return Status::OK();
  }

  Status WaitUntilOpen(const std::vector<Forward>& forwards, const arrow::StopToken& stop) {
    const auto deadline = std::chrono::steady_clock::now() + kOpensWithin;
    for (const Forward& forward : forwards) {
      while (!IsListening(forward.local)) {
        ARROW_RETURN_NOT_OK(CheckOpen());
        if (std::chrono::steady_clock::now() > deadline) {
          return Broken("The tunnel to the primary node did not open in a minute");
        }
        if (stop.IsStopRequested()) return MakeError(ErrorKind::kCancelled, "interrupted");
        (void)children_[0]->WaitFor(kLookAtTunnel);
      }
      if (forward.local.socket_path.empty() && !IsListenerOurs(forward.local.port)) {
        return MakeError(ErrorKind::kFailed,
                         fmt::format("Another user of this machine took port {} before the tunnel "
                                     "did; nothing was sent there; try again",
                                     forward.local.port));
      }
    }
    return CheckOpen();
  }

  Status CheckOpen() const override {
    for (const auto& child : children_) {
      if (!child->WaitFor(std::chrono::milliseconds(0))) continue;
      return Broken(fmt::format("The tunnel to the primary node broke, {}", child->end()));
    }
    return Status::OK();
  }

 private:
  Status Broken(const std::string& what) const {
    const char* const hint =
        settings_.through == TunnelSettings::Through::kSsh
            ? "port 22 must be open to this machine (security_group in cluster.toml), and "
              "[tunnel] identity_file the private key of ec2_key; or write through = \"ssm\""
            : "the session-manager-plugin must be installed here, and the role of the instances "
              "have the policy AmazonSSMManagedInstanceCore";
    return MakeError(ErrorKind::kFailed,
                     fmt::format("{}; its output: {}", what, MaskSecrets(lines_.Text())), hint);
  }

  const TunnelSettings settings_;
  LastLines lines_;
  std::vector<std::unique_ptr<ChildProcess>> children_;  // write lines until they are gone
};

Result<std::string> PrimaryInstance(const AwsCli& aws, const std::string& cluster,
                                    const arrow::StopToken& stop) {
  ARROW_ASSIGN_OR_RAISE(const std::string text,
                        aws.Call({"emr", "list-instances", Option("cluster-id", cluster),
                                  "--instance-group-types=MASTER"},
                                 stop));
  ARROW_ASSIGN_OR_RAISE(const Json json, ParseJson(text));
  for (const Json& instance : ListAt(json, {"Instances"})) {
    if (TextAt(instance, {"Status", "State"}) != "TERMINATED") {
      return TextAt(instance, {"Ec2InstanceId"});
    }
  }
  return MakeError(ErrorKind::kFailed, "The cluster has no primary node: " + cluster);
}

}  // namespace

std::vector<std::vector<std::string>> TunnelCommands(const AwsCli& aws,
                                                     const TunnelSettings& settings,
                                                     const Cluster& cluster,
                                                     const std::string& instance_id,
                                                     const std::vector<Forward>& forwards) {
  std::vector<std::vector<std::string>> commands;
  if (settings.through == TunnelSettings::Through::kSsh) {
    commands.push_back(SshCommand(settings, cluster, forwards));
    return commands;
  }
  for (const Forward& forward : forwards) {
    commands.push_back(SsmCommand(aws, cluster, instance_id, forward));
  }
  return commands;
}

Result<std::unique_ptr<Tunnel>> Tunnel::Open(const AwsCli& aws, const TunnelSettings& settings,
                                             const Cluster& cluster,
                                             const std::vector<Forward>& forwards,
                                             const arrow::StopToken& stop) {
  if (cluster.primary_dns.empty()) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("Cluster {} has no primary node that could be reached; it is {}",
                                 cluster.id, cluster.state));
  }
  for (const Forward& forward : forwards) {
    if (!IsListening(forward.local)) continue;
    return MakeError(ErrorKind::kFailed,
                     fmt::format("Another program of this machine listens on {}; is another "
                                 "tunnel open?",
                                 AddressOf(forward.local)));
  }
  std::string instance_id;
  if (settings.through == TunnelSettings::Through::kSsm) {
    ARROW_ASSIGN_OR_RAISE(instance_id, PrimaryInstance(aws, cluster.id, stop));
  }
  auto tunnel = std::make_unique<OpenTunnel>(settings);
  ARROW_RETURN_NOT_OK(tunnel->Start(TunnelCommands(aws, settings, cluster, instance_id, forwards)));
  ARROW_RETURN_NOT_OK(tunnel->WaitUntilOpen(forwards, stop));
  return tunnel;
}

}  // namespace tarn::cluster
