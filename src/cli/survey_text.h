#pragma once

#include <string>

#include "cli/terminal.h"
#include "infer/survey.h"

namespace tarn::cli {

/// \brief What was read: files, bytes, records; and what could not be, with where it is first.
std::string SurveySummary(const infer::Survey& survey, const Terminal& terminal);

}  // namespace tarn::cli
