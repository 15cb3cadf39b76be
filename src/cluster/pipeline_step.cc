#include "cluster/pipeline_step.h"

#include <charconv>

#include "cluster/step_logs.h"
#include "system/secret_token.h"

namespace tarn::cluster {
namespace {

constexpr size_t kStepLogLines = 40;
constexpr std::string_view kCodeLine = "tarn: exit code ";

// Runs as `bash -c SCRIPT tarn-step PROGRAM_URI OUTPUT_URI ARGUMENT…`. EMR puts a step's logs into
// S3 only after minutes, so it puts its own there.
constexpr char kStepScript[] = R"bash(set -u
program_uri=$1 output_uri=$2
shift 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/tarn"
unpack() {
  case $program_uri in
    *.whl) (cd "$work" && python3 -m zipfile -e program . && chmod +x tarn/bin/*) ;;
    *) tar -xzf "$work/program" -C "$work/tarn" --strip-components=1 ;;
  esac
}
{ aws s3 cp "$program_uri" "$work/program" --no-progress && unpack; } || exit 1
SPARK_HOME=${SPARK_HOME:-/usr/lib/spark} "$work/tarn/bin/tarn" run "$@" >"$work/output" 2>&1
code=$?
cat "$work/output"
printf '\ntarn: exit code %s\n' "$code" >>"$work/output"
aws s3 cp "$work/output" "$output_uri" --no-progress >/dev/null
exit "$code"
)bash";

// From the last line that the script writes.
std::optional<int> ExitCodeIn(const std::string& output) {
  const size_t found = output.rfind(kCodeLine);
  if (found == std::string::npos) return std::nullopt;
  int code = 0;
  const char* const begin = output.data() + found + kCodeLine.size();
  const auto read = std::from_chars(begin, output.data() + output.size(), code);
  return read.ec == std::errc() ? std::optional(code) : std::nullopt;
}

Result<Step> Follow(const AwsCli& aws, const std::string& cluster, const std::string& id,
                    const arrow::StopToken& stop, const OnProgress& on_progress) {
  Patience patience(stop, on_progress);
  std::string last;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(Step step,
                          patience.Ask([&] { return DescribeStep(aws, cluster, id, stop); }));
    if (step.state != last) on_progress(fmt::format("step {} is {}", id, step.state));
    last = step.state;
    if (step.has_ended()) return step;
    ARROW_RETURN_NOT_OK(patience.Pause());
  }
}

}  // namespace

std::vector<std::string> PipelineArguments(const PipelineStep& step,
                                           const std::string& output_uri) {
  std::vector<std::string> arguments = {"bash",           "-c",      kStepScript, "tarn-step",
                                        step.program_uri, output_uri};
  arguments.insert(arguments.end(), step.run_arguments.begin(), step.run_arguments.end());
  return arguments;
}

Result<PipelineStepEnd> RunPipelineStep(const AwsCli& aws, const std::string& cluster_id,
                                        const PipelineStep& step, const arrow::StopToken& stop,
                                        const OnProgress& on_progress) {
  ARROW_ASSIGN_OR_RAISE(const Cluster cluster, WaitUntilReady(aws, cluster_id, stop, on_progress));
  if (cluster.log_uri.empty()) {
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("Cluster {} has no log folder, which the step's output goes to", cluster_id),
        "set log_uri in cluster.toml and create it again");
  }
  ARROW_ASSIGN_OR_RAISE(const std::string name, MakeSecretToken());
  const std::string output_uri = LogObjectUri(cluster, "tarn/" + name.substr(0, 16) + ".log");
  ARROW_ASSIGN_OR_RAISE(
      const std::string id,
      AddStep(aws, cluster_id, {"tarn: run", PipelineArguments(step, output_uri)}));
  PipelineStepEnd end;
  const Result<Step> followed = Follow(aws, cluster_id, id, stop, on_progress);
  if (!followed.ok()) {
    if (stop.IsStopRequested()) (void)CancelStep(aws, cluster_id, id);
    return WithContext(followed.status(), fmt::format("following step {}", id));
  }
  end.step = *followed;
  ARROW_ASSIGN_OR_RAISE(std::string output, ReadObject(aws, output_uri));
  end.exit_code = ExitCodeIn(output);
  if (output.empty()) {
    ARROW_ASSIGN_OR_RAISE(output, StepLog(aws, cluster, id, "stderr"));
  }
  end.log_tail = Tail(output, kStepLogLines);
  return end;
}

}  // namespace tarn::cluster
