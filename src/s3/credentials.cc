#include "s3/credentials.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <vector>

#include "s3/machine_credentials.h"
#include "s3/profile_chain.h"
#include "s3/profile_file.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

using SharedProvider = std::shared_ptr<CredentialsProvider>;

class Anonymous : public CredentialsProvider {
 public:
  Result<Credentials> Get() override { return Credentials{}; }
  void Invalidate() override {}
};

Status NoSuchProfile(const ProfileFiles& files, const std::string& profile) {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : files.profiles) names.push_back(name);
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("There is no AWS profile {}, which {} names; {} and {} have {}", profile,
                  ProfileOfEnvironment() == profile ? "AWS_PROFILE" : "tarn.toml",
                  files.config_path, files.credentials_path,
                  names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

Result<LimitedCredentials> OfInstance() {
  auto credentials = InstanceCredentials();
  if (credentials.ok()) return credentials;
  return MakeError(ErrorKind::kFailed,
                   "No AWS credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                   "AWS_SECRET_ACCESS_KEY, or log in with `aws sso login`; for a public bucket set "
                   "s3.anonymous = true or AWS_NO_SIGN_REQUEST=YES");
}

// botocore's order. A profile that tarn.toml names is the only source; one that the environment
// names is a source among others.
Result<SharedProvider> FindCredentials(const std::string& named, const std::string& ca_file) {
  ARROW_ASSIGN_OR_RAISE(const ProfileFiles files, ReadProfileFiles());
  std::string profile = named.empty() ? ProfileOfEnvironment() : named;
  if (!profile.empty() && files.profiles.count(profile) == 0) return NoSuchProfile(files, profile);
  if (profile.empty()) profile = "default";
  const ProfileChainOptions options{named.empty(), Complete({.profile = named}).region, ca_file};
  if (!named.empty()) {
    ARROW_ASSIGN_OR_RAISE(SharedProvider found, ProfileCredentials(files, profile, options));
    if (found != nullptr) return found;
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("AWS profile {0} has no credentials: neither keys, a role_arn, sso_account_id, "
                    "web_identity_token_file nor credential_process; add some with `aws configure "
                    "--profile {0}`",
                    profile));
  }
  ARROW_ASSIGN_OR_RAISE(SharedProvider found, EnvironmentCredentials());
  if (found == nullptr) {
    ARROW_ASSIGN_OR_RAISE(found, ProfileCredentials(files, profile, options));
  }
  if (found != nullptr) return found;
  if (IsContainerWithCredentials()) return Keep("this container", ContainerCredentials);
  return Keep("this EC2 instance", OfInstance);
}

// Buckets share what one profile gives: a code of an MFA device counts once, and a program may ask.
Result<SharedProvider> SharedCredentials(const std::string& profile, const std::string& ca_file) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, std::string>, std::weak_ptr<CredentialsProvider>> found;
  std::lock_guard lock(mutex);
  auto& entry = found[{profile, ca_file}];
  SharedProvider provider = entry.lock();
  if (provider == nullptr) {
    ARROW_ASSIGN_OR_RAISE(provider, FindCredentials(profile, ca_file));
    entry = provider;
  }
  return provider;
}

}  // namespace

Result<SharedProvider> CredentialsProvider::Make(const BucketSettings& settings) {
  if (settings.anonymous.value_or(false)) return std::make_shared<Anonymous>();
  ARROW_ASSIGN_OR_RAISE(SharedProvider base, SharedCredentials(settings.profile, settings.ca_file));
  if (settings.role_arn.empty()) return base;
  RoleRequest role;
  role.role_arn = settings.role_arn;
  role.external_id = settings.external_id;
  role.region = settings.region;
  role.endpoint = EndpointOf("sts", settings.profile);
  role.ca_file = settings.ca_file;
  return RoleCredentials(role, std::move(base));
}

}  // namespace tarn::s3
