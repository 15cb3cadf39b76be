#include "json/record/unescape.h"

#include <bit>
#include <cstring>

#include "json/record/escape_internal.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "json/record/unescape.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "json/record/byte_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

HWY_INLINE void CopyLanes(char* out, const char* from) { std::memcpy(out, from, kLanes); }

// The lowest `count` bits, up to those of a vector.
HWY_INLINE uint64_t LowBits(int64_t count) {
  return count < kLanes ? ~(~uint64_t{0} << count) : kAllLanes;
}

/// A part of a string that is unescaped in place: what its bytes become, and which are left out.
struct Part {
  char bytes[kLanes];
  uint64_t dropped;
  int length;  ///< of what was read; a sequence that is cut off is left for the next part
};

// Write the characters of escape sequences of four digits, each over its sequence.
HWY_INLINE void UnescapeUnits(const char* p, uint64_t us, Part* part) {
  constexpr int kUnitLength = kPairLength / 2;
  for (; us != 0; us &= us - 1) {
    const int begin = FirstBit(us) - 1;
    const uint32_t unit = begin + kUnitLength <= kLanes ? UnitOfHex(p + begin + 2) : 0;
    int length = kUnitLength;
    if (IsHighSurrogate(unit)) {
      length = kPairLength;
      us &= us - 1;
    }
    if (HWY_UNLIKELY(begin + length > kLanes)) {
      part->length = begin;
      return;
    }
    char* const out = part->bytes + begin;
    const char* const end = length == kPairLength
                                ? WritePair(unit, UnitOfHex(p + begin + kUnitLength + 2), out)
                                : WriteUtf8(unit, out);
    const auto num_kept = end - out;
    part->dropped &= ~(uint64_t{1} << begin);
    part->dropped |= LowBits(length - num_kept) << (begin + num_kept);
  }
}

char* UnescapeOnTarget(const char* p, const char* end, char* out) {
  while (p < end) {
    const uint64_t starts = EscapeStarts(BackslashBits(p) & LowBits(end - p));
    if (starts == 0) {
      CopyLanes(out, p);
      out += kLanes;
      p += kLanes;
      continue;
    }
    Part part;
    part.dropped = starts;
    part.length = kLanes - static_cast<int>(starts >> (kLanes - 1));
    const uint64_t escaped = starts << 1 & kAllLanes;
    const uint64_t us = escaped & UBits(p);
    StoreUnescaped(p, escaped & ~us, part.bytes);
    UnescapeUnits(p, us, &part);
    const uint64_t kept = LowBits(part.length) & ~part.dropped;
    for (int i = 0; i < kLanes; i += 8) {
      const auto bits = static_cast<uint8_t>(kept >> i);
      StoreKept(part.bytes + i, bits, out);
      out += std::popcount(bits);
    }
    p += part.length;
  }
  return out - (p - end);
}

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tarn::json {

HWY_EXPORT(UnescapeOnTarget);

char* Unescape(const Value& string, char* out) {
  return HWY_DYNAMIC_DISPATCH(UnescapeOnTarget)(string.begin, string.begin + string.length, out);
}

void AssignText(const Value& value, std::string* out) {
  if (value.kind != ValueKind::kEscapedString) {
    out->assign(value.begin, value.length);
    return;
  }
  out->resize(value.length + kPaddingBytes);
  out->resize(Unescape(value, out->data()) - out->data());
}

}  // namespace tarn::json
#endif  // HWY_ONCE
