#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/record/value.h"

namespace tarn::json {

/// One key and its value in a record, as the general path saw them.
struct Member {
  const char* begin;        ///< after the value before, or the record's '{'
  const char* value_begin;  ///< strings: the opening quote
  const char* value_end;
  int slot;
};

/// \brief What the next record is expected to look like: the bytes around its values.
///
/// A record matches when each literal (separator, key, colon and the white space between) is there
/// byte for byte; only the values differ.
class Shape {
 public:
  struct Literal {
    uint32_t offset;  ///< in bytes()
    uint32_t length;
    int32_t slot;  ///< of the value that follows
  };

  /// \brief Take over the shape of a valid record that ends (with its '}') at `record_end`.
  void Learn(const std::vector<Member>& members, const char* record_end, int num_slots);

  bool known() const { return known_; }
  const std::vector<Literal>& literals() const { return literals_; }
  /// What follows the last value, up to and including '}'.
  const Literal& tail() const { return tail_; }
  /// Slots that no value of such a record fills.
  const std::vector<int>& absent() const { return absent_; }
  /// The literals, kPaddingBytes readable after each.
  const char* bytes() const { return bytes_.data(); }

 private:
  Literal Add(const char* begin, const char* end, int slot);

  bool known_ = false;
  std::vector<Literal> literals_;
  Literal tail_{};
  std::vector<int> absent_;
  std::string bytes_;
};

}  // namespace tarn::json
