#pragma once

namespace tarn::json {

/// \brief Length in bytes of the escape sequence that starts at the backslash `p`; both halves of a
/// surrogate pair count as one. 0 when it is not valid. Stops reading at the first byte that is
/// wrong.
int EscapeLength(const char* p);

/// \brief Write the character that the valid escape sequence at the backslash `p` stands for, and
/// move `out` past it. \return the sequence's length.
int WriteEscape(const char* p, char** out);

/// \brief Length of the UTF-8 sequence of two to four bytes at `p`, 0 when it is not valid.
int Utf8Length(const char* p);

}  // namespace tarn::json
