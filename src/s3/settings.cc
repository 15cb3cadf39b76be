#include "s3/settings.h"

#include <arrow/util/string.h>

#include "base/environment_variables.h"
#include "s3/profile_file.h"

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

Settings SettingsFromEnvironment(const std::string& profile) {
  Settings settings;
  settings.profile = profile;
  auto values = ReadProfile(settings.profile);
  settings.region = FirstOf({EnvironmentVariable("AWS_REGION"),
                             EnvironmentVariable("AWS_DEFAULT_REGION"), values["region"]});
  settings.endpoint = FirstOf({EnvironmentVariable("AWS_ENDPOINT_URL_S3"),
                               EnvironmentVariable("AWS_ENDPOINT_URL"), values["endpoint_url"]});
  settings.path_style = !settings.endpoint.empty();
  settings.anonymous = IsYes(EnvironmentVariable("AWS_NO_SIGN_REQUEST"));
  settings.requester_pays = EnvironmentVariable("AWS_REQUEST_PAYER") == "requester";
  settings.ca_file = FirstOf({EnvironmentVariable("AWS_CA_BUNDLE"), values["ca_bundle"]});
  return settings;
}

}  // namespace tarn::s3
