#include "json/record/valid_json.h"

#include "json/record/unescape.h"

namespace tarn::json {

Value ValueAt(const char* begin) {
  Value value;
  valid::TakeValue(begin, &value);
  return value;
}

std::vector<ObjectMember> MembersOf(const Value& object) {
  std::vector<ObjectMember> members;
  MemberReader reader(object);
  Value key;
  Value value;
  while (reader.Next(&key, &value)) {
    ObjectMember& member = members.emplace_back();
    AssignText(key, &member.key);
    member.value = value;
  }
  return members;
}

std::vector<Value> ElementsOf(const Value& array) {
  std::vector<Value> elements;
  ElementReader reader(array);
  Value element;
  while (reader.Next(&element)) elements.push_back(element);
  return elements;
}

}  // namespace tarn::json
