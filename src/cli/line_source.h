#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/completion.h"

namespace tarn::cli {

/// \brief What was typed.
struct TypedLine {
  enum class Kind {
    kText,
    kInterrupted,  ///< the line was given up, by Ctrl-C
    kEnd           ///< there are no more lines: Ctrl-D, or the terminal or the process is to end
  };
  Kind kind = Kind::kEnd;
  std::string text;  ///< of kText: UTF-8 without its newline; may be several lines of the history
};

/// \brief Where a shell's lines come from. Threads: one.
class LineSource {
 public:
  virtual ~LineSource() = default;

  /// \brief Completes a line, given as what stands before and after the cursor.
  using Completer = std::function<Completion(std::string_view before, std::string_view after)>;

  /// \brief Ask for a line.
  /// \param[in] prompt printable
  virtual TypedLine Read(const std::string& prompt, const Completer& complete) = 0;

  /// \brief Keep `entry`, of one line or more, to be had again when a line is typed.
  virtual void Remember(const std::string& entry) = 0;
};

}  // namespace tarn::cli
