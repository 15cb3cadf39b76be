#include <algorithm>

#include "json/key_tree_internal.h"

namespace tarn::json {

std::unique_ptr<KeyTree> KeyTree::Make(const std::string& path, const arrow::DataType& type) {
  auto tree = std::make_unique<KeyTree>();
  tree->path_ = path;
  switch (type.id()) {
    case arrow::Type::LIST:
      tree->kind_ = Kind::kList;
      tree->items_ = Make(path + "[]", *type.field(0)->type());
      break;
    case arrow::Type::MAP:
      tree->kind_ = Kind::kMap;
      tree->items_ = Make(path + ".*", *static_cast<const arrow::MapType&>(type).item_type());
      break;
    case arrow::Type::STRUCT:
      for (const auto& field : type.fields()) {
        tree->indexes_.emplace(field->name(), tree->names_.size());
        tree->names_.push_back(field->name());
        tree->fields_.push_back(Make(path + "." + field->name(), *field->type()));
      }
      return tree;
    default:
      return nullptr;
  }
  return tree->items_ == nullptr ? nullptr : std::move(tree);
}

KeyTree* KeyTree::Find(std::string_view key, bool* is_new) {
  *is_new = false;
  if (kind_ == Kind::kMap) return items_.get();
  if (kind_ == Kind::kList) return nullptr;
  // Writers keep to one order.
  if (expected_ >= names_.size()) expected_ = 0;
  if (names_.empty() || names_[expected_] != key) {
    key_.assign(key);
    const auto found = indexes_.find(key_);
    *is_new = found == indexes_.end();
    if (*is_new) return nullptr;
    expected_ = found->second;
  }
  return fields_[expected_++].get();
}

}  // namespace tarn::json
