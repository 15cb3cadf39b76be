#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Secrets in what is shown, recorded and configured.
namespace tarn {

/// \brief Whether a setting, variable or parameter of this name holds a secret: its name has
/// `secret`, `token`, `password`, `passwd`, `passphrase`, `credential`, `signature`, `API key`,
/// `access key` or `private key` in it, whatever parts the words, or ends in `_KEY`, `_PASS`,
/// `_PWD` or `_PAT`. Without case; `-` counts as `_`.
bool IsSecretName(std::string_view name);

/// \brief Bytes [begin, end) of a text.
struct SecretRange {
  size_t begin = 0;
  size_t end = 0;
};

/// \brief Where URIs in `text` have a user and a password (`http://user:password@host`,
/// `s3://ID:KEY@bucket`) or parameters with the name of a secret (`sc://host/;token=…`,
/// `https://host/?X-Amz-Signature=…`). Ascending.
std::vector<SecretRange> FindUriSecrets(std::string_view text);

/// \brief `text` with `***` in the place of each of them.
std::string MaskUriSecrets(std::string_view text);

}  // namespace tarn
