#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

namespace tarn {

/// \brief Cuts a stream of bytes into lines, the longer ones after kLineBytesMax bytes.
class LineSplitter {
 public:
  static constexpr size_t kLineBytesMax = 4096;

  /// \param[in] on_line called with each line, without its end
  explicit LineSplitter(std::function<void(std::string_view line)> on_line)
      : on_line_(std::move(on_line)) {}

  void Add(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = std::min(bytes.find('\n'), bytes.size());
      line_ += bytes.substr(0, std::min(end, kLineBytesMax - line_.size()));
      if (end < bytes.size()) Finish();
      bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
  }

  /// \brief Hand on a last line that has no end.
  void Finish() {
    if (line_.ends_with('\r')) line_.pop_back();
    if (!line_.empty()) on_line_(line_);
    line_.clear();
  }

 private:
  const std::function<void(std::string_view)> on_line_;
  std::string line_;
};

}  // namespace tarn
