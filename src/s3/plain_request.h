#pragma once

#include "s3/http_loop.h"

namespace tarn::s3 {

/// \brief Send one request as it is, without a signature, and wait for the answer.
/// \param[in] attempts_max made while there is no answer, or one with a status of 5xx
/// \return an answer of any status
Result<HttpResponse> SendPlain(const HttpRequest& request, HttpLoop::Options options,
                               int attempts_max);

}  // namespace tarn::s3
