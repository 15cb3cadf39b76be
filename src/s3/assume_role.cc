#include "s3/assume_role.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/environment_variables.h"
#include "s3/profile_file.h"
#include "s3/result_of.h"
#include "s3/service_call.h"
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

class TokenService : public Service, public AssumeRole {
 public:
  TokenService(RoleRequest role, std::unique_ptr<HttpLoop> loop)
      : role_(std::move(role)), loop_(std::move(loop)) {
    if (role_.region.empty()) role_.region = "us-east-1";
    credentials = &own_keys_;
    for (const char* variable : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
      if (endpoint_.empty()) endpoint_ = EnvironmentVariable(variable);
    }
    if (endpoint_.empty()) endpoint_ = fmt::format("https://sts.{}.amazonaws.com", role_.region);
  }

  std::string UrlOf(const std::string&) const override { return endpoint_ + "/"; }
  std::string NameOf(const std::string&) const override { return role_.role_arn; }
  SigningScope scope() const override { return {role_.region, "sts"}; }
  bool MoveTo(const std::string&) override { return false; }
  std::chrono::seconds retry_for() const override { return std::chrono::seconds(15); }

  Result<AssumedCredentials> Call(const Credentials& own) override {
    own_keys_.keys = own;
    CallSpec spec{"AssumeRole", "POST", "", {}, {}, nullptr};
    spec.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    std::string body =
        fmt::format("Action=AssumeRole&Version=2011-06-15&RoleArn={}&RoleSessionName=tarn-{}",
                    PercentEncode(role_.role_arn, false), ::getpid());
    if (!role_.external_id.empty())
      body += "&ExternalId=" + PercentEncode(role_.external_id, false);
    spec.body = arrow::Buffer::FromString(std::move(body));
    return ResultOf(Send<AssumedCredentials>(
        loop_.get(), this, std::move(spec), [](const HttpResponse& response) {
          return ParseAssumedCredentials(std::string_view(*response.body));
        }));
  }

 private:
  RoleRequest role_;
  OwnKeys own_keys_;
  std::string endpoint_;
  const std::unique_ptr<HttpLoop> loop_;  // ends before what its calls use
};

}  // namespace

Result<std::unique_ptr<AssumeRole>> AssumeRole::Make(const RoleRequest& role) {
  HttpLoop::Options options;
  options.ca_file = role.ca_file;
  ARROW_ASSIGN_OR_RAISE(auto loop, HttpLoop::Start(std::move(options)));
  return std::make_unique<TokenService>(role, std::move(loop));
}

}  // namespace tarn::s3
