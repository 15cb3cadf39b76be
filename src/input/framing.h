#pragma once

#include <optional>
#include <string_view>

#include "base/record_format.h"
#include "json/scanner.h"

namespace tarn::input {

/// \brief The first line of `text` that is not blank; nothing when it does not end within it.
std::optional<std::string_view> FirstLine(std::string_view text);

/// \brief How records lie in a text that begins with `head`; `is_whole`: head is all of it.
///
/// An array when it begins with '[', or lines when another value follows the first line's array;
/// lines when the first line is a whole JSON object, or is broken and the second one is; else
/// values that may span lines.
json::Framing FramingOf(std::string_view head, bool is_whole);

/// \brief The same for files of a format: of kNdjson and kCsv always lines, of kJson never.
json::Framing FramingOf(RecordFormat format, std::string_view head, bool is_whole);

/// \brief Whether a text that begins with `head` is certainly not one record a line: an array, or a
/// record that goes on over several lines.
bool IsCertainlyNotLines(std::string_view head, bool is_whole);

}  // namespace tarn::input
