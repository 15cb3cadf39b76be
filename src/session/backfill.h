#pragma once

#include <string>

#include "base/error.h"
#include "session/run_decision.h"

/// Days whose files are read again, whatever the ledger says of them: DecisionInput::backfill.
namespace tarn::session {

/// \brief Find the files of the days, and leave new files of other days to the next run. Once all
/// sources are listed and compared.
/// \return kBadInput where no source has dates in its paths
Status ListDays(const DecisionInput& input, RunDecision* decision);

/// \brief Whether a table reads files of the days, of which there must be some.
/// \return kBadInput when a source of the table has dates in its paths, and no file of the days
Result<bool> ReadsDays(const DecisionInput& input, const RunDecision& decision,
                       const std::string& table);

/// \brief Whether all days are in the periods of the table's sources, so that what is computed of
/// their files has them.
bool HasDaysInPeriod(const DecisionInput& input, const RunDecision& decision,
                     const std::string& table);

/// \brief "--backfill reads 2018-11-01..2018-11-07 again".
std::string BackfillText(const Period& days);

/// \brief Why the rows of the days alone do not repair a table of which partitions are replaced.
Status NotByDaysError(const std::string& table, const std::string& why, const Period& days);

}  // namespace tarn::session
