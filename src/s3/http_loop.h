#pragma once

#include <arrow/buffer.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tarn::s3 {

/// \brief One HTTP request, as it is sent.
struct HttpRequest {
  std::string method;                                        ///< GET, HEAD, PUT, POST, DELETE
  std::string url;                                           ///< encoded; sent as it is
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent in this order
  std::shared_ptr<arrow::Buffer> body;                       ///< null: none
  int64_t answer_bytes_max = 16 << 20;                       ///< a longer body fails the attempt
};

/// \brief What the server answered, whatever its status.
struct HttpResponse {
  int status = 0;                                            ///< HTTP's
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::shared_ptr<arrow::Buffer> body;                       ///< whole; may be empty
  std::chrono::duration<double> latency{0};  ///< from the request's last byte to the first answer's

  /// \brief The header's value, "" when it is not there.
  /// \param[in] name in lower case
  std::string_view header(std::string_view name) const;
};

/// \brief A request with all of its attempts.
///
/// Its functions are called on the loop's thread and must not wait for other calls.
class HttpCall {
 public:
  virtual ~HttpCall() = default;

  /// \brief Called right before each attempt.
  virtual HttpRequest Prepare() = 0;

  /// \brief An attempt is over.
  /// \param[in] response of any status, or why there is none: Cancelled when the loop ends, Invalid
  /// when another attempt would fail as well, CapacityError when the answer was longer than it may
  /// be, else IOError
  /// \return how long to wait for another attempt; nullopt when the call is over
  virtual std::optional<std::chrono::milliseconds> Finish(Result<HttpResponse> response) = 0;
};

/// \brief Sends HTTP requests from one thread of its own, many at once.
///
/// Calls are started in the order of Submit; how many are in flight follows from the answers'
/// latency (ConcurrencyLimit). Connections are kept open and used again.
/// Threads: any number at once.
class HttpLoop {
 public:
  struct Options {
    std::string ca_file;                      ///< certificates to trust; "": the system's
    std::chrono::seconds connect_timeout{5};  ///< a connection that takes longer fails an attempt
    std::chrono::seconds stall_timeout{15};   ///< no byte for so long fails an attempt
  };

  /// \brief Start the thread.
  /// \return an error when libcurl cannot be loaded, or the system gives no descriptors
  static Result<std::unique_ptr<HttpLoop>> Start(Options options);

  /// \brief As End.
  virtual ~HttpLoop() = default;

  /// \brief Ends the thread; calls that are not over finish with Cancelled, as do those that are
  /// submitted later. Not to be called on the loop's own thread.
  virtual void End() = 0;

  /// \brief Queue a call. Its Finish receives the errors.
  virtual void Submit(std::unique_ptr<HttpCall> call) = 0;
};

}  // namespace tarn::s3
