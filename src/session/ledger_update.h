#pragma once

#include "lake/lake.h"
#include "plan/plan.h"
#include "session/run_decision.h"
#include "session/run_parts.h"

namespace tarn::session {

/// \brief Write what a run has consumed and made into the ledger, by the run's own commit.
/// \param[in] decision of `plan`, with work that is computed
/// \param[in] lake that the transaction is of
Status UpdateLedger(const plan::Plan& plan, const RunDecision& decision,
                    const ComputedParts& computed, lake::Lake* lake,
                    lake::Transaction* transaction);

}  // namespace tarn::session
