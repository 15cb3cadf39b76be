#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::s3 {

/// \brief What S3 answered when it refused a call.
struct ServiceError {
  int http_status = 0;   ///< may be 200, with the error in the answer's body
  std::string code;      ///< such as NoSuchKey; made up from the status when the answer has none
  std::string message;   ///< the service's own words
  std::string region{};  ///< that it names, "" when it names none
};

/// \brief IOError in one line: the call, what it was about, why it failed, what to do. kBadInput
/// for a bucket that is not there, as for a folder.
///
/// \param[in] call the API's name of it, such as "GetObject"
/// \param[in] uri of the object or bucket
Status ErrorStatus(std::string_view call, std::string_view uri, const ServiceError& error);

/// \brief As ErrorStatus, for a call that got no answer.
Status ConnectionError(std::string_view call, std::string_view uri, std::string_view reason,
                       std::string_view endpoint);

/// \brief As ErrorStatus, for a call whose answer is none that S3 gives to it.
/// \param[in] reason what is wrong with it
Status WrongAnswerError(std::string_view call, std::string_view uri, std::string_view reason,
                        std::string_view endpoint);

/// \brief As ErrorStatus, for a call that was sent elsewhere.
/// \param[in] location the URL that the answer names
Status RedirectError(std::string_view call, std::string_view uri, const ServiceError& error,
                     std::string_view location, std::string_view endpoint);

/// \brief The service's code that `status` was made of, "" when it was not.
std::string_view CodeOf(const Status& status);

/// \brief Whether the object or bucket is not there.
bool IsNotFound(const Status& status);

/// \brief Whether the bucket is not there, as far as S3 says so: not in answers to HEAD.
bool IsNoSuchBucket(const Status& status);

/// \brief Whether a condition of the call (If-Match, If-None-Match) did not hold.
bool IsPreconditionFailed(const Status& status);

}  // namespace tarn::s3
