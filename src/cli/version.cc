#include "cli/command_line.h"

namespace tarn::cli {

std::string Version() { return TARN_VERSION; }

std::string VersionText() { return "tarn " + Version(); }

}  // namespace tarn::cli
