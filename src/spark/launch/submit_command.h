#pragma once

#include <string>

#include "base/error.h"
#include "spark/launch/connect_server.h"
#include "spark/launch/spark_home.h"
#include "system/child_process.h"

namespace tarn::spark {

/// \brief The spark-submit that starts a Connect server.
///
/// Its arguments, which every user of the machine sees, hold no setting: all are in a file of the
/// scratch folder, which may go when the server listens.
/// \param[in] token for its environment
/// \param[in] scratch_folder that this user alone may enter: for the settings, files of Spark's
/// scripts, of the driver's JVM and, on one machine, its blocks and warehouse
/// \return kUsage when `conf` has a setting that is not the caller's
Result<Program> MakeSubmitCommand(const SparkHome& home, const std::string& master,
                                  const Conf& conf, const std::string& token,
                                  const std::string& scratch_folder);

/// \brief The file with the settings.
std::string PropertiesFileIn(const std::string& scratch_folder);

}  // namespace tarn::spark
