#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sample_row.h"

namespace tarn::run {

/// \brief A rule that its pipeline declares for a table, and that the table's rows break.
struct BrokenRule {
  enum class Kind {
    kKeyNotNull,  ///< no column of a key is NULL
    kKeyUnique,   ///< no two rows have the same key
    kCheck,       ///< a condition holds in each row
    kMinRows,     ///< the table has at least this many rows
  };

  std::string table;
  Kind kind = Kind::kCheck;
  std::string rule;      ///< `key (id)`, the check's SQL, or `min_rows = 5`
  int64_t num_rows = 0;  ///< that break it; those of the table, for kMinRows
  std::vector<SampleRow>
      sample;  ///< the first of them; for kKeyUnique the columns of the key alone
};

/// \brief "key_not_null", "key_unique", "check" or "min_rows".
std::string_view NameOf(BrokenRule::Kind kind);

}  // namespace tarn::run
