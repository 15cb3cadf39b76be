#pragma once

#include <string>
#include <vector>

#include "json/record/value.h"

namespace tarn::json {

// Objects and arrays that a RecordReader has found valid, taken apart. Nothing is checked again.

/// \brief The value that begins at `begin`, in a valid record.
Value ValueAt(const char* begin);

/// \brief Steps through the members of an object, in order, duplicates included.
class MemberReader {
 public:
  explicit MemberReader(const Value& object);

  /// \return false at the end.
  bool Next(Value* key, Value* value);

 private:
  const char* next_;
};

/// \brief Steps through the elements of an array.
class ElementReader {
 public:
  explicit ElementReader(const Value& array);

  /// \return false at the end.
  bool Next(Value* element);

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
