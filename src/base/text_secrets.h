#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn {

/// \brief `***` for what MaskUriSecrets finds, and for what follows `=` or `:` after the name of a
/// secret, in JSON, too.
std::string MaskSecrets(std::string_view text);

/// \brief Takes secrets out of text that is shown: those it is given, and what MaskSecrets finds.
class SecretMask {
 public:
  /// \brief To be masked wherever it stands. Shorter ones than 8 bytes are none.
  void Add(std::string secret);

  /// \brief Add the values of settings with a secret's name, and of such variables of this
  /// process's environment.
  void AddFrom(const std::vector<std::pair<std::string, std::string>>& settings);
  void AddFromEnvironment();

  std::string Apply(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;
};

}  // namespace tarn
