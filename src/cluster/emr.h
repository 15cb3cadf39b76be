#pragma once

#include <string>
#include <vector>

#include "cluster/aws_cli.h"
#include "cluster/patience.h"

/// The calls of EMR on EC2 that tarn makes. They give the errors of AwsCli::Call.
namespace tarn::cluster {

/// \brief A cluster as EMR describes it; a list of clusters leaves some of it "".
struct Cluster {
  std::string id;  ///< "j-…"
  std::string name;
  std::string state;    ///< EMR's: STARTING, BOOTSTRAPPING, RUNNING, WAITING, TERMINATING, …
  std::string reason;   ///< of the state, in EMR's words; may be ""
  std::string created;  ///< as the CLI writes it
  std::string release_label;
  std::string log_uri;      ///< `s3://…`; "" when it keeps none
  std::string primary_dns;  ///< "" while there is none
  int64_t num_hours = 0;    ///< "normalized instance hours", which EMR counts by size

  bool is_ready() const { return state == "WAITING" || state == "RUNNING"; }
  bool has_ended() const { return state.starts_with("TERMINAT"); }
};

/// \brief A program that a cluster runs, as EMR describes it.
struct Step {
  std::string id;  ///< "s-…"
  std::string name;
  std::string state;   ///< EMR's: PENDING, RUNNING, COMPLETED, CANCELLED, FAILED, INTERRUPTED
  std::string reason;  ///< why it failed, in EMR's words; may be ""

  bool has_ended() const { return state != "PENDING" && state != "RUNNING"; }
};

/// \brief What to run on the primary node, as one program with its arguments.
struct StepCommand {
  std::string name;                    ///< shown for the step
  std::vector<std::string> arguments;  ///< the program and its arguments
};

/// \param[in] words as CreateClusterWords gives them
/// \return the new cluster's id
Result<std::string> CreateCluster(const AwsCli& aws, const std::vector<std::string>& words);

/// \brief Those that run, or with `ended` all of the last two months, the newest first.
Result<std::vector<Cluster>> ListClusters(const AwsCli& aws, bool ended);

/// \brief The id of the running cluster that is meant. \param[in] id_or_name an id is not looked up
/// \return kBadInput when no cluster, or more than one, has the name
Result<std::string> FindCluster(const AwsCli& aws, const std::string& id_or_name);

/// \brief The cluster as it is now, or as it ended. \param[in] stop ends the call
Result<Cluster> DescribeCluster(const AwsCli& aws, const std::string& id,
                                const arrow::StopToken& stop);
/// \brief Request the end of a cluster; returns before it has ended.
Status TerminateCluster(const AwsCli& aws, const std::string& id);

/// \return the new step's id. A step that fails leaves the cluster and other steps alone
Result<std::string> AddStep(const AwsCli& aws, const std::string& cluster,
                            const StepCommand& command);

/// \brief The step as it is now, or as it ended. \param[in] stop ends the call
Result<Step> DescribeStep(const AwsCli& aws, const std::string& cluster, const std::string& step,
                          const arrow::StopToken& stop);

/// \brief All steps of a cluster, the newest first.
Result<std::vector<Step>> ListSteps(const AwsCli& aws, const std::string& cluster);

/// \brief End a step that waits or runs.
Status CancelStep(const AwsCli& aws, const std::string& cluster, const std::string& step);

/// \brief Wait until the cluster takes steps. \return kFailed when it ends instead, with why
Result<Cluster> WaitUntilReady(const AwsCli& aws, const std::string& id,
                               const arrow::StopToken& stop, const OnProgress& on_progress);

}  // namespace tarn::cluster
