#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tarn::cluster {

/// \brief Refuse Spark settings that may hold secrets: whoever may describe a cluster's steps or
/// sessions can read them, and every user of this machine the arguments of the AWS CLI.
/// \return kUsage with the setting's name
Status CheckConf(const std::vector<std::pair<std::string, std::string>>& conf);

}  // namespace tarn::cluster
