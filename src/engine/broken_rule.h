#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "pipeline/pipeline.h"

/// Errors of kind kCheckFailed, for tables whose rows break a rule. `example` is a row's columns:
/// "user_id = 15, level = free".
namespace tarn::engine {

Status KeyIsNull(const pipeline::Table& table, const std::string& example);

Status KeyIsNotUnique(const pipeline::Table& table, const std::string& example);

Status CheckDoesNotHold(const pipeline::Table& table, const pipeline::Check& check,
                        const std::string& example);

/// \return OK when the table has its least number of rows
Status CheckMinRows(const pipeline::Table& table, int64_t num_rows);

}  // namespace tarn::engine
