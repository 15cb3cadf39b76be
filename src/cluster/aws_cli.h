#pragma once

#include <arrow/util/cancel.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "system/child_process.h"

/// Amazon EMR, driven through the AWS CLI: clusters and serverless applications planned, made,
/// watched and ended.
namespace tarn::cluster {

/// \brief How the AWS CLI is called. What is "" is left to its own settings: environment, profile.
struct AwsSettings {
  std::string program = "aws";  ///< a name in PATH, or a path
  std::string profile;          ///< in ~/.aws
  std::string region;
  /// URL of another service than AWS's; "": AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL, which
  /// the CLI itself knows since 2.13 only.
  std::string endpoint_url;
};

/// \brief The region that the settings or the environment name; "" when that is left to the CLI's
/// profile.
std::string RegionOf(const AwsSettings& settings);

/// \brief `--name=value`: the value is a value whatever it begins with.
std::string Option(std::string_view name, std::string_view value);

/// \brief The AWS CLI version 2, run with argument vectors: no shell sees what a user wrote.
/// Threads: any.
class AwsCli {
 public:
  /// \brief Find it and look at its version.
  /// \return kFailed when it is missing, or another version than 2
  static Result<std::unique_ptr<AwsCli>> Open(AwsSettings settings);

  /// \brief Run `aws SERVICE …` to its end.
  ///
  /// \param[in] words the service, the operation and its options, without those of AwsSettings
  /// \param[in] stop ends it
  /// \return what it printed on standard output: JSON, but for `s3 cp … -`
  ///   - kFailed: AWS refused, with its code and what to do; or no network
  ///   - kUsage: an option's value would be read as the name of a file
  ///   - kCancelled: `stop`
  Result<std::string> Call(const std::vector<std::string>& words,
                           const arrow::StopToken& stop = arrow::StopToken::Unstoppable()) const;

  /// \brief The whole command of a call, as Call runs it.
  std::vector<std::string> CommandOf(const std::vector<std::string>& words) const;

  const std::string& version() const { return version_; }  ///< "2.9.19"
  const AwsSettings& settings() const { return settings_; }

 private:
  explicit AwsCli(AwsSettings settings) : settings_(std::move(settings)) {}

  const AwsSettings settings_;
  std::string program_;  // its file
  std::string version_;
};

/// \brief As CommandOf, where the CLI is not there to be run.
std::vector<std::string> CommandOf(const AwsSettings& settings,
                                   const std::vector<std::string>& words);

/// \brief AWS's code of an error that Call gave, such as "NoSuchEntity"; "" for others.
std::string AwsCodeOf(const Status& status);

/// \brief Whether a call that failed may succeed in a while: no network, or AWS is overloaded.
bool IsTransient(const Status& status);

/// \brief Whether the CLI in use does not know the call.
bool IsUnknownCall(const Status& status);

}  // namespace tarn::cluster
