#pragma once

#include <utility>

#include "base/error.h"
#include "pipeline/pipeline.h"

namespace tarn::session {

/// \brief `status` of a call of the pipeline's lake; where the lake's bucket is not there, with the
/// place where it is written and what to do: kBadInput, as for the raw data's.
Status AtOutput(const Status& status, const pipeline::Pipeline& pipeline);

template <typename T>
Result<T> AtOutput(Result<T> result, const pipeline::Pipeline& pipeline) {
  if (!result.ok()) return AtOutput(result.status(), pipeline);
  return result;
}

/// \brief `status` of who reads the ledger without the lake's lock; where a run that commits has
/// removed a part of it meanwhile, kConflict: it may be read again.
Status ReplacedError(const Status& status);

}  // namespace tarn::session
