#include "s3/credentials.h"

#include <arrow/filesystem/s3fs.h>
#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>

#include "base/environment_variables.h"
#include "s3/assume_role.h"
#include "s3/profile_file.h"

namespace tarn::s3 {
namespace {

using WallClock = std::chrono::system_clock;

class Anonymous : public CredentialsProvider {
 public:
  Result<Credentials> Get() override { return Credentials{}; }
  void Invalidate() override {}
};

struct LimitedCredentials {
  Credentials credentials;
  WallClock::time_point valid_until;
};

// Keeps what `fetch` gave until shortly before it expires.
class Kept : public CredentialsProvider {
 public:
  using Fetch = std::function<Result<LimitedCredentials>()>;
  explicit Kept(Fetch fetch) : fetch_(std::move(fetch)) {}

  Result<Credentials> Get() override {
    std::lock_guard lock(mutex_);
    if (!kept_ || kept_->valid_until <= WallClock::now()) {
      ARROW_ASSIGN_OR_RAISE(kept_, fetch_());
    }
    return kept_->credentials;
  }

  void Invalidate() override {
    std::lock_guard lock(mutex_);
    kept_.reset();
  }

 private:
  const Fetch fetch_;
  std::mutex mutex_;
  std::optional<LimitedCredentials> kept_;
};

Status NoCredentials() {
  return MakeError(ErrorKind::kFailed,
                   "No AWS credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                   "AWS_SECRET_ACCESS_KEY, or log in with `aws sso login`; for a public bucket set "
                   "s3.anonymous = true or AWS_NO_SIGN_REQUEST=YES");
}

Status StartSdk() {
  static const Status kStarted = [] {
    arrow::fs::S3GlobalOptions options = arrow::fs::S3GlobalOptions::Defaults();
    options.log_level = arrow::fs::S3LogLevel::Off;  // it would print what it tries in vain
    return arrow::fs::InitializeS3(options);
  }();
  return kStarted;
}

// The AWS SDK's default chain. It keeps credentials itself and renews them in time.
Result<LimitedCredentials> AskSdk(const arrow::fs::S3Options& options) {
  constexpr std::chrono::seconds kAskAgainAfter{30};
  LimitedCredentials limited;
  Credentials& credentials = limited.credentials;
  do {  // until all three are of one set
    credentials = {options.GetAccessKey(), options.GetSecretKey(), options.GetSessionToken()};
  } while (credentials.access_key_id != options.GetAccessKey());
  if (credentials.access_key_id.empty()) return NoCredentials();
  limited.valid_until = WallClock::now() + kAskAgainAfter;
  return limited;
}

// The SDK takes the profile from the environment alone, when a chain is made.
class ProfileInEnvironment {
 public:
  explicit ProfileInEnvironment(const std::string& profile)
      : before_(EnvironmentVariable(kVariable)) {
    if (!profile.empty()) ::setenv(kVariable, profile.c_str(), 1);
  }
  ~ProfileInEnvironment() {
    before_.empty() ? ::unsetenv(kVariable) : ::setenv(kVariable, before_.c_str(), 1);
  }

 private:
  static constexpr char kVariable[] = "AWS_PROFILE";
  const std::string before_;
};

// Keys that stand in a profile that was asked for by name come before the environment's, as with
// the AWS CLI's --profile.
Result<std::shared_ptr<CredentialsProvider>> DefaultChain(const std::string& profile) {
  if (!profile.empty()) {
    auto values = ReadProfile(profile);
    if (values.empty()) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("There is no AWS profile {}; see `aws configure list-profiles`", profile));
    }
    Credentials keys{values["aws_access_key_id"], values["aws_secret_access_key"],
                     values["aws_session_token"]};
    if (!keys.access_key_id.empty()) {
      return std::make_shared<Kept>([keys] {
        return LimitedCredentials{keys, WallClock::time_point::max()};
      });
    }
  }
  ARROW_RETURN_NOT_OK(StartSdk());
  const ProfileInEnvironment for_sdk(profile);
  return std::make_shared<Kept>(
      [options = arrow::fs::S3Options::Defaults()] { return AskSdk(options); });
}

}  // namespace

Result<std::shared_ptr<CredentialsProvider>> CredentialsProvider::Make(const Settings& settings) {
  if (settings.anonymous) return std::make_shared<Anonymous>();
  RoleRequest role{settings.role_arn, settings.external_id, settings.region, settings.ca_file};
  std::string profile = settings.profile;
  if (role.role_arn.empty()) {
    auto values = ReadProfile(profile);
    role.role_arn = values["role_arn"];
    role.external_id = values["external_id"];
    if (!role.role_arn.empty()) profile = values["source_profile"];
  }
  ARROW_ASSIGN_OR_RAISE(auto base, DefaultChain(profile));
  if (role.role_arn.empty()) return base;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<AssumeRole> assume, AssumeRole::Make(role));
  return std::make_shared<Kept>(
      [base = std::move(base), assume = std::move(assume)]() -> Result<LimitedCredentials> {
        constexpr std::chrono::minutes kRenewedBefore{5};
        ARROW_ASSIGN_OR_RAISE(const Credentials own, base->Get());
        ARROW_ASSIGN_OR_RAISE(const AssumedCredentials assumed, assume->Call(own));
        const WallClock::time_point expires{std::chrono::duration_cast<WallClock::duration>(
            std::chrono::nanoseconds(assumed.expires_ns))};
        return LimitedCredentials{
            {assumed.access_key_id, assumed.secret_access_key, assumed.session_token},
            expires - kRenewedBefore};
      });
}

void CredentialsProvider::EndSdk() {
  if (arrow::fs::IsS3Initialized()) (void)arrow::fs::FinalizeS3();
}

}  // namespace tarn::s3
