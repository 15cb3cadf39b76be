#pragma once

#include <string>
#include <vector>

#include "local/batch/batches_for_test.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A call of an aggregate function.
/// \param[in] ddl of the input; args are some of its columns
/// \param[in] type of the result, as DDL
plan::AggregateCall AggregateCallOf(const std::string& ddl, const std::string& function,
                                    const std::vector<std::string>& args, const std::string& type);

/// \brief `input`, whose columns are `ddl`, grouped by `keys`, in all ways of RunStageInAnyOrder.
Batches RunAggregate(const std::string& ddl, const std::vector<std::string>& keys,
                     std::vector<plan::AggregateCall> calls, const Batches& input,
                     const std::vector<int>& thread_counts = {1, 4});

}  // namespace tarn::local
