#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "json/record/value.h"

namespace tarn::json {

/// \brief What the next object in one place of nested values is expected to look like: the bytes
/// around its values, learned member by member.
class ObjectShape {
 public:
  /// What comes before a member's value: separator, key, colon, and the white space between.
  struct Literal {
    uint32_t offset;  ///< in bytes()
    uint32_t length;
    uint32_t key_offset;  ///< of the key's opening quote, in the literal
    int32_t field;        ///< of the value that follows; -1: nobody reads it
  };

  /// \brief Expect a member at `index`, which is at most size(), and forget those from there on.
  /// \param[in] begin where the value before ended, or after the object's '{'.
  /// \param[in] key its opening quote.
  /// \param[in] value the first byte of the member's value.
  void Learn(size_t index, const char* begin, const char* key, const char* value, int field);

  /// \brief Expect an object to end with these bytes after its last value.
  void LearnTail(const char* begin, const char* end);

  /// \brief The index, from `index` on, of the member that has `field`; size() when there is none.
  size_t Find(size_t index, int field) const;

  size_t size() const { return literals_.size(); }
  const Literal& operator[](size_t index) const { return literals_[index]; }
  /// The literals, kPaddingBytes readable after each.
  const char* bytes() const { return bytes_.data(); }
  /// What follows the last value, up to and including '}'; kPaddingBytes readable after it.
  const char* tail() const { return tail_.data(); }
  int tail_length() const { return tail_length_; }

 private:
  static constexpr size_t kTailBytesMax = 256;

  std::vector<Literal> literals_;
  std::string bytes_ = std::string(kPaddingBytes, '\0');
  std::string tail_ = "}" + std::string(kPaddingBytes, '\0');
  int tail_length_ = 1;
};

}  // namespace tarn::json
