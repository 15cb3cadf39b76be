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
      tree->seen_.resize(tree->names_.size());
      return tree;
    default:
      return nullptr;
  }
  return tree->items_ == nullptr ? nullptr : std::move(tree);
}

KeyTree::Found KeyTree::Find(std::string_view key) {
  if (kind_ == Kind::kMap) return {items_.get()};
  if (kind_ == Kind::kList) return {};
  // Writers keep to one order.
  if (expected_ >= names_.size()) expected_ = 0;
  if (names_.empty() || names_[expected_] != key) {
    key_.assign(key);
    const auto found = indexes_.find(key_);
    if (found == indexes_.end()) return {nullptr, /*is_new=*/true};
    expected_ = found->second;
  }
  const size_t field = expected_++;
  const bool is_first = !seen_[field];
  seen_[field] = true;
  return {fields_[field].get(), false, is_first};
}

}  // namespace tarn::json
