#include "cli/run_on_cluster.h"

#include <set>

#include "cli/cluster_opening.h"
#include "cli/commands.h"
#include "cli/engine_choice.h"
#include "cli/interrupt.h"
#include "cli/pipeline_loading.h"
#include "cli/warner.h"
#include "cluster/connect_step.h"
#include "cluster/create_call.h"
#include "cluster/preflight.h"
#include "cluster/serverless.h"
#include "run/interrupted.h"
#include "s3/uri.h"
#include "session/known_names.h"
#include "session/plan_paths.h"
#include "system/secret_token.h"

namespace tarn::cli {
namespace {

// A pipeline that could not run costs nothing if that is known before Spark is up.
Result<std::vector<std::string>> BucketsOfPipeline(const RunArguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(arguments.pipeline, nullptr));
  const pipeline::Pipeline& pipeline = session->pipeline();
  ARROW_RETURN_NOT_OK(session::CheckTableNames(arguments.select, pipeline));
  ARROW_ASSIGN_OR_RAISE(const auto plan, plan::Bind(pipeline, {arguments.select}));
  const std::vector<std::string> paths = session::PathsOf(*plan, pipeline.output);
  for (const std::string& path : paths) {
    if (!s3::IsS3Uri(path)) {
      return MakeError(ErrorKind::kBadInput,
                       "A cluster does not see the disks of this machine: " + path,
                       "copy the data by `tarn sync` and set lake.input and "
                       "lake.output to s3://…");
    }
    ARROW_RETURN_NOT_OK(s3::ParseUri(path).status());
  }
  const std::set<std::string> buckets = session::BucketsOf(paths);
  return std::vector<std::string>(buckets.begin(), buckets.end());
}

class EmrRun {
 public:
  EmrRun(const RunArguments& arguments, const Console& console, std::string* failure_json)
      : arguments_(arguments),
        console_(console),
        failure_json_(failure_json),
        news_(ClusterNews(console.err, arguments.quiet)),
        interrupt_(InterruptGuard::Second::kWaits) {}

  Status Run() {
    ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> buckets, BucketsOfPipeline(arguments_));
    const EmrArguments& emr = arguments_.emr;
    ARROW_ASSIGN_OR_RAISE(settings_, LoadCluster(emr.config()));
    ARROW_ASSIGN_OR_RAISE(aws_, OpenAws(settings_, console_.err));
    cluster::PreflightOptions options;
    options.buckets = buckets;
    options.allow_cross_region = emr.allow_cross_region;
    options.needs_tunnel = true;
    if (!emr.ephemeral_cluster.empty()) return RunEphemeral(options);
    ARROW_RETURN_NOT_OK(cluster::CheckRegions(*aws_, settings_, options, interrupt_.token()));
    if (!emr.serverless.empty()) return RunServerless();
    ARROW_ASSIGN_OR_RAISE(const std::string id, cluster::FindCluster(*aws_, emr.cluster));
    return RunOn(id);
  }

 private:
  cluster::ConnectOptions Options() {
    cluster::ConnectOptions options;
    options.conf = arguments_.engine.conf;
    options.stop = interrupt_.token();
    options.on_progress = news_;
    return options;
  }

  Status RunOn(const std::string& cluster_id) {
    ARROW_ASSIGN_OR_RAISE(const auto connection, cluster::ClusterConnection::Open(
                                                     *aws_, settings_, cluster_id, Options()));
    return RunThrough(connection->remote());
  }

  Status RunServerless() {
    const cluster::ConnectOptions options = Options();
    ARROW_ASSIGN_OR_RAISE(const auto session,
                          cluster::ServerlessSession::Open(*aws_, settings_, options));
    return RunThrough(session->remote());
  }

  Status RunThrough(const std::string& remote) {
    RunArguments inner = arguments_;
    inner.emr = {};
    inner.engine = {};
    inner.engine.name = EngineName::kSpark;
    inner.engine.remote = remote;
    return RunTables(inner, console_, failure_json_);
  }

  Status RunEphemeral(const cluster::PreflightOptions& options) {
    ARROW_RETURN_NOT_OK(cluster::CheckBeforeCreate(*aws_, settings_, options, interrupt_.token()));
    // A name of its own, by which it is found when the answer with its id is lost.
    ARROW_ASSIGN_OR_RAISE(const std::string token, MakeSecretToken());
    settings_.name += "-" + token.substr(0, 12);
    if (interrupt_.token().IsStopRequested()) return run::InterruptedError();
    Result<std::string> id = cluster::CreateCluster(*aws_, cluster::CreateClusterWords(settings_));
    if (!id.ok()) {
      const auto made = cluster::FindCluster(*aws_, settings_.name);
      if (made.ok()) return With(id.status(), EndCluster(*aws_, settings_, *made));
      return id.status();
    }
    news_(fmt::format("created cluster {} ({}), which is terminated after this run", *id,
                      settings_.name));
    const Status run = RunOn(*id);
    news_(fmt::format("ending cluster {}", *id));
    return With(run, EndCluster(*aws_, settings_, *id));
  }

  // The run's own error is what the user asked about; a cluster left behind is always reported.
  Status With(const Status& run, const Status& ended) {
    if (ended.ok()) return run;
    if (run.ok()) return ended;
    Warner(console_.err)(Render(ended));
    return run;
  }

  const RunArguments& arguments_;
  const Console& console_;
  std::string* const failure_json_;
  const cluster::OnProgress news_;
  InterruptGuard interrupt_;
  cluster::ClusterSettings settings_;
  std::unique_ptr<cluster::AwsCli> aws_;
};

}  // namespace

Status RunOnEmr(const RunArguments& arguments, const Console& console, std::string* failure_json) {
  // Before a cluster is created in vain.
  ARROW_RETURN_NOT_OK(
      CheckForSpark({arguments.memory, arguments.num_threads, arguments.retry_quarantine}));
  const Status run = EmrRun(arguments, console, failure_json).Run();
  // What was being waited for when the interrupt came does not matter.
  return KindOf(run) == ErrorKind::kCancelled ? run::InterruptedError() : run;
}

}  // namespace tarn::cli
