#pragma once

#include "lake/lake.h"
#include "plan/plan.h"

/// What engines share: how the lake is to store a table, and how broken rules are reported.
namespace tarn::engine {

/// \brief How the pipeline wants the table to be stored.
lake::TableSpec SpecOf(const plan::TablePlan& table);

}  // namespace tarn::engine
