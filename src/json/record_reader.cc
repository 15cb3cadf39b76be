#include "json/record_reader_internal.h"
#include "json/unescape_internal.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "json/record_reader.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "json/tokens-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

inline const char* SkipSpace(const RecordReader& reader, const char* p) {
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

// After a value in brackets: to the first byte of the next value, or to after the bracket that
// closes the outermost one (`depth` is 0 then).
inline const char* SkipToNextValue(RecordReader* reader, const char* p, size_t* depth) {
  Value key;
  while (*depth > 0) {
    const char opening = reader->nesting()[*depth - 1];
    p = SkipSpace(*reader, p);
    if (*p == ',') {
      p = SkipSpace(*reader, p + 1);
      return opening == '{' ? SkipKey(reader, p, &key) : p;
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

// An object or an array.
inline const char* SkipNested(RecordReader* reader, const char* p, Value* value) {
  value->begin = p;
  value->kind = *p == '{' ? ValueKind::kObject : ValueKind::kArray;
  Value inner;
  size_t depth = 0;
  do {
    if (*p == '{' || *p == '[') {
      if (depth == reader->nesting().size()) {
        reader->Fail(p, "too many levels of nesting");
        return nullptr;
      }
      const char opening = *p;
      reader->nesting()[depth++] = opening;
      p = SkipSpace(*reader, p + 1);
      if (*p != ClosingOf(opening)) {
        if (opening == '{') p = SkipKey(reader, p, &inner);
        if (p == nullptr) return nullptr;
        continue;
      }
      ++p;
      --depth;
    } else {
      p = SkipScalar(reader, p, &inner);
      if (p == nullptr) return nullptr;
    }
    p = SkipToNextValue(reader, p, &depth);
    if (p == nullptr) return nullptr;
  } while (depth > 0);
  value->length = static_cast<uint32_t>(p - value->begin);
  return p;
}

HWY_INLINE const char* SkipValue(RecordReader* reader, const char* p, Value* value) {
  if (HWY_UNLIKELY(*p == '{' || *p == '[')) return SkipNested(reader, p, value);
  return SkipScalar(reader, p, value);
}

const char* ReadPredictedOnTarget(RecordReader* reader, const Shape& shape, const char* p,
                                  Value* row) {
  const char* const bytes = shape.bytes();
  for (const Shape::Literal& literal : shape.literals()) {
    if (!Matches(p, bytes + literal.offset, static_cast<int>(literal.length))) return nullptr;
    p = SkipValue(reader, p + literal.length, &row[literal.slot]);
    if (p == nullptr) return nullptr;
  }
  const Shape::Literal& tail = shape.tail();
  if (!Matches(p, bytes + tail.offset, static_cast<int>(tail.length))) return nullptr;
  for (const int slot : shape.absent()) row[slot].kind = ValueKind::kMissing;
  return p + tail.length;
}

const char* ReadAnyOnTarget(RecordReader* reader, const char* p, Value* row) {
  std::vector<Member>& members = reader->members();
  const char* begin = p;
  p = SkipSpace(*reader, p + 1);
  if (*p == '}') return p + 1;
  while (true) {
    Value key;
    const char* const value_begin = SkipKey(reader, p, &key);
    if (value_begin == nullptr) return nullptr;
    const int slot = reader->SlotOf(key);
    p = SkipValue(reader, value_begin, &row[slot]);
    if (p == nullptr) return nullptr;
    members.push_back({begin, value_begin, p, slot});
    begin = p;
    p = SkipSpace(*reader, p);
    if (*p == '}') return p + 1;
    if (*p != ',') {
      reader->Fail(p, "expected ',' or '}' after a value");
      return nullptr;
    }
    p = SkipSpace(*reader, p + 1);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tarn::json {

HWY_EXPORT(ReadPredictedOnTarget);
HWY_EXPORT(ReadAnyOnTarget);

RecordReader::RecordReader(const Options& options)
    : num_slots_(static_cast<int>(options.keys.size())),
      lines_(options.lines),
      find_new_keys_(options.find_new_keys),
      nesting_(options.depth_max > 1 ? options.depth_max - 1 : 0) {
  for (int slot = 0; slot < num_slots_; ++slot) slots_.emplace(options.keys[slot], slot);
  for (const std::string& key : options.known_keys) slots_.emplace(key, num_slots_);
}

int RecordReader::SlotOf(const Value& key) {
  AssignText(key, &key_);
  const auto found = slots_.find(key_);
  if (found != slots_.end()) return found->second;
  if (find_new_keys_) new_keys_.push_back(key_);
  return num_slots_;
}

const char* RecordReader::ReadPredicted(const char* record, Value* row) {
  for (size_t tried = 0; tried < shapes_.size(); ++tried) {
    const size_t i = (last_shape_ + tried) % shapes_.size();
    KnownShape& known = shapes_[i];
    if (!known.shape.known()) continue;
    const char* const record_end =
        HWY_DYNAMIC_DISPATCH(ReadPredictedOnTarget)(this, known.shape, record, row);
    if (record_end == nullptr) continue;
    last_shape_ = i;
    current_ = &known;
    return record_end;
  }
  return nullptr;
}

const char* RecordReader::ReadAny(const char* record, const char* end, Value* row) {
  for (int slot = 0; slot < num_slots_; ++slot) row[slot].kind = ValueKind::kMissing;
  members_.clear();
  new_keys_.clear();
  current_ = nullptr;
  if (*record != '{') {
    Fail(record, "expected '{', the start of a record");
    return nullptr;
  }
  const char* const record_end = HWY_DYNAMIC_DISPATCH(ReadAnyOnTarget)(this, record, row);
  if (record_end != nullptr) {
    if (members_.empty()) return record_end;
    last_shape_ = (last_shape_ + 1) % shapes_.size();
    KnownShape& known = shapes_[last_shape_];
    FoldCounts(&known);
    known.shape.Learn(members_, record_end, num_slots_);
    known.repeats_keys = RepeatsKeys();
    std::sort(new_keys_.begin(), new_keys_.end());
    new_keys_.erase(std::unique(new_keys_.begin(), new_keys_.end()), new_keys_.end());
    known.new_keys.swap(new_keys_);
    current_ = &known;
  } else if (error_.position >= end || (lines_ && *error_.position == '\n')) {
    error_ = {error_.position < end ? error_.position : end, "the record ends too early"};
  }
  return record_end;
}

bool RecordReader::RepeatsKeys() const {
  std::vector<bool> filled(num_slots_);
  return std::any_of(members_.begin(), members_.end(), [&](const Member& member) {
    if (member.slot == num_slots_) return false;
    const bool repeated = filled[member.slot];
    filled[member.slot] = true;
    return repeated;
  });
}

void RecordReader::FoldCounts(KnownShape* known) {
  if (known->num_records > 0) {
    for (const std::string& key : known->new_keys) {
      const auto entry = found_.try_emplace(key, Found{key, 0, known->first_record}).first;
      Found& found = entry->second;
      found.num_records += known->num_records;
      found.first_record = std::min(found.first_record, known->first_record);
    }
  }
  known->num_records = 0;
}

std::vector<RecordReader::Found> RecordReader::TakeNewKeys() {
  for (KnownShape& known : shapes_) FoldCounts(&known);
  std::vector<Found> all;
  for (auto& [key, found] : found_) all.push_back(std::move(found));
  found_.clear();
  return all;
}

}  // namespace tarn::json
#endif  // HWY_ONCE
