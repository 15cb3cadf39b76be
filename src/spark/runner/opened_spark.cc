#include "spark/runner/opened_spark.h"

#include <cstdlib>
#include <map>
#include <utility>

#include "spark/launch/s3a_conf.h"
#include "spark/launch/server_classpath.h"
#include "spark/launch/spark_home.h"
#include "spark/runner/history_url.h"

namespace tarn::spark {
namespace {

// The server's own address counts where one was started.
Result<connect::Endpoint> EndpointOf(const OpenedSpark& spark, const Job& job) {
  if (spark.server != nullptr) return connect::ParseEndpoint(spark.server->remote());
  const char* const token = std::getenv("SPARK_CONNECT_AUTHENTICATE_TOKEN");
  return connect::ParseEndpoint(job.server.remote, token == nullptr ? "" : token);
}

// The user's settings count more than those for S3.
Result<Conf> ServerConf(const Job& job, MessageWriter* writer) {
  if (job.server.buckets.empty()) return job.server.conf;
  ARROW_ASSIGN_OR_RAISE(const SparkHome home, FindSparkHome(job.server.home));
  S3aConf s3a = MakeS3aConf(job.server.buckets, FindJars(home.folder, job.server.conf));
  if (!s3a.warning.empty()) writer->Send(Warning{s3a.warning});
  s3a.conf.insert(s3a.conf.end(), job.server.conf.begin(), job.server.conf.end());
  return std::move(s3a.conf);
}

// What a server that is not ours reports about itself; settings that it hides are left out.
std::string SettingOf(connect::Session* session, const std::string& name) {
  const auto value = session->GetConfig(name);
  return value.ok() ? value->value_or("") : "";
}

Connected Describe(const OpenedSpark& spark) {
  Connected connected;
  connected.spark_version = spark.session->spark_version();
  const auto setting = [&](const std::string& name) {
    return SettingOf(spark.session.get(), name);
  };
  connected.application_id = setting("spark.app.id");
  connected.history_url = HistoryUrl(setting);
  if (spark.server != nullptr) connected.ui_url = spark.server->ui_url();
  return connected;
}

}  // namespace

Result<OpenedSpark> OpenSpark(const Job& job, const arrow::StopToken& stop, ServerWatch* watch,
                              MessageWriter* writer) {
  OpenedSpark spark;
  if (job.server.remote.empty()) {
    LaunchOptions options;
    options.master = job.server.master;
    ARROW_ASSIGN_OR_RAISE(options.conf, ServerConf(job, writer));
    options.spark_home = job.server.home;
    options.stop = stop;
    options.on_progress = [&](std::string_view line) { writer->Send(Waiting{std::string(line)}); };
    ARROW_ASSIGN_OR_RAISE(spark.server, ConnectServer::Start(std::move(options)));
  }
  connect::SessionOptions options;
  ARROW_ASSIGN_OR_RAISE(options.endpoint, EndpointOf(spark, job));
  watch->Start(spark.server.get());
  options.stop = watch->token();
  writer->Send(Waiting{"connecting to " + options.endpoint.ToString()});
  ARROW_ASSIGN_OR_RAISE(spark.session, connect::Session::Open(std::move(options)));
  std::map<std::string, std::string> settings;
  for (const auto& [name, value] : job.session) settings[name] = value;
  ARROW_RETURN_NOT_OK(spark.session->SetConfig(settings));
  writer->Send(Describe(spark));
  return spark;
}

Result<std::shared_ptr<connect::Session>> Reopen(const OpenedSpark& spark, const Job& job) {
  connect::SessionOptions options;
  ARROW_ASSIGN_OR_RAISE(options.endpoint, EndpointOf(spark, job));
  options.endpoint.session_id = spark.session->session_id();
  options.open_retry.retries_max = 1;
  options.retry.retries_max = 1;
  return connect::Session::Open(std::move(options));
}

}  // namespace tarn::spark
