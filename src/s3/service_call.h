#pragma once

#include <arrow/util/future.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "s3/credentials.h"
#include "s3/http_loop.h"
#include "s3/s3_error.h"

namespace tarn::s3 {

/// \brief One call of a service's API.
struct CallSpec {
  std::string name;                                          ///< the API's, such as "GetObject"
  std::string method;                                        ///< GET, HEAD, PUT, POST, DELETE
  std::string key;                                           ///< of the object; "" for the bucket
  std::vector<std::pair<std::string, std::string>> query;    ///< sorted by name
  std::vector<std::pair<std::string, std::string>> headers;  ///< besides those that Sign adds
  std::shared_ptr<arrow::Buffer> body;                       ///< null: none
  /// Whether an answer of 2xx is what the call gets. If not, it is a fault: of what stands between,
  /// or the error that S3 found after it had begun to answer.
  std::function<Status(const HttpResponse&)> check{};
  int64_t answer_bytes_max = HttpRequest().answer_bytes_max;  ///< more is a fault
};

/// \brief Where a service is and how it wants to be asked. Outlives its calls.
class Service {
 public:
  virtual ~Service() = default;

  /// \brief The URL of an object or the bucket, without a query.
  virtual std::string UrlOf(const std::string& key) const = 0;
  /// \brief How errors call it.
  virtual std::string NameOf(const std::string& key) const = 0;
  virtual SigningScope scope() const = 0;

  /// \brief The service said that it is in this region. \return whether that is a change
  virtual bool MoveTo(const std::string& region) = 0;

  /// \brief That calls are tried again.
  virtual std::chrono::seconds retry_for() const = 0;

  CredentialsProvider* credentials = nullptr;  ///< borrowed; set before the first call
  std::atomic<bool> has_answered = false;      ///< any call; until then, calls are given up earlier
  std::atomic<int64_t> clock_offset_s = 0;     ///< the service's clock less this machine's
};

/// \brief Send `spec`, with attempts after faults, through `loop`.
/// \param[in] loop, service borrowed until the call is over
/// \return an answer of status 2xx that passed the check, or the error
arrow::Future<HttpResponse> Send(HttpLoop* loop, Service* service, CallSpec spec);

/// \brief Send `spec`, for what `read` makes of the answer, which is its check as well.
template <class T>
arrow::Future<T> Send(HttpLoop* loop, Service* service, CallSpec spec,
                      std::function<Result<T>(const HttpResponse&)> read) {
  auto outcome = std::make_shared<Result<T>>(Status::UnknownError("not answered"));
  spec.check = [outcome, read = std::move(read)](const HttpResponse& response) {
    *outcome = read(response);
    return outcome->status();
  };
  return Send(loop, service, std::move(spec)).Then([outcome](const HttpResponse&) -> Result<T> {
    return std::move(*outcome);
  });
}

}  // namespace tarn::s3
