#pragma once

#include <memory>
#include <string_view>

#include "input/byte_stream.h"

namespace tarn::input {

/// \brief Whether a text begins with UTF-16's byte-order mark.
bool BeginsWithUtf16Mark(std::string_view head);

/// \brief The text of a UTF-16 stream, which begins with its mark, as UTF-8 without a mark.
///
/// A lone surrogate becomes three bytes that are not valid UTF-8, so that the record that holds it
/// is refused; half a character at the end is damage.
std::unique_ptr<ByteStream> DecodeUtf16(std::unique_ptr<ByteStream> utf16);

}  // namespace tarn::input
