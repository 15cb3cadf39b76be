#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace tarn::cli {

/// \brief The whole program: parse, do, report.
///
/// \param[in] words the command line without the program's name.
/// \return the exit code (see ExitCodeOf). Errors are on console.err, or as JSON on console.out
/// when
///   the command line has --json.
int RunApplication(const std::vector<std::string>& words, const Console& console);

}  // namespace tarn::cli
