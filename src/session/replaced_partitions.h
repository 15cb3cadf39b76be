#pragma once

#include "engine/engine.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"
#include "plan/plan.h"
#include "session/run_decision.h"
#include "session/run_parts.h"
#include "session/tables_before.h"

/// Tables with replace = "partitions", of which a run of a period replaces the partitions alone
/// that it has rows of. The others stay, as the files of their rows are not read.
namespace tarn::session {

/// \brief Whether partitions of a table that is computed stay: its setting says so, one of its
/// sources is read of a period alone, and it is in the lake.
/// \return kBadInput where its partitions there are made of other columns
Result<bool> IsPartlyReplaced(const DecisionInput& input, const pipeline::Table& table);

/// \brief Whether new rows have the columns of the partitions that stay.
/// \return kBadInput with the first table of which they have others
Status CheckColumnsOfKept(const plan::Plan& plan, const RunDecision& decision,
                          const TablesBefore& before);

/// \brief When a part is computed: report its tables of which partitions stay, with all of their
/// rows, and warn where replaced partitions had more rows.
/// \param[in] context whose observer and warn take what there is to say
/// \param[out] computed what is kept of them, and their numbers of rows
Status TellReplaced(const RunPart& part, const RunDecision& decision,
                    lake::Transaction* transaction, const engine::RunContext& context,
                    ComputedParts* computed);

}  // namespace tarn::session
