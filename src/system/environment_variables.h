#pragma once

#include <string>
#include <vector>

namespace tarn {

/// \brief This process's variables, as NAME=VALUE.
std::vector<std::string> CurrentEnvironment();

/// \brief The value of one of them, "" when it is not set.
std::string EnvironmentVariable(const std::string& name);

}  // namespace tarn
