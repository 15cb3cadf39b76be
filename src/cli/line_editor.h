#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "cli/line_source.h"
#include "cli/terminal.h"

namespace tarn::cli {

/// \brief Lines that are typed and edited on the terminal of the standard input and output, with
/// completion by Tab and a history. The user's ~/.editrc may bind keys.
///
/// While a line is read, SIGINT gives it up, SIGTERM and SIGHUP end the lines, SIGTSTP stops the
/// process with the terminal as it was. At other times SIGINT does nothing, unless something else
/// handles it, and the others do what they did. One at a time.
class LineEditor : public LineSource {
 public:
  /// \param[in] terminal the standard output; borrowed
  /// \param[in] history_file see history_file.h; entries of all shells are appended to it. Empty:
  ///   none
  static Result<std::unique_ptr<LineEditor>> Make(const Terminal& terminal,
                                                  std::string history_file);
  ~LineEditor() override;

  TypedLine Read(const std::string& prompt, const Completer& complete) override;
  void Remember(const std::string& entry) override;

 private:
  class Library;  // libedit

  explicit LineEditor(std::unique_ptr<Library> library);

  const std::unique_ptr<Library> library_;
};

}  // namespace tarn::cli
