#include "s3/profile_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "s3/credential_process.h"
#include "s3/machine_credentials.h"
#include "s3/sso_credentials.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

using Provider = std::shared_ptr<CredentialsProvider>;

Provider Lasting(const std::string& name, const Credentials& keys) {
  return Keep(name, [keys] { return LimitedCredentials{keys}; });
}

// Keys that stand in one file; null when there are none.
Result<Provider> KeysIn(const IniSection& section, const std::string& profile) {
  if (!section.Has("aws_access_key_id")) return nullptr;
  const char* const token =
      section.Has("aws_security_token") ? "aws_security_token" : "aws_session_token";
  const Credentials keys{section.Get("aws_access_key_id"), section.Get("aws_secret_access_key"),
                         section.Get(token)};
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("AWS profile {} has no {} with its other key", profile,
                    keys.access_key_id.empty() ? "aws_access_key_id" : "aws_secret_access_key"));
  }
  return Lasting("AWS profile " + profile, keys);
}

bool HasKeys(const IniSection& section) {
  return section.Has("aws_access_key_id") || section.Has("aws_secret_access_key");
}

bool AssumesRole(const IniSection& section) {
  return section.Has("role_arn") && !section.Has("web_identity_token_file");
}

// Follows the profiles from one to the next.
class Chain {
 public:
  Chain(const ProfileFiles& files, const ProfileChainOptions& options, std::string profile)
      : files_(files),
        options_(options),
        sts_endpoint_(EndpointOf("sts", profile)),
        visited_({std::move(profile)}) {}

  Result<Provider> Follow() {
    const std::string profile = visited_.front();  // which moves when others are added
    if (AssumesRole(SectionOf(profile))) return Role(profile);
    return Own(profile, options_.takes_environment);
  }

 private:
  const IniSection& SectionOf(const std::string& profile) const {
    static const IniSection kNone{};
    const auto found = files_.profiles.find(profile);
    return found == files_.profiles.end() ? kNone : found->second.all;
  }

  RoleRequest RequestOf(const IniSection& section) const {
    RoleRequest role;
    role.role_arn = section.Get("role_arn");
    role.external_id = section.Get("external_id");
    role.session_name = section.Get("role_session_name");
    role.duration_seconds = section.Get("duration_seconds");
    role.mfa_serial = section.Get("mfa_serial");
    role.region = options_.region;
    role.endpoint = sts_endpoint_;
    role.ca_file = options_.ca_file;
    return role;
  }

  Result<Provider> Role(const std::string& profile) {
    const IniSection& section = SectionOf(profile);
    const bool has_source = section.Has("credential_source");
    if (has_source == section.Has("source_profile")) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("AWS profile {} has a role_arn and {}; it takes one of them", profile,
                      has_source ? "both source_profile and credential_source"
                                 : "neither source_profile nor credential_source"));
    }
    Provider base;
    if (has_source) {
      ARROW_ASSIGN_OR_RAISE(base, Source(profile, section.Get("credential_source")));
    } else {
      ARROW_ASSIGN_OR_RAISE(base, SourceProfile(profile, section.Get("source_profile")));
    }
    return RoleCredentials(RequestOf(section), std::move(base));
  }

  static Result<Provider> Source(const std::string& profile, const std::string& name) {
    if (name == "Ec2InstanceMetadata") return Keep("this EC2 instance", InstanceCredentials);
    if (name == "EcsContainer" && IsContainerWithCredentials()) {
      return Keep("this container", ContainerCredentials);
    }
    Provider keys;
    if (name == "Environment") {
      ARROW_ASSIGN_OR_RAISE(keys, EnvironmentCredentials());
    } else if (name != "EcsContainer") {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("AWS profile {} has a credential_source that is none of Environment, "
                      "Ec2InstanceMetadata and EcsContainer: {}",
                      profile, name));
    }
    if (keys != nullptr) return keys;
    return MakeError(ErrorKind::kFailed,
                     fmt::format("AWS profile {} takes its credentials from {}, and none are there",
                                 profile, name));
  }

  Result<Provider> SourceProfile(const std::string& profile, const std::string& source) {
    if (files_.profiles.count(source) == 0) {
      return MakeError(ErrorKind::kFailed, fmt::format("The source_profile of AWS profile {} does "
                                                       "not exist: {}",
                                                       profile, source));
    }
    const IniSection& section = SectionOf(source);
    const bool has_keys = HasKeys(section);
    const bool is_visited = std::find(visited_.begin(), visited_.end(), source) != visited_.end();
    visited_.push_back(source);
    // A profile may assume its role with its own keys.
    if (is_visited && !(source == profile && has_keys)) {
      return MakeError(ErrorKind::kFailed,
                       fmt::format("AWS profiles name one another as their source for ever: {}",
                                   fmt::join(visited_, " -> ")));
    }
    if (!has_keys && AssumesRole(section)) return Role(source);
    ARROW_ASSIGN_OR_RAISE(Provider own, Own(source, /*takes_environment=*/false));
    if (own != nullptr) return own;
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("AWS profile {} is the source_profile of {} and has no credentials", source,
                    profile));
  }

  Result<Provider> Own(const std::string& profile, bool takes_environment) {
    ARROW_ASSIGN_OR_RAISE(Provider found, WebIdentity(profile, takes_environment));
    const auto entry = files_.profiles.find(profile);
    if (found != nullptr || entry == files_.profiles.end()) return found;
    const IniSection& section = SectionOf(profile);
    if (section.Has("sso_role_name") || section.Has("sso_account_id")) {
      ARROW_ASSIGN_OR_RAISE(SsoLogin login, SsoLoginOf(files_, profile));
      login.ca_file = options_.ca_file;
      return Keep("AWS profile " + profile, [login] { return SsoCredentials(login); });
    }
    ARROW_ASSIGN_OR_RAISE(found, KeysIn(entry->second.of_credentials, profile));
    if (found != nullptr) return found;
    if (section.Has("login_session")) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("AWS profile {0} logs in by `aws login`, which tarn does not read; name a "
                      "profile with credential_process = aws configure export-credentials "
                      "--profile {0}",
                      profile));
    }
    if (section.Has("credential_process")) {
      return Keep("AWS profile " + profile, [profile, command = section.Get("credential_process")] {
        return RunCredentialProcess(command, profile);
      });
    }
    return KeysIn(entry->second.of_config, profile);
  }

  Result<Provider> WebIdentity(const std::string& profile, bool takes_environment) const {
    const IniSection& section = SectionOf(profile);
    const auto setting = [&](const char* variable, const char* key) {
      const std::string value = takes_environment ? EnvironmentVariable(variable) : "";
      return value.empty() ? section.Get(key) : value;
    };
    RoleRequest role;
    role.identity_token_file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (role.identity_token_file.empty()) return nullptr;
    role.role_arn = setting("AWS_ROLE_ARN", "role_arn");
    role.session_name = setting("AWS_ROLE_SESSION_NAME", "role_session_name");
    role.region = options_.region;
    role.endpoint = sts_endpoint_;
    role.ca_file = options_.ca_file;
    if (role.role_arn.empty()) {
      return MakeError(ErrorKind::kFailed,
                       fmt::format("A web_identity_token_file needs a role_arn beside it, in AWS "
                                   "profile {} or as AWS_ROLE_ARN",
                                   profile));
    }
    return RoleCredentials(role, nullptr);
  }

  const ProfileFiles& files_;
  const ProfileChainOptions& options_;
  const std::string sts_endpoint_;
  std::vector<std::string> visited_;
};

}  // namespace

Result<Provider> ProfileCredentials(const ProfileFiles& files, const std::string& profile,
                                    const ProfileChainOptions& options) {
  return Chain(files, options, profile).Follow();
}

Provider RoleCredentials(const RoleRequest& role, Provider base) {
  return Keep("role " + role.role_arn,
              [base = std::move(base), role]() -> Result<LimitedCredentials> {
                Credentials own;
                if (base != nullptr) {
                  ARROW_ASSIGN_OR_RAISE(own, base->Get());
                }
                ARROW_ASSIGN_OR_RAISE(const AssumedCredentials assumed, AssumeRole(role, own));
                return LimitedCredentials{
                    {assumed.access_key_id, assumed.secret_access_key, assumed.session_token},
                    std::chrono::system_clock::time_point(
                        std::chrono::duration_cast<std::chrono::system_clock::duration>(
                            std::chrono::nanoseconds(assumed.expires_ns)))};
              });
}

Result<Provider> EnvironmentCredentials() {
  std::string token = EnvironmentVariable("AWS_SECURITY_TOKEN");
  if (token.empty()) token = EnvironmentVariable("AWS_SESSION_TOKEN");
  const Credentials keys{EnvironmentVariable("AWS_ACCESS_KEY_ID"),
                         EnvironmentVariable("AWS_SECRET_ACCESS_KEY"), token};
  if (keys.access_key_id.empty()) return nullptr;
  if (keys.secret_access_key.empty()) {
    return MakeError(
        ErrorKind::kFailed,
        "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not; set or unset both");
  }
  return Lasting("the environment", keys);
}

}  // namespace tarn::s3
