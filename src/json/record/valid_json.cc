#include "json/record/valid_json.h"

#include "json/record/unescape.h"

namespace tarn::json {
namespace {

const char* SkipSpace(const char* p) {
  while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') ++p;
  return p;
}

const char* TakeString(const char* p, Value* value) {
  value->begin = ++p;
  value->kind = ValueKind::kString;
  for (; *p != '"'; ++p) {
    if (*p != '\\') continue;
    value->kind = ValueKind::kEscapedString;
    ++p;
  }
  value->length = static_cast<uint32_t>(p - value->begin);
  return p + 1;
}

const char* TakeBrackets(const char* p, Value* value) {
  value->begin = p;
  value->kind = *p == '{' ? ValueKind::kObject : ValueKind::kArray;
  Value inner;
  int depth = 0;
  do {
    if (*p == '"') {
      p = TakeString(p, &inner);
      continue;
    }
    depth += *p == '{' || *p == '[';
    depth -= *p == '}' || *p == ']';
    ++p;
  } while (depth > 0);
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

const char* TakeWord(const char* p, ValueKind kind, uint32_t length, Value* value) {
  value->begin = p;
  value->kind = kind;
  value->length = length;
  return p + length;
}

const char* TakeNumber(const char* p, Value* value) {
  value->begin = p;
  value->kind = ValueKind::kInteger;
  for (;; ++p) {
    const bool decimal = *p == '.' || *p == 'e' || *p == 'E';
    if (decimal) value->kind = ValueKind::kDecimal;
    if (!decimal && *p != '-' && *p != '+' && (*p < '0' || *p > '9')) break;
  }
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

const char* TakeValue(const char* p, Value* value) {
  switch (*p) {
    case '"':
      return TakeString(p, value);
    case '{':
    case '[':
      return TakeBrackets(p, value);
    case 'n':
      return TakeWord(p, ValueKind::kNull, 4, value);
    case 't':
      return TakeWord(p, ValueKind::kTrue, 4, value);
    case 'f':
      return TakeWord(p, ValueKind::kFalse, 5, value);
    default:
      return TakeNumber(p, value);
  }
}

// After a value: the next one, or the closing bracket.
const char* SkipComma(const char* p) {
  p = SkipSpace(p);
  return *p == ',' ? SkipSpace(p + 1) : p;
}

}  // namespace

Value ValueAt(const char* begin) {
  Value value;
  TakeValue(begin, &value);
  return value;
}

MemberReader::MemberReader(const Value& object) : next_(SkipSpace(object.begin + 1)) {}

bool MemberReader::Next(Value* key, Value* value) {
  if (*next_ == '}') return false;
  next_ = SkipSpace(TakeString(next_, key));
  next_ = SkipComma(TakeValue(SkipSpace(next_ + 1), value));
  return true;
}

ElementReader::ElementReader(const Value& array) : next_(SkipSpace(array.begin + 1)) {}

bool ElementReader::Next(Value* element) {
  if (*next_ == ']') return false;
  next_ = SkipComma(TakeValue(next_, element));
  return true;
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
