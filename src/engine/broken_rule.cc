#include "engine/broken_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/units.h"

namespace tarn::engine {
namespace {

using run::BrokenRule;
using Kind = BrokenRule::Kind;

// Rows that a message shows; the run record has more.
constexpr size_t kShownMax = 3;

std::string KeyText(const pipeline::Table& table) {
  return fmt::format("key ({})", fmt::join(table.key, ", "));
}

std::string HintFor(Kind kind) {
  switch (kind) {
    case Kind::kKeyNotNull:
      return "filter such rows out in the SQL, or take the column out of the key";
    case Kind::kKeyUnique:
      return "keep one row per key in the SQL (row_number() … = 1), or correct the key";
    case Kind::kCheck:
      return "fix the data or the SQL, or change the check in tarn.toml";
    case Kind::kMinRows:
      break;
  }
  return "check the input and the filters in the SQL, or lower min_rows";
}

std::string TextOf(const BrokenRule& broken) {
  std::string text = fmt::format("table {}: {}", broken.table, WhatIsWrong(broken));
  if (broken.sample.empty()) return text;
  if (broken.num_rows == 1) return text + ": " + RowText(broken.sample.front());
  text += ", such as";
  for (size_t i = 0; i < std::min(broken.sample.size(), kShownMax); ++i) {
    text += "\n  " + RowText(broken.sample[i]);
  }
  return text;
}

}  // namespace

BrokenRule KeyNotNull(const pipeline::Table& table) {
  return {table.name, Kind::kKeyNotNull, KeyText(table), 0, {}};
}

BrokenRule KeyUnique(const pipeline::Table& table) {
  return {table.name, Kind::kKeyUnique, KeyText(table), 0, {}};
}

BrokenRule Holds(const pipeline::Table& table, const pipeline::Check& check) {
  return {table.name, Kind::kCheck, check.text, 0, {}};
}

std::optional<BrokenRule> CheckMinRows(const pipeline::Table& table, int64_t num_rows) {
  if (!table.min_rows.has_value() || num_rows >= *table.min_rows) return std::nullopt;
  return BrokenRule{
      table.name, Kind::kMinRows, "min_rows = " + FormatCount(*table.min_rows), num_rows, {}};
}

std::string WhatIsWrong(const BrokenRule& broken) {
  switch (broken.kind) {
    case Kind::kKeyNotNull:
      return fmt::format("{} is NULL in {}", broken.rule, FormatCount(broken.num_rows, "row"));
    case Kind::kKeyUnique:
      return fmt::format(
          "{} is not unique: {} the key of another", broken.rule,
          broken.num_rows == 1 ? "1 row repeats" : FormatCount(broken.num_rows, "row") + " repeat");
    case Kind::kCheck:
      return fmt::format("check `{}` fails in {}", broken.rule,
                         FormatCount(broken.num_rows, "row"));
    case Kind::kMinRows:
      break;
  }
  return fmt::format("{}, fewer than {}", FormatCount(broken.num_rows, "row"), broken.rule);
}

Status ErrorOf(const std::vector<BrokenRule>& broken) {
  std::string message;
  for (const BrokenRule& rule : broken) message += (message.empty() ? "" : "\n") + TextOf(rule);
  return MakeError(ErrorKind::kCheckFailed, std::move(message),
                   HintFor(broken.front().kind) + "; nothing was published");
}

}  // namespace tarn::engine
