#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/terminal.h"

/// How errors reach the user and the program that called tarn.
namespace tarn::cli {

/// \brief 0 done, 1 failed, 2 usage, 3 bad input, 4 a check failed, 130 interrupted.
int ExitCodeOf(const Status& status);

/// \brief `error: …` for each diagnostic, or for the message when there are none, each with its
/// newline; the number of errors when there are several.
std::string ErrorText(const Status& error, const Terminal& terminal);

/// \brief `warning: …` and a newline; printable, whatever bytes `text` quotes.
std::string WarningText(std::string_view text, const Terminal& terminal);

}  // namespace tarn::cli
