#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as a terminal shows it.
namespace tarn {

/// \brief Columns of a terminal that `text` takes: East Asian wide characters and emoji two,
/// combining marks none. Bytes that are not UTF-8 take one each.
size_t DisplayWidth(std::string_view text);

/// \brief `text` without anything that a terminal would obey: control characters and bidirectional
/// overrides are escaped (`\n`, `\u001b`, `\u202e`), and so are bytes that are not UTF-8 (`\xFF`).
///
/// Within a string of JSON or TOML such an escape is the character itself.
std::string Printable(std::string_view text);

/// \brief The same for text of several lines: its newlines and tabs stay.
std::string PrintableLines(std::string_view text);

/// \brief The first byte of a control character (U+0000 to U+001F, U+007F to U+009F) of `text`;
/// npos when there is none.
size_t FindControlCharacter(std::string_view text);

/// \brief `text` cut to `width` columns, the last one being `…` when something was cut.
std::string CutToWidth(std::string_view text, size_t width);

/// \brief The start of a value of unknown length, for a message.
std::string PrintableStart(std::string_view text);

}  // namespace tarn
