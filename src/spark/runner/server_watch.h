#pragma once

#include <arrow/util/cancel.h>

#include <atomic>
#include <thread>

#include "spark/launch/connect_server.h"

namespace tarn::spark {

/// \brief Ends the calls of a session when the job is stopped, or when the server that was started
/// for it is gone: for servers of others, calls are tried again for minutes.
class ServerWatch {
 public:
  /// \param[in] stop of the job
  explicit ServerWatch(arrow::StopToken stop) : stop_(std::move(stop)) {}
  ~ServerWatch();

  /// \brief For the session's calls.
  arrow::StopToken token() { return end_.token(); }

  /// \brief Begin to watch. \param[in] server borrowed; null: only the job's stop counts
  void Start(const ConnectServer* server);

  /// \brief Stop watching, before the server is stopped on purpose.
  void Finish();

 private:
  void Watch(const ConnectServer* server);

  const arrow::StopToken stop_;
  arrow::StopSource end_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

}  // namespace tarn::spark
