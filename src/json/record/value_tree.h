#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/record/object_shape.h"
#include "json/record/value.h"

namespace tarn::json {

class KeyTree;

/// \brief The values in a nested column, in the order of reading: those of several records, for
/// each part of the column's type by itself.
///
/// A STRUCT's field has one value for each of the STRUCT, missing where there is no object or where
/// the object lacks it; an ARRAY's elements and a MAP's values lie one after the other. A value of
/// another kind than its part is there as a whole, as one value. Threads: not safe.
class ValueTree {
 public:
  enum class Kind { kScalar, kStruct, kList, kMap };

  /// \brief Of what is read as one value, whatever it is.
  static std::unique_ptr<ValueTree> MakeScalar();

  /// \param[in] names of the fields, all different.
  static std::unique_ptr<ValueTree> MakeStruct(std::vector<std::string> names,
                                               std::vector<std::unique_ptr<ValueTree>> fields);

  static std::unique_ptr<ValueTree> MakeList(std::unique_ptr<ValueTree> elements);

  /// \brief Of objects with any keys, which may repeat.
  static std::unique_ptr<ValueTree> MakeMap(std::unique_ptr<ValueTree> values);

  Kind kind() const { return kind_; }
  /// Of what the type has them for, begin and kind count: kObject or kArray, or what was there.
  const std::vector<Value>& values() const { return values_; }
  /// Of ARRAY and MAP: by value, where its elements end among those of child(0).
  const std::vector<int32_t>& ends() const { return ends_; }
  /// Of MAP: by value of child(0).
  const std::vector<Value>& keys() const { return keys_; }
  const ValueTree& child(size_t i) const { return *children_[i]; }
  /// Of a column: indexes of values that have a STRUCT's field more than once. The last counts.
  const std::vector<size_t>& repeating() const { return repeating_; }

  /// \brief Forget all values but the first `num_values`.
  void Truncate(size_t num_values);

  /// \brief Add a value that is missing.
  void AppendMissing();

  // What follows serves reading.

  /// \brief Add a value; CloseEmpty() is called when it is complete.
  Value* Append() { return &values_.emplace_back(); }

  /// \brief After Append(), of anything but an object or array of this kind.
  void CloseEmpty() {
    if (kind_ != Kind::kScalar) Close();
  }

  char opening() const { return kind_ == Kind::kList ? '[' : '{'; }

  /// \brief Add an object or array of this kind; Close() is called after its end.
  void Open(const char* begin) {
    Value* const value = Append();
    value->begin = begin;
    value->kind = kind_ == Kind::kList ? ValueKind::kArray : ValueKind::kObject;
  }
  void Close();

  /// \brief The index of a STRUCT's field, -1 when it has none of this name.
  int FieldOf(std::string_view key);

  /// \brief Begin the value of a STRUCT's field in the object that is open.
  /// \param[out] repeats set when the object has had one before.
  ValueTree* EnterField(int field, bool* repeats) {
    ValueTree* const child = children_[field].get();
    if (child->values_.size() >= values_.size()) {
      *repeats = true;
      child->Truncate(values_.size() - 1);
    }
    return child;
  }

  /// \brief Begin an element, or the value of a MAP's member.
  ValueTree* EnterElement() { return children_[0].get(); }
  Value* AppendKey() { return &keys_.emplace_back(); }

  /// \brief The last value has a field more than once, somewhere inside.
  void NoteRepeated() {
    if (repeating_.empty() || repeating_.back() + 1 != values_.size()) {
      repeating_.push_back(values_.size() - 1);
    }
  }

  ObjectShape& shape() { return shape_; }  ///< of a STRUCT's objects

  /// What keys in a STRUCT's objects are compared with to find new ones; null: nothing.
  KeyTree* key_tree() const { return key_tree_; }

  /// \brief Set key_tree() here and inside.
  void SetKeyTrees(KeyTree* tree);

 private:
  Kind kind_ = Kind::kScalar;
  std::vector<Value> values_;
  std::vector<int32_t> ends_;
  std::vector<Value> keys_;
  std::vector<size_t> repeating_;
  std::vector<std::unique_ptr<ValueTree>> children_;
  std::unordered_map<std::string, int> fields_;  // of a kStruct, by name
  std::string key_;
  ObjectShape shape_;
  KeyTree* key_tree_ = nullptr;
};

}  // namespace tarn::json
