#pragma once

#include <cstdint>

#include "json/record/value.h"

/// Values of valid JSON, one after the other: each function takes the first byte of something and
/// returns its end. Inline, since who takes objects apart spends much of the time here.
namespace tarn::json::valid {

/// \brief To the first byte that is no white space.
inline const char* SkipSpace(const char* p) {
  while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') ++p;
  return p;
}

/// \brief A string, from its opening quote.
inline const char* TakeString(const char* p, Value* value) {
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

/// \brief An object or an array.
inline const char* TakeBrackets(const char* p, Value* value) {
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

/// \brief null, true or false.
inline const char* TakeWord(const char* p, ValueKind kind, uint32_t length, Value* value) {
  value->begin = p;
  value->kind = kind;
  value->length = length;
  return p + length;
}

/// \brief A number.
inline const char* TakeNumber(const char* p, Value* value) {
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

/// \brief Any value.
inline const char* TakeValue(const char* p, Value* value) {
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

/// \brief After a value: to the next one, or to the closing bracket.
inline const char* SkipComma(const char* p) {
  p = SkipSpace(p);
  return *p == ',' ? SkipSpace(p + 1) : p;
}

}  // namespace tarn::json::valid
