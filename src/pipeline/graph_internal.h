#pragma once

#include <vector>

#include "pipeline/pipeline.h"
#include "pipeline/settings_internal.h"

namespace tarn::pipeline {

/// \brief Fill in the inputs of every table and put the tables in dependency order.
///
/// Among tables that do not depend on each other the order is alphabetical. A table whose query is
/// null (it did not parse) has no inputs. Errors are added to `diagnostics`: a reference to
/// nothing, a cycle. The order is then incomplete.
void OrderTables(const std::vector<Declaration>& sources, std::vector<Table>* tables,
                 std::vector<Diagnostic>* diagnostics);

}  // namespace tarn::pipeline
