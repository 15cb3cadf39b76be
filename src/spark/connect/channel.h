#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "spark/connect/endpoint.h"

namespace tarn::connect {

/// \brief A channel to the endpoint, which connects when it is used first.
///
/// Messages may have any size. Nothing is tried again below us. A peer that is silent while a call
/// waits is asked each minute, and given up after 20 seconds.
/// \param[in] ca_file as SessionOptions::ca_file
/// \return kUsage when the file cannot be read
Result<std::shared_ptr<grpc::Channel>> MakeChannel(const Endpoint& endpoint,
                                                   const std::string& ca_file);

}  // namespace tarn::connect
