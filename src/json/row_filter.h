#pragma once

#include <arrow/scalar.h>

#include <memory>
#include <vector>

namespace tarn::json {

/// \brief `field op value` on one field of a record, SQL semantics: NULL compared is not true.
struct Comparison {
  enum class Op { kEq, kNe, kLt, kLe, kGt, kGe, kIsNull, kIsNotNull };
  int field = -1;  ///< index in ScanOptions::schema
  Op op = Op::kEq;
  std::shared_ptr<arrow::Scalar>
      value;  ///< of the field's type, not null; absent for the null tests
};

/// \brief A record is kept when all comparisons of some conjunction hold. Empty: every record is
/// kept.
struct RowFilter {
  std::vector<std::vector<Comparison>> any_of;  ///< conjunctions, joined by OR
};

}  // namespace tarn::json
