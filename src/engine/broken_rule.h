#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "run/broken_rule.h"

/// Rules of tables as engines report them broken.
namespace tarn::engine {

/// \brief A rule of `table`, of which no row is counted yet.
run::BrokenRule KeyNotNull(const pipeline::Table& table);
run::BrokenRule KeyUnique(const pipeline::Table& table);
run::BrokenRule Holds(const pipeline::Table& table, const pipeline::Check& check);

/// \brief The broken rule, unless the table has its least number of rows.
std::optional<run::BrokenRule> CheckMinRows(const pipeline::Table& table, int64_t num_rows);

/// \brief Such as "check `a > 0` does not hold in 3 rows".
std::string WhatIsWrong(const run::BrokenRule& broken);

/// \brief kCheckFailed with each rule, the number of rows that break it, and the first of them.
/// \param[in] broken at least one
Status ErrorOf(const std::vector<run::BrokenRule>& broken);

}  // namespace tarn::engine
