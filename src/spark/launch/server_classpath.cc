#include "spark/launch/server_classpath.h"

#include <arrow/util/string.h>

#include <filesystem>
#include <map>

#include "spark/launch/properties_file.h"
#include "system/environment_variables.h"

namespace tarn::spark {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (const std::string_view part : arrow::internal::SplitString(text, separator)) {
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

void AddFolder(const fs::path& folder, Names* names) {
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(folder, ignored)) {
    if (file.path().extension() == ".jar") names->push_back(file.path().filename().string());
  }
}

// A jar, or all of a folder as `folder/*`; by path or URI.
void AddEntry(const std::string& entry, Names* names) {
  if (entry.ends_with("/*") || entry.ends_with("/*.jar")) {
    const size_t scheme = entry.find(":/");
    const std::string path = scheme == std::string::npos ? entry : entry.substr(scheme + 1);
    AddFolder(fs::path(path).parent_path(), names);
  } else {
    names->push_back(fs::path(entry).filename().string());
  }
}

// "group:name:version"
void AddPackage(const std::string& coordinates, Names* names) {
  const std::vector<std::string> parts = Split(coordinates, ':');
  if (parts.size() >= 3) names->push_back(parts[1] + "-" + parts[2] + ".jar");
}

}  // namespace

std::vector<std::string> FindJars(const std::string& spark_home, const Conf& conf) {
  std::map<std::string, std::string> settings = ReadSparkDefaults(spark_home);
  for (const auto& [key, value] : conf) settings[key] = value;
  Names names;
  AddFolder(spark_home + "/jars", &names);
  for (const std::string& entry : Split(settings["spark.jars"], ',')) AddEntry(entry, &names);
  for (const std::string& entry : Split(settings["spark.driver.extraClassPath"], ':')) {
    AddEntry(entry, &names);
  }
  for (const std::string& entry : Split(EnvironmentVariable("SPARK_DIST_CLASSPATH"), ':')) {
    AddEntry(entry, &names);
  }
  for (const std::string& package : Split(settings["spark.jars.packages"], ',')) {
    AddPackage(package, &names);
  }
  return names;
}

}  // namespace tarn::spark
