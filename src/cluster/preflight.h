#pragma once

#include <string>
#include <vector>

#include "cluster/cluster_file.h"

namespace tarn::cluster {

/// \brief What the cluster will be used for.
struct PreflightOptions {
  std::vector<std::string> buckets;  ///< names, besides that of the log folder
  bool allow_cross_region = false;   ///< accept buckets in other regions
  bool needs_tunnel = false;         ///< whether the primary node will be reached from here
};

/// \brief Look, before anything is made, whether the cluster could work: buckets in its region,
/// roles, key and subnet there, a way to the primary node. The looks are taken at once, and change
/// nothing.
/// \return kBadInput with an error for each that failed, and what to do about it
Status CheckBeforeCreate(const AwsCli& aws, const ClusterSettings& settings,
                         const PreflightOptions& options, const arrow::StopToken& stop);

/// \brief The same for what is there already: only whether the buckets of `options` are in the
/// region of `settings`.
Status CheckRegions(const AwsCli& aws, const ClusterSettings& settings,
                    const PreflightOptions& options, const arrow::StopToken& stop);

}  // namespace tarn::cluster
