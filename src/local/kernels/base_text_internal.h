#pragma once

#include <string>
#include <string_view>

/// Bytes as text of few characters, as Java and Apache Commons Codec write and read it.
namespace tarn::local {

/// \brief Append `bytes` as Base64, in lines of 76 characters. Source: RFC 2045.
void AppendBase64(std::string_view bytes, std::string* out);

/// \brief Append the bytes of Base64; what is not of its alphabet is skipped.
/// \return false where the end is no Base64
bool AppendFromBase64(std::string_view text, std::string* out);

/// \brief Whether `text` is Base64, with blanks between its digits; it may lack all padding.
bool IsBase64(std::string_view text);

/// \brief Append `bytes` as Base32. Source: RFC 4648.
void AppendBase32(std::string_view bytes, std::string* out);

/// \brief Append the bytes of Base32, in any case; what is not of its alphabet is skipped.
void AppendFromBase32(std::string_view text, std::string* out);

/// \brief Append the bytes of hexadecimal digits; one alone at the start is a byte.
/// \return false for what is no digit
bool AppendFromHex(std::string_view text, std::string* out);

}  // namespace tarn::local
