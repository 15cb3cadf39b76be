#include "json/record/record_reader.h"

#include <algorithm>

#include "json/record/shorten.h"
#include "json/record/unescape.h"
#include "json/record/valid_json.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "json/record/record_reader.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "json/record/read_nested-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tarn::json {
namespace HWY_NAMESPACE {

HWY_INLINE const char* SkipValue(RecordReader* reader, const char* p, int slot, Value* row) {
  Value* const value = &row[slot];
  if (HWY_LIKELY(*p != '{' && *p != '[')) return SkipScalar(reader, p, value);
  ValueTree* const values = reader->ValueTreeOf(slot);
  if (values != nullptr) return ReadNested(reader, p, value, values);
  KeyTree* const tree = reader->KeyTreeOf(slot);
  if (tree == nullptr) return SkipNested<false>(reader, p, value, nullptr);
  return SkipNested<true>(reader, p, value, tree);
}

const char* ReadPredictedOnTarget(RecordReader* reader, const Shape& shape, const char* p,
                                  Value* row) {
  const char* const bytes = shape.bytes();
  for (const Shape::Literal& literal : shape.literals()) {
    if (!Matches(p, bytes + literal.offset, static_cast<int>(literal.length))) return nullptr;
    p = SkipValue(reader, p + literal.length, literal.slot, row);
    if (p == nullptr) return nullptr;
  }
  const Shape::Literal& tail = shape.tail();
  if (!Matches(p, bytes + tail.offset, static_cast<int>(tail.length))) return nullptr;
  for (const int slot : shape.absent()) row[slot].kind = ValueKind::kMissing;
  return p + tail.length;
}

const char* ReadAnyOnTarget(RecordReader* reader, const char* p, Value* row) {
  const bool learns = reader->learns();
  std::vector<Member>& members = reader->members();
  const char* begin = p;
  p = SkipSpace(*reader, p + 1);
  if (*p == '}') return p + 1;
  while (true) {
    Value key;
    const char* const value_begin = SkipKey(reader, p, &key);
    if (value_begin == nullptr) return nullptr;
    const int slot = reader->SlotOf(key);
    if (HWY_UNLIKELY(row[slot].kind != ValueKind::kMissing) && slot < reader->num_slots()) {
      reader->NoteRepeatedKey();
    }
    p = SkipValue(reader, value_begin, slot, row);
    if (p == nullptr) return nullptr;
    if (learns) members.push_back({begin, value_begin, p, slot});
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

const char* SkipArrayOnTarget(RecordReader* reader, const char* p) {
  Value array;
  return SkipNested<false>(reader, p, &array, nullptr);
}

void ReadAgainOnTarget(RecordReader* reader, const char* p, ValueTree* values) {
  Value value;
  ReadNested(reader, p, &value, values);
}

// NOLINTNEXTLINE(google-readability-namespace-comments): Highway's name is a macro
}  // namespace HWY_NAMESPACE
}  // namespace tarn::json
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tarn::json {

HWY_EXPORT(ReadPredictedOnTarget);
HWY_EXPORT(ReadAnyOnTarget);
HWY_EXPORT(SkipArrayOnTarget);
HWY_EXPORT(ReadAgainOnTarget);

RecordReader::RecordReader(Options options)
    : num_slots_(static_cast<int>(options.keys.size())),
      lines_(options.lines),
      find_new_keys_(options.find_new_keys),
      nesting_(options.depth_max > 1 ? options.depth_max - 1 : 0),
      key_trees_(std::move(options.key_trees)),
      open_trees_(nesting_.size()),
      value_trees_(std::move(options.value_trees)) {
  key_trees_.resize(num_slots_ + 1);
  value_trees_.resize(num_slots_ + 1);
  for (const std::string& key : options.keys) known_keys_.Add(key);
  for (const std::string& key : options.known_keys) known_keys_.Add(key);
  is_met_.resize(options.keys.size() + options.known_keys.size());
  for (int slot = 0; slot < num_slots_; ++slot) {
    if (value_trees_[slot] == nullptr) continue;
    nested_slots_.push_back(slot);
    value_trees_[slot]->SetKeyTrees(key_trees_[slot].get());
    open_values_.resize(nesting_.size());
  }
}

int RecordReader::SlotOfEscaped(const Value& key) {
  AssignText(key, &key_);
  const size_t length = key_.size();
  key_.append(KeyIndex::kWordBytes, '\0');
  return SlotOf(known_keys_.Find(key_.data(), length), std::string_view(key_.data(), length));
}

void RecordReader::NoteKey(int known, std::string_view key) {
  if (known < 0) {
    new_keys_.emplace_back(key);
  } else {
    is_met_[known] = 1;
    met_keys_.emplace_back(key);
  }
}

KeyTree* RecordReader::EnterKey(KeyTree* tree, const Value& key, const char* value_begin) {
  if (tree == nullptr) return nullptr;
  std::string_view text = key.text();
  if (key.kind == ValueKind::kEscapedString) {
    AssignText(key, &key_);
    text = key_;
  }
  const KeyTree::Found found = tree->Find(text);
  if (found.is_new) inner_keys_.push_back({tree, key, value_begin});
  if (found.is_first) met_keys_.push_back(tree->path() + "." + std::string(text));
  return found.value;
}

int RecordReader::EnterField(ValueTree* tree, const Value& key, const char* value_begin) {
  EnterKey(tree->key_tree(), key, value_begin);
  if (key.kind != ValueKind::kEscapedString) return tree->FieldOf(key.text());
  AssignText(key, &key_);
  return tree->FieldOf(key_);
}

void RecordReader::CountInnerKeys(Place place) {
  for (const InnerKey& inner : inner_keys_) {
    AssignText(inner.key, &key_);
    const std::string path = inner.tree->path() + "." + key_;
    const auto [entry, is_first] = inner_indexes_.try_emplace(path, inner_found_.size());
    if (is_first) {
      inner_found_.push_back({path, ShortJsonText(ValueAt(inner.value_begin)), 0, place, {-1, 0}});
    }
    InnerFound& found = inner_found_[entry->second];
    if (found.last_record == place) continue;  // an array may have it many times
    found.last_record = place;
    ++found.num_records;
  }
}

const char* RecordReader::ReadPredicted(const char* record, Value* row) {
  if (pause_ > 0) return nullptr;
  for (size_t tried = 0; tried < shapes_.size(); ++tried) {
    const size_t i = (last_shape_ + tried) % shapes_.size();
    KnownShape& known = shapes_[i];
    if (!known.shape.known()) continue;
    inner_keys_.clear();
    const char* const record_end =
        HWY_DYNAMIC_DISPATCH(ReadPredictedOnTarget)(this, known.shape, record, row);
    if (record_end == nullptr) continue;
    last_shape_ = i;
    current_ = &known;
    credit_ = std::min(credit_ + 1, kCreditMax);
    return record_end;
  }
  return nullptr;
}

void RecordReader::CountMiss() {
  if (pause_ > 0) {
    --pause_;
    return;
  }
  credit_ -= kMissCost;
  if (credit_ >= 0) return;
  credit_ = kCreditAfterPause;
  pause_ = kPauseRecords;
}

const char* RecordReader::ReadAny(const char* record, const char* end, Value* row) {
  for (int slot = 0; slot < num_slots_; ++slot) row[slot].kind = ValueKind::kMissing;
  members_.clear();
  new_keys_.clear();
  inner_keys_.clear();
  repeats_keys_ = false;
  current_ = nullptr;
  CountMiss();
  if (*record != '{') {
    Fail(record, "expected '{', the start of a record");
    return nullptr;
  }
  const char* const record_end = HWY_DYNAMIC_DISPATCH(ReadAnyOnTarget)(this, record, row);
  if (record_end == nullptr) {
    FailAtEnd(end);
    return nullptr;
  }
  if (!members_.empty()) last_shape_ = (last_shape_ + 1) % shapes_.size();
  KnownShape& known = members_.empty() ? unlearned_ : shapes_[last_shape_];
  FoldCounts(&known);
  if (!members_.empty()) known.shape.Learn(members_, record_end, num_slots_);
  known.repeats_keys = repeats_keys_;
  std::sort(new_keys_.begin(), new_keys_.end());
  new_keys_.erase(std::unique(new_keys_.begin(), new_keys_.end()), new_keys_.end());
  known.new_keys.swap(new_keys_);
  current_ = &known;
  return record_end;
}

void RecordReader::KeepRecord(const Value* row) {
  for (const int slot : nested_slots_) {
    ValueTree& values = *value_trees_[slot];
    // Without brackets nothing is inside, unless an earlier value of the same key had some.
    if (!row[slot].is_nested()) values.Truncate(num_kept_);
    if (values.values().size() == num_kept_) values.AppendMissing();
  }
  ++num_kept_;
}

void RecordReader::KeepAgain(const Value* row) {
  for (const int slot : nested_slots_) {
    if (!row[slot].is_nested()) continue;
    HWY_DYNAMIC_DISPATCH(ReadAgainOnTarget)(this, row[slot].begin, value_trees_[slot].get());
  }
  inner_keys_.clear();  // counted before
  KeepRecord(row);
}

void RecordReader::ForgetOthers() {
  for (const int slot : nested_slots_) value_trees_[slot]->Truncate(num_kept_);
}

void RecordReader::ForgetKept() {
  num_kept_ = 0;
  ForgetOthers();
}

const char* RecordReader::SkipArray(const char* array, const char* end) {
  const size_t levels_of_values = nesting_.size();
  nesting_.resize(levels_of_values + 1);  // what values leave to the record that they are in
  const char* const array_end = HWY_DYNAMIC_DISPATCH(SkipArrayOnTarget)(this, array);
  nesting_.resize(levels_of_values);
  if (array_end == nullptr) FailAtEnd(end);
  return array_end;
}

void RecordReader::FailAtEnd(const char* end) {
  if (error_.position < end && !(lines_ && *error_.position == '\n')) return;
  error_ = {error_.position < end ? error_.position : end, "the record ends too early"};
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
  FoldCounts(&unlearned_);
  std::vector<Found> all;
  for (auto& [key, found] : found_) all.push_back(std::move(found));
  found_.clear();
  return all;
}

std::vector<RecordReader::InnerFound> RecordReader::TakeInnerKeys() {
  inner_indexes_.clear();
  return std::exchange(inner_found_, {});
}

}  // namespace tarn::json
#endif  // HWY_ONCE
