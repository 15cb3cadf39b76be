#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "cli/printable_stream.h"

namespace tarn::cli {

/// \brief A stream that a command prints to, and what may be assumed of it.
class Terminal {
 public:
  /// \brief A file or a pipe: no size, no colours.
  explicit Terminal(std::ostream& stream);

  /// \brief `stream`, which writes to `file_descriptor`; a terminal if that is one. Colours unless
  /// the environment variable NO_COLOR is set or TERM is "dumb".
  Terminal(std::ostream& stream, int file_descriptor);

  /// \brief Where text is printed. Whatever it quotes, no control character comes out of it but
  /// line ends, tabs, and what the functions below give.
  std::ostream& stream() const { return *stream_; }
  bool is_terminal() const { return file_descriptor_ >= 0; }
  bool has_colors() const { return has_colors_; }

  /// \brief Columns and lines now, 80 by 24 when unknown. Asks the terminal at each call.
  size_t Width() const;
  size_t Height() const;

  /// \brief For stream(): put the cursor `num_lines` up, to the line's start, and clear what is
  /// below.
  std::string EraseLines(size_t num_lines) const;

  /// \brief For stream(): put `text` in the place of the cursor's line.
  std::string ReplaceLine(std::string_view text) const;

  std::string Bold(std::string_view text) const { return Styled("1", text); }
  std::string Dim(std::string_view text) const { return Styled("2", text); }
  std::string Red(std::string_view text) const { return Styled("1;31", text); }
  std::string Yellow(std::string_view text) const { return Styled("33", text); }
  std::string Green(std::string_view text) const { return Styled("32", text); }

 private:
  std::string Styled(std::string_view code, std::string_view text) const;

  std::shared_ptr<PrintableStream> stream_;
  int file_descriptor_ = -1;  // negative: not a terminal
  bool has_colors_ = false;
};

/// \brief What a command prints to: results on `out`, progress and errors on `err`.
struct Console {
  Terminal out;
  Terminal err;
};

}  // namespace tarn::cli
