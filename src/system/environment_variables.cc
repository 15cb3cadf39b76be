#include "system/environment_variables.h"

#include <unistd.h>

#include <cstdlib>

namespace tarn {

std::vector<std::string> CurrentEnvironment() {
  std::vector<std::string> variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  return variables;
}

std::string EnvironmentVariable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

}  // namespace tarn
