#include "s3/profile_file.h"

#include <arrow/util/string.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "s3/shell_words.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

using Sections = std::vector<std::pair<std::string, IniSection>>;

std::string FilePath(const char* variable, const char* name) {
  const std::string path = EnvironmentVariable(variable);
  return ExpandedPath(path.empty() ? std::string("~/.aws/") + name : path);
}

Result<Sections> ReadSections(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return Sections{};
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return MakeError(ErrorKind::kFailed, fmt::format("AWS profiles cannot be read: {}", path));
  }
  auto sections = ParseIni(text);
  if (sections.ok()) return sections;
  return MakeError(ErrorKind::kFailed, fmt::format("AWS profiles cannot be read: {}: {}", path,
                                                   MessageOf(sections.status())));
}

// "dev" of `profile dev`, `profile "my dev"` needs its quotes; "" when the section is no such one.
std::string NamedBy(const std::string& section) {
  const auto words = SplitShellWords(section);
  return words.ok() && words->size() == 2 ? (*words)[1] : "";
}

bool IsNameByteOfVariable(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}

// Replace `$NAME` and `${NAME}` of variables that are set.
std::string WithVariables(std::string_view path) {
  std::string expanded;
  while (!path.empty()) {
    const size_t sign = std::min(path.find('$'), path.size());
    expanded += path.substr(0, sign);
    path.remove_prefix(sign);
    if (path.empty()) break;
    const bool has_braces = path.substr(1).starts_with('{');
    size_t end = has_braces ? 2 : 1;
    while (end < path.size() && IsNameByteOfVariable(path[end])) ++end;
    const std::string name(path.substr(has_braces ? 2 : 1, end - (has_braces ? 2 : 1)));
    const bool is_whole = !has_braces || (end < path.size() && path[end] == '}');
    const char* const value = is_whole ? std::getenv(name.c_str()) : nullptr;
    if (has_braces && is_whole) ++end;
    expanded += value == nullptr ? path.substr(0, end) : std::string_view(value);
    path.remove_prefix(end);
  }
  return expanded;
}

std::string HomeOf(const std::string& user) {
  if (user.empty()) {
    const std::string home = EnvironmentVariable("HOME");
    if (!home.empty()) return home;
  }
  const passwd* const entry = user.empty() ? ::getpwuid(::getuid()) : ::getpwnam(user.c_str());
  return entry == nullptr ? "" : entry->pw_dir;
}

}  // namespace

std::string ExpandedPath(const std::string& path) {
  std::string expanded = WithVariables(path);
  if (!expanded.starts_with('~')) return expanded;
  const size_t slash = std::min(expanded.find('/'), expanded.size());
  const std::string home = HomeOf(expanded.substr(1, slash - 1));
  return home.empty() ? expanded : home + expanded.substr(slash);
}

Result<ProfileFiles> ReadProfileFiles() {
  ProfileFiles files;
  files.config_path = FilePath("AWS_CONFIG_FILE", "config");
  files.credentials_path = FilePath("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  ARROW_ASSIGN_OR_RAISE(Sections config, ReadSections(files.config_path));
  for (auto& [name, section] : config) {
    const std::string named = NamedBy(name);
    if (name == "default") {
      files.profiles[name].of_config = section;
    } else if (named.empty()) {
      continue;
    } else if (name.starts_with("profile")) {
      files.profiles[named].of_config = section;
    } else if (name.starts_with("sso-session")) {
      files.sso_sessions[named] = section;
    } else if (name.starts_with("services")) {
      files.services[named] = section;
    }
  }
  ARROW_ASSIGN_OR_RAISE(Sections credentials, ReadSections(files.credentials_path));
  for (auto& [name, section] : credentials) files.profiles[name].of_credentials = section;
  for (auto& [name, profile] : files.profiles) {
    profile.all = profile.of_config;
    profile.all.Update(profile.of_credentials);
  }
  return files;
}

std::string ProfileOfEnvironment() {
  const std::string profile = EnvironmentVariable("AWS_DEFAULT_PROFILE");
  return profile.empty() ? EnvironmentVariable("AWS_PROFILE") : profile;
}

IniSection ReadProfile(const std::string& profile) {
  std::string name = profile.empty() ? ProfileOfEnvironment() : profile;
  if (name.empty()) name = "default";
  const auto files = ReadProfileFiles();
  if (!files.ok()) return {};
  const auto found = files->profiles.find(name);
  return found == files->profiles.end() ? IniSection() : found->second.all;
}

std::string EndpointOf(const std::string& service, const std::string& profile) {
  std::string upper = arrow::internal::AsciiToUpper(service);
  for (const std::string& variable :
       {"AWS_ENDPOINT_URL_" + upper, std::string("AWS_ENDPOINT_URL")}) {
    const std::string endpoint = EnvironmentVariable(variable);
    if (!endpoint.empty()) return endpoint;
  }
  const IniSection values = ReadProfile(profile);
  const auto files = ReadProfileFiles();
  if (files.ok() && values.Has("services")) {
    const auto section = files->services.find(values.Get("services"));
    if (section != files->services.end()) {
      const auto nested = section->second.nested.find(service);
      if (nested != section->second.nested.end()) {
        const auto url = nested->second.find("endpoint_url");
        if (url != nested->second.end()) return url->second;
      }
    }
  }
  return values.Get("endpoint_url");
}

}  // namespace tarn::s3
