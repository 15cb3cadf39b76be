#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tarn::json {

/// \brief Where a record lies in the input.
struct RecordPlace {
  int64_t file = 0;         ///< ordinal, as the caller counts
  int64_t line = 0;         ///< 0-based, in the file
  int64_t byte_offset = 0;  ///< in the file
};

/// \brief What was seen at one place of the records: under one key, in the arrays there, among the
/// values of a map.
struct ValueProfile {
  static constexpr size_t kExamplesMax = 3;
  static constexpr size_t kExampleBytesMax = 40;

  std::string key;  ///< empty for elements and values of maps

  int64_t num_values = 0;  ///< nulls included
  int64_t num_nulls = 0;
  int64_t num_booleans = 0;
  int64_t num_integers = 0;
  int64_t num_decimals = 0;  ///< numbers with a fraction or an exponent
  int64_t num_strings = 0;
  int64_t num_objects = 0;
  int64_t num_arrays = 0;

  /// Strings that are a whole ISO 8601 date (`2018-11-21`), or a date with a time and any zone.
  int64_t num_dates = 0;
  int64_t num_timestamps = 0;

  /// Of the integers within BIGINT; min > max when there are none.
  int64_t integer_min = std::numeric_limits<int64_t>::max();
  int64_t integer_max = std::numeric_limits<int64_t>::min();
  int64_t num_digits_max = 0;  ///< of the integers past BIGINT; 0: there are none

  /// The first distinct values that are not null, as JSON; longer ones are cut, with "…" after.
  std::vector<std::string> examples;
  RecordPlace first;  ///< the first record that has a value here, be it null

  /// Keys of the objects, by first appearance. A key that some lack has fewer values than
  /// num_objects. Empty when there were too many to distinguish: `map_values` has them then.
  std::vector<std::unique_ptr<ValueProfile>> members;
  std::unique_ptr<ValueProfile> map_values;  ///< of all keys together; null: see `members`
  std::unique_ptr<ValueProfile> elements;    ///< of the arrays; null: none had any

  int64_t num_not_null() const { return num_values - num_nulls; }

  /// \brief How many of `num_objects` lack this key. (One that repeats it has several values.)
  int64_t num_missing(int64_t num_objects) const {
    return std::max<int64_t>(0, num_objects - num_values);
  }

  /// \brief The member with this key; null when there is none.
  const ValueProfile* Find(std::string_view name) const {
    const auto found = positions_.find(name);
    return found == positions_.end() ? nullptr : members[found->second].get();
  }

 private:
  friend class Profile;
  friend class RecordProfiler;

  std::unordered_map<std::string_view, size_t> positions_;  // of members, by key
};

struct ProfileLimits {
  /// Distinct keys of one object in a record; with more, they are taken for data.
  size_t object_keys_max = 1000;
  /// Distinct keys of the records and of all objects in them. Past it, an object with a new key is
  /// taken for a map, and a new key of the records themselves is left out.
  size_t keys_max = 20'000;
};

/// \brief What the records of some input look like: keys, kinds of values, examples.
///
/// Bounded in size by its limits. Made by Profiler; profiles of parts, merged in the parts' order,
/// make the same whatever thread made which.
class Profile {
 public:
  struct Bad {
    RecordPlace place;
    std::string reason;
  };
  static constexpr size_t kBadRecordsMax = 10;

  explicit Profile(ProfileLimits limits = {}) : limits_(limits) {}

  /// \brief Of the records themselves: its members are the columns.
  const ValueProfile& record() const { return record_; }

  /// \brief All records, bad ones included.
  int64_t num_records() const { return record_.num_objects + num_bad_records_; }
  int64_t num_bad_records() const { return num_bad_records_; }
  const std::vector<Bad>& bad_records() const { return bad_records_; }  ///< the first of them

  /// \brief Values of the records' keys that came after the limit.
  int64_t num_values_left_out() const { return num_values_left_out_; }

  /// \brief Count a record that can't be read.
  void AddBadRecord(const RecordPlace& place, const std::string& reason);

  /// \brief Add what `later`, a profile of the input's next part, has seen.
  void Merge(const Profile& later);

  /// \brief The values of all members of an object together, as those of a map.
  static std::unique_ptr<ValueProfile> MergeMembers(const ValueProfile& object);

 private:
  friend class RecordProfiler;

  // The profile of `object`'s values under `key`: one of its members, or its map_values; null when
  // the key is left out. `expected` is the position to try first, and becomes the next one.
  ValueProfile* ProfileOf(std::string_view key, ValueProfile* object, size_t* expected,
                          const RecordPlace& place);
  void CollapseToMap(ValueProfile* object);
  void MergeValues(const ValueProfile& later, ValueProfile* profile);
  void MergeObjects(const ValueProfile& later, ValueProfile* object);

  ProfileLimits limits_;
  ValueProfile record_;
  size_t num_keys_ = 0;
  int64_t num_bad_records_ = 0;
  std::vector<Bad> bad_records_;
  int64_t num_values_left_out_ = 0;
};

}  // namespace tarn::json
