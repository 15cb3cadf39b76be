// Tokens of JSON, compiled once for each instruction set (Highway's foreach_target.h).
//
// Every function takes the first byte of a token and returns its end, null when it is not valid;
// the reader has the error then. None looks for the end of the input: padding stops it.
#if defined(TARN_JSON_TOKENS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TARN_JSON_TOKENS_INL_H_
#undef TARN_JSON_TOKENS_INL_H_
#else
#define TARN_JSON_TOKENS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>

#include "json/record_reader_internal.h"
#include "json/unescape_internal.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<uint8_t, 64>;
using SignedBytes = hn::RebindToSigned<Bytes>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(Bytes()));
static_assert(kLanes <= kPaddingBytes);

HWY_INLINE int FirstBit(uint64_t bits) { return __builtin_ctzll(bits); }

template <class Mask>
HWY_INLINE uint64_t Bits(const Mask mask) {
  uint64_t bits = 0;
  hn::StoreMaskBits(Bytes(), mask, reinterpret_cast<uint8_t*>(&bits));
  return bits;
}

HWY_INLINE hn::Vec<Bytes> LoadBytes(const char* p) {
  return hn::LoadU(Bytes(), reinterpret_cast<const uint8_t*>(p));
}

HWY_INLINE bool Matches(const char* p, const char* literal, int length) {
  while (true) {
    const uint64_t different = ~Bits(hn::Eq(LoadBytes(p), LoadBytes(literal)));
    if (length <= kLanes) {
      return length == 64 ? different == 0 : (different & ((uint64_t{1} << length) - 1)) == 0;
    }
    if (kLanes == 64 ? different != 0 : (different & ((uint64_t{1} << (kLanes & 63)) - 1)) != 0) {
      return false;
    }
    p += kLanes;
    literal += kLanes;
    length -= kLanes;
  }
}

// Bytes of a string that need a look: quote, backslash, control characters, and all of UTF-8's
// sequences of several bytes (negative when signed).
HWY_INLINE uint64_t SpecialBits(const char* p) {
  const SignedBytes d;
  const auto bytes = hn::BitCast(d, LoadBytes(p));
  const auto special =
      hn::Or(hn::Or(hn::Eq(bytes, hn::Set(d, '"')), hn::Eq(bytes, hn::Set(d, '\\'))),
             hn::Lt(bytes, hn::Set(d, 0x20)));
  return Bits(hn::RebindMask(Bytes(), special));
}

inline const char* FailString(RecordReader* reader, const char* p) {
  const auto c = static_cast<uint8_t>(*p);
  reader->Fail(p, c == '\\'  ? "invalid escape sequence in a string"
                  : c < 0x20 ? "control character in a string; it must be escaped"
                             : "invalid UTF-8 in a string");
  return nullptr;
}

// From the opening quote to after the closing one.
HWY_INLINE const char* SkipString(RecordReader* reader, const char* p, Value* value) {
  ++p;
  value->begin = p;
  value->kind = ValueKind::kString;
  for (;; p += kLanes) {
    uint64_t bits = SpecialBits(p);
    while (bits != 0) {
      int n = FirstBit(bits);
      const char c = p[n];
      if (c == '"') {
        value->length = static_cast<uint32_t>(p + n - value->begin);
        return p + n + 1;
      }
      int length = 0;
      if (c == '\\') {
        length = EscapeLength(p + n);
        value->kind = ValueKind::kEscapedString;
      } else if (c < 0) {
        length = Utf8Length(p + n);
      }
      if (length == 0) return FailString(reader, p + n);
      n += length;
      if (n >= kLanes) {
        p += n - kLanes;
        break;
      }
      bits &= ~uint64_t{0} << n;
    }
  }
}

HWY_INLINE uint64_t DigitBits(const char* p) {
  const Bytes d;
  const auto digits = hn::Sub(LoadBytes(p), hn::Set(d, '0'));
  return Bits(hn::Lt(digits, hn::Set(d, 10)));
}

HWY_INLINE bool IsDigit(char c) { return c >= '0' && c <= '9'; }

HWY_INLINE const char* SkipDigits(const char* p) {
  while (true) {
    const uint64_t others = ~DigitBits(p);
    const int n = kLanes == 64 && others == 0 ? 64 : FirstBit(others);
    p += n;
    if (n < kLanes) return p;
  }
}

HWY_INLINE const char* SkipNumber(RecordReader* reader, const char* p, Value* value) {
  value->begin = p;
  value->kind = ValueKind::kInteger;
  value->point = 0;
  const char* const digits = p + (*p == '-');
  p = SkipDigits(digits);
  if (p == digits || (*digits == '0' && p - digits > 1)) {
    reader->Fail(digits, p == digits ? "expected a digit in a number"
                                     : "a number must not start with 0 and another digit");
    return nullptr;
  }
  if (*p == '.') {
    value->kind = ValueKind::kDecimal;
    const int64_t point = p - value->begin;
    const char* const fraction = p + 1;
    p = SkipDigits(fraction);
    if (p == fraction) {
      reader->Fail(p, "expected a digit after the point of a number");
      return nullptr;
    }
    value->point = point <= UINT16_MAX ? static_cast<uint16_t>(point) : 0;
  }
  if ((*p | 0x20) == 'e') {
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
  }
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

#endif  // TARN_JSON_TOKENS_INL_H_
