#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/emr.h"

namespace tarn::cluster {

/// \brief A pipeline's run on the primary node itself.
struct PipelineStep {
  std::string
      program_uri;  ///< the wheel, `s3://…/tarn-….whl`; or what `make install` makes, as `….tar.gz`
  /// Of `tarn run`: the pipeline's folder in S3 and options.
  std::vector<std::string> run_arguments;
};

/// \brief How such a step ended.
struct PipelineStepEnd {
  Step step;                     ///< as EMR described it last
  std::optional<int> exit_code;  ///< of `tarn run`; none when it did not begin, or is not told yet
  std::string log_tail;          ///< what it said last; may be ""
};

/// \brief The step's program. \param[in] output_uri object that gets all that `tarn run` says
std::vector<std::string> PipelineArguments(const PipelineStep& step, const std::string& output_uri);

/// \brief Add the step and follow it to its end. A stop cancels it.
/// \return kBadInput for a cluster without log folder
Result<PipelineStepEnd> RunPipelineStep(const AwsCli& aws, const std::string& cluster_id,
                                        const PipelineStep& step, const arrow::StopToken& stop,
                                        const OnProgress& on_progress);

}  // namespace tarn::cluster
