#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/record/document.h"

namespace tarn::local {

/// \brief A path into JSON as get_json_object takes it: `$.a.b[0]['c'][*]`.
/// Source: Spark's JsonPathParser and GetJsonObjectEvaluator.
class JsonPath {
 public:
  /// \return nothing for a text that is no path.
  static std::optional<JsonPath> Parse(std::string_view text);

  /// \brief Append what the path finds: a string without quotes, anything else as JSON; what
  /// wildcards find as an array, unless it is one thing.
  /// \return false when there is nothing
  bool Find(const json::Document& document, std::string* out) const;

  const std::string& text() const { return text_; }

 private:
  friend class JsonPathSearch;

  struct Step {
    enum class Kind {
      kName,      ///< a member
      kIndex,     ///< an element
      kElements,  ///< `[*]`: all elements
      kMembers,   ///< `.*`, which Spark takes and never finds anything by
    };
    Kind kind = Kind::kName;
    std::string name = {};
    int64_t index = 0;
  };

  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace tarn::local
