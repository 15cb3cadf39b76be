#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tarn {

/// \brief Bytes of the UTF-8 character at the start of `text`; 0 where there is none.
/// Source: RFC 3629.
size_t Utf8CharacterLength(std::string_view text);

/// \brief Whether all of `text` is UTF-8.
bool IsUtf8(std::string_view text);

/// \brief `text` with U+FFFD for each start of a character that is cut off, and for each other byte
/// that is not UTF-8: as Java decodes it.
std::string ReplaceNonUtf8(std::string_view text);

/// \brief `text` with `\xFF` for each byte that is not UTF-8; what is UTF-8 stays as it is.
///
/// For what may quote a file's name, in messages and wherever text must be Unicode.
std::string EscapeNonUtf8(std::string_view text);

}  // namespace tarn
