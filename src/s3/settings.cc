#include "s3/settings.h"

#include <arrow/util/string.h>

#include <initializer_list>
#include <string>

#include "s3/profile_file.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

// The first that is not empty.
std::string FirstOf(std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    if (!value.empty()) return value;
  }
  return "";
}

bool IsYes(const std::string& text) {
  const std::string lower = arrow::internal::AsciiToLower(text);
  return lower == "yes" || lower == "true" || lower == "1" || lower == "on";
}

}  // namespace

std::string_view DomainOf(std::string_view region) {
  return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

BucketSettings Complete(BucketSettings settings) {
  const IniSection values = ReadProfile(settings.profile);
  settings.region = FirstOf({settings.region, EnvironmentVariable("AWS_REGION"),
                             EnvironmentVariable("AWS_DEFAULT_REGION"), values.Get("region")});
  settings.endpoint = FirstOf({settings.endpoint, EndpointOf("s3", settings.profile)});
  // Services other than AWS's seldom have a host for each bucket.
  if (!settings.path_style) settings.path_style = !settings.endpoint.empty();
  if (!settings.anonymous) settings.anonymous = IsYes(EnvironmentVariable("AWS_NO_SIGN_REQUEST"));
  if (!settings.requester_pays) {
    settings.requester_pays = EnvironmentVariable("AWS_REQUEST_PAYER") == "requester";
  }
  settings.ca_file =
      FirstOf({settings.ca_file, EnvironmentVariable("AWS_CA_BUNDLE"), values.Get("ca_bundle")});
  if (!settings.retry_for) settings.retry_for = kRetryFor;
  return settings;
}

}  // namespace tarn::s3
