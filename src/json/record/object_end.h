#pragma once

#include <string_view>

namespace tarn::json {

/// \brief Where the object or array that `text` begins with ends, judged by brackets and quotes
/// alone: the offset after its closing bracket.
/// \return npos when it is not closed within `text`. Exact for valid JSON.
size_t FindObjectEnd(std::string_view text);

/// \brief FindObjectEnd for a text that comes in pieces, of which none is kept.
class ObjectEndFinder {
 public:
  /// \brief Look at the next piece. \return the offset in it after the object's end; npos when it
  /// is not there.
  size_t Find(std::string_view piece);

 private:
  size_t depth_ = 0;
  bool in_string_ = false;
  bool is_escaped_ = false;  // the next byte of the string
};

}  // namespace tarn::json
