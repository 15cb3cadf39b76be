#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tarn::json {

/// \brief What did not fit in one record, as an object: see ScanOptions::rescued_field.
class RescuedText {
 public:
  /// \param[in] value JSON, as it is written
  void Add(std::string_view path, std::string_view value);

  /// \brief Add a text that is no JSON, as a string.
  void AddString(std::string_view path, std::string_view text);

  /// \brief Whether nothing was added.
  bool empty() const { return text_.empty(); }

  /// \brief The object; nothing is left.
  std::string Take() { return std::exchange(text_, {}) + '}'; }

 private:
  void AddPath(std::string_view path);

  std::string text_;  // without the closing brace
};

}  // namespace tarn::json
