#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>
#include <optional>
#include <string>

#include "spark/connect/endpoint.h"
#include "spark/connect/spark_error.h"

namespace spark::connect {
class FetchErrorDetailsResponse;
}  // namespace spark::connect

namespace tarn::connect {

/// \brief What is in a failed call's status beside its text (grpc-status-details-bin).
struct CallErrorInfo {
  std::string error_id;         ///< for FetchErrorDetails; "": the server has no more to say
  std::string error_class;      ///< "" when the server does not report it here
  std::string sql_state;        ///< likewise
  std::string exception_class;  ///< likewise
  std::string stack_trace;      ///< likewise; cut short
  std::optional<int64_t> server_pause_ms;  ///< RetryInfo: the call may be tried again after it
};
CallErrorInfo InfoOf(const grpc::Status& status);

/// \brief Whether the same call may go well a little later.
bool IsPassing(const grpc::Status& status);

/// \brief Whether the server does not know the execution, because it never got the call that began
/// it or because it is another process by now.
bool IsLostOperation(const grpc::Status& status);

/// \brief What went wrong, and what to do next.
/// \param[in] details what FetchErrorDetails answered; null: nothing
/// \param[in] was_open whether the server has answered a call before
SparkError ErrorOf(const grpc::Status& status,
                   const ::spark::connect::FetchErrorDetailsResponse* details,
                   const Endpoint& endpoint, bool was_open);

}  // namespace tarn::connect
