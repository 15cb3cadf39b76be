#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::lake {

/// \brief Where other programs write what a run adopts, below the lake's prefix.
inline constexpr std::string_view kStagingFolder = "_tarn/staging/";

/// \brief Where a lake in a bucket keeps what.
struct LakeKeys {
  std::shared_ptr<s3::Client> client;  ///< of the lake's bucket
  std::string prefix;                  ///< "" or ends with a slash

  std::string uri() const;  ///< without a slash at its end
  std::string table(const std::string& name) const { return prefix + name + "/"; }
  std::string lock() const { return prefix + "_tarn/lock"; }
  std::string staging() const { return prefix + std::string(kStagingFolder); }
  std::string staging(const std::string& tag) const { return staging() + tag + "/"; }
  std::string journals() const { return prefix + "_tarn/journal/"; }
  std::string journal(const std::string& tag) const { return journals() + tag + ".json"; }
  std::string discarded(const std::string& tag) const {
    return prefix + "_tarn/discarded/" + tag + ".json";
  }
};

}  // namespace tarn::lake
