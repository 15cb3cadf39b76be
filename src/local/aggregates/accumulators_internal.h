#pragma once

#include <algorithm>

#include "local/aggregates/accumulator.h"
#include "local/kernels/int128.h"

/// Makers of accumulators, one or two functions each.
namespace tarn::local {

/// Which of several rows is taken.
enum class Place { kFirst, kLast };

/// \brief first, any_value, last: x of the first or last row, or of those where x is not NULL.
Result<AccumulatorPtr> MakeOneValue(const plan::AggregateCall& call, Place place);

/// Which of several values is taken.
enum class Extremum { kLeast, kGreatest };

/// \brief min_by, max_by: of several rows with the least or greatest ordering, the last; with k,
/// the first k. Rows whose ordering is null do not count.
Result<AccumulatorPtr> MakeBestBy(const plan::AggregateCall& call,
                                  const AccumulatorContext& context, Extremum extremum);

/// \brief min_by, max_by with k: an array.
Result<AccumulatorPtr> MakeBestList(const plan::AggregateCall& call,
                                    const AccumulatorContext& context, Extremum extremum);

/// \brief min, max of what is compared by its parts.
Result<AccumulatorPtr> MakeNestedExtreme(const plan::AggregateCall& call, Extremum extremum);

/// \brief count(*), count(a, b): rows where no argument is null.
Result<AccumulatorPtr> MakeCount(const plan::AggregateCall& call);

/// \brief count_if: rows where the argument is true.
Result<AccumulatorPtr> MakeCountIf(const plan::AggregateCall& call);

/// What a result becomes that its type can't hold.
enum class OnOverflow { kError, kNull };

/// \brief A number that sums add up, of `type`: whole, DECIMAL or an INTERVAL, as Spark shows it.
std::string SummandText(Int128 value, const arrow::DataType& type);

/// \brief sum, try_sum; null without values.
Result<AccumulatorPtr> MakeSum(const plan::AggregateCall& call, OnOverflow on_overflow);

/// \brief avg, try_avg: DOUBLE; DECIMAL and intervals rounded half up.
Result<AccumulatorPtr> MakeAverage(const plan::AggregateCall& call, OnOverflow on_overflow);

/// \brief regr_avgx, regr_avgy: avg of one argument, of rows where both are not NULL.
Result<AccumulatorPtr> MakeAverageOfPair(const plan::AggregateCall& call, int arg);

/// \brief Variances, covariances and what is made of them.
Result<AccumulatorPtr> MakeStatistic(const plan::AggregateCall& call);

enum class BitOperation { kAnd, kOr, kXor };

/// \brief bit_and, bit_or, bit_xor; null without values.
Result<AccumulatorPtr> MakeBits(const plan::AggregateCall& call, BitOperation operation);

/// \brief bitmap_and_agg, bitmap_or_agg.
Result<AccumulatorPtr> MakeBitmap(const plan::AggregateCall& call, BitOperation operation);

/// \brief bitmap_construct_agg: an error for a position that a bitmap does not have.
Result<AccumulatorPtr> MakeConstructedBitmap(const plan::AggregateCall& call);

/// \brief collect_list: those that are not null, in order.
Result<AccumulatorPtr> MakeList(const plan::AggregateCall& call, const AccumulatorContext& context);

/// \brief collect_set: the first of equal ones.
Result<AccumulatorPtr> MakeSet(const plan::AggregateCall& call, const AccumulatorContext& context);

/// \brief collect_union: collect_set of the lists' elements.
Result<AccumulatorPtr> MakeUnion(const plan::AggregateCall& call,
                                 const AccumulatorContext& context);

/// \brief listagg.
Result<AccumulatorPtr> MakeJoinedText(const plan::AggregateCall& call,
                                      const AccumulatorContext& context);

/// Whether a percentile may lie between two values, or is the first one up to which its share of
/// the rows is.
enum class Distribution { kContinuous, kDiscrete };

/// \brief percentile, percentile_cont, percentile_disc, median.
Result<AccumulatorPtr> MakePercentile(const plan::AggregateCall& call,
                                      const AccumulatorContext& context, Distribution distribution);

/// \brief percentile_approx.
Result<AccumulatorPtr> MakeApproximatePercentile(const plan::AggregateCall& call);

/// \brief histogram_numeric.
Result<AccumulatorPtr> MakeHistogram(const plan::AggregateCall& call);

/// \brief mode: of several, the least, or the first by the call's order.
Result<AccumulatorPtr> MakeMode(const plan::AggregateCall& call, const AccumulatorContext& context);

/// \brief min, max: NaN is greater than any number.
Result<AccumulatorPtr> MakeExtreme(const plan::AggregateCall& call, Extremum extremum);

/// \brief min, max of booleans: false is less than true.
Result<AccumulatorPtr> MakeBoolExtreme(Extremum extremum);

Result<AccumulatorPtr> MakeBoolAnd(const plan::AggregateCall& call);
Result<AccumulatorPtr> MakeBoolOr(const plan::AggregateCall& call);

/// \brief min, max of text or bytes.
Result<AccumulatorPtr> MakeTextExtreme(const plan::AggregateCall& call, Extremum extremum);

/// \brief One of Arrow's hash_* functions of one argument, of NULLs; nulls do not
/// count, null without values.
Result<AccumulatorPtr> MakeKernel(const plan::AggregateCall& call, const std::string& function);

/// \brief Hands each distinct combination of arguments on to `accumulator` once per group, in the
/// order in which they are first seen; on disk where memory ends.
Result<AccumulatorPtr> MakeDistinct(const plan::AggregateCall& call, AccumulatorPtr accumulator,
                                    const AccumulatorContext& context);

/// \brief The values of call.constants.
Result<arrow::ScalarVector> ConstantsOf(const plan::AggregateCall& call);

/// \brief Bytes that vectors of plain values hold.
template <typename... Values>
int64_t BytesOf(const std::vector<Values>&... vectors) {
  return static_cast<int64_t>((... + (vectors.capacity() * sizeof(Values))));
}

/// \brief CopyGroup of an accumulator whose groups are elements of vectors.
template <typename... Values>
void CopyElement(uint32_t from, uint32_t to, std::vector<Values>*... vectors) {
  const auto copy = [from, to](auto* values) {
    values->resize(std::max<size_t>(values->size(), std::max(from, to) + 1));
    (*values)[to] = (*values)[from];
  };
  (copy(vectors), ...);
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
