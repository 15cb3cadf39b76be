#include "spark/launch/properties_file.h"

#include <arrow/util/string.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "system/environment_variables.h"
#include "system/file_descriptor.h"

namespace tarn::spark {
namespace {

// As java.util.Properties reads it.
std::string EscapedProperty(std::string_view text, bool is_key) {
  std::string escaped;
  for (const char byte : text) {
    const bool is_first = escaped.empty();
    switch (byte) {
      case '\n':
        escaped += "\\n";
        continue;
      case '\r':
        escaped += "\\r";
        continue;
      case '\t':
        escaped += "\\t";
        continue;
      case '\\':
        escaped += '\\';
        break;
      case ' ':
        if (is_key || is_first) escaped += '\\';
        break;
      case '=':
      case ':':
      case '#':
      case '!':
        if (is_key) escaped += '\\';
        break;
      default:
        break;
    }
    escaped += byte;
  }
  return escaped;
}

}  // namespace

// `key value`, `key=value` or `key: value`, as java.util.Properties has them.
std::map<std::string, std::string> ReadSparkDefaults(const std::string& spark_home) {
  std::string folder = EnvironmentVariable("SPARK_CONF_DIR");
  if (folder.empty()) folder = spark_home + "/conf";
  std::map<std::string, std::string> settings;
  std::ifstream file(folder + "/spark-defaults.conf");
  for (std::string line; std::getline(file, line);) {
    line = arrow::internal::TrimString(line);
    const size_t key_end = line.find_first_of(" \t=:");
    if (line.empty() || line[0] == '#' || key_end == std::string::npos) continue;
    const size_t value = line.find_first_not_of(" \t=:", key_end);
    if (value != std::string::npos) settings[line.substr(0, key_end)] = line.substr(value);
  }
  return settings;
}

Status WritePropertiesFile(const std::string& path, const Conf& conf) {
  std::string text;
  for (const auto& [key, value] : conf) {
    text += EscapedProperty(key, true) + "=" + EscapedProperty(value, false) + "\n";
  }
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.is_open() &&
      ::write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
    return Status::OK();
  }
  return MakeError(ErrorKind::kFailed, fmt::format("Spark's settings cannot be written: {}: {}",
                                                   std::strerror(errno), path));
}

}  // namespace tarn::spark
