#include "cluster/connect_step.h"

#include <arrow/util/string.h>
#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "cluster/conf_check.h"
#include "cluster/step_logs.h"
#include "cluster/tunnel.h"
#include "s3/uri.h"
#include "system/scratch_folder.h"
#include "system/secret_token.h"

namespace tarn::cluster {
namespace {

constexpr int kQuietSeconds = 900;
constexpr std::chrono::seconds kAnswersWithin(300);
constexpr size_t kServerLogLines = 30;

// Runs as `bash -c SCRIPT tarn-connect TOKEN_URI PORT QUIET_SECONDS SPARK_ARGUMENT…`: what a user
// wrote is an argument, never a part of the script. A server that hears nothing has lost its
// client: `ss` shows for how long (nothing at all: less than a millisecond), and while Spark
// computes, the client is heard every two minutes or oftener.
constexpr char kServerScript[] = R"bash(set -eu
token_uri=$1 port=$2 quiet=$3
shift 3
SPARK_CONNECT_AUTHENTICATE_TOKEN=$(aws s3 cp "$token_uri" -)
export SPARK_CONNECT_AUTHENTICATE_TOKEN
aws s3 rm "$token_uri" >/dev/null
spark-submit --class org.apache.spark.sql.connect.service.SparkConnectServer \
  --master yarn --deploy-mode client --name tarn "$@" \
  --conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$port" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
trap 'exit 0' TERM INT
heard=$SECONDS
pause=$((quiet < 60 ? 1 : 5))
while kill -0 "$server" 2>/dev/null; do
  sleep "$pause" & wait $! || true
  silent=$(ss -Htino state established "( sport = :$port )" 2>/dev/null | awk '
    !/^[ \t]/ { n++; ms[n] = 0 }
    match($0, /lastrcv:[0-9]+/) { ms[n] = substr($0, RSTART + 8, RLENGTH - 8) }
    END { for (i = 1; i <= n; i++) if (least == "" || ms[i] + 0 < least + 0) least = ms[i]; print least }')
  if [ -n "$silent" ]; then
    now_heard=$((SECONDS - silent / 1000))
    if [ "$now_heard" -gt "$heard" ]; then heard=$now_heard; fi
  fi
  if [ $((SECONDS - heard)) -gt "$quiet" ]; then
    echo "tarn-connect: no client has sent anything for $quiet s, stopping" >&2
    exit 0
  fi
done
wait "$server"
)bash";

// Those named after Spark have Spark 4; the numbered ones up to 7 have none.
Status CheckRelease(const Cluster& cluster) {
  if (!cluster.release_label.starts_with("emr-5.") &&
      !cluster.release_label.starts_with("emr-6.") &&
      !cluster.release_label.starts_with("emr-7.")) {
    return Status::OK();
  }
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("Release {} has no Spark 4, which tarn speaks to", cluster.release_label),
      "take emr-spark-8.0.0 or newer, or run the pipeline on the primary node "
      "by `tarn emr-step`");
}

class Connection : public ClusterConnection {
 public:
  Connection(const AwsCli& aws, const ClusterSettings& settings, ConnectOptions options)
      : aws_(aws), settings_(settings), options_(std::move(options)) {}

  ~Connection() override {
    tunnel_.reset();
    if (!step_.empty()) (void)CancelStep(aws_, cluster_.id, step_);
    // The step removes it; one that never ran did not.
    if (token_ && remote_.empty()) RemoveToken();
  }

  Status Connect(const std::string& cluster_id) {
    ARROW_RETURN_NOT_OK(CheckConf(options_.conf));
    ARROW_ASSIGN_OR_RAISE(cluster_,
                          WaitUntilReady(aws_, cluster_id, options_.stop, options_.on_progress));
    ARROW_RETURN_NOT_OK(CheckRelease(cluster_));
    ARROW_ASSIGN_OR_RAISE(const std::string token, MakeSecretToken());
    ARROW_RETURN_NOT_OK(PutToken(token));
    // Beside others' servers, and beyond 15002, which a user's own may have.
    std::random_device random;
    const int remote_port = 15'100 + static_cast<int>(random() % 800);
    ARROW_ASSIGN_OR_RAISE(
        step_, AddStep(aws_, cluster_.id,
                       {"tarn: Spark Connect",
                        ConnectArguments(s3::ToUri(*token_), remote_port, options_.conf)}));
    options_.on_progress(fmt::format("starting Spark on {} as step {}", cluster_.id, step_));
    ARROW_RETURN_NOT_OK(WaitUntilItRuns());
    ARROW_ASSIGN_OR_RAISE(const LocalEnd end, NewLocalEnd());
    ARROW_ASSIGN_OR_RAISE(tunnel_, Tunnel::Open(aws_, settings_.tunnel, cluster_,
                                                {{end, remote_port}}, options_.stop));
    ARROW_RETURN_NOT_OK(WaitUntilItAnswers(end));
    remote_ = end.socket_path.empty()
                  ? fmt::format("sc://127.0.0.1:{}/;token={}", end.port, token)
                  : fmt::format("sc+unix://{};token={}", end.socket_path, token);
    return Status::OK();
  }

  const std::string& remote() const override { return remote_; }

 private:
  Status PutToken(const std::string& token) {
    if (cluster_.log_uri.empty()) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("Cluster {} has no log folder, which the server's token goes "
                                   "through",
                                   cluster_.id),
                       "set log_uri in cluster.toml and create it again");
    }
    ScratchFolder scratch;
    ARROW_RETURN_NOT_OK(scratch.Make());
    const std::string file = scratch.path() + "/token";
    std::ofstream(file) << token;
    ARROW_ASSIGN_OR_RAISE(const std::string name, MakeSecretToken());
    ARROW_ASSIGN_OR_RAISE(token_,
                          s3::ParseUri(LogObjectUri(cluster_, "tarn/" + name.substr(0, 16))));
    return aws_
        .Call({"s3api", "put-object", Option("bucket", token_->bucket), Option("key", token_->key),
               Option("body", file), "--server-side-encryption=AES256"})
        .status();
  }

  void RemoveToken() {
    (void)aws_.Call(
        {"s3api", "delete-object", Option("bucket", token_->bucket), Option("key", token_->key)});
  }

  // Another user may take a port, also when the tunnel breaks later; a socket in a folder of this
  // user's he can't. Systems Manager's plugin knows ports alone.
  Result<LocalEnd> NewLocalEnd() {
    LocalEnd end;
    if (settings_.tunnel.through == TunnelSettings::Through::kSsm) {
      ARROW_ASSIGN_OR_RAISE(end.port, FreePort());
      return end;
    }
    ARROW_RETURN_NOT_OK(tunnel_folder_.Make());
    end.socket_path = tunnel_folder_.path() + "/spark";
    if (end.socket_path.size() >= sizeof(sockaddr_un::sun_path) ||
        end.socket_path.find_first_of(";%:") != std::string::npos) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("`{}` is too long for a Unix socket, or has one of ; % :", end.socket_path),
          "set TMPDIR to another folder");
    }
    return end;
  }

  Status WaitUntilItRuns() {
    Patience patience(options_.stop, options_.on_progress);
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const Step step, patience.Ask([&] {
        return DescribeStep(aws_, cluster_.id, step_, options_.stop);
      }));
      if (step.state == "RUNNING") return Status::OK();
      if (step.has_ended()) return StepEnded(step);
      ARROW_RETURN_NOT_OK(patience.Pause());
    }
  }

  Status WaitUntilItAnswers(const LocalEnd& end) {
    const auto deadline = std::chrono::steady_clock::now() + kAnswersWithin;
    Patience patience(options_.stop, options_.on_progress);
    while (!AnswersHttp2(end)) {
      ARROW_RETURN_NOT_OK(tunnel_->CheckOpen());
      ARROW_ASSIGN_OR_RAISE(const Step step, patience.Ask([&] {
        return DescribeStep(aws_, cluster_.id, step_, options_.stop);
      }));
      if (step.has_ended()) return StepEnded(step);
      if (std::chrono::steady_clock::now() > deadline) {
        return MakeError(ErrorKind::kFailed,
                         fmt::format("Spark's Connect server did not answer in {} s; see `tarn "
                                     "cluster logs {} --step {}`",
                                     kAnswersWithin.count(), cluster_.id, step_));
      }
      ARROW_RETURN_NOT_OK(patience.Pause());
    }
    return Status::OK();
  }

  Status StepEnded(const Step& step) {
    std::string said = StepLog(aws_, cluster_, step.id, "stderr").ValueOr("");
    std::string hint;
    if (said.empty()) {
      hint = fmt::format("some minutes later, `tarn cluster logs {} --step {}` shows its output",
                         cluster_.id, step.id);
    } else {
      said = "; its output:\n" + Tail(said, kServerLogLines);
    }
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("The step with Spark's Connect server ended as {}: {}{}", step.state,
                    step.reason.empty() ? "no reason given" : step.reason, said),
        hint);
  }

  const AwsCli& aws_;
  const ClusterSettings& settings_;
  const ConnectOptions options_;
  Cluster cluster_;
  std::optional<s3::Location> token_;
  std::string step_;
  ScratchFolder tunnel_folder_;
  std::unique_ptr<Tunnel> tunnel_;
  std::string remote_;
};

}  // namespace

std::vector<std::string> ConnectArguments(
    const std::string& token_uri, int port,
    const std::vector<std::pair<std::string, std::string>>& conf) {
  std::vector<std::string> arguments = {"bash",
                                        "-c",
                                        kServerScript,
                                        "tarn-connect",
                                        token_uri,
                                        std::to_string(port),
                                        std::to_string(kQuietSeconds)};
  std::vector<std::pair<std::string, std::string>> all = {
      {"spark.dynamicAllocation.enabled", "true"},
      {"spark.dynamicAllocation.shuffleTracking.enabled", "true"},
      {"spark.sql.session.timeZone", "UTC"},
      {"spark.ui.showConsoleProgress", "false"},
  };
  all.insert(all.end(), conf.begin(), conf.end());
  for (const auto& [key, value] : all) {
    arguments.insert(arguments.end(), {"--conf", fmt::format("{}={}", key, value)});
  }
  return arguments;
}

Result<std::unique_ptr<ClusterConnection>> ClusterConnection::Open(const AwsCli& aws,
                                                                   const ClusterSettings& settings,
                                                                   const std::string& cluster_id,
                                                                   ConnectOptions options) {
  auto connection = std::make_unique<Connection>(aws, settings, std::move(options));
  ARROW_RETURN_NOT_OK(connection->Connect(cluster_id));
  return connection;
}

}  // namespace tarn::cluster
