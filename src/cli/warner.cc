#include "cli/warner.h"

namespace tarn::cli {

std::function<void(const std::string& warning)> Warner(const Terminal& terminal) {
  return [&terminal](const std::string& warning) {
    terminal.stream() << terminal.Yellow("warning:") << " " << warning << std::endl;
  };
}

}  // namespace tarn::cli
