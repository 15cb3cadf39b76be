#pragma once

#include <memory>
#include <string>

#include "cli/terminal.h"
#include "cluster/aws_cli.h"
#include "cluster/cluster_file.h"
#include "cluster/emr.h"

namespace tarn::cli {

/// \brief The settings of that cluster.toml; with `path` "", of the one in this folder, or the
/// defaults where there is none.
Result<cluster::ClusterSettings> LoadCluster(const std::string& path);

/// \brief The AWS CLI that the settings name. A program or an endpoint without encryption that the
/// file names is reported before it is used.
Result<std::unique_ptr<cluster::AwsCli>> OpenAws(const cluster::ClusterSettings& settings,
                                                 const Terminal& terminal);

/// \brief Prints a cluster's progress, one line per change; nothing with `quiet`.
/// \param[in] terminal borrowed
cluster::OnProgress ClusterNews(const Terminal& terminal, bool quiet);

/// \brief End a cluster; when that fails, try twice more (the CLI itself tries each call thrice).
/// \return the last failure, with how to end the cluster by hand
Status EndCluster(const cluster::AwsCli& aws, const cluster::ClusterSettings& settings,
                  const std::string& id);

}  // namespace tarn::cli
