#pragma once

#include "engine/engine.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "run/recorder.h"
#include "session/run_request.h"

namespace tarn::session {

/// \brief Compute a plan's tables and commit them; of a run that fails, what it found is kept.
///
/// \param[in] recorder of this run; what happens is passed to it and to the watch's observer
/// \return Cancelled when stopped, up to the commit
Status RunPipeline(const plan::Plan& plan, const RunRequest& request, engine::Engine* engine,
                   lake::Lake* lake, storage::Storages* storages, run::RunRecorder* recorder,
                   const RunWatch& watch);

}  // namespace tarn::session
