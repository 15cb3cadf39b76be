#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "json/record/key_index.h"
#include "json/record/key_tree.h"
#include "json/record/shape.h"
#include "json/record/value.h"
#include "json/record/value_tree.h"

namespace tarn::json {

/// Where a record stopped being JSON, and what was expected.
struct SyntaxError {
  const char* position = nullptr;
  const char* reason = nullptr;
};

/// \brief Finds the values of one record, one way or the other.
///
/// Records of a source come in few shapes (a writer that leaves out nulls makes several), and
/// mostly in the shape of the one before. Where they do not, shapes are neither tried nor learned,
/// but now and then. Both ways read the same language and give the same values. Bytes up to
/// kPaddingBytes after the end are read, and must not continue a record: a newline or zeros come
/// first. Threads: one reader per thread.
class RecordReader {
 public:
  struct Options {
    std::vector<std::string> keys;  ///< wanted, all different; the value of keys[i] goes to slot i
    bool lines = true;              ///< a newline ends a record
    int depth_max = 64;
    /// Look for keys that are neither wanted nor among these.
    bool find_new_keys = false;
    std::vector<std::string> known_keys;
    /// By slot: what new keys inside its values are looked for with; null: there are none.
    std::vector<std::unique_ptr<KeyTree>> key_trees;
    /// By slot: what is read inside its values; null: nothing.
    std::vector<std::unique_ptr<ValueTree>> value_trees;
  };
  /// Where a record begins.
  struct Place {
    int block = 0;
    int64_t byte_offset = 0;
    auto operator<=>(const Place&) const = default;
  };
  /// A key that was not known.
  struct Found {
    std::string key;
    int64_t num_records = 0;
    Place first_record;
  };
  /// A key inside a value that was not known.
  struct InnerFound {
    std::string path;     ///< "o.new", "o[].new"
    std::string example;  ///< its first value as JSON text, shortened
    int64_t num_records = 0;
    Place first_record;
    Place last_record;
  };

  explicit RecordReader(Options options);

  /// \brief Read a record that looks like one of the last that ReadAny saw, tried in turn.
  /// \param[in] record its '{'.
  /// \param[out] row num_slots() + 1 values; the last one is scratch.
  /// \return its end; null when it looks different, which says nothing about its validity.
  const char* ReadPredicted(const char* record, Value* row);

  /// \brief Read any record and remember its shape.
  /// \return its end; null when it is not valid: see error().
  const char* ReadAny(const char* record, const char* end, Value* row);

  /// \brief Keep what ValueTreeOf() has of the record that was read last, after that of the records
  /// kept before; else the next record takes its place.
  /// \param[in] row its values.
  void KeepRecord(const Value* row);

  /// \brief KeepRecord() for a record that was read before, and forgotten.
  void KeepAgain(const Value* row);

  /// \brief Leave in ValueTreeOf() what is of the records kept.
  void ForgetOthers();

  /// \brief Forget what is inside the values of all records.
  void ForgetKept();

  /// \brief What is inside the values in `slot` of the records kept; null: it was not asked for.
  ValueTree* ValueTreeOf(int slot) const { return value_trees_[slot].get(); }

  /// \brief Check an array of records, and what is in them.
  /// \param[in] array its '['
  /// \return its end; null when it is not valid: see error().
  const char* SkipArray(const char* array, const char* end);

  /// \brief Say what is wrong at `position`; at the end of the input that is its end.
  void Fail(const char* position, const char* reason) { error_ = {position, reason}; }

  int num_slots() const { return num_slots_; }
  const SyntaxError& error() const { return error_; }

  /// \brief Whether the record that was read last has a wanted key more than once.
  bool repeats_keys() const { return current_ != nullptr && current_->repeats_keys; }

  /// \brief The record that was read last counts. Places ascend.
  void CountRecord(Place place) {
    if (current_ != nullptr && current_->num_records++ == 0) current_->first_record = place;
    if (!inner_keys_.empty()) CountInnerKeys(place);
  }

  /// \brief The new keys of all records counted since the last call, in no order.
  std::vector<Found> TakeNewKeys();

  /// \brief Those inside values, in the order of their appearance.
  std::vector<InnerFound> TakeInnerKeys();

  /// \brief Known keys and their paths inside values that were met for the first time since the
  /// last call; those of invalid records too.
  std::vector<std::string> TakeMetKeys() { return std::exchange(met_keys_, {}); }

  /// \brief Slot of a key between its quotes, num_slots() when it is not wanted.
  int SlotOf(const Value& key) {
    if (key.kind == ValueKind::kEscapedString) return SlotOfEscaped(key);
    return SlotOf(known_keys_.Find(key.begin, key.length), key.text());
  }

  // State for the code that is compiled once per instruction set.
  bool lines() const { return lines_; }
  /// \brief Whether the shape of the record that is read is remembered: its members() are wanted.
  bool learns() const { return pause_ == 0; }
  std::vector<Member>& members() { return members_; }
  /// \brief The record that is read has a wanted key once more.
  void NoteRepeatedKey() { repeats_keys_ = true; }
  std::vector<char>& nesting() { return nesting_; }

  /// \brief What the keys inside the value in `slot` are compared with; null: nothing.
  KeyTree* KeyTreeOf(int slot) const { return key_trees_[slot].get(); }
  /// \brief By level: of the object or array that is open there.
  std::vector<KeyTree*>& open_trees() { return open_trees_; }
  /// \brief Step to the value for `key` in an object of `tree`, and note a key that is new there.
  /// \return the value's tree.
  KeyTree* EnterKey(KeyTree* tree, const Value& key, const char* value_begin);

  /// An object or array of a ValueTree, between its brackets.
  struct OpenValue {
    ValueTree* tree;
    size_t next = 0;  ///< of a STRUCT: the member of its shape that is expected
    bool has_members = false;
  };
  /// \brief By level.
  std::vector<OpenValue>& open_values() { return open_values_; }
  size_t num_kept() const { return num_kept_; }
  /// \brief The field of a STRUCT that a key names, -1 for none; a key that is new there is noted.
  int EnterField(ValueTree* tree, const Value& key, const char* value_begin);

 private:
  // A shape, and the records counted since the last TakeNewKeys() that had it.
  struct KnownShape {
    Shape shape;
    bool repeats_keys = false;
    std::vector<std::string> new_keys;
    int64_t num_records = 0;
    Place first_record;
  };

  // Of a key with this number in known_keys_, -1 when it is not there.
  int SlotOf(int known, std::string_view key) {
    if (find_new_keys_ && (known < 0 || !is_met_[known])) NoteKey(known, key);
    return known >= 0 && known < num_slots_ ? known : num_slots_;
  }
  int SlotOfEscaped(const Value& key);
  void NoteKey(int known, std::string_view key);

  // The record that ReadAny reads was not predicted.
  void CountMiss();
  // What is wrong at the line's or the input's end, is wrong because it ends.
  void FailAtEnd(const char* end);
  void FoldCounts(KnownShape* known);
  void CountInnerKeys(Place place);

  int num_slots_;
  bool lines_;
  bool find_new_keys_;
  KeyIndex known_keys_;       // those wanted come first, so that their numbers are their slots
  std::vector<char> is_met_;  // by number in known_keys_
  std::vector<std::string> met_keys_;
  std::string key_;
  // Reading by a shape is faster than ReadAny, but trying and learning shapes in vain costs as much
  // as several records. Each hit adds to the credit, each miss takes more from it; when none is
  // left, a pause comes.
  static constexpr int kCreditMax = 48;
  static constexpr int kCreditAfterPause = 12;
  static constexpr int kMissCost = 3;
  static constexpr int kPauseRecords = 256;
  int credit_ = kCreditMax;
  int pause_ = 0;  // records until shapes are tried again
  std::array<KnownShape, 4> shapes_;
  KnownShape unlearned_;           // of the record before, which came during a pause
  size_t last_shape_ = 0;          // of the record before
  KnownShape* current_ = nullptr;  // of the record before; null when it has no shape
  SyntaxError error_;
  // Of the record that ReadAny reads.
  std::vector<Member> members_;
  bool repeats_keys_ = false;
  std::vector<std::string> new_keys_;
  std::map<std::string, Found> found_;
  std::vector<char> nesting_;  ///< brackets open around a value; as long as depth allows

  struct InnerKey {
    const KeyTree* tree;  // of the object
    Value key;
    const char* value_begin;
  };
  std::vector<std::unique_ptr<KeyTree>> key_trees_;  // by slot, and the scratch slot
  std::vector<KeyTree*> open_trees_;
  std::vector<std::unique_ptr<ValueTree>> value_trees_;  // by slot, and the scratch slot
  std::vector<int> nested_slots_;                        // those that have one
  std::vector<OpenValue> open_values_;
  size_t num_kept_ = 0;               // records
  std::vector<InnerKey> inner_keys_;  // of the record that was read last
  std::vector<InnerFound> inner_found_;
  std::unordered_map<std::string, size_t> inner_indexes_;  // by path
};

}  // namespace tarn::json
