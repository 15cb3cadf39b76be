#include "spark/launch/connect_server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>

#include "base/text_secrets.h"
#include "spark/launch/failure_text.h"
#include "spark/launch/master_check.h"
#include "spark/launch/server_log.h"
#include "spark/launch/spark_home.h"
#include "spark/launch/submit_command.h"
#include "system/child_process.h"
#include "system/scratch_folder.h"
#include "system/secret_token.h"

namespace tarn::spark {
namespace {

constexpr std::chrono::milliseconds kGrace{10'000};
constexpr std::chrono::milliseconds kInterruptedGrace{300};
constexpr std::chrono::milliseconds kLook{50};

class SubmittedServer : public ConnectServer {
 public:
  explicit SubmittedServer(LaunchOptions options) : options_(std::move(options)) {}

  ~SubmittedServer() override { (void)Stop(); }

  Status Launch() {
    ARROW_ASSIGN_OR_RAISE(const SparkHome home, FindSparkHome(options_.spark_home));
    ARROW_RETURN_NOT_OK(CheckMaster(options_.master, options_.stop));
    ARROW_ASSIGN_OR_RAISE(const std::string token, MakeSecretToken());
    mask_.Add(token);
    mask_.AddFrom(options_.conf);
    mask_.AddFromEnvironment();
    ARROW_RETURN_NOT_OK(scratch_.Make());
    ARROW_ASSIGN_OR_RAISE(Program program, MakeSubmitCommand(home, options_.master, options_.conf,
                                                             token, scratch_.path()));
    options_.on_progress(fmt::format("starting Spark {} on {}", home.version, options_.master));
    ARROW_ASSIGN_OR_RAISE(
        child_,
        ChildProcess::Start(std::move(program), [this](std::string_view line) { log_.Add(line); }));
    ARROW_RETURN_NOT_OK(WaitUntilItListens());
    std::error_code ignored;  // what stays goes with its folder
    std::filesystem::remove(PropertiesFileIn(scratch_.path()), ignored);
    const std::string address = log_.facts().address;
    remote_ =
        fmt::format("sc://127.0.0.1:{}/;token={}", address.substr(address.rfind(':') + 1), token);
    return Status::OK();
  }

  const std::string& remote() const override { return remote_; }
  std::string application_id() const override { return log_.facts().application_id; }
  std::string ui_url() const override { return log_.facts().ui_url; }

  Status CheckRunning() const override {
    if (is_stopped_) return MakeError(ErrorKind::kFailed, "Spark's Connect server was stopped");
    if (!child_->WaitFor(std::chrono::milliseconds(0))) return Status::OK();
    return Failure("Spark's Connect server ended by itself, " + child_->end());
  }

  Status Stop() override {
    is_stopped_ = true;
    if (child_ != nullptr) child_->Stop(Grace());
    return Status::OK();
  }

 private:
  // Who interrupts a run waits for what others would see: an application on a cluster, uploads to
  // S3. All else that a Spark on this machine leaves is in its folder, which goes.
  std::chrono::milliseconds Grace() const {
    const bool is_local =
        options_.master.starts_with("local") &&
        std::none_of(options_.conf.begin(), options_.conf.end(), [](const auto& setting) {
          return setting.first.starts_with("spark.hadoop.fs.s3a.");
        });
    return is_local && options_.stop.IsStopRequested() ? kInterruptedGrace : kGrace;
  }

  Status WaitUntilItListens() {
    const auto deadline = std::chrono::steady_clock::now() + options_.start_timeout;
    while (true) {
      // The address is the last thing of a start: what was said before it is told before it counts.
      const bool listens = !log_.facts().address.empty();
      for (const std::string& news : log_.TakeNews()) options_.on_progress(mask_.Apply(news));
      if (listens) return Status::OK();
      if (options_.stop.IsStopRequested()) {
        return MakeError(ErrorKind::kCancelled, "Starting Spark was interrupted");
      }
      if (child_->WaitFor(kLook)) {
        return Failure("Spark's Connect server ended at its start, " + child_->end());
      }
      if (std::chrono::steady_clock::now() >= deadline) {
        return Failure(fmt::format("Spark's Connect server did not start within {} s",
                                   options_.start_timeout.count()));
      }
    }
  }

  // What happened, what to do, and what Spark said.
  Status Failure(std::string what) const {
    const std::deque<std::string> tail = log_.tail();
    std::string hint = FailureHint(tail);
    if (hint.empty() && child_->end().starts_with("signal 9 ")) {
      hint = "was the machine out of memory?";
    }
    if (!hint.empty()) what += "; " + hint;
    // A secret that a line is cut in would not be known as one.
    std::deque<std::string> masked;
    for (const std::string& line : tail) masked.push_back(mask_.Apply(line));
    const std::string lines = FailureLines(masked);
    what += lines.empty() ? "; it printed nothing" : "; it printed:" + lines;
    return MakeError(ErrorKind::kFailed, mask_.Apply(what));
  }

  const LaunchOptions options_;
  SecretMask mask_;
  ScratchFolder scratch_;
  ServerLog log_;
  std::string remote_;
  std::atomic<bool> is_stopped_ = false;
  std::unique_ptr<ChildProcess> child_;  // writes to the log until it is gone
};

}  // namespace

Result<std::unique_ptr<ConnectServer>> ConnectServer::Start(LaunchOptions options) {
  auto server = std::make_unique<SubmittedServer>(std::move(options));
  ARROW_RETURN_NOT_OK(server->Launch());
  return server;
}

}  // namespace tarn::spark
