#pragma once

#include <string>

namespace tarn::cli {

/// \brief The file that keeps what was typed in shells: `tarn/history` in $XDG_STATE_HOME, else in
/// ~/.local/state. Empty when neither is known.
/// Source: XDG Base Directory Specification.
std::string HistoryFile();

/// \brief Make the folders of the file, and an empty file when there is none, for nobody else to
/// read. What cannot be made is left out: a shell needs no history.
void MakeHistoryFile(const std::string& path);

}  // namespace tarn::cli
