#pragma once

#include <set>
#include <string>

#include "plan/plan.h"

namespace tarn::session {

/// \brief The names of what a table of the plan reads, also through other tables, and its own.
std::set<std::string> InputsOf(const plan::Plan& plan, const std::string& table);

}  // namespace tarn::session
