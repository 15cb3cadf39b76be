#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "infer/added_fields.h"
#include "infer/drift.h"
#include "infer/survey.h"
#include "pipeline/pipeline.h"
#include "plan/plan.h"
#include "storage/storages.h"

namespace tarn::session {

/// \brief What a check looks at.
struct CheckRequest {
  bool reads_data = false;  ///< read the sources' files too, and compare them with the schemas
  infer::Extent extent{};   ///< of the files that is read
  int num_threads = 0;      ///< that read them; 0: one per core
};

/// \brief A source of a pipeline, and what was seen of its files.
struct SurveyedSource {
  const pipeline::Source* source;  ///< borrowed from the pipeline
  infer::Survey survey;
  std::vector<infer::Difference> drift;  ///< between its schema and `survey`
};

/// \brief The fields that runs have added to the sources of a pipeline.
struct LockReport {
  std::string path{};  ///< of schema.lock.toml, whether it is there or not
  std::vector<std::pair<std::string, std::vector<infer::AddedField>>> added{};  ///< by source
};

/// \brief What a check found in a pipeline whose files and SQL are right.
struct CheckReport {
  std::unique_ptr<plan::Plan> plan;     ///< of every table, with its columns and their types
  std::vector<SurveyedSource> sources;  ///< in the pipeline's order; none without reads_data
  Status data;  ///< kBadInput with each difference in `sources` by which a run would lose data
  /// Tables that are written, though others read them and they are named like a step on the way to
  /// those. Borrowed from the pipeline.
  std::vector<const pipeline::Table*> steps;
  /// Sources that keep what does not fit in `_rescued`, which no table reads. Borrowed likewise.
  std::vector<const pipeline::Source*> unread_rescues{};
  LockReport lock{};  ///< empty where no source adds fields
};

/// \brief Read the files of the pipeline's sources, and compare them with the schemas.
/// \return errors of reading, at the source's place in tarn.toml
Result<std::vector<SurveyedSource>> SurveySources(const CheckRequest& request,
                                                  storage::Storages* storages,
                                                  const pipeline::Pipeline& pipeline);

/// \brief kBadInput with each difference that would make bad records.
Status DriftError(const std::vector<SurveyedSource>& sources);

/// \brief See CheckReport::steps.
std::vector<const pipeline::Table*> StepsOf(const pipeline::Pipeline& pipeline);

/// \brief See CheckReport::lock.
Result<LockReport> LockReportOf(const pipeline::Pipeline& pipeline, storage::Storages* storages);

/// \brief See CheckReport::unread_rescues.
std::vector<const pipeline::Source*> UnreadRescuesOf(const plan::Plan& plan);

}  // namespace tarn::session
