// Objects and arrays that nobody reads, checked; compiled once for each instruction set (Highway's
// foreach_target.h).
#if defined(TARN_JSON_RECORD_SKIP_NESTED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TARN_JSON_RECORD_SKIP_NESTED_INL_H_
#undef TARN_JSON_RECORD_SKIP_NESTED_INL_H_
#else
#define TARN_JSON_RECORD_SKIP_NESTED_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "json/record/tokens-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

HWY_INLINE const char* SkipSpace(const RecordReader& reader, const char* p) {
  if (HWY_LIKELY(*p > ' ')) return p;
  while (*p == ' ' || *p == '\t' || *p == '\r' || (*p == '\n' && !reader.lines())) ++p;
  return p;
}

// From a key's opening quote to the first byte of its value.
inline const char* SkipKey(RecordReader* reader, const char* p, Value* key) {
  if (*p != '"') {
    reader->Fail(p, "expected a key in double quotes");
    return nullptr;
  }
  p = SkipString(reader, p, key);
  if (p == nullptr) return nullptr;
  p = SkipSpace(*reader, p);
  if (*p != ':') {
    reader->Fail(p, "expected ':' after a key");
    return nullptr;
  }
  return SkipSpace(*reader, p + 1);
}

inline char ClosingOf(char opening) { return opening == '{' ? '}' : ']'; }

// To the first value in an object or array that is open at level `depth - 1`, or to its next one.
// With kFindsKeys, `tree` becomes that of the value.
template <bool kFindsKeys>
inline const char* EnterValue(RecordReader* reader, const char* p, size_t depth, KeyTree** tree) {
  KeyTree* const open = kFindsKeys ? reader->open_trees()[depth - 1] : nullptr;
  if (reader->nesting()[depth - 1] == '[') {
    if constexpr (kFindsKeys) *tree = open == nullptr ? nullptr : open->elements();
    return p;
  }
  Value key;
  p = SkipKey(reader, p, &key);
  if constexpr (kFindsKeys) *tree = p == nullptr ? nullptr : reader->EnterKey(open, key, p);
  return p;
}

// After a value in brackets: to the first byte of the next value, or to after the bracket that
// closes the outermost one (`depth` is `num_open` then).
template <bool kFindsKeys>
inline const char* SkipToNextValue(RecordReader* reader, const char* p, size_t num_open,
                                   size_t* depth, KeyTree** tree) {
  while (*depth > num_open) {
    const char opening = reader->nesting()[*depth - 1];
    p = SkipSpace(*reader, p);
    if (*p == ',') {
      return EnterValue<kFindsKeys>(reader, SkipSpace(*reader, p + 1), *depth, tree);
    }
    if (*p != ClosingOf(opening)) {
      reader->Fail(p, opening == '{' ? "expected ',' or '}' after a value"
                                     : "expected ',' or ']' after a value");
      return nullptr;
    }
    ++p;
    --*depth;
  }
  return p;
}

// An object or an array, inside of `num_open` others. With kFindsKeys, new keys inside are looked
// for with `tree`.
template <bool kFindsKeys>
inline const char* SkipNested(RecordReader* reader, const char* p, Value* value, KeyTree* tree,
                              size_t num_open = 0) {
  value->begin = p;
  value->kind = *p == '{' ? ValueKind::kObject : ValueKind::kArray;
  Value inner;
  size_t depth = num_open;
  do {
    if (*p == '{' || *p == '[') {
      if (depth == reader->nesting().size()) {
        reader->Fail(p, "too many levels of nesting");
        return nullptr;
      }
      const char opening = *p;
      if constexpr (kFindsKeys) reader->open_trees()[depth] = tree;
      reader->nesting()[depth++] = opening;
      p = SkipSpace(*reader, p + 1);
      if (*p != ClosingOf(opening)) {
        p = EnterValue<kFindsKeys>(reader, p, depth, &tree);
        if (p == nullptr) return nullptr;
        continue;
      }
      ++p;
      --depth;
    } else {
      p = SkipScalar(reader, p, &inner);
      if (p == nullptr) return nullptr;
    }
    p = SkipToNextValue<kFindsKeys>(reader, p, num_open, &depth, &tree);
    if (p == nullptr) return nullptr;
  } while (depth > num_open);
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#endif  // TARN_JSON_RECORD_SKIP_NESTED_INL_H_
