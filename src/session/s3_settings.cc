#include "session/s3_settings.h"

#include <algorithm>

namespace tarn::session {
namespace {

s3::Settings SettingsOf(const pipeline::S3Options& options) {
  s3::Settings settings = s3::SettingsFromEnvironment(options.profile.value_or(""));
  auto set = [](const auto& option, auto* setting) {
    if (option.has_value()) *setting = *option;
  };
  set(options.role_arn, &settings.role_arn);
  set(options.external_id, &settings.external_id);
  set(options.region, &settings.region);
  set(options.endpoint, &settings.endpoint);
  // Services other than AWS's seldom have a host for each bucket.
  if (options.endpoint.has_value()) settings.path_style = true;
  set(options.path_style, &settings.path_style);
  set(options.anonymous, &settings.anonymous);
  set(options.requester_pays, &settings.requester_pays);
  set(options.encryption, &settings.encryption);
  set(options.kms_key_id, &settings.kms_key_id);
  set(options.ca_file, &settings.ca_file);
  set(options.retry_for, &settings.retry_for);
  return settings;
}

}  // namespace

s3::Buckets::SettingsOfBucket SettingsOf(const pipeline::Pipeline& pipeline) {
  return [all = pipeline.s3, buckets = pipeline.buckets](const std::string& bucket) {
    const auto own = std::find_if(buckets.begin(), buckets.end(),
                                  [&](const auto& entry) { return entry.first == bucket; });
    return SettingsOf(own == buckets.end() ? all : own->second);
  };
}

}  // namespace tarn::session
