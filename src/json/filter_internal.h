#pragma once

#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/record/value.h"
#include "json/row_filter.h"
#include "values/datetime_pattern.h"

namespace tarn::json {

/// \brief Where one value stands to a literal of its type.
class Comparator {
 public:
  virtual ~Comparator() = default;

  /// \brief Compare as SQL orders the type (NaN is equal to itself and the largest).
  /// \param[in] value not null.
  /// \param[out] order negative, 0 or positive, as value is less than, equal to or greater than the
  /// literal. \return false when the value does not fit the type.
  virtual bool Compare(const Value& value, int* order) = 0;

  /// \brief Only whether the two are equal.
  virtual bool Equals(const Value& value, bool* equal);
};

/// \brief A RowFilter, evaluated on the raw values of a record.
class Filter {
 public:
  enum class Verdict { kKeep, kDrop, kMisfit };

  /// \param[in] slots of the schema's fields.
  /// \param[in] tests_fit a value that does not fit is kMisfit where it is only asked for nulls,
  /// too \return Invalid for a literal that is not of its field's type, NotImplemented for one that
  /// can't be compared.
  static Result<Filter> Make(const RowFilter& filter, const arrow::Schema& schema,
                             const DatetimeFormats& formats, const std::vector<int>& slots,
                             bool tests_fit = false);

  /// \brief Comparisons are evaluated in their order, as far as the outcome depends on them.
  Verdict Test(const Value* row);

  /// \brief Of the last kMisfit.
  int misfit_slot() const { return misfit_slot_; }

 private:
  struct Term {
    int slot;
    Comparison::Op op;
    std::unique_ptr<Comparator> comparator;  ///< null for the null tests
    std::shared_ptr<arrow::DataType> type;   ///< that values are to fit; null: not asked
  };

  Verdict TestTerm(const Term& term, const Value& value);

  std::vector<std::vector<Term>> any_of_;
  DatetimeFormats formats_;
  int misfit_slot_ = -1;
};

}  // namespace tarn::json
