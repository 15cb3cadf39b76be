#pragma once

#include <arrow/util/cancel.h>

#include "base/error.h"
#include "cli/command_line.h"
#include "cli/progress_display.h"
#include "cli/terminal.h"
#include "session/session.h"

namespace tarn::cli {

/// \brief What a run is asked for by its command line.
session::RunRequest RequestOf(const RunArguments& arguments);

/// \brief Run, watched by the terminal.
/// \param[in] mode of what is shown meanwhile; with --quiet nothing is
/// \param[in] stop of an InterruptGuard that lives
/// \return as session::Session::Run
Result<session::RunOutcome> RunOnce(const RunArguments& arguments, ProgressDisplay::Mode mode,
                                    const arrow::StopToken& stop, session::Session* session,
                                    const Terminal& terminal);

}  // namespace tarn::cli
