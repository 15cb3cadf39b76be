#include "json/record/value_tree.h"

#include <utility>

#include "json/record/key_tree.h"

namespace tarn::json {

std::unique_ptr<ValueTree> ValueTree::MakeScalar() { return std::make_unique<ValueTree>(); }

std::unique_ptr<ValueTree> ValueTree::MakeStruct(std::vector<std::string> names,
                                                 std::vector<std::unique_ptr<ValueTree>> fields) {
  auto tree = std::make_unique<ValueTree>();
  tree->kind_ = Kind::kStruct;
  tree->children_ = std::move(fields);
  for (size_t i = 0; i < names.size(); ++i) {
    tree->fields_.emplace(std::move(names[i]), static_cast<int>(i));
  }
  return tree;
}

std::unique_ptr<ValueTree> ValueTree::MakeList(std::unique_ptr<ValueTree> elements) {
  auto tree = std::make_unique<ValueTree>();
  tree->kind_ = Kind::kList;
  tree->children_.push_back(std::move(elements));
  return tree;
}

std::unique_ptr<ValueTree> ValueTree::MakeMap(std::unique_ptr<ValueTree> values) {
  auto tree = MakeList(std::move(values));
  tree->kind_ = Kind::kMap;
  return tree;
}

void ValueTree::Truncate(size_t num_values) {
  if (values_.size() <= num_values) return;
  values_.resize(num_values);
  while (!repeating_.empty() && repeating_.back() >= num_values) repeating_.pop_back();
  if (kind_ == Kind::kStruct) {
    for (const auto& child : children_) child->Truncate(num_values);
  } else if (kind_ != Kind::kScalar) {
    ends_.resize(num_values);  // an array that is still open has no end yet, and is the last
    const size_t num_elements = num_values == 0 ? 0 : ends_.back();
    children_[0]->Truncate(num_elements);
    if (keys_.size() > num_elements) keys_.resize(num_elements);
  }
}

void ValueTree::AppendMissing() {
  Append();
  CloseEmpty();
}

void ValueTree::Close() {
  if (kind_ != Kind::kStruct) {
    ends_.push_back(static_cast<int32_t>(children_[0]->values_.size()));
    return;
  }
  for (const auto& child : children_) {
    if (child->values_.size() < values_.size()) child->AppendMissing();
  }
}

int ValueTree::FieldOf(std::string_view key) {
  key_.assign(key);
  const auto found = fields_.find(key_);
  return found == fields_.end() ? -1 : found->second;
}

void ValueTree::SetKeyTrees(KeyTree* tree) {
  key_tree_ = tree;
  if (kind_ == Kind::kStruct) {
    for (const auto& [name, field] : fields_) {
      children_[field]->SetKeyTrees(tree == nullptr ? nullptr : tree->ValueOf(name));
    }
  } else if (kind_ != Kind::kScalar) {
    children_[0]->SetKeyTrees(tree == nullptr ? nullptr : tree->items());
  }
}

}  // namespace tarn::json
