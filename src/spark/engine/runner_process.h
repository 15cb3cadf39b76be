#pragma once

#include <arrow/util/cancel.h>

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "spark/job/job.h"
#include "spark/job/message.h"

namespace tarn::spark {

/// \brief The program `tarn-spark` beside this one, "" when it is not there.
std::string FindRunner();

/// \brief A process of `tarn-spark` with one job.
///
/// It ends with this process, however that ends: its standard input does then. What it writes to
/// standard error goes where ours does.
/// Threads: one at a time.
class RunnerProcess {
 public:
  /// \param[in] program path of tarn-spark
  static Result<std::unique_ptr<RunnerProcess>> Start(const std::string& program, const Job& job);

  /// \brief Ends it, if it runs still.
  virtual ~RunnerProcess() = default;

  /// \brief Wait for its next message, with what follows its line. When `stop` is requested, the
  /// program is asked to end, what it says until then is still given; one that does not end within
  /// half a minute is killed.
  /// \return nothing when there is no more
  virtual Result<std::optional<Message>> Next(const arrow::StopToken& stop) = 0;

  /// \brief Wait for its end, after its last message. \return how it ended: "exit code 1", "signal
  /// 9"
  virtual std::string WaitForEnd() = 0;
};

}  // namespace tarn::spark
