#include <algorithm>
#include <string_view>
#include <utility>

#include "json/record/valid_json.h"
#include "json/rescued_text.h"
#include "json/rescuer_internal.h"
#include "json/value_misfit_internal.h"

namespace tarn::json {
namespace {

// The value as it is written. Of objects and arrays, `length` need not be known.
std::string_view WrittenText(const Value& value) {
  if (value.is_string()) return {value.begin - 1, size_t{value.length} + 2};
  return value.is_nested() ? ValueAt(value.begin).text() : value.text();
}

}  // namespace

void Rescuer::Fix(int record, int number, const arrow::Field& field, Value* value) {
  const std::vector<MisfitPart> parts =
      FindMisfitParts(field.name(), *value, *field.type(), formats_);
  if (parts.empty()) return;
  is_clear_ = false;
  std::vector<const Value*> values;
  for (const MisfitPart& part : parts) {
    values.push_back(&part.value);
    if (part.is_hidden) continue;
    rescued_[record].push_back({number, part.path, std::string(WrittenText(part.value))});
  }
  *value = parts[0].value.begin == value->begin ? Value() : WithNulls(*value, std::move(values));
}

Value Rescuer::WithNulls(const Value& value, std::vector<const Value*> parts) {
  std::sort(parts.begin(), parts.end(),
            [](const Value* a, const Value* b) { return a->begin < b->begin; });
  const std::string_view whole = WrittenText(value);
  const char* next = whole.data();
  std::string text;
  for (const Value* part : parts) {
    const std::string_view written = WrittenText(*part);
    text.append(next, written.data());
    text += "null";
    next = written.data() + written.size();
  }
  text.append(next, whole.data() + whole.size());
  return Keep(std::move(text), value.kind);
}

Value Rescuer::Keep(std::string text, ValueKind kind) {
  Value value;
  value.length = static_cast<uint32_t>(text.size());
  value.kind = kind;
  text.append(kPaddingBytes, '\0');
  value.begin = kept_.emplace_back(std::move(text)).data();
  return value;
}

void Rescuer::Drop(int record) { rescued_[record].clear(); }

const Value* Rescuer::Texts() {
  for (size_t record = 0; record < rescued_.size() && !is_clear_; ++record) {
    std::vector<Rescued>& all = rescued_[record];
    texts_[record] = Value();
    if (all.empty()) continue;
    std::stable_sort(all.begin(), all.end(),
                     [](const Rescued& a, const Rescued& b) { return a.number < b.number; });
    RescuedText text;
    for (const Rescued& rescued : all) text.Add(rescued.path, rescued.text);
    texts_[record] = Keep(text.Take(), ValueKind::kString);
  }
  return texts_.data();
}

int64_t Rescuer::num_values() const {
  int64_t count = 0;
  if (is_clear_) return count;
  for (const std::vector<Rescued>& all : rescued_) count += std::ssize(all);
  return count;
}

void Rescuer::Clear() {
  if (is_clear_) return;
  for (std::vector<Rescued>& all : rescued_) all.clear();
  std::fill(texts_.begin(), texts_.end(), Value());
  kept_.clear();
  is_clear_ = true;
}

}  // namespace tarn::json
