#include "s3/machine_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "s3/plain_request.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

constexpr const char* kRelativeUri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* kFullUri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

HttpLoop::Options WithinSeconds(int seconds) {
  HttpLoop::Options options;
  options.connect_timeout = options.stall_timeout = std::chrono::seconds(seconds);
  return options;
}

// The answer's text, "" when it is no success.
std::string InstanceAnswer(const HttpRequest& request) {
  const auto response = SendPlain(request, WithinSeconds(1), /*attempts_max=*/1);
  return response.ok() && response->status == 200 ? response->body->ToString() : "";
}

std::string HostOf(std::string_view url) {
  const size_t begin = url.find("://") + 3;
  std::string_view host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  host.remove_prefix(std::min(host.rfind('@') + 1, host.size()));  // npos + 1 is 0
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

// Keys travel there: over TLS, or not out of this machine.
bool MayBeAsked(const std::string& url) {
  if (url.starts_with("https://")) return true;
  if (!url.starts_with("http://")) return false;
  constexpr std::array<std::string_view, 5> kHosts = {"169.254.170.2", "169.254.170.23",
                                                      "fd00:ec2::23", "localhost", "::1"};
  const std::string host = HostOf(url);
  return host.starts_with("127.") || std::find(kHosts.begin(), kHosts.end(), host) != kHosts.end();
}

Result<std::string> ContainerToken() {
  std::string token = EnvironmentVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  const std::string path = EnvironmentVariable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!path.empty()) {
    std::ifstream file(path);
    token.assign(std::istreambuf_iterator<char>(file), {});
    if (token.empty()) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read: {}", path));
    }
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return MakeError(ErrorKind::kFailed, "The container's authorization token has a line's end");
  }
  return token;
}

}  // namespace

std::string AskInstance(const std::string& path) {
  if (EnvironmentVariable("AWS_EC2_METADATA_DISABLED") == "true") return "";
  std::string endpoint = EnvironmentVariable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint.empty()) endpoint = "http://169.254.169.254";
  while (endpoint.ends_with('/')) endpoint.pop_back();
  const std::string token = InstanceAnswer({"PUT",
                                            endpoint + "/latest/api/token",
                                            {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}},
                                            nullptr});
  HttpRequest request{"GET", endpoint + "/latest/meta-data/" + path, {}, nullptr};
  if (!token.empty()) request.headers.emplace_back("X-aws-ec2-metadata-token", token);
  return InstanceAnswer(request);
}

Result<LimitedCredentials> InstanceCredentials() {
  const std::string role = AskInstance("iam/security-credentials/");
  if (role.empty()) {
    return MakeError(ErrorKind::kFailed,
                     "This machine is no EC2 instance with a role, or its metadata is disabled");
  }
  auto keys = ParseCredentialJson(
      AskInstance("iam/security-credentials/" + role.substr(0, role.find('\n'))));
  if (keys.ok()) return keys;
  return WithContext(keys.status(), "The instance's role returned no credentials");
}

bool IsContainerWithCredentials() {
  return !EnvironmentVariable(kRelativeUri).empty() || !EnvironmentVariable(kFullUri).empty();
}

Result<LimitedCredentials> ContainerCredentials() {
  const std::string relative = EnvironmentVariable(kRelativeUri);
  const std::string url =
      relative.empty() ? EnvironmentVariable(kFullUri) : "http://169.254.170.2" + relative;
  if (!MayBeAsked(url)) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("{} names a host that may not be called without TLS: {}", kFullUri,
                                 HostOf(url)));
  }
  HttpRequest request{"GET", url, {{"Accept", "application/json"}}, nullptr};
  ARROW_ASSIGN_OR_RAISE(const std::string token, ContainerToken());
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  const auto response = SendPlain(request, WithinSeconds(2), /*attempts_max=*/3);
  constexpr const char* kContext = "The container's credentials could not be fetched";
  if (!response.ok()) return WithContext(response.status(), kContext);
  if (response->status != 200) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("{}: HTTP status {}", kContext, response->status));
  }
  auto keys = ParseCredentialJson(std::string_view(*response->body));
  if (keys.ok()) return keys;
  return WithContext(keys.status(), kContext);
}

}  // namespace tarn::s3
