#pragma once

#include <string>
#include <vector>

#include "json/record/take_value.h"
#include "json/record/value.h"

namespace tarn::json {

// Objects and arrays that a RecordReader has found valid, taken apart. Nothing is checked again.

/// \brief The value that begins at `begin`, in a valid record.
Value ValueAt(const char* begin);

/// \brief Steps through the members of an object, in order, duplicates included.
class MemberReader {
 public:
  explicit MemberReader(const Value& object) : next_(valid::SkipSpace(object.begin + 1)) {}

  /// \return false at the end.
  bool Next(Value* key, Value* value) {
    if (*next_ == '}') return false;
    next_ = valid::SkipSpace(valid::TakeString(next_, key));
    next_ = valid::SkipComma(valid::TakeValue(valid::SkipSpace(next_ + 1), value));
    return true;
  }

 private:
  const char* next_;
};

/// \brief Steps through the elements of an array.
class ElementReader {
 public:
  explicit ElementReader(const Value& array) : next_(valid::SkipSpace(array.begin + 1)) {}

  /// \return false at the end.
  bool Next(Value* element) {
    if (*next_ == ']') return false;
    next_ = valid::SkipComma(valid::TakeValue(next_, element));
    return true;
  }

 private:
  const char* next_;
};

struct ObjectMember {
  std::string key;  ///< unescaped
  Value value;
};

/// \brief The members of an object, in order, duplicates included.
std::vector<ObjectMember> MembersOf(const Value& object);

/// \brief The elements of an array.
std::vector<Value> ElementsOf(const Value& array);

}  // namespace tarn::json
