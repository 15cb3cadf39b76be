#pragma once

#include <string>
#include <vector>

#include "spark/launch/connect_server.h"

namespace tarn::spark {

/// \brief The names (without folders) of the jars that a server has when it is started with `conf`:
/// those of its jars folder, and those that spark.jars, spark.jars.packages,
/// spark.driver.extraClassPath (in `conf`, else in spark-defaults.conf) and SPARK_DIST_CLASSPATH
/// name. A package stands as `hadoop-aws-3.5.0.jar`.
/// \param[in] spark_home SparkHome::folder
std::vector<std::string> FindJars(const std::string& spark_home, const Conf& conf);

}  // namespace tarn::spark
