#include <fmt/format.h>

#include "plan/bind_select.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/node.h"

// GROUP BY with GROUPING SETS, ROLLUP and CUBE: several ways to group, one after the other.
namespace tarn::plan {
namespace {

using KeySet = std::vector<size_t>;

// More are refused: each of them is a pass over all rows.
constexpr size_t kSetsMax = 4096;

// The keys of both, each once, in order.
KeySet Together(KeySet left, const KeySet& right) {
  for (size_t key : right) {
    if (std::find(left.begin(), left.end(), key) == left.end()) left.push_back(key);
  }
  return left;
}

// The first of the parts, the first two, and so on, from all to none.
std::vector<KeySet> Rollup(const std::vector<KeySet>& parts) {
  std::vector<KeySet> sets = {{}};
  for (const KeySet& part : parts) sets.push_back(Together(sets.back(), part));
  std::reverse(sets.begin(), sets.end());
  return sets;
}

// All choices among the parts.
std::vector<KeySet> Cube(const std::vector<KeySet>& parts) {
  std::vector<KeySet> sets = {{}};
  for (const KeySet& part : parts) {
    std::vector<KeySet> wider;
    for (const KeySet& set : sets) wider.push_back(Together(set, part));
    wider.insert(wider.end(), sets.begin(), sets.end());
    if (wider.size() > kSetsMax) return wider;
    sets = std::move(wider);
  }
  return sets;
}

bool Has(const KeySet& set, size_t key) {
  return std::find(set.begin(), set.end(), key) != set.end();
}

}  // namespace

std::vector<std::vector<size_t>> SelectBinder::SetsOf(const sql::GroupingSets& sets,
                                                      ExprBinder* binder) {
  std::vector<KeySet> parts;
  for (const std::vector<sql::ExprPtr>& written : sets.sets) {
    KeySet part;
    for (const sql::ExprPtr& expr : written) {
      ExprPtr key = BindGroupKey(*expr, binder);
      if (key == nullptr) {
        keys_valid_ = false;
        continue;
      }
      part = Together(std::move(part), {AddKey(std::move(key))});
    }
    parts.push_back(std::move(part));
  }
  if (sets.kind == sql::GroupingSets::Kind::kRollup) return Rollup(parts);
  if (sets.kind == sql::GroupingSets::Kind::kCube) return Cube(parts);
  for (const sql::GroupingSets& nested : sets.nested) {
    const std::vector<KeySet> inner = SetsOf(nested, binder);
    parts.insert(parts.end(), inner.begin(), inner.end());
  }
  return parts;
}

void SelectBinder::BindGroupingSets() {
  ClauseRules rules = RulesFor("GROUP BY");
  rules.time_windows_allowed = true;
  rules.alias_rule = AliasRule::kWhenNotInput;
  ExprBinder binder(rules, diagnostics_);
  // Plain keys belong to every set.
  KeySet plain;
  for (size_t i = 0; i < keys_.size(); ++i) plain.push_back(i);
  std::vector<KeySet> all = {plain};
  for (const sql::GroupingSets& written : select_.grouping_sets) {
    const std::vector<KeySet> sets = SetsOf(written, &binder);
    std::vector<KeySet> product;
    for (const KeySet& left : all) {
      for (const KeySet& right : sets) product.push_back(Together(left, right));
      if (product.size() > kSetsMax) break;
    }
    all = std::move(product);
    if (all.size() <= kSetsMax) continue;
    diagnostics_->Add(written.at, fmt::format("more than {} grouping sets", kSetsMax),
                      "name the sets that are needed with GROUPING SETS");
    keys_valid_ = false;
    return;
  }
  grouping_sets_ = std::move(all);
}

// Calls of grouping(…) that there is nothing to answer from.
void SelectBinder::ReportGroupingCalls() const {
  for (const CollectedCalls::Entry& entry : calls_.entries) {
    const auto* grouping = std::get_if<GroupingCall>(&entry.call);
    if (grouping == nullptr || !keys_valid_) continue;
    if (grouping_sets_.empty()) {
      diagnostics_->Add(query_.at, entry.name + " needs GROUPING SETS, ROLLUP or CUBE",
                        "leave it out: every row has all keys");
      return;
    }
    for (const ExprPtr& key : grouping->keys) {
      const bool is_key = std::any_of(keys_.begin(), keys_.end(),
                                      [&](const ExprPtr& other) { return Equal(*key, *other); });
      if (!is_key) {
        diagnostics_->Add(key->at, entry.name + " names what is no key of GROUP BY",
                          "name a key as GROUP BY has it");
      }
    }
  }
}

// The groups of one set, with NULL for the keys that it leaves out, and what grouping(…) says.
NodePtr SelectBinder::AddGroupingSet(const NodePtr& node, const Aggregate& all,
                                     const std::vector<std::string>& names,
                                     const std::vector<size_t>& set) const {
  Aggregate aggregate;
  std::vector<std::string> set_names;
  for (size_t key : set) {
    aggregate.keys.push_back(all.keys[key]);
    set_names.push_back(names[key]);
  }
  if (set.empty() && grouping_sets_.size() > 1) {
    // As in Spark: of several sets, none has a row where there are no rows.
    aggregate.keys.push_back(MakeLiteral(std::make_shared<arrow::Int8Scalar>(int8_t{0})));
    set_names.emplace_back();
  }
  const size_t num_keys = aggregate.keys.size();
  aggregate.calls = all.calls;
  set_names.insert(set_names.end(), names.begin() + all.keys.size(), names.end());
  const NodePtr merged = MergeKeySessions(node, &aggregate.keys);
  const NodePtr groups = MakeAggregate(merged, std::move(aggregate), set_names);

  std::vector<ExprPtr> exprs;
  std::vector<std::string> all_names = names;
  for (size_t key = 0; key < all.keys.size(); ++key) {
    const auto found = std::find(set.begin(), set.end(), key);
    exprs.push_back(found == set.end()
                        ? MakeLiteral(arrow::MakeNullScalar(all.keys[key]->type))
                        : MakeColumn(*groups->schema, static_cast<int>(found - set.begin())));
  }
  for (size_t call = 0; call < all.calls.size(); ++call) {
    exprs.push_back(MakeColumn(*groups->schema, static_cast<int>(num_keys + call)));
  }
  for (const CollectedCalls::Entry& entry : calls_.entries) {
    const auto* grouping = std::get_if<GroupingCall>(&entry.call);
    if (grouping == nullptr) continue;
    int64_t bits = 0;
    for (const ExprPtr& key : grouping->of_all_keys ? keys_ : grouping->keys) {
      const auto found = std::find_if(keys_.begin(), keys_.end(),
                                      [&](const ExprPtr& other) { return Equal(*key, *other); });
      bits = bits << 1 | (Has(set, found - keys_.begin()) ? 0 : 1);
    }
    exprs.push_back(MakeLiteral(
        grouping->is_id ? std::shared_ptr<arrow::Scalar>(std::make_shared<arrow::Int64Scalar>(bits))
                        : std::make_shared<arrow::Int8Scalar>(bits)));
    all_names.push_back(entry.name);
  }
  return MakeProject(groups, std::move(exprs), all_names);
}

}  // namespace tarn::plan
