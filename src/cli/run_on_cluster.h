#pragma once

#include <string>

#include "cli/command_line.h"
#include "cli/terminal.h"

namespace tarn::cli {

/// \brief `tarn run` with --cluster, --ephemeral-cluster or --serverless: bring Spark up there, run
/// on it, and end what was made for it, whatever happens.
/// \param[out] failure_json as RunTables
Status RunOnEmr(const RunArguments& arguments, const Console& console, std::string* failure_json);

}  // namespace tarn::cli
