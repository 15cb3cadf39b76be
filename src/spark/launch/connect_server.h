#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

/// Spark on this machine, or on the cluster that this machine can submit to, started and ended by
/// tarn.
namespace tarn::spark {

/// \brief Spark's settings, as `--conf` has them; of two with one key, the last holds.
using Conf = std::vector<std::pair<std::string, std::string>>;

/// \brief Which Spark is started, and where.
struct LaunchOptions {
  std::string master;      ///< "local[*]", "yarn", "spark://HOST:PORT", "k8s://URL"
  Conf conf;               ///< wins over what ConnectServer sets, but for what it must set
  std::string spark_home;  ///< "": found as FindSparkHome tells
  std::chrono::seconds start_timeout{300};                  ///< until it listens
  arrow::StopToken stop = arrow::StopToken::Unstoppable();  ///< ends the waiting of Start
  /// What is waited for, in words: "starting Spark 4.3.0 on yarn", "YARN accepted application_…".
  /// Called during Start, on its thread; the line is borrowed for the call.
  std::function<void(std::string_view line)> on_progress = [](std::string_view) {};
};

/// \brief A Spark Connect server, as a child process of this one.
///
/// It listens on the loopback interface alone and lets in who has its token, which is made for it:
/// the token is in the child's environment and in remote(), nowhere else. The child leads a process
/// group of its own (Ctrl-C does not reach it), and the kernel ends it when this process dies,
/// however it does. On a cluster the driver is the child; executors end when it does.
/// Threads: Stop from any thread at a time; the others at any time.
class ConnectServer {
 public:
  /// \brief Start it, and return when it listens.
  /// \return
  ///   - kUsage: a setting in `conf` that is not the caller's, such as the address to listen on
  ///   - kFailed: no Spark, no Java or too old, a cluster that does not answer, a port that is
  ///     taken, start_timeout over, …: with what Spark said last, and what to do
  ///   - kCancelled: `stop`
  static Result<std::unique_ptr<ConnectServer>> Start(LaunchOptions options);

  /// \brief Stops it.
  virtual ~ConnectServer() = default;

  /// \brief `sc://127.0.0.1:PORT/;token=TOKEN`. A secret: not for logs.
  virtual const std::string& remote() const = 0;

  /// \brief "application_…" on YARN, "app-…" on Spark's own cluster; "" where none is known.
  virtual std::string application_id() const = 0;

  /// \brief The web page that shows the server's jobs, on YARN through its proxy; "" without one.
  virtual std::string ui_url() const = 0;

  /// \return OK while it runs; kFailed, with what it said last, when it ended by itself
  virtual Status CheckRunning() const = 0;

  /// \brief Let it end in an orderly way, 10 s long, then kill it. Once stopped, does nothing.
  virtual Status Stop() = 0;
};

}  // namespace tarn::spark
