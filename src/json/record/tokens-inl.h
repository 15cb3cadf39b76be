// Tokens of JSON, compiled once for each instruction set (Highway's foreach_target.h).
//
// Every function takes the first byte of a token and returns its end, null when it is not valid;
// the reader has the error then. None looks for the end of the input: padding stops it.
#if defined(TARN_JSON_RECORD_TOKENS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TARN_JSON_RECORD_TOKENS_INL_H_
#undef TARN_JSON_RECORD_TOKENS_INL_H_
#else
#define TARN_JSON_RECORD_TOKENS_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include "json/record/byte_bits-inl.h"
#include "json/record/escape_internal.h"
#include "json/record/number.h"
#include "json/record/record_reader.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

// Whether the `length` bytes at `p`, one at least, are the literal.
HWY_INLINE bool Matches(const char* p, const char* literal, int length) {
  for (; HWY_UNLIKELY(length > kLanes); length -= kLanes) {
    if (DifferentBits(p, literal) != 0) return false;
    p += kLanes;
    literal += kLanes;
  }
  return DifferentBits(p, literal) << (64 - length) == 0;
}

inline const char* FailString(RecordReader* reader, const char* p) {
  const auto c = static_cast<uint8_t>(*p);
  reader->Fail(p, c == '\\'  ? "invalid escape sequence in a string"
                  : c < 0x20 ? "control character in a string; it must be escaped"
                             : "invalid UTF-8 in a string");
  return nullptr;
}

// One escape sequence, or all of UTF-8's sequences of several bytes at `p`.
HWY_INLINE const char* SkipOddCharacters(RecordReader* reader, const char* p) {
  int length = 0;
  if (*p == '\\') {
    length = EscapeLength(p);
    return length > 0 ? p + length : FailString(reader, p);
  }
  do {
    length = *p < 0 ? Utf8Length(p) : 0;
    if (length == 0) return FailString(reader, p);
    p += length;
  } while (*p < 0);
  return p;
}

// Those of `us`, each after a backslash, whose escape sequence is valid and ends in the vector. Of
// a pair of surrogates both.
HWY_INLINE uint64_t ValidUnicodeEscapes(const char* p, uint64_t us) {
  const HexBits hex = HexBitsOf(p);
  const uint64_t units = us & hex.digits >> 1 & hex.digits >> 2 & hex.digits >> 3 & hex.digits >> 4;
  const uint64_t surrogates = units & hex.ds >> 1;
  const uint64_t first_halves = surrogates & hex.from_8 >> 2;
  const uint64_t second_halves = surrogates & hex.from_c >> 2;
  const uint64_t pairs = second_halves & first_halves << 6;
  return (units & ~first_halves & ~second_halves) | pairs | pairs >> 6;
}

// A string from any of its bytes that is not within an escape sequence: to after the closing quote.
HWY_NOINLINE const char* SkipRestOfString(RecordReader* reader, const char* p, Value* value) {
  uint64_t backslashes = 0;
  while (true) {
    const StringBits bits = StringBitsOf(p);
    const uint64_t escaped = EscapeStarts(bits.backslashes) << 1;
    const uint64_t quotes = bits.quotes & ~escaped;
    const uint64_t valid = bits.simple_escapes | ValidUnicodeEscapes(p, escaped & bits.us);
    // What is not valid may be a sequence that ends in the next vector.
    const uint64_t odd = (escaped & ~valid) | bits.unprintable;
    const int n = FirstBit(odd | quotes | uint64_t{1} << kLanes);
    backslashes |= bits.backslashes & ((uint64_t{1} << n) - 1);
    if ((quotes >> n & 1) != 0) {
      p += n;
      if (backslashes != 0) value->kind = ValueKind::kEscapedString;
      value->length = static_cast<uint32_t>(p - value->begin);
      return p + 1;
    }
    // A sequence that is cut off is looked at again, from its backslash.
    const int num_read = n - static_cast<int>(escaped >> n & 1);
    p += num_read;
    if (num_read > 0 && (bits.unprintable >> n & 1) == 0) continue;
    p = SkipOddCharacters(reader, p);
    if (p == nullptr) return nullptr;
  }
}

// From the opening quote to after the closing one.
HWY_INLINE const char* SkipString(RecordReader* reader, const char* p, Value* value) {
  ++p;
  value->begin = p;
  value->kind = ValueKind::kString;
  uint64_t bits = SpecialBits(p);
  while (HWY_UNLIKELY(bits == 0)) {
    p += kLanes;
    bits = SpecialBits(p);
  }
  p += FirstBit(bits);
  if (HWY_UNLIKELY(*p != '"')) return SkipRestOfString(reader, p, value);
  value->length = static_cast<uint32_t>(p - value->begin);
  return p + 1;
}

inline const char* SkipDigits(const char* p) {
  while (IsDigit(*p)) ++p;
  return p;
}

// A number that starts at value->begin, from the first byte after its digits and point.
HWY_NOINLINE const char* SkipExponent(RecordReader* reader, const char* p, Value* value) {
  value->kind = ValueKind::kDecimal;
  value->point = 0;
  ++p;
  p += *p == '+' || *p == '-';
  const char* const exponent = p;
  p = SkipDigits(p);
  if (p == exponent) {
    reader->Fail(p, "expected a digit in the exponent of a number");
    return nullptr;
  }
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

// The end of the digits from `p`, if they and the byte after them lie in one vector: the lowest of
// `others`.
HWY_INLINE const char* EndOfDigits(const char* p, const char* vector, uint64_t others) {
  return HWY_LIKELY(others != 0) ? vector + FirstBit(others) : SkipDigits(p);
}

HWY_INLINE const char* SkipNumber(RecordReader* reader, const char* p, Value* value) {
  value->begin = p;
  value->kind = ValueKind::kInteger;
  const char* const digits = p + (*p == '-');
  const uint64_t others = DigitBits(digits) ^ kAllLanes;
  p = EndOfDigits(digits, digits, others);
  if (p == digits || (*digits == '0' && p - digits > 1)) {
    reader->Fail(digits, p == digits ? "expected a digit in a number"
                                     : "a number must not start with 0 and another digit");
    return nullptr;
  }
  if (*p == '.') {
    const int64_t point = p - value->begin;
    value->kind = ValueKind::kDecimal;
    value->point = point <= UINT16_MAX ? static_cast<uint16_t>(point) : 0;
    const char* const fraction = p + 1;
    p = EndOfDigits(fraction, digits, others & (others - 1));
    if (p == fraction) {
      reader->Fail(p, "expected a digit after the point of a number");
      return nullptr;
    }
  }
  if (HWY_UNLIKELY((*p | 0x20) == 'e')) return SkipExponent(reader, p, value);
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

HWY_INLINE const char* SkipWord(RecordReader* reader, const char* p, const char* word, int length,
                                ValueKind kind, Value* value) {
  if (std::memcmp(p, word, length) != 0) {
    reader->Fail(p, "expected a value");
    return nullptr;
  }
  value->begin = p;
  value->length = static_cast<uint32_t>(length);
  value->kind = kind;
  return p + length;
}

// Any value but objects and arrays.
HWY_INLINE const char* SkipScalar(RecordReader* reader, const char* p, Value* value) {
  switch (*p) {
    case '"':
      return SkipString(reader, p, value);
    case 'n':
      return SkipWord(reader, p, "null", 4, ValueKind::kNull, value);
    case 't':
      return SkipWord(reader, p, "true", 4, ValueKind::kTrue, value);
    case 'f':
      return SkipWord(reader, p, "false", 5, ValueKind::kFalse, value);
    default:
      if (IsDigit(*p) || *p == '-') return SkipNumber(reader, p, value);
      reader->Fail(p, "expected a value");
      return nullptr;
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#endif  // TARN_JSON_RECORD_TOKENS_INL_H_
