#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

/// AES of bytes, by nettle. Source: FIPS 197; NIST SP 800-38A, 800-38D; padding as in PKCS #7.
namespace tarn::digest {

enum class AesMode { kEcb, kCbc, kGcm };

inline constexpr size_t kAesBlockBytes = 16;
inline constexpr size_t kAesTagBytes = 16;  ///< of kGcm, behind the encrypted bytes

/// \brief How long an initialization vector is; 0: the mode takes none.
constexpr size_t AesIvBytes(AesMode mode) {
  return mode == AesMode::kCbc ? 16 : mode == AesMode::kGcm ? 12 : 0;
}

constexpr bool IsAesKeySize(size_t num_bytes) {
  return num_bytes == 16 || num_bytes == 24 || num_bytes == 32;
}

/// \brief What bytes are encrypted with. Borrows its texts.
struct AesParameters {
  AesMode mode = AesMode::kGcm;
  std::string_view key;              ///< of a size that IsAesKeySize takes
  std::string_view iv;               ///< of AesIvBytes(mode)
  std::string_view additional_data;  ///< of kGcm: what the tag is of, too; else empty
};

/// \brief Append `data` encrypted to `out`: kEcb and kCbc pad it to whole blocks, kGcm has the tag
/// behind it.
void AppendAesEncrypted(const AesParameters& parameters, std::string_view data, std::string* out);

/// \brief Why bytes are not what AppendAesEncrypted gives.
enum class AesFault {
  kNone,
  kLength,   ///< of kEcb and kCbc: they are no whole blocks
  kPadding,  ///< of kEcb and kCbc: another key, or other bytes
  kNoTag,    ///< of kGcm: they are too few to have one
  kTag,      ///< of kGcm: another key or IV, or other bytes
};

/// \brief Append to `out` what AppendAesEncrypted made `data` of; nothing after a fault.
AesFault AppendAesDecrypted(const AesParameters& parameters, std::string_view data,
                            std::string* out);

/// \brief Append `num_bytes` that nobody can foresee, the kernel's.
Status AppendRandomBytes(size_t num_bytes, std::string* out);

}  // namespace tarn::digest
