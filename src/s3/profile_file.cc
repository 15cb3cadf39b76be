#include "s3/profile_file.h"

#include <arrow/util/string.h>

#include <fstream>
#include <string_view>

#include "base/environment_variables.h"

namespace tarn::s3 {
namespace {

std::string Trim(std::string_view text) { return arrow::internal::TrimString(std::string(text)); }

// "profile dev" or "dev" of "[profile dev]"; the word is the config file's.
std::string SectionName(std::string_view line) {
  const size_t end = line.find(']');
  std::string name = Trim(line.substr(1, end == std::string_view::npos ? end : end - 1));
  constexpr std::string_view kWord = "profile ";
  return name.starts_with(kWord) ? Trim(name.substr(kWord.size())) : name;
}

// Add the keys of one section; nested ones, which are indented, are left out.
void AddSection(const std::string& path, const std::string& section,
                std::map<std::string, std::string>* values) {
  std::ifstream file(path);
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#' || line[0] == ';' || line[0] == ' ' || line[0] == '\t') {
      continue;
    }
    if (line[0] == '[') {
      inside = SectionName(line) == section;
      continue;
    }
    const size_t equals = line.find('=');
    if (!inside || equals == std::string::npos) continue;
    (*values)[arrow::internal::AsciiToLower(Trim(line.substr(0, equals)))] =
        Trim(line.substr(equals + 1));
  }
}

std::string FilePath(const char* variable, const char* name) {
  const std::string path = EnvironmentVariable(variable);
  return path.empty() ? EnvironmentVariable("HOME") + "/.aws/" + name : path;
}

}  // namespace

std::map<std::string, std::string> ReadProfile(const std::string& profile) {
  std::string section = profile;
  for (const char* variable : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    if (section.empty()) section = EnvironmentVariable(variable);
  }
  if (section.empty()) section = "default";
  std::map<std::string, std::string> values;
  AddSection(FilePath("AWS_CONFIG_FILE", "config"), section, &values);
  AddSection(FilePath("AWS_SHARED_CREDENTIALS_FILE", "credentials"), section, &values);
  return values;
}

}  // namespace tarn::s3
