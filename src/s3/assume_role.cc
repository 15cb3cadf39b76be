#include "s3/assume_role.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "s3/mfa_code.h"
#include "s3/result_of.h"
#include "s3/service_call.h"
#include "s3/settings.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

// The keys of whoever asks.
class OwnKeys : public CredentialsProvider {
 public:
  Result<Credentials> Get() override { return keys; }
  void Invalidate() override {}
  Credentials keys;
};

// The file is read each time: it is replaced when its token expires.
Result<std::string> IdentityToken(const std::string& path) {
  std::ifstream file(path);
  const std::string token{std::istreambuf_iterator<char>(file), {}};
  if (!token.empty()) return token;
  return MakeError(ErrorKind::kFailed,
                   fmt::format("The web_identity_token_file cannot be read: {}", path));
}

class TokenService : public Service {
 public:
  TokenService(const RoleRequest& role, const Credentials& own) : role_(role) {
    if (role_.region.empty()) role_.region = "us-east-1";
    own_keys_.keys = own;
    credentials = &own_keys_;
    endpoint_ = role_.endpoint;
    while (endpoint_.ends_with('/')) endpoint_.pop_back();
    if (endpoint_.empty()) {
      endpoint_ = fmt::format("https://sts.{}.{}", role_.region, DomainOf(role_.region));
    }
  }

  std::string UrlOf(const std::string&) const override { return endpoint_ + "/"; }
  std::string NameOf(const std::string&) const override { return role_.role_arn; }
  SigningScope scope() const override { return {role_.region, "sts"}; }
  bool MoveTo(const std::string&) override { return false; }
  std::chrono::seconds retry_for() const override { return std::chrono::seconds(15); }

  Result<AssumedCredentials> Call() {
    const char* const action =
        role_.identity_token_file.empty() ? "AssumeRole" : "AssumeRoleWithWebIdentity";
    CallSpec spec{action, "POST", "", {}, {}, nullptr};
    spec.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    ARROW_ASSIGN_OR_RAISE(std::string body, Body(action));
    spec.body = arrow::Buffer::FromString(std::move(body));
    HttpLoop::Options options;
    options.ca_file = role_.ca_file;
    // Calls are an hour apart; between them there is no thread that could outlive main.
    ARROW_ASSIGN_OR_RAISE(const auto loop, HttpLoop::Start(std::move(options)));
    return ResultOf(Send<AssumedCredentials>(
        loop.get(), this, std::move(spec), [](const HttpResponse& response) {
          return ParseAssumedCredentials(std::string_view(*response.body));
        }));
  }

 private:
  Result<std::string> Body(const char* action) const {
    std::string body = fmt::format("Action={}&Version=2011-06-15", action);
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) body += fmt::format("&{}={}", name, PercentEncode(value, false));
    };
    add("RoleArn", role_.role_arn);
    add("RoleSessionName",
        role_.session_name.empty() ? fmt::format("tarn-{}", ::getpid()) : role_.session_name);
    add("ExternalId", role_.external_id);
    add("DurationSeconds", role_.duration_seconds);
    if (!role_.mfa_serial.empty()) {
      ARROW_ASSIGN_OR_RAISE(const std::string code,
                            AskForMfaCode(role_.mfa_serial, role_.role_arn));
      add("SerialNumber", role_.mfa_serial);
      add("TokenCode", code);
    }
    if (!role_.identity_token_file.empty()) {
      ARROW_ASSIGN_OR_RAISE(const std::string token, IdentityToken(role_.identity_token_file));
      add("WebIdentityToken", token);
    }
    return body;
  }

  RoleRequest role_;
  OwnKeys own_keys_;
  std::string endpoint_;
};

}  // namespace

Result<AssumedCredentials> AssumeRole(const RoleRequest& role, const Credentials& own) {
  return TokenService(role, own).Call();
}

}  // namespace tarn::s3
