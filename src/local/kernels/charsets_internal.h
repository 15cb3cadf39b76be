#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Text in other encodings than UTF-8, and bytes that may not be text.
namespace tarn::local {

enum class Charset { kLatin1, kAscii, kUtf16, kUtf16Be, kUtf16Le, kUtf32, kUtf8 };

/// \brief The charset that encode() and decode() know by this name, in any case.
std::optional<Charset> CharsetNamed(std::string_view name);

/// \brief Append `text` in `charset`; UTF-16 begins with a mark of its byte order.
/// \return false where a character is not in the charset
bool Encode(std::string_view text, Charset charset, std::string* out);

/// \brief Append `bytes` of `charset` as UTF-8.
/// \return false where they are not of the charset
bool Decode(std::string_view bytes, Charset charset, std::string* out);

/// \brief Append `bytes`, each longest part of a character that is none as U+FFFD.
void AppendValidUtf8(std::string_view bytes, std::string* out);

}  // namespace tarn::local
