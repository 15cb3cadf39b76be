#pragma once

#include <map>
#include <string>

#include "spark/launch/connect_server.h"

namespace tarn::spark {

/// \brief The settings of the machine: spark-defaults.conf in SPARK_CONF_DIR, else in Spark's conf.
std::map<std::string, std::string> ReadSparkDefaults(const std::string& spark_home);

/// \brief Write settings for spark-submit's `--properties-file`, which this user alone may read:
/// its arguments are there for all. The file must not be there.
Status WritePropertiesFile(const std::string& path, const Conf& conf);

}  // namespace tarn::spark
