#include "cli/error_text.h"

#include <fmt/format.h>

#include "base/printable_text.h"

namespace tarn::cli {

int ExitCodeOf(const Status& status) {
  if (status.ok()) return 0;
  switch (KindOf(status)) {
    case ErrorKind::kUsage:
      return 2;
    case ErrorKind::kBadInput:
      return 3;
    case ErrorKind::kCheckFailed:
      return 4;
    case ErrorKind::kConflict:
      return 5;
    case ErrorKind::kCancelled:
      return 130;
    case ErrorKind::kFailed:
      break;
  }
  return 1;
}

std::string ErrorText(const Status& error, const Terminal& terminal) {
  if (KindOf(error) == ErrorKind::kCancelled) return Render(error) + "\n";
  const std::vector<Diagnostic>& diagnostics = DiagnosticsOf(error);
  std::string prefix = terminal.Red("error:") + " ";
  if (diagnostics.empty()) return prefix + Render(error) + "\n";
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += prefix + Render(diagnostic) + "\n";
  if (diagnostics.size() > 1) text += fmt::format("{} errors\n", diagnostics.size());
  return text;
}

std::string WarningText(std::string_view text, const Terminal& terminal) {
  return terminal.Yellow("warning:") + " " + Printable(text) + "\n";
}

}  // namespace tarn::cli
