#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::fuzz {

/// \brief A JSON value as nlohmann-json reads it; members in order, duplicates too.
struct Node {
  enum class Kind { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  std::string text;  ///< of a string its value, of a number its token
  std::vector<Node> elements;
  std::vector<std::pair<std::string, Node>> members;
  bool complete = false;  ///< read to its end

  bool operator==(const Node&) const = default;
};

/// \brief Levels of nesting of `node`: 0 for what is neither object nor array.
int DepthOf(const Node& node);

struct Parsed {
  bool accepted = false;
  Node root;       ///< when refused, what was read before the error
  size_t end = 0;  ///< after the value
};

/// \brief Read one value with nlohmann-json.
///
/// It refuses numbers past double's range, which are valid JSON: those are read like any other.
/// \param[in] strict only white space may follow. A zero byte ends a text for nlohmann-json; look
///   for them apart.
Parsed ParseOther(std::string_view text, bool strict);

}  // namespace tarn::fuzz
