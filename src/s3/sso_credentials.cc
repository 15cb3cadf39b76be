#include "s3/sso_credentials.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nettle/sha1.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "s3/plain_request.h"
#include "s3/uri.h"
#include "system/file_descriptor.h"

namespace tarn::s3 {
namespace {

using Json = nlohmann::json;
using SystemClock = std::chrono::system_clock;

constexpr int kSsoAttempts = 3;

std::string JsonText(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Status NotLoggedIn(const SsoLogin& login, const char* why) {
  return MakeError(ErrorKind::kFailed,
                   fmt::format("AWS profile {} {}; run `aws sso login --profile {}`", login.profile,
                               why, login.profile));
}

std::string CachePath(const SsoLogin& login) {
  const std::string& key = login.session.empty() ? login.start_url : login.session;
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, key.size(), reinterpret_cast<const uint8_t*>(key.data()));
  std::array<uint8_t, SHA1_DIGEST_SIZE> digest;
  sha1_digest(&context, digest.size(), digest.data());
  return ExpandedPath("~/.aws/sso/cache/") + fmt::format("{:02x}.json", fmt::join(digest, ""));
}

// Replaced as a whole: the AWS CLI may read it meanwhile. What can't be written is renewed again.
void WriteCache(const std::string& path, const Json& token) {
  const std::string text = token.dump();
  const std::string beside = fmt::format("{}.{}", path, ::getpid());
  bool is_whole = false;
  {
    const FileDescriptor file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    is_whole = file.number() >= 0 && ::write(file.number(), text.data(), text.size()) ==
                                         static_cast<ssize_t>(text.size());
  }
  if (!is_whole || std::rename(beside.c_str(), path.c_str()) != 0) ::unlink(beside.c_str());
}

std::string Endpoint(const SsoLogin& login, const std::string& service, const char* host) {
  std::string endpoint = EndpointOf(service, login.profile);
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (!endpoint.empty()) return endpoint;
  return fmt::format("https://{}.{}.{}", host, login.region, DomainOf(login.region));
}

Result<Json> Ask(const SsoLogin& login, const HttpRequest& request) {
  HttpLoop::Options options;
  options.ca_file = login.ca_file;
  ARROW_ASSIGN_OR_RAISE(const HttpResponse response,
                        SendPlain(request, std::move(options), kSsoAttempts));
  if (response.status == 401) return Json();
  Json json = Json::parse(std::string_view(*response.body), nullptr, /*allow_exceptions=*/false);
  if (response.status == 200 && json.is_object()) return json;
  return MakeError(ErrorKind::kFailed,
                   fmt::format("HTTP status {} {}", response.status,
                               json.is_object() ? JsonText(json, "message") : ""));
}

// A token that lasts longer, written to the cache; none when there is no way to one.
std::optional<Json> Renewed(const SsoLogin& login, Json token) {
  for (const char* key : {"refreshToken", "clientId", "clientSecret", "registrationExpiresAt"}) {
    if (JsonText(token, key).empty()) return std::nullopt;
  }
  const auto registered_until = ParseExpiration(JsonText(token, "registrationExpiresAt"));
  if (!registered_until.ok() || *registered_until <= SystemClock::now()) return std::nullopt;
  const Json body = {{"grantType", "refresh_token"},
                     {"clientId", token["clientId"]},
                     {"clientSecret", token["clientSecret"]},
                     {"refreshToken", token["refreshToken"]}};
  const auto answer = Ask(login, {"POST",
                                  Endpoint(login, "sso_oidc", "oidc") + "/token",
                                  {{"Content-Type", "application/json"}},
                                  arrow::Buffer::FromString(body.dump())});
  if (!answer.ok() || JsonText(*answer, "accessToken").empty()) return std::nullopt;
  const int64_t lasts_s =
      answer->value("expiresIn", Json()).is_number() ? (*answer)["expiresIn"].get<int64_t>() : 0;
  const std::time_t until = SystemClock::to_time_t(SystemClock::now()) + lasts_s;
  std::tm time{};
  ::gmtime_r(&until, &time);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &time);
  token["accessToken"] = (*answer)["accessToken"];
  token["expiresAt"] = text;
  if (answer->contains("refreshToken")) token["refreshToken"] = (*answer)["refreshToken"];
  WriteCache(CachePath(login), token);
  return token;
}

Result<std::string> AccessToken(const SsoLogin& login) {
  std::ifstream file(CachePath(login));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Json token = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!token.is_object() || JsonText(token, "accessToken").empty()) {
    return NotLoggedIn(login, "is not logged in");
  }
  auto expires = ParseExpiration(JsonText(token, "expiresAt"));
  constexpr std::chrono::minutes kRenewedBefore(15);
  const bool ends_soon = !expires.ok() || *expires < SystemClock::now() + kRenewedBefore;
  if (ends_soon && !login.session.empty()) {
    if (auto renewed = Renewed(login, token)) return JsonText(*renewed, "accessToken");
  }
  if (!expires.ok() || *expires <= SystemClock::now()) {
    return NotLoggedIn(login, "was logged in, but that has expired");
  }
  return JsonText(token, "accessToken");
}

}  // namespace

Result<SsoLogin> SsoLoginOf(const ProfileFiles& files, const std::string& profile) {
  const auto failed = [&](const std::string& why) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("AWS profile {} logs in by SSO but {}; see `aws configure sso`", profile, why));
  };
  IniSection values = files.profiles.at(profile).all;
  if (values.Has("sso_session")) {
    const auto session = files.sso_sessions.find(values.Get("sso_session"));
    if (session == files.sso_sessions.end()) {
      return failed(fmt::format("there is no [sso-session {}]", values.Get("sso_session")));
    }
    for (const auto& [key, value] : session->second.values) {
      if (values.Has(key) && values.Get(key) != value) {
        return failed(fmt::format("its {} is not that of its sso-session", key));
      }
    }
    values.Update(session->second);
  }
  for (const char* key : {"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"}) {
    if (values.Get(key).empty()) return failed(fmt::format("has no {}", key));
  }
  return SsoLogin{profile,
                  values.Get("sso_session"),
                  values.Get("sso_start_url"),
                  values.Get("sso_region"),
                  values.Get("sso_account_id"),
                  values.Get("sso_role_name"),
                  ""};
}

Result<LimitedCredentials> SsoCredentials(const SsoLogin& login) {
  ARROW_ASSIGN_OR_RAISE(const std::string token, AccessToken(login));
  const std::string url = fmt::format(
      "{}/federation/credentials?role_name={}&account_id={}", Endpoint(login, "sso", "portal.sso"),
      PercentEncode(login.role_name, false), PercentEncode(login.account_id, false));
  const auto answer = Ask(login, {"GET", url, {{"x-amz-sso_bearer_token", token}}, nullptr});
  if (!answer.ok()) {
    return WithContext(answer.status(),
                       fmt::format("SSO returned no credentials for AWS profile {} as {} of "
                                   "account {}",
                                   login.profile, login.role_name, login.account_id));
  }
  if (answer->is_null()) return NotLoggedIn(login, "is no longer logged in");
  const Json keys = answer->value("roleCredentials", Json::object());
  LimitedCredentials limited;
  limited.credentials = {JsonText(keys, "accessKeyId"), JsonText(keys, "secretAccessKey"),
                         JsonText(keys, "sessionToken")};
  if (limited.credentials.access_key_id.empty() || !keys.value("expiration", Json()).is_number()) {
    return MakeError(ErrorKind::kFailed, "SSO's answer has no credentials");
  }
  limited.expires = SystemClock::time_point(std::chrono::duration_cast<SystemClock::duration>(
      std::chrono::milliseconds(keys["expiration"].get<int64_t>())));
  return limited;
}

}  // namespace tarn::s3
