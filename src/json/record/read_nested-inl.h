// Objects and arrays whose values are wanted: checked, and taken apart into a ValueTree, in one
// pass; compiled once for each instruction set (Highway's foreach_target.h).
#if defined(TARN_JSON_RECORD_READ_NESTED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TARN_JSON_RECORD_READ_NESTED_INL_H_
#undef TARN_JSON_RECORD_READ_NESTED_INL_H_
#else
#define TARN_JSON_RECORD_READ_NESTED_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "json/record/skip_nested-inl.h"
#include "json/record/value_tree.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

// The member at `p`, if it is one of the next that the object's shape has; else null.
// \param[out] begin where its literal begins: at `p`, or before it with a comma that the first
// member lacks.
HWY_INLINE const ObjectShape::Literal* ExpectedMember(const ObjectShape& shape,
                                                      RecordReader::OpenValue* open, const char* p,
                                                      const char** begin) {
  constexpr size_t kTriedMax = 4;  // a writer may leave out some
  const size_t first = open->has_members ? std::max<size_t>(open->next, 1) : 0;
  const size_t end = std::min(shape.size(), first + kTriedMax);
  for (size_t i = first; i < end; ++i) {
    const ObjectShape::Literal& literal = shape[i];
    const char* const bytes = shape.bytes() + literal.offset;
    const int comma = !open->has_members && i > 0 ? 1 : 0;
    if (comma == 1 && *bytes != ',') continue;
    if (!Matches(p, bytes + comma, static_cast<int>(literal.length) - comma)) continue;
    open->next = i + 1;
    *begin = p - comma;
    return &literal;
  }
  return nullptr;
}

// In an object, after a value or its '{': to the next value, of field `field` (-1: nobody reads
// it), or to after the object's end. Any object; its shape is learned.
HWY_NOINLINE const char* EnterAnyMember(RecordReader* reader, const char* p,
                                        RecordReader::OpenValue* open, int* field, bool* closed) {
  const char* const begin = p;
  p = SkipSpace(*reader, p);
  if (*p == '}') {
    open->tree->shape().LearnTail(begin, p + 1);
    *closed = true;
    return p + 1;
  }
  if (open->has_members) {
    if (*p != ',') {
      reader->Fail(p, "expected ',' or '}' after a value");
      return nullptr;
    }
    p = SkipSpace(*reader, p + 1);
  }
  Value key;
  const char* const key_begin = p;
  p = SkipKey(reader, p, &key);
  if (p == nullptr) return nullptr;
  *field = reader->EnterField(open->tree, key, p);
  ObjectShape& shape = open->tree->shape();
  if (open->has_members) open->next = std::max<size_t>(open->next, 1);
  const size_t known = *field < 0 ? shape.size() : shape.Find(open->next, *field);
  if (known > open->next && known < shape.size()) {
    open->next = known;  // those between are missing
  } else if (open->next <= shape.size()) {
    shape.Learn(open->next, begin, key_begin, p, *field);
  }
  ++open->next;
  return p;
}

// EnterAnyMember, mostly for an object that looks like the one before.
HWY_INLINE const char* EnterMember(RecordReader* reader, const char* p,
                                   RecordReader::OpenValue* open, int* field, bool* closed) {
  const ObjectShape& shape = open->tree->shape();
  const char* begin = nullptr;
  const ObjectShape::Literal* const literal = ExpectedMember(shape, open, p, &begin);
  if (HWY_LIKELY(literal != nullptr)) {
    *field = literal->field;
    const char* value = begin + literal->length;
    if (HWY_UNLIKELY(*value <= ' ')) value = SkipSpace(*reader, value);  // more than before
    if (*field < 0 && open->tree->key_tree() != nullptr) {
      Value key;
      SkipString(reader, begin + literal->key_offset, &key);
      reader->EnterKey(open->tree->key_tree(), key, value);
    }
    return value;
  }
  if (HWY_LIKELY(Matches(p, shape.tail(), shape.tail_length()))) {
    *closed = true;
    return p + shape.tail_length();
  }
  return EnterAnyMember(reader, p, open, field, closed);
}

// In an array or a MAP's object, after a value or the opening bracket: to the next value, or to
// after the closing bracket.
HWY_INLINE const char* EnterElement(RecordReader* reader, const char* p,
                                    RecordReader::OpenValue* open, bool* closed) {
  const bool is_map = open->tree->kind() == ValueTree::Kind::kMap;
  p = SkipSpace(*reader, p);
  if (*p == (is_map ? '}' : ']')) {
    *closed = true;
    return p + 1;
  }
  if (open->has_members) {
    if (*p != ',') {
      reader->Fail(
          p, is_map ? "expected ',' or '}' after a value" : "expected ',' or ']' after a value");
      return nullptr;
    }
    p = SkipSpace(*reader, p + 1);
  }
  return is_map ? SkipKey(reader, p, open->tree->AppendKey()) : p;
}

// To the next value inside of `root`, which is one of `tree` (null: nobody reads it), or to after
// the bracket that closes the outermost one (`depth` is 0 then).
HWY_INLINE const char* EnterNext(RecordReader* reader, const char* p, ValueTree* root,
                                 size_t* depth, ValueTree** tree) {
  while (*depth > 0) {
    RecordReader::OpenValue& open = reader->open_values()[*depth - 1];
    bool closed = false;
    if (open.tree->kind() == ValueTree::Kind::kStruct) {
      int field = -1;
      p = EnterMember(reader, p, &open, &field, &closed);
      if (p == nullptr) return nullptr;
      bool repeats = false;
      *tree = field < 0 ? nullptr : open.tree->EnterField(field, &repeats);
      if (HWY_UNLIKELY(repeats)) root->NoteRepeated();
    } else {
      p = EnterElement(reader, p, &open, &closed);
      if (p == nullptr) return nullptr;
      *tree = open.tree->EnterElement();
    }
    open.has_members = true;
    if (!closed) return p;
    open.tree->Close();
    --*depth;
  }
  return p;
}

// A value of `tree`, if it has no brackets or is of another kind than the tree; else its opening
// bracket, and `depth` is one more.
HWY_INLINE const char* ReadOrOpen(RecordReader* reader, const char* p, size_t* depth,
                                  ValueTree* tree) {
  const bool is_nested = *p == '{' || *p == '[';
  const bool is_part = tree != nullptr && tree->kind() != ValueTree::Kind::kScalar;
  if (is_nested && is_part && *p == tree->opening()) {
    if (*depth == reader->open_values().size()) {
      reader->Fail(p, "too many levels of nesting");
      return nullptr;
    }
    tree->Open(p);
    reader->open_values()[(*depth)++] = {tree};
    return p + 1;
  }
  Value unread;
  Value* const value = tree != nullptr ? tree->Append() : &unread;
  if (HWY_LIKELY(!is_nested)) {
    p = SkipScalar(reader, p, value);
  } else if (is_part && tree->key_tree() != nullptr) {
    p = SkipNested<true>(reader, p, value, tree->key_tree(), *depth);
  } else {
    p = SkipNested<false>(reader, p, value, nullptr, *depth);
  }
  if (p != nullptr && is_part) tree->CloseEmpty();
  return p;
}

// An object or an array, after the values of the records that are kept.
HWY_NOINLINE const char* ReadNested(RecordReader* reader, const char* p, Value* value,
                                    ValueTree* root) {
  root->Truncate(reader->num_kept());
  value->begin = p;
  value->kind = *p == '{' ? ValueKind::kObject : ValueKind::kArray;
  size_t depth = 0;
  ValueTree* tree = root;
  do {
    p = ReadOrOpen(reader, p, &depth, tree);
    if (p == nullptr) return nullptr;
    p = EnterNext(reader, p, root, &depth, &tree);
    if (p == nullptr) return nullptr;
  } while (depth > 0);
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#endif  // TARN_JSON_RECORD_READ_NESTED_INL_H_
