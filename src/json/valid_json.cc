#include "json/unescape_internal.h"
#include "json/valid_json_internal.h"

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

std::vector<ObjectMember> MembersOf(const Value& object) {
  std::vector<ObjectMember> members;
  const char* p = SkipSpace(object.begin + 1);
  while (*p != '}') {
    Value key;
    p = SkipSpace(TakeString(p, &key));
    ObjectMember& member = members.emplace_back();
    AssignText(key, &member.key);
    p = SkipComma(TakeValue(SkipSpace(p + 1), &member.value));
  }
  return members;
}

std::vector<Value> ElementsOf(const Value& array) {
  std::vector<Value> elements;
  const char* p = SkipSpace(array.begin + 1);
  while (*p != ']') p = SkipComma(TakeValue(p, &elements.emplace_back()));
  return elements;
}

}  // namespace tarn::json
