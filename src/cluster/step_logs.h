#pragma once

#include <string>

#include "cluster/emr.h"

namespace tarn::cluster {

/// \brief The URI of an object in the cluster's part of its log folder, which it must have.
/// \param[in] name such as "tarn/x.log"
std::string LogObjectUri(const Cluster& cluster, std::string_view name);

/// \brief The text of an object, "" when it is not there. One whose name ends in `.gz` is unpacked.
Result<std::string> ReadObject(const AwsCli& aws, const std::string& uri);

/// \brief What a step wrote to its standard output or error, as EMR keeps it in the log folder:
/// minutes later, and "" until then; secrets are masked.
/// \param[in] name "stdout", "stderr", "controller"
Result<std::string> StepLog(const AwsCli& aws, const Cluster& cluster, const std::string& step,
                            const std::string& name);

/// \brief The last `num_lines` lines.
std::string Tail(const std::string& text, size_t num_lines);

}  // namespace tarn::cluster
