#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spark/launch/connect_server.h"

namespace tarn::spark {

/// \brief Takes secrets out of text that is shown: those it is told, and what follows `=`
/// after a name that speaks of a secret, a token, a password, credentials or an access key.
class SecretMask {
 public:
  /// \brief To be masked wherever it stands. Shorter ones than 8 bytes are none.
  void Add(std::string secret);

  /// \brief Add the values of such settings and of such variables of this process's environment.
  void AddFrom(const Conf& conf);
  void AddFromEnvironment();

  std::string Apply(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;
};

}  // namespace tarn::spark
