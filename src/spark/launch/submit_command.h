#pragma once

#include <string>

#include "base/child_process.h"
#include "base/error.h"
#include "spark/launch/connect_server.h"
#include "spark/launch/spark_home.h"

namespace tarn::spark {

/// \brief The spark-submit that starts a Connect server.
/// \param[in] token for its environment; not in the arguments, which every user of the machine sees
/// \param[in] scratch_folder for files of Spark's scripts and, on one machine, its warehouse
/// \return kUsage when `conf` has a setting that is not the caller's
Result<Program> MakeSubmitCommand(const SparkHome& home, const std::string& master,
                                  const Conf& conf, const std::string& token,
                                  const std::string& scratch_folder);

}  // namespace tarn::spark
