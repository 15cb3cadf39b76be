#include "cluster/serverless.h"

#include <cctype>

#include "cluster/conf_check.h"
#include "cluster/json_internal.h"

namespace tarn::cluster {
namespace {

constexpr int kAutoStopMinutes = 5;

// As a value of a Spark Connect connection string.
std::string UrlEncoded(const std::string& text) {
  std::string encoded;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += static_cast<char>(c);
    } else {
      encoded += fmt::format("%{:02X}", c);
    }
  }
  return encoded;
}

class Session : public ServerlessSession {
 public:
  Session(const AwsCli& aws, const ClusterSettings& settings, const ConnectOptions& options)
      : aws_(aws), settings_(*settings.serverless), options_(options) {}

  ~Session() override {
    if (session_.empty()) return;
    (void)aws_.Call({"emr-serverless", "terminate-session", Option("application-id", application_),
                     Option("session-id", session_)});
  }

  Status Begin() {
    ARROW_RETURN_NOT_OK(CheckConf(options_.conf));
    ARROW_RETURN_NOT_OK(CheckCli());
    ARROW_RETURN_NOT_OK(FindOrMakeApplication());
    ARROW_RETURN_NOT_OK(
        aws_.Call({"emr-serverless", "start-application", Option("application-id", application_)},
                  options_.stop)
            .status());
    ARROW_RETURN_NOT_OK(
        WaitFor("application",
                {"emr-serverless", "get-application", Option("application-id", application_)},
                {"STARTED"}));
    ARROW_RETURN_NOT_OK(StartSession());
    ARROW_RETURN_NOT_OK(
        WaitFor("session",
                {"emr-serverless", "get-session", Option("application-id", application_),
                 Option("session-id", session_)},
                {"STARTED", "IDLE"}));
    return FindEndpoint();
  }

  const std::string& remote() const override { return remote_; }

 private:
  Result<Json> Ask(const std::vector<std::string>& words, const arrow::StopToken& stop) const {
    ARROW_ASSIGN_OR_RAISE(const std::string text, aws_.Call(words, stop));
    return ParseJson(text.empty() ? "{}" : text);
  }

  // Asked of the CLI alone, before anything is made.
  Status CheckCli() {
    const Status known =
        aws_.Call({"emr-serverless", "start-session", "--generate-cli-skeleton"}, options_.stop)
            .status();
    if (!IsUnknownCall(known)) return known;
    return MakeError(ErrorKind::kFailed,
                     fmt::format("The AWS CLI in use, {}, has no sessions of EMR Serverless "
                                 "(emr-serverless start-session)",
                                 aws_.version()),
                     "they came with botocore 1.43: take a version 2 of May 2026 or newer, or add "
                     "botocore's description of the service to this one (docs/emr.md)");
  }

  Status FindOrMakeApplication() {
    ARROW_ASSIGN_OR_RAISE(const Json answer,
                          Ask({"emr-serverless", "list-applications"}, options_.stop));
    for (const Json& application : ListAt(answer, {"applications"})) {
      const std::string id = TextAt(application, {"id"});
      const bool is_meant =
          id == settings_.application || TextAt(application, {"name"}) == settings_.application;
      if (!is_meant || TextAt(application, {"state"}) == "TERMINATED") continue;
      application_ = id;
      options_.on_progress(fmt::format("using application {}", id));
      return Status::OK();
    }
    const Json interactive = {{"sessionEnabled", true}};
    const Json auto_stop = {{"enabled", true}, {"idleTimeoutMinutes", kAutoStopMinutes}};
    ARROW_ASSIGN_OR_RAISE(
        const Json made,
        Ask({"emr-serverless", "create-application", Option("name", settings_.application),
             "--type=SPARK", Option("release-label", settings_.release_label),
             Option("interactive-configuration", ToText(interactive)),
             Option("auto-stop-configuration", ToText(auto_stop))},
            arrow::StopToken::Unstoppable()));
    application_ = TextAt(made, {"applicationId"});
    options_.on_progress(fmt::format("created application {} ({}); it stops itself when it is idle",
                                     application_, settings_.application));
    return Status::OK();
  }

  Status StartSession() {
    std::vector<std::string> words = {
        "emr-serverless",
        "start-session",
        Option("application-id", application_),
        Option("execution-role-arn", settings_.execution_role),
        "--name=tarn",
        Option("idle-timeout-minutes", std::to_string(settings_.idle_timeout.count()))};
    if (!options_.conf.empty()) {
      Json properties = Json::object();
      for (const auto& [key, value] : options_.conf) properties[key] = value;
      const Json overrides = {
          {"runtimeConfiguration",
           Json::array({{{"classification", "spark-defaults"}, {"properties", properties}}})}};
      words.push_back(Option("configuration-overrides", ToText(overrides)));
    }
    // Its answer is awaited whatever happens: a session that nobody knows of costs until it is
    // idle.
    ARROW_ASSIGN_OR_RAISE(const Json answer, Ask(words, arrow::StopToken::Unstoppable()));
    session_ = TextAt(answer, {"sessionId"});
    return Status::OK();
  }

  Status WaitFor(const char* what, const std::vector<std::string>& words,
                 const std::vector<std::string>& states) {
    Patience patience(options_.stop, options_.on_progress);
    std::string last;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const Json answer,
                            patience.Ask([&] { return Ask(words, options_.stop); }));
      const std::string state = TextAt(answer, {what, "state"});
      if (state != last) options_.on_progress(fmt::format("{} is {}", what, state));
      last = state;
      if (std::find(states.begin(), states.end(), state) != states.end()) return Status::OK();
      if (state == "FAILED" || state == "TERMINATED") {
        return MakeError(ErrorKind::kFailed,
                         fmt::format("The {} of EMR Serverless is {}: {}", what, state,
                                     TextAt(answer, {what, "stateDetails"})));
      }
      ARROW_RETURN_NOT_OK(patience.Pause());
    }
  }

  Status FindEndpoint() {
    ARROW_ASSIGN_OR_RAISE(const Json answer, Ask({"emr-serverless", "get-session-endpoint",
                                                  Option("application-id", application_),
                                                  Option("session-id", session_)},
                                                 options_.stop));
    std::string host = TextAt(answer, {"endpoint"});
    if (const size_t scheme = host.find("://"); scheme != std::string::npos) {
      host = host.substr(scheme + 3);
    }
    while (host.ends_with('/')) host.pop_back();
    // The endpoint comes without its port.
    remote_ = fmt::format("sc://{}:443/;use_ssl=true;x-aws-proxy-auth={}", host,
                          UrlEncoded(TextAt(answer, {"authToken"})));
    return Status::OK();
  }

  const AwsCli& aws_;
  const ServerlessSettings& settings_;
  const ConnectOptions& options_;
  std::string application_;
  std::string session_;
  std::string remote_;
};

}  // namespace

Result<std::unique_ptr<ServerlessSession>> ServerlessSession::Open(const AwsCli& aws,
                                                                   const ClusterSettings& settings,
                                                                   const ConnectOptions& options) {
  if (!settings.serverless) {
    return MakeError(ErrorKind::kBadInput, settings.path + " has no section [serverless]",
                     "add it with execution_role = \"arn:aws:iam::…:role/…\"");
  }
  auto session = std::make_unique<Session>(aws, settings, options);
  ARROW_RETURN_NOT_OK(session->Begin());
  return session;
}

}  // namespace tarn::cluster
