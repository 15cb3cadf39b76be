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
  std::string identity_file;    ///< private half of the cluster's key; "": what ssh finds by itself
  std::string user = "hadoop";  ///< to log in as, through ssh
};

/// \brief Instances that are added and removed as they are needed.
struct ManagedScaling {
  int64_t instances_min = 0;             ///< without the primary node
  int64_t instances_max = 0;             ///< without the primary node; at least `instances_min`
  std::optional<int64_t> on_demand_max;  ///< the others are spot instances; none: no such limit
};

/// \brief The section [serverless]: an application of EMR Serverless.
struct ServerlessSettings {
  std::string application = "tarn";               ///< its name, or the id of one that is there
  std::string release_label = "emr-spark-8.0.0";  ///< of an application that is made
  std::string execution_role;             ///< ARN of the role that reads and writes the data
  std::chrono::minutes idle_timeout{15};  ///< without work, until the session ends
};

/// \brief What a cluster.toml says, with the defaults of what it does not say. A text that is "" is
/// left out of the call that makes the cluster.
struct ClusterSettings {
  std::string path;  ///< of the file; "" without one
  std::string name = "tarn";
  std::string release_label = "emr-spark-8.0.0";
  std::vector<std::string> applications;  ///< EMR's names: the file's, else what Spark needs
  std::string log_uri;                    ///< `s3://…`, the log folder; "": no logs
  std::chrono::seconds idle_timeout{std::chrono::minutes(30)};  ///< without work, until it ends
  std::string service_role = "EMR_DefaultRole";
  std::string instance_profile = "EMR_EC2_DefaultRole";
  std::string auto_scaling_role;  ///< excludes `managed_scaling`
  std::string ec2_key;            ///< name of the key pair that ssh is let in with
  std::string subnet;             ///< id; "": EMR chooses
  std::string security_group;     ///< one more for the primary node, such as one that opens port 22
  std::optional<int64_t> ebs_root_volume_gib;  ///< of each instance; none: EMR's default
  std::string scale_down_behavior = "TERMINATE_AT_TASK_COMPLETION";  ///< EMR's word
  std::string prices_file;                        ///< "": the table that tarn has
  std::string primary_type = "m5.xlarge";         ///< instance type of the primary node
  std::string worker_type = "m5.xlarge";          ///< of all workers; unless set, as `primary_type`
  int64_t num_workers = 2;                        ///< besides the primary node; may be 0
  double spot_share = 0;                          ///< of the workers, 0 to 1; see num_spot_workers
  std::optional<ManagedScaling> managed_scaling;  ///< none: the workers stay as they are
  std::vector<std::pair<std::string, std::string>> tags;  ///< key and value
  TunnelSettings tunnel;
  AwsSettings aws;
  std::optional<ServerlessSettings> serverless;  ///< none: the file has no such section

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
