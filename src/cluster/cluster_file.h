#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cluster/aws_cli.h"

namespace tarn::cluster {

/// \brief How the primary node is reached.
struct TunnelSettings {
  enum class Through { kSsh, kSsm };
  Through through = Through::kSsh;
  std::string identity_file;  ///< private half of the cluster's key; "": what ssh finds by itself
  std::string user = "hadoop";
};

/// \brief Instances that are added and removed as they are needed.
struct ManagedScaling {
  int64_t instances_min = 0;  ///< without the primary node
  int64_t instances_max = 0;
  std::optional<int64_t> on_demand_max;  ///< the others are spot instances
};

struct ServerlessSettings {
  std::string application = "tarn";  ///< its name, or the id of one that is there
  std::string release_label = "emr-spark-8.0.0";
  std::string execution_role;  ///< ARN
  std::chrono::minutes idle_timeout{15};
};

/// \brief What a cluster.toml says, with the defaults of what it does not say.
struct ClusterSettings {
  std::string path;  ///< of the file; "" without one
  std::string name = "tarn";
  std::string release_label = "emr-spark-8.0.0";
  std::vector<std::string> applications;
  std::string log_uri;  ///< `s3://…`
  std::chrono::seconds idle_timeout{std::chrono::minutes(30)};
  std::string service_role = "EMR_DefaultRole";
  std::string instance_profile = "EMR_EC2_DefaultRole";
  std::string auto_scaling_role;
  std::string ec2_key;
  std::string subnet;
  std::string security_group;  ///< one more for the primary node, such as one that opens port 22
  std::optional<int64_t> ebs_root_volume_gib;
  std::string scale_down_behavior = "TERMINATE_AT_TASK_COMPLETION";
  std::string prices_file;  ///< "": the table that tarn has
  std::string primary_type = "m5.xlarge";
  std::string worker_type = "m5.xlarge";
  int64_t num_workers = 2;
  double spot_share = 0;  ///< of the workers
  std::optional<ManagedScaling> managed_scaling;
  std::vector<std::pair<std::string, std::string>> tags;
  TunnelSettings tunnel;
  AwsSettings aws;
  std::optional<ServerlessSettings> serverless;

  /// Workers that may be taken away at any time. One at least is not, for HDFS is on it.
  int64_t num_spot_workers() const;
};

/// \brief Read a cluster.toml. `${NAME}` is replaced as in tarn.toml; relative paths are relative
/// to the file's folder, and `~/` is the home folder. \return kBadInput with every error in it,
/// each with its line
Result<ClusterSettings> LoadClusterFile(const std::string& path);

/// \brief LoadClusterFile() behind the disk. \param[in] path for errors and relative paths
Result<ClusterSettings> ReadClusterFile(const std::string& path, std::string text);

}  // namespace tarn::cluster
