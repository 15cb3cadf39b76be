#include "engine/broken_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/units.h"

namespace tarn::engine {
namespace {

Status Failed(const pipeline::Table& table, const std::string& what, const std::string& hint) {
  return MakeError(ErrorKind::kCheckFailed, fmt::format("table {}: {}", table.name, what),
                   hint + "; nothing was published");
}

std::string KeyText(const pipeline::Table& table) {
  return fmt::format("key ({})", fmt::join(table.key, ", "));
}

}  // namespace

Status KeyIsNull(const pipeline::Table& table, const std::string& example) {
  return Failed(table, fmt::format("{} is NULL in a row: {}", KeyText(table), example),
                "filter such rows out in the SQL, or take the column out of the key");
}

Status KeyIsNotUnique(const pipeline::Table& table, const std::string& example) {
  return Failed(table, fmt::format("{} is not unique: {}", KeyText(table), example),
                "keep one row per key in the SQL (row_number() … = 1), or correct the key");
}

Status CheckDoesNotHold(const pipeline::Table& table, const pipeline::Check& check,
                        const std::string& example) {
  return Failed(table, fmt::format("check `{}` does not hold: {}", check.text, example),
                "mend the data or the SQL, or change the check in tarn.toml");
}

Status CheckMinRows(const pipeline::Table& table, int64_t num_rows) {
  if (!table.min_rows.has_value() || num_rows >= *table.min_rows) return Status::OK();
  return Failed(table,
                fmt::format("{}, fewer than min_rows = {}", FormatCount(num_rows, "row"),
                            FormatCount(*table.min_rows)),
                "check the input and the filters in the SQL, or lower min_rows");
}

}  // namespace tarn::engine
