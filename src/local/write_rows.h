#pragma once

#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "local/batch/batch.h"
#include "local/run_plan.h"
#include "plan/plan.h"
#include "run/broken_rule.h"

namespace tarn::local {

/// \brief Check and write the rows of one table that something else has computed, as RunPlan does
/// with those that it computes.
///
/// \param[in] plan of the table
/// \param[in] table its index in plan.tables; selected
/// \param[in] rows all of them, in order, with the columns of its root
/// \param[in] transaction takes the files; null: nothing is stored
/// \param[in] options what is of the sources does not matter
/// \return the rules that the rows break, which are reported too: then no file is complete. An
///   error as of RunPlan
Result<std::vector<run::BrokenRule>> WriteRows(const plan::Plan& plan, int table,
                                               std::vector<BatchPtr> rows,
                                               lake::Transaction* transaction,
                                               const RunOptions& options);

}  // namespace tarn::local
