// Which bytes of a vector are of some kind, as bits; compiled once for each instruction set
// (Highway's foreach_target.h). All that is written for SIMD is here.
#if defined(TARN_JSON_RECORD_BYTE_BITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TARN_JSON_RECORD_BYTE_BITS_INL_H_
#undef TARN_JSON_RECORD_BYTE_BITS_INL_H_
#else
#define TARN_JSON_RECORD_BYTE_BITS_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstdint>

#include "json/record/escape_internal.h"
#include "json/record/value.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

HWY_INLINE int FirstBit(uint64_t bits) { return __builtin_ctzll(bits); }

/// What matters in a string.
struct StringBits {
  uint64_t backslashes;
  uint64_t quotes;
  uint64_t unprintable;     ///< control characters, and UTF-8's sequences of several bytes
  uint64_t simple_escapes;  ///< "\/bfnrt: one character after a backslash
  uint64_t us;              ///< u: four hexadecimal digits come after it
};

/// Hexadecimal digits, and which of them tell UTF-16's surrogates: D8 to DB begin a pair, DC to DF
/// end it.
struct HexBits {
  uint64_t digits;
  uint64_t ds;      ///< dD
  uint64_t from_8;  ///< 89abAB
  uint64_t from_c;  ///< cdefCDEF
};

/// \brief The backslashes that begin an escape sequence, if none is open before the vector.
HWY_INLINE uint64_t EscapeStarts(uint64_t backslashes) {
  // In a run of backslashes, every other one. A subtraction borrows through each run up to its end,
  // so that the bits of one parity change; as in simdjson.
  constexpr uint64_t kOdd = 0xAAAAAAAAAAAAAAAAu;
  return (((backslashes << 1 | kOdd) - backslashes) ^ kOdd) & backslashes;
}

#if HWY_TARGET == HWY_SCALAR

constexpr int kLanes = 16;

template <class Predicate>
uint64_t BitsWhere(Predicate predicate) {
  uint64_t bits = 0;
  for (int i = 0; i < kLanes; ++i) bits |= uint64_t{predicate(i)} << i;
  return bits;
}

inline uint64_t DifferentBits(const char* p, const char* q) {
  return BitsWhere([&](int i) { return p[i] != q[i]; });
}

inline uint64_t SpecialBits(const char* p) {
  return BitsWhere(
      [&](int i) { return p[i] == '"' || p[i] == '\\' || static_cast<signed char>(p[i]) < 0x20; });
}

inline uint64_t DigitBits(const char* p) {
  return BitsWhere([&](int i) { return p[i] >= '0' && p[i] <= '9'; });
}

inline uint64_t BackslashBits(const char* p) {
  return BitsWhere([&](int i) { return p[i] == '\\'; });
}

inline uint64_t UBits(const char* p) {
  return BitsWhere([&](int i) { return p[i] == 'u'; });
}

inline void StoreUnescaped(const char* p, uint64_t escaped, char* out) {
  for (int i = 0; i < kLanes; ++i) {
    const bool is_escaped = (escaped >> i & 1) != 0;
    out[i] = is_escaped ? static_cast<char>(kSimpleEscapes[static_cast<uint8_t>(p[i])]) : p[i];
  }
}

inline void StoreKept(const char* p, uint8_t kept, char* out) {
  for (int i = 0; i < 8; ++i) {
    *out = p[i];
    out += kept >> i & 1;
  }
}

inline bool IsSimpleEscape(char c) {
  return c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' ||
         c == 't';
}

inline StringBits StringBitsOf(const char* p) {
  return {BackslashBits(p), BitsWhere([&](int i) { return p[i] == '"'; }),
          BitsWhere([&](int i) { return static_cast<signed char>(p[i]) < 0x20; }),
          BitsWhere([&](int i) { return IsSimpleEscape(p[i]); }),
          BitsWhere([&](int i) { return p[i] == 'u'; })};
}

inline HexBits HexBitsOf(const char* p) {
  const auto between = [p](char first, char last) {
    return BitsWhere([=](int i) { return p[i] >= first && p[i] <= last; });
  };
  const uint64_t from_c = between('c', 'f') | between('C', 'F');
  return {between('0', '9') | between('a', 'b') | between('A', 'B') | from_c,
          between('d', 'd') | between('D', 'D'),
          between('8', '9') | between('a', 'b') | between('A', 'B'), from_c};
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Wider vectors are slower here: most strings are short, and 64 bytes lie in two cache lines.
using Bytes = hn::CappedTag<uint8_t, 32>;
using SignedBytes = hn::RebindToSigned<Bytes>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(Bytes()));

template <class D, class Mask>
HWY_INLINE uint64_t Bits(D d, const Mask mask) {
  uint64_t bits = 0;
  hn::StoreMaskBits(d, mask, reinterpret_cast<uint8_t*>(&bits));
  return bits;
}

HWY_INLINE hn::Vec<Bytes> LoadBytes(const char* p) {
  return hn::LoadU(Bytes(), reinterpret_cast<const uint8_t*>(p));
}

HWY_INLINE hn::Vec<SignedBytes> LoadSigned(const char* p) {
  return hn::LoadU(SignedBytes(), reinterpret_cast<const int8_t*>(p));
}

HWY_INLINE uint64_t DifferentBits(const char* p, const char* q) {
  return Bits(Bytes(), hn::Ne(LoadBytes(p), LoadBytes(q)));
}

/// Quotes, backslashes, and the unprintable.
HWY_INLINE uint64_t SpecialBits(const char* p) {
  const SignedBytes d;
  const auto bytes = LoadSigned(p);
  return Bits(d, hn::Or(hn::Or(hn::Eq(bytes, hn::Set(d, '"')), hn::Eq(bytes, hn::Set(d, '\\'))),
                        hn::Lt(bytes, hn::Set(d, 0x20))));  // UTF-8's are negative
}

HWY_INLINE uint64_t DigitBits(const char* p) {
  const Bytes d;
  return Bits(d, hn::Lt(hn::Sub(LoadBytes(p), hn::Set(d, '0')), hn::Set(d, 10)));
}

HWY_INLINE uint64_t BackslashBits(const char* p) {
  return Bits(Bytes(), hn::Eq(LoadBytes(p), hn::Set(Bytes(), '\\')));
}

HWY_INLINE uint64_t UBits(const char* p) {
  return Bits(Bytes(), hn::Eq(LoadBytes(p), hn::Set(Bytes(), 'u')));
}

/// \brief Store the vector at `p`; of the bytes `escaped`, which come after a backslash, what the
/// two stand for.
HWY_INLINE void StoreUnescaped(const char* p, uint64_t escaped, char* out) {
  const Bytes d;
  const auto bytes = LoadBytes(p);
  // b, f and n lie in one row of ASCII, r and t in the next one. Others stand for themselves.
  alignas(16) static constexpr uint8_t kOfSix[16] = {0, 0, '\b', 0, 0, 0, '\f', 0,
                                                     0, 0, 0,    0, 0, 0, '\n', 0};
  alignas(16) static constexpr uint8_t kOfSeven[16] = {0, 0, '\r', 0, '\t'};
  const auto low = hn::And(bytes, hn::Set(d, 0x0F));
  const auto high = hn::ShiftRight<4>(bytes);
  const auto six = hn::TableLookupBytes(hn::LoadDup128(d, kOfSix), low);
  const auto seven = hn::TableLookupBytes(hn::LoadDup128(d, kOfSeven), low);
  const auto unescaped = hn::IfThenElse(hn::Eq(high, hn::Set(d, 6)), six,
                                        hn::IfThenElse(hn::Eq(high, hn::Set(d, 7)), seven, bytes));
  const auto mask = hn::LoadMaskBits(d, reinterpret_cast<const uint8_t*>(&escaped));
  hn::StoreU(hn::IfThenElse(mask, unescaped, bytes), d, reinterpret_cast<uint8_t*>(out));
}

/// By which of eight bytes are kept: their places, one after the other.
inline constexpr std::array<uint64_t, 256> kPlacesOfKept = [] {
  std::array<uint64_t, 256> places{};
  for (uint32_t kept = 0; kept < 256; ++kept) {
    int count = 0;
    for (uint64_t i = 0; i < 8; ++i) {
      if ((kept >> i & 1) != 0) places[kept] |= i << (8 * count++);
    }
  }
  return places;
}();

/// \brief Store those of eight bytes whose bits are set, one after the other; eight bytes at `out`
/// are written whatever it takes.
HWY_INLINE void StoreKept(const char* p, uint8_t kept, char* out) {
  const hn::Full64<uint8_t> d;
  const auto bytes = hn::LoadU(d, reinterpret_cast<const uint8_t*>(p));
  const auto places = hn::LoadU(d, reinterpret_cast<const uint8_t*>(&kPlacesOfKept[kept]));
  hn::StoreU(hn::TableLookupBytes(bytes, places), d, reinterpret_cast<uint8_t*>(out));
}

HWY_INLINE uint64_t SimpleEscapeBits(const hn::Vec<Bytes> bytes) {
  const Bytes d;
  // One bit for each high nibble that has such characters; bytes past ASCII have none.
  alignas(16) static constexpr uint8_t kOfHigh[16] = {0, 0, 1, 0, 0, 2, 4, 8};
  alignas(16) static constexpr uint8_t kOfLow[16] = {0, 0, 1 | 4 | 8, 0, 8, 0, 4, 0,
                                                     0, 0, 0,         0, 2, 0, 4, 1};
  const auto high = hn::TableLookupBytes(hn::LoadDup128(d, kOfHigh), hn::ShiftRight<4>(bytes));
  const auto low =
      hn::TableLookupBytes(hn::LoadDup128(d, kOfLow), hn::And(bytes, hn::Set(d, 0x0F)));
  return Bits(d, hn::Ne(hn::And(high, low), hn::Zero(d)));
}

HWY_INLINE StringBits StringBitsOf(const char* p) {
  const Bytes d;
  const auto bytes = LoadBytes(p);
  return {
      Bits(d, hn::Eq(bytes, hn::Set(d, '\\'))), Bits(d, hn::Eq(bytes, hn::Set(d, '"'))),
      Bits(SignedBytes(), hn::Lt(hn::BitCast(SignedBytes(), bytes), hn::Set(SignedBytes(), 0x20))),
      SimpleEscapeBits(bytes), Bits(d, hn::Eq(bytes, hn::Set(d, 'u')))};
}

HWY_INLINE HexBits HexBitsOf(const char* p) {
  const Bytes d;
  const auto bytes = LoadBytes(p);
  // A byte is of a kind when both its nibbles have the kind's bit: 1 for 0 to 7, 2 for 8 and 9, 4
  // for a and b, 8 for d, 16 for c, e and f.
  alignas(16) static constexpr uint8_t kOfHigh[16] = {0, 0, 0, 1 | 2, 4 | 8 | 16, 0, 4 | 8 | 16};
  alignas(16) static constexpr uint8_t kOfLow[16] = {1,      1 | 4,  1 | 4, 1 | 16, 1 | 8,
                                                     1 | 16, 1 | 16, 1,     2,      2};
  const auto high = hn::TableLookupBytes(hn::LoadDup128(d, kOfHigh), hn::ShiftRight<4>(bytes));
  const auto low =
      hn::TableLookupBytes(hn::LoadDup128(d, kOfLow), hn::And(bytes, hn::Set(d, 0x0F)));
  const auto kinds = hn::And(high, low);
  const auto bits_of = [&](uint8_t some) {
    return Bits(d, hn::Ne(hn::And(kinds, hn::Set(d, some)), hn::Zero(d)));
  };
  return {bits_of(0xFF), bits_of(8), bits_of(2 | 4), bits_of(8 | 16)};
}

#endif  // HWY_TARGET == HWY_SCALAR

static_assert(kLanes >= 16 && kLanes <= 32);
constexpr uint64_t kAllLanes = ~uint64_t{0} >> (64 - kLanes);

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#endif  // TARN_JSON_RECORD_BYTE_BITS_INL_H_
