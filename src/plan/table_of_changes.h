#pragma once

#include <string>

#include "plan/bind_query.h"
#include "plan/plan.h"

/// A table that is made of changes: SQL over the rows of its own query, the same for every engine.
namespace tarn::plan {

/// \brief What that SQL calls the rows of the table's own query. No source or table has this name.
constexpr const char* kChangesName = "tarn changes";

/// \brief The table that `table.changes` makes of its query's rows.
///
/// \param[in] table has changes
/// \param[in] rows of its query, whose columns all have names of their own
/// \param[in] zone the session's, not null
/// \param[out] sql of the table, over kChangesName
/// \param[out] diagnostics gets what is wrong with the settings and with columns of `rows`; then
///   the result is not complete, and `sql` is empty
BoundQuery BindChanges(const pipeline::Table& table, const BoundQuery& rows, const TimeZone* zone,
                       std::string* sql, Diagnostics* diagnostics);

}  // namespace tarn::plan
