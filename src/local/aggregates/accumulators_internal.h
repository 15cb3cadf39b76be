#pragma once

#include "local/aggregates/accumulator.h"

/// Makers of accumulators, one or two functions each.
namespace tarn::local {

/// \brief any_value: the first value that is not null.
Result<AccumulatorPtr> MakeAnyValue(const plan::AggregateCall& call);

/// Which of several values is taken.
enum class Extremum { kLeast, kGreatest };

/// \brief min_by, max_by: of several rows with the least or greatest ordering, the last. Rows whose
/// ordering is null do not count. min and max of one argument, which orders itself.
Result<AccumulatorPtr> MakeBestBy(const plan::AggregateCall& call, Extremum extremum);

/// \brief count(*), count(a, b): rows where no argument is null.
Result<AccumulatorPtr> MakeCount(const plan::AggregateCall& call);

/// \brief count_if: rows where the argument is true.
Result<AccumulatorPtr> MakeCountIf(const plan::AggregateCall& call);

/// \brief sum: an error where the result's type can't hold it; null without values.
Result<AccumulatorPtr> MakeSum(const plan::AggregateCall& call);

/// \brief avg: DOUBLE, or DECIMAL rounded half up.
Result<AccumulatorPtr> MakeAverage(const plan::AggregateCall& call);

/// \brief min, max: NaN is greater than any number.
Result<AccumulatorPtr> MakeExtreme(const plan::AggregateCall& call, Extremum extremum);

Result<AccumulatorPtr> MakeBoolAnd(const plan::AggregateCall& call);
Result<AccumulatorPtr> MakeBoolOr(const plan::AggregateCall& call);

/// \brief min, max of text or bytes.
Result<AccumulatorPtr> MakeTextExtreme(const plan::AggregateCall& call, Extremum extremum);

/// \brief One of Arrow's hash_* functions of one argument, of booleans or NULLs; nulls do not
/// count, null without values.
Result<AccumulatorPtr> MakeKernel(const plan::AggregateCall& call, const std::string& function);

/// \brief Hands each distinct combination of arguments on to `accumulator` once per group, in the
/// order in which they are first seen; on disk where memory ends.
Result<AccumulatorPtr> MakeDistinct(const plan::AggregateCall& call, AccumulatorPtr accumulator,
                                    const AccumulatorContext& context);

/// \brief Bytes that vectors of plain values hold.
template <typename... Values>
int64_t BytesOf(const std::vector<Values>&... vectors) {
  return static_cast<int64_t>((... + (vectors.capacity() * sizeof(Values))));
}

/// \brief `values` as an array of `type`; null where has_value is 0.
template <typename Value>
std::shared_ptr<arrow::Array> NullableArray(const std::shared_ptr<arrow::DataType>& type,
                                            std::vector<Value> values,
                                            const std::vector<uint8_t>& has_value) {
  std::vector<uint8_t> validity(arrow::bit_util::BytesForBits(has_value.size()), 0);
  for (size_t i = 0; i < has_value.size(); ++i) {
    arrow::bit_util::SetBitTo(validity.data(), i, has_value[i] != 0);
  }
  const auto length = static_cast<int64_t>(values.size());
  return arrow::MakeArray(arrow::ArrayData::Make(type, length,
                                                 {arrow::Buffer::FromVector(std::move(validity)),
                                                  arrow::Buffer::FromVector(std::move(values))}));
}

}  // namespace tarn::local
