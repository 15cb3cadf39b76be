#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "system/secret_token.h"

namespace tarn::cli {
namespace {

winsize WindowSize(int file_descriptor) {
  winsize size{};
  if (file_descriptor < 0 || ioctl(file_descriptor, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

}  // namespace

Terminal::Terminal(std::ostream& stream) : stream_(std::make_shared<PrintableStream>(stream, "")) {}

Terminal::Terminal(std::ostream& stream, int file_descriptor) : Terminal(stream) {
  if (!isatty(file_descriptor)) return;
  // Without a mark that nobody can guess, it is written to as if it were a file.
  const Result<std::string> mark = MakeSecretToken();
  if (!mark.ok()) return;
  stream_ = std::make_shared<PrintableStream>(stream, *mark);
  file_descriptor_ = file_descriptor;
  // https://no-color.org: set and not empty, whatever the value.
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  has_colors_ = (no_color == nullptr || *no_color == '\0') &&
                (term == nullptr || std::string_view(term) != "dumb");
}

size_t Terminal::Width() const {
  size_t width = WindowSize(file_descriptor_).ws_col;
  return width == 0 ? 80 : width;
}

size_t Terminal::Height() const {
  size_t height = WindowSize(file_descriptor_).ws_row;
  return height == 0 ? 24 : height;
}

std::string Terminal::Styled(std::string_view code, std::string_view text) const {
  if (!has_colors_) return std::string(text);
  return stream_->Control(fmt::format("\x1b[{}m", code)) + std::string(text) +
         stream_->Control("\x1b[0m");
}

std::string Terminal::EraseLines(size_t num_lines) const {
  return num_lines == 0 ? "" : stream_->Control(fmt::format("\x1b[{}A\r\x1b[J", num_lines));
}

std::string Terminal::ReplaceLine(std::string_view text) const {
  return stream_->Control("\r") + std::string(text) + stream_->Control("\x1b[K");
}

}  // namespace tarn::cli
