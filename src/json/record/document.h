#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "json/record/value.h"

namespace tarn::json {

/// \brief One JSON text as a value in a SQL expression, read as Spark's functions have Jackson do
/// it.
///
/// Other than in a source's records, strings and keys may stand in single quotes, what follows the
/// first value is not looked at, and an escaped half of a surrogate pair is text: of three bytes,
/// as if it were a character. Keys may repeat. It is for texts of one value each; records are read
/// by RecordReader, which is much faster. Threads: not safe; one may be used again for the next
/// text, which spares allocations.
class Document {
 public:
  struct Options {
    /// NaN, Infinity, +Infinity, -Infinity, +INF and -INF are numbers (kDecimal).
    bool non_finite_numbers = false;
    /// Strings may have control characters as they are.
    bool control_characters = false;
    /// Numbers may begin with zeros, which do not count.
    bool leading_zeros = false;
  };

  enum class Outcome {
    kValue,
    kEmpty,    ///< white space only
    kInvalid,  ///< no JSON
  };

  struct Node {
    /// Strings are kString: unescaped. Of numbers, what is written; objects and arrays: length 0.
    Value value;
    std::string_view key = {};  ///< of an object's member, unescaped
    size_t end = 0;             ///< the index after the last node inside

    std::string_view text() const { return value.text(); }
    ValueKind kind() const { return value.kind; }
  };

  static constexpr int kDepthMax = 1000;  ///< Jackson's limit

  /// \brief Read a text of valid UTF-8. The nodes stay as they are until the next call.
  Outcome Parse(std::string_view text, Options options);
  Outcome Parse(std::string_view text) { return Parse(text, Options()); }

  /// \brief The nodes, in the order of the text; the first one is the whole. What is in an object
  /// or array follows it: the first child is the next node, and the sibling of node i is
  /// nodes[i].end.
  const std::vector<Node>& nodes() const { return nodes_; }

  /// \brief Call visit(index) for each child of nodes()[parent].
  template <typename Visit>
  void ForEachChild(size_t parent, Visit&& visit) const {
    for (size_t i = parent + 1; i < nodes_[parent].end; i = nodes_[i].end) visit(i);
  }

 private:
  bool ParseValue(int depth, std::string_view key);
  bool ParseObject(int depth, size_t node);
  bool ParseArray(int depth, size_t node);
  bool ParseString(std::string_view* text);
  bool Unescape(char** out);
  bool ParseNumber(Value* value);
  bool ParseWord(Value* value);
  bool EndsWell(ValueKind kind) const;
  void SkipSpace();
  void SkipLeadingZeros();
  bool AtEnd() const { return next_ >= text_.data() + text_.size() - kPaddingBytes; }

  std::string text_;  // with padding; strings are unescaped in place
  char* next_ = nullptr;
  Options options_;
  std::vector<Node> nodes_;
};

}  // namespace tarn::json
