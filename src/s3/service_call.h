#pragma once

#include <arrow/util/future.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "s3/credentials.h"
#include "s3/error.h"
#include "s3/http_loop.h"

namespace tarn::s3 {

/// \brief One call of a service's API.
struct CallSpec {
  std::string name;                                        ///< the API's, such as "GetObject"
  std::string method;                                      ///< GET, HEAD, PUT, POST, DELETE
  std::string key;                                         ///< of the object; "" for the bucket
  std::vector<std::pair<std::string, std::string>> query;  ///< sorted by name
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<arrow::Buffer> body;
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

  /// \brief The service said that it is in this region. \return whether that is news
  virtual bool MoveTo(const std::string& region) = 0;

  /// \brief That calls are tried again.
  virtual std::chrono::seconds retry_for() const = 0;

  CredentialsProvider* credentials = nullptr;  ///< borrowed
  std::atomic<bool> has_answered = false;
  std::atomic<int64_t> clock_offset_s = 0;  ///< the service's clock less this machine's
};

/// \brief Send `spec`, with attempts after faults, through `loop`.
/// \return an answer of status 2xx, or the error
arrow::Future<HttpResponse> Send(HttpLoop* loop, Service* service, CallSpec spec);

/// \brief Seconds since the epoch of an HTTP date, 0 when it is none.
int64_t ParseHttpDate(std::string_view text);

}  // namespace tarn::s3
