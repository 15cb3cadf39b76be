#pragma once

#include <string>
#include <vector>

#include "cluster/cluster_file.h"

namespace tarn::cluster {

/// \brief Instances of one kind, bought in one way.
struct InstanceGroup {
  std::string name;  ///< "primary", "core", "spot"
  std::string role;  ///< EMR's: MASTER, CORE, TASK
  std::string instance_type;
  int64_t count = 0;
  bool is_spot = false;
};

/// \brief The groups that a cluster begins with. The workers that are not spot instances, one at
/// least if there are any, are its core.
std::vector<InstanceGroup> GroupsOf(const ClusterSettings& settings);

/// \brief `emr create-cluster …`, to be called by AwsCli. The cluster ends itself when it is idle:
/// that is part of the call, so that no cluster is there without it.
std::vector<std::string> CreateClusterWords(const ClusterSettings& settings);

/// \brief The words as one line for a POSIX shell, to be read or pasted.
std::string ShellText(const std::vector<std::string>& words);

/// \brief As ShellText, but each option on a line of its own, continued by a backslash.
std::string ShellLines(const std::vector<std::string>& words);

}  // namespace tarn::cluster
