#include "cluster/aws_cli.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text_secrets.h"
#include "system/environment_variables.h"

namespace tarn::cluster {
namespace {

constexpr std::string_view kInstall =
    "install the AWS CLI version 2: "
    "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";
constexpr std::string_view kUnknownCall = "The AWS CLI in use does not know this call: ";
constexpr std::string_view kAnError = "An error occurred (";

// What AWS or the CLI says, and what to do about it.
struct Advice {
  std::string_view says;
  std::string_view hint;
};
constexpr std::array<Advice, 13> kAdvice = {{
    {"Unable to locate credentials",
     "sign in: `aws configure`, or `aws sso login` and AWS_PROFILE"},
    {"SSO session", "sign in again: `aws sso login`"},
    {"Error loading SSO Token", "sign in again: `aws sso login`"},
    {"ExpiredToken", "sign in again: `aws sso login`, or take new keys"},
    {"UnrecognizedClient", "the access key is not known to AWS: sign in again, or correct it"},
    {"InvalidClientTokenId", "the access key is not known to AWS: sign in again, or correct it"},
    {"could not be found", "`aws configure list-profiles` lists the profiles that there are"},
    {"You must specify a region", "write region = \"…\" into cluster.toml, or set AWS_REGION"},
    {"AccessDenied", "docs/emr.md has the IAM policy that is needed"},
    {"not authorized", "docs/emr.md has the IAM policy that is needed"},
    {"Could not connect to the endpoint", "is there a network, and is the region's name right?"},
    {"Throttling", "AWS asks for fewer calls: try again in a minute"},
    {"LimitExceeded", "ask for a higher quota: console, Service Quotas; or take fewer instances"},
}};

// What they say when asking again may help: botocore's errors of connections, AWS's codes.
constexpr std::array<std::string_view, 9> kTransient = {"Could not connect to the endpoint",
                                                        "Connection was closed before",
                                                        "Connect timeout",
                                                        "Read timeout",
                                                        "Failed to connect",
                                                        "Throttling",
                                                        "InternalServer",
                                                        "InternalFailure",
                                                        "ServiceUnavailable"};

std::string Trimmed(std::string text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  size_t begin = 0;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  return text.substr(begin);
}

std::string HintOf(const std::string& message) {
  for (const Advice& advice : kAdvice) {
    if (message.find(advice.says) != std::string::npos) return std::string(advice.hint);
  }
  return "";
}

Status ErrorOf(const std::vector<std::string>& words, const ProgramOutput& run,
               const std::string& program, const std::string& version) {
  std::string message = MaskSecrets(Trimmed(run.error));
  if (message.empty()) message = run.end;
  const std::string call = fmt::format("aws {} {}", words[0], words.size() > 1 ? words[1] : "");
  // Its parser's own words: usage, every choice, …
  if (message.find("Invalid choice") != std::string::npos ||
      message.find("Unknown options") != std::string::npos) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("{}{}\n  hint: take a newer version 2 of it ({} is {})",
                                 kUnknownCall, call, program, version));
  }
  return MakeError(ErrorKind::kFailed, fmt::format("`{}` failed: {}", call, message),
                   HintOf(message));
}

Status CheckValues(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const size_t sign = word.find('=');
    if (!word.starts_with("--") || sign == std::string::npos) continue;
    const std::string_view value = std::string_view(word).substr(sign + 1);
    if (!value.starts_with("file://") && !value.starts_with("fileb://")) continue;
    return MakeError(ErrorKind::kUsage,
                     fmt::format("The AWS CLI would read a file instead of taking this value; "
                                 "choose another one: {}",
                                 value));
  }
  return Status::OK();
}

// `aws s3` is the S3 of `s3api` too.
std::string EndpointOf(const AwsSettings& settings, std::string service) {
  if (!settings.endpoint_url.empty()) return settings.endpoint_url;
  if (service == "s3api") service = "s3";
  for (char& c : service) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
  const std::string own = EnvironmentVariable("AWS_ENDPOINT_URL_" + service);
  return own.empty() ? EnvironmentVariable("AWS_ENDPOINT_URL") : own;
}

}  // namespace

std::string RegionOf(const AwsSettings& settings) {
  if (!settings.region.empty()) return settings.region;
  const std::string region = EnvironmentVariable("AWS_REGION");
  return region.empty() ? EnvironmentVariable("AWS_DEFAULT_REGION") : region;
}

std::string Option(std::string_view name, std::string_view value) {
  return fmt::format("--{}={}", name, value);
}

std::vector<std::string> CommandOf(const AwsSettings& settings,
                                   const std::vector<std::string>& words) {
  std::vector<std::string> command = {settings.program};
  command.insert(command.end(), words.begin(), words.end());
  if (!settings.profile.empty()) command.push_back(Option("profile", settings.profile));
  if (!settings.region.empty()) command.push_back(Option("region", settings.region));
  const std::string endpoint = words.empty() ? "" : EndpointOf(settings, words[0]);
  if (!endpoint.empty()) command.push_back(Option("endpoint-url", endpoint));
  command.insert(command.end(), {"--output=json", "--no-cli-pager"});
  return command;
}

std::vector<std::string> AwsCli::CommandOf(const std::vector<std::string>& words) const {
  std::vector<std::string> command = cluster::CommandOf(settings_, words);
  command[0] = program_;
  return command;
}

Result<std::unique_ptr<AwsCli>> AwsCli::Open(AwsSettings settings) {
  std::unique_ptr<AwsCli> cli(new AwsCli(std::move(settings)));
  cli->program_ = FindProgram(cli->settings_.program);
  if (cli->program_.empty()) {
    return MakeError(ErrorKind::kFailed, fmt::format("There is no program `{}` in PATH; {}",
                                                     cli->settings_.program, kInstall));
  }
  ARROW_ASSIGN_OR_RAISE(const ProgramOutput run,
                        RunProgram({{cli->program_, "--version"}, CurrentEnvironment()},
                                   arrow::StopToken::Unstoppable()));
  // Version 1 with an old Python wrote it to standard error.
  const std::string text = run.output + run.error;
  constexpr std::string_view kName = "aws-cli/";
  const size_t name = text.find(kName);
  if (!run.succeeded() || name == std::string::npos) {
    return MakeError(ErrorKind::kFailed, fmt::format("This program is not the AWS CLI; {}: {}",
                                                     kInstall, cli->program_));
  }
  const size_t begin = name + kName.size();
  cli->version_ = text.substr(begin, text.find_first_of(" \n", begin) - begin);
  if (!cli->version_.starts_with("2.")) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("The AWS CLI must be version 2, but {} is {}; {}, or name another "
                                 "one in cluster.toml: [aws] program = \"/usr/bin/aws\"",
                                 cli->program_, cli->version_, kInstall));
  }
  return cli;
}

Result<std::string> AwsCli::Call(const std::vector<std::string>& words,
                                 const arrow::StopToken& stop) const {
  ARROW_RETURN_NOT_OK(CheckValues(words));
  ARROW_ASSIGN_OR_RAISE(ProgramOutput run,
                        RunProgram({CommandOf(words), CurrentEnvironment()}, stop));
  if (!run.succeeded()) return ErrorOf(words, run, program_, version_);
  return std::move(run.output);
}

std::string AwsCodeOf(const Status& status) {
  const std::string message = status.ok() ? "" : MessageOf(status);
  const size_t found = message.find(kAnError);
  if (found == std::string::npos) return "";
  const size_t begin = found + kAnError.size();
  return message.substr(begin, message.find(')', begin) - begin);
}

bool IsTransient(const Status& status) {
  if (status.ok() || KindOf(status) != ErrorKind::kFailed) return false;
  const std::string message = MessageOf(status);
  return std::any_of(kTransient.begin(), kTransient.end(), [&](std::string_view says) {
    return message.find(says) != std::string::npos;
  });
}

bool IsUnknownCall(const Status& status) {
  return !status.ok() && MessageOf(status).find(kUnknownCall) != std::string::npos;
}

}  // namespace tarn::cluster
