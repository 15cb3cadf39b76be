#include "json/record/key_tree.h"

#include <utility>

namespace tarn::json {

std::unique_ptr<KeyTree> KeyTree::MakeStruct(std::string path, std::vector<Field> fields) {
  auto tree = std::make_unique<KeyTree>();
  tree->path_ = std::move(path);
  for (Field& field : fields) {
    tree->indexes_.emplace(field.name, tree->names_.size());
    tree->names_.push_back(std::move(field.name));
    tree->fields_.push_back(std::move(field.value));
  }
  tree->seen_.resize(tree->names_.size());
  return tree;
}

std::unique_ptr<KeyTree> KeyTree::MakeList(std::string path, std::unique_ptr<KeyTree> elements) {
  auto tree = std::make_unique<KeyTree>();
  tree->kind_ = Kind::kList;
  tree->path_ = std::move(path);
  tree->items_ = std::move(elements);
  return tree;
}

std::unique_ptr<KeyTree> KeyTree::MakeMap(std::string path, std::unique_ptr<KeyTree> values) {
  auto tree = std::make_unique<KeyTree>();
  tree->kind_ = Kind::kMap;
  tree->path_ = std::move(path);
  tree->items_ = std::move(values);
  return tree;
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
