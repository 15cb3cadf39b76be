#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Checksums and cryptographic hashes of bytes, by nettle.
namespace tarn::digest {

enum class Algorithm { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

/// \brief Append the hash of `data`, 16 to 64 bytes, to `out`.
void AppendHash(Algorithm algorithm, std::string_view data, std::string* out);

/// \brief Append the message authentication code of `data` to `out`. Source: RFC 2104.
void AppendHmac(Algorithm algorithm, std::string_view key, std::string_view data, std::string* out);

/// \brief The CRC-32 of zip and Ethernet. Source: ISO 3309.
uint32_t Crc32(std::string_view data);

/// \brief Append two hexadecimal digits for each byte to `out`.
/// \param[in] digits sixteen of them, in small letters or capitals
void AppendHex(std::string_view bytes, std::string_view digits, std::string* out);

inline constexpr std::string_view kLowerHexDigits = "0123456789abcdef";
inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

}  // namespace tarn::digest
