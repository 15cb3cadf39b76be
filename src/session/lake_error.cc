#include "session/lake_error.h"

#include "s3/s3_error.h"
#include "s3/uri.h"
#include "storage/storage.h"

namespace tarn::session {

Status AtOutput(const Status& status, const pipeline::Pipeline& pipeline) {
  if (!s3::IsNoSuchBucket(status) || !DiagnosticsOf(status).empty()) return status;
  const auto location = s3::ParseUri(pipeline.output);
  if (!location.ok()) return status;
  Diagnostic diagnostic;
  diagnostic.file = pipeline.output_line > 0 ? pipeline.toml_file : "";
  diagnostic.line = pipeline.output_line;
  diagnostic.subject = "lake.output";
  diagnostic.message = "there is no bucket " + location->bucket + ": " + pipeline.output;
  diagnostic.hint = "check lake.output; tarn creates no buckets: `aws s3 mb s3://" +
                    location->bucket + "` creates it";
  return MakeError({std::move(diagnostic)});
}

// A run that commits adds the new parts before it removes the old ones.
Status ReplacedError(const Status& status) {
  if (!storage::IsNotFound(status)) return status;
  return MakeError(ErrorKind::kConflict,
                   "A run has replaced the lake's ledger meanwhile; try again");
}

}  // namespace tarn::session
