#include "json/profile.h"

#include <algorithm>

namespace tarn::json {
namespace {

// Distinct keys in all objects below.
size_t CountKeys(const ValueProfile& profile) {
  size_t count = profile.members.size();
  for (const auto& member : profile.members) count += CountKeys(*member);
  if (profile.map_values != nullptr) count += CountKeys(*profile.map_values);
  if (profile.elements != nullptr) count += CountKeys(*profile.elements);
  return count;
}

ValueProfile* MakeIfMissing(const RecordPlace& place, std::unique_ptr<ValueProfile>* profile) {
  if (*profile == nullptr) {
    *profile = std::make_unique<ValueProfile>();
    (*profile)->first = place;
  }
  return profile->get();
}

void AddCounts(const ValueProfile& later, ValueProfile* profile) {
  profile->num_values += later.num_values;
  profile->num_nulls += later.num_nulls;
  profile->num_booleans += later.num_booleans;
  profile->num_integers += later.num_integers;
  profile->num_decimals += later.num_decimals;
  profile->num_strings += later.num_strings;
  profile->num_objects += later.num_objects;
  profile->num_arrays += later.num_arrays;
  profile->num_dates += later.num_dates;
  profile->num_timestamps += later.num_timestamps;
  profile->integer_min = std::min(profile->integer_min, later.integer_min);
  profile->integer_max = std::max(profile->integer_max, later.integer_max);
  profile->num_digits_max = std::max(profile->num_digits_max, later.num_digits_max);
}

void AddExamples(const ValueProfile& later, ValueProfile* profile) {
  for (const std::string& example : later.examples) {
    if (profile->examples.size() == ValueProfile::kExamplesMax) return;
    if (std::find(profile->examples.begin(), profile->examples.end(), example) ==
        profile->examples.end()) {
      profile->examples.push_back(example);
    }
  }
}

}  // namespace

ValueProfile* Profile::ProfileOf(std::string_view key, ValueProfile* object, size_t* expected,
                                 const RecordPlace& place) {
  if (object->map_values != nullptr) return object->map_values.get();
  auto& members = object->members;
  if (*expected < members.size() && members[*expected]->key == key) {
    return members[(*expected)++].get();
  }
  if (const auto found = object->positions_.find(key); found != object->positions_.end()) {
    *expected = found->second + 1;
    return members[found->second].get();
  }
  const bool is_record = object == &record_;
  if (num_keys_ >= limits_.keys_max || (!is_record && members.size() >= limits_.object_keys_max)) {
    if (is_record) return nullptr;
    MakeIfMissing(place, &object->map_values);
    CollapseToMap(object);
    return object->map_values.get();
  }
  ++num_keys_;
  ValueProfile* const member = members.emplace_back(std::make_unique<ValueProfile>()).get();
  member->key = key;
  member->first = place;
  object->positions_.emplace(member->key, members.size() - 1);
  *expected = members.size();
  return member;
}

void Profile::CollapseToMap(ValueProfile* object) {
  const auto members = std::move(object->members);
  object->members.clear();
  object->positions_.clear();
  if (!members.empty()) object->map_values->first = members[0]->first;
  for (const auto& member : members) MergeValues(*member, object->map_values.get());
  num_keys_ = CountKeys(record_);
}

void Profile::MergeValues(const ValueProfile& later, ValueProfile* profile) {
  // Members need the counts of both sides as they were.
  AddCounts(later, profile);
  AddExamples(later, profile);
  MergeObjects(later, profile);
  if (later.elements != nullptr) {
    MergeValues(*later.elements, MakeIfMissing(later.elements->first, &profile->elements));
  }
}

void Profile::MergeObjects(const ValueProfile& later, ValueProfile* object) {
  if (later.map_values != nullptr) {
    MakeIfMissing(later.map_values->first, &object->map_values);
    CollapseToMap(object);
    MergeValues(*later.map_values, object->map_values.get());
  }
  size_t expected = 0;
  for (const auto& member : later.members) {
    ValueProfile* const profile = ProfileOf(member->key, object, &expected, member->first);
    if (profile != nullptr) {
      MergeValues(*member, profile);
    } else {
      num_values_left_out_ += member->num_values;
    }
  }
}

void Profile::AddBadRecord(const RecordPlace& place, const std::string& reason) {
  ++num_bad_records_;
  if (bad_records_.size() < kBadRecordsMax) bad_records_.push_back({place, reason});
}

void Profile::Merge(const Profile& later) {
  if (record_.num_values == 0) record_.first = later.record_.first;
  MergeValues(later.record_, &record_);
  num_values_left_out_ += later.num_values_left_out_;
  num_bad_records_ += later.num_bad_records_;
  for (const Bad& bad : later.bad_records_) {
    if (bad_records_.size() == kBadRecordsMax) break;
    bad_records_.push_back(bad);
  }
}

std::unique_ptr<ValueProfile> Profile::MergeMembers(const ValueProfile& object) {
  Profile scratch;
  auto values = std::make_unique<ValueProfile>();
  if (!object.members.empty()) values->first = object.members[0]->first;
  for (const auto& member : object.members) scratch.MergeValues(*member, values.get());
  return values;
}

}  // namespace tarn::json
