#pragma once

#include <string>
#include <vector>

#include "json/value_internal.h"

namespace tarn::json {

// Objects and arrays that a RecordReader has found valid, taken apart. Nothing is checked again.

struct ObjectMember {
  std::string key;  ///< unescaped
  Value value;
};

/// \brief The members of an object, in order, duplicates included.
std::vector<ObjectMember> MembersOf(const Value& object);

/// \brief The elements of an array.
std::vector<Value> ElementsOf(const Value& array);

}  // namespace tarn::json
