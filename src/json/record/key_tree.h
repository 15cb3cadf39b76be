#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tarn::json {

/// \brief The keys that objects inside a nested value may have.
///
/// Threads: not safe; looking up remembers where it was.
class KeyTree {
 public:
  /// A key that an object may have.
  struct Field {
    std::string name;
    std::unique_ptr<KeyTree> value;  ///< of its values; null: nothing in them has a name
  };

  /// \brief Of an object whose keys are the fields' names.
  /// \param[in] path of the value: "o", "o.inner", "o[]" for an array's elements, "o.*" for a map's
  ///   values.
  static std::unique_ptr<KeyTree> MakeStruct(std::string path, std::vector<Field> fields);

  /// \brief Of an array.
  static std::unique_ptr<KeyTree> MakeList(std::string path, std::unique_ptr<KeyTree> elements);

  /// \brief Of an object that may have any keys.
  static std::unique_ptr<KeyTree> MakeMap(std::string path, std::unique_ptr<KeyTree> values);

  const std::string& path() const { return path_; }

  /// \brief Of an array's elements; null when this is no array's or when they have none.
  KeyTree* elements() const { return kind_ == Kind::kList ? items_.get() : nullptr; }

  /// \brief Of an array's elements or of a map's values; null when they have none.
  KeyTree* items() const { return items_.get(); }

  /// \brief Of the values of an object's field; null when they have none, or when there is no such
  /// field. Unlike Find(), this remembers nothing.
  KeyTree* ValueOf(const std::string& name) const {
    const auto found = indexes_.find(name);
    return found == indexes_.end() ? nullptr : fields_[found->second].get();
  }

  /// What an object's key means.
  struct Found {
    KeyTree* value = nullptr;  ///< the tree of its value; null: it has none
    bool is_new = false;       ///< of an object that has no such field
    bool is_first = false;     ///< of a field that no object had before
  };
  Found Find(std::string_view key);

 private:
  enum class Kind { kStruct, kList, kMap };

  Kind kind_ = Kind::kStruct;
  std::string path_;
  std::unique_ptr<KeyTree> items_;                   // of a kList or kMap
  std::vector<std::string> names_;                   // of a kStruct's fields
  std::vector<std::unique_ptr<KeyTree>> fields_;     // by name; null: no tree
  std::vector<bool> seen_;                           // by name
  std::unordered_map<std::string, size_t> indexes_;  // by name
  size_t expected_ = 0;                              // field that comes next, mostly
  std::string key_;
};

}  // namespace tarn::json
