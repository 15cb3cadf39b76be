#pragma once

#include <string>

#include "base/error.h"

namespace tarn::spark {

/// \brief An installed Spark.
struct SparkHome {
  std::string folder;          ///< absolute; bin/spark-submit is in it
  std::string version;         ///< "4.3.0", "3.5.5-amzn-1"
  std::string scala_version;   ///< "2.13"
  bool ships_connect = false;  ///< the Connect server is among its jars
};

/// \brief The folder that this program's file is in.
std::string FolderOfThisProgram();

/// \brief Find Spark: in `wished`; else in the environment's SPARK_HOME; else in the pyspark wheel
/// of the first of these that has one: the active virtual environment (VIRTUAL_ENV), .venv of
/// the checkout when `program_folder` is a folder of its build, the python3 and the spark-submit on
/// PATH. The working folder counts nowhere: it may be anybody's.
/// \return kFailed when there is none, or one older than 4.0: its Connect server can neither listen
/// on loopback alone nor ask for a token, so that whoever reaches the machine could run code on it
Result<SparkHome> FindSparkHome(const std::string& wished,
                                const std::string& program_folder = FolderOfThisProgram());

}  // namespace tarn::spark
