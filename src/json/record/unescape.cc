#include "json/record/unescape.h"

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

char* UnescapeOnTarget(const char* p, const char* end, char* out) {
  while (p < end) {
    uint64_t backslashes = BackslashBits(p);
    if (end - p < kLanes) backslashes &= ~(~uint64_t{0} << (end - p));
    int done = 0;  // of the vector's bytes; more when an escape sequence reaches past it
    for (uint64_t starts = EscapeStarts(backslashes); starts != 0; starts &= starts - 1) {
      const int n = FirstBit(starts);
      CopyLanes(out, p + done);
      out += n - done;
      const int length = WriteEscape(p + n, &out);
      if (HWY_UNLIKELY(length == kPairLength)) starts &= ~(uint64_t{1} << (n + kPairLength / 2));
      done = n + length;
    }
    if (done < kLanes) {
      CopyLanes(out, p + done);
      out += kLanes - done;
      done = kLanes;
    }
    p += done;
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
