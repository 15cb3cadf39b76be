#pragma once

#include <arrow/array.h>
#include <arrow/buffer_builder.h>
#include <arrow/datum.h>
#include <arrow/util/bit_util.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "local/kernels/kernel.h"
#include "rows/row_key.h"

/// Reading and making columns of ARRAY, MAP and STRUCT.
namespace tarn::local {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// \brief The rows of an argument that is an ARRAY or a MAP: each a range of its elements.
class ListView {
 public:
  explicit ListView(const arrow::Datum& datum);

  bool IsValid(int64_t row) const { return lists_->IsValid(row * stride_); }
  /// \brief The range of row `row` in `elements()`; undefined for NULL.
  int64_t begin(int64_t row) const { return lists_->value_offset(row * stride_) - base_; }
  int64_t end(int64_t row) const { return lists_->value_offset(row * stride_ + 1) - base_; }
  int64_t size(int64_t row) const { return end(row) - begin(row); }

  /// \brief The elements of all rows; of a MAP its entries, as structs.
  const ArrayPtr& elements() const { return elements_; }
  /// \brief Of a MAP.
  ArrayPtr keys() const { return Entries().field(0); }
  ArrayPtr items() const { return Entries().field(1); }

 private:
  const arrow::StructArray& Entries() const {
    return static_cast<const arrow::StructArray&>(*elements_);
  }

  std::shared_ptr<arrow::ListArray> lists_;
  ArrayPtr elements_;
  int64_t base_ = 0;
  int64_t stride_ = 1;
};

/// \brief The rows of a column of ARRAY or MAP that is being made: how many elements each has.
class ListShape {
 public:
  /// \brief Ends a row, whose elements are those up to `num_elements` that no row before has.
  /// \return CapacityError for more elements than a column may have.
  Status EndRow(int64_t num_elements, bool is_valid);

  /// \brief The column of `type`, an ARRAY, with `elements`; call once.
  Result<ArrayPtr> Finish(const std::shared_ptr<arrow::DataType>& type, const ArrayPtr& elements);

  int64_t num_rows() const { return static_cast<int64_t>(offsets_.size()) - 1; }
  int64_t begin(int64_t row) const { return offsets_[row]; }
  int64_t end(int64_t row) const { return offsets_[row + 1]; }
  bool IsValid(int64_t row) const { return arrow::bit_util::GetBit(validity_.data(), row); }

 private:
  std::vector<int32_t> offsets_ = {0};
  arrow::TypedBufferBuilder<bool> validity_;
};

/// \brief The shape of `view`, whose NULLs have no elements, and its elements in that order.
struct CompactList {
  ListShape shape;
  std::vector<int64_t> indices;  ///< by element: in ListView::elements()
  std::vector<int64_t> rows;     ///< by element: the row that it is of
};
Result<CompactList> MakeCompact(const ListView& view, int64_t num_rows);

/// \brief Makes a column of ARRAY from elements of another array, by their indices.
class ListWriter {
 public:
  static constexpr int64_t kNull = -1;

  void Append(int64_t index) { indices_.push_back(index); }
  void AppendNull() { indices_.push_back(kNull); }
  void AppendRange(int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) indices_.push_back(i);
  }
  Status EndRow() { return shape_.EndRow(std::ssize(indices_), true); }
  Status EndNullRow() { return shape_.EndRow(std::ssize(indices_), false); }

  Result<arrow::Datum> Finish(const std::shared_ptr<arrow::DataType>& type,
                              const ArrayPtr& elements);

 private:
  ListShape shape_;
  std::vector<int64_t> indices_;
};

/// \brief The elements at `indices`; NULL for ListWriter::kNull.
/// \return CapacityError for more text than an array may have
Result<ArrayPtr> TakeElements(const ArrayPtr& elements, const std::vector<int64_t>& indices);

/// \brief The arrays one after the other, all of one type.
Result<ArrayPtr> JoinArrays(const arrow::ArrayVector& arrays);

/// \brief As an array of `num_rows`.
Result<ArrayPtr> SpreadToArray(const arrow::Datum& datum, int64_t num_rows);

/// \brief Keys of `values`: equal where the values are, and of their order.
Result<RowKeys> KeysOf(const ArrayPtr& values);

/// \brief `values` with 0.0 in place of -0.0, in their parts too.
Result<ArrayPtr> WithoutNegativeZeros(const ArrayPtr& values);

/// \brief A MAP of these keys and values, of which each row has as many as `shape` says.
/// \return kBadInput: NULL_MAP_KEY, DUPLICATED_MAP_KEY
Result<ArrayPtr> MakeMap(const KernelContext& context, ListShape shape, const ArrayPtr& keys,
                         const ArrayPtr& items);

/// \brief A STRUCT of `type` without NULLs.
ArrayPtr MakeStructs(const std::shared_ptr<arrow::DataType>& type, int64_t num_rows,
                     const arrow::ArrayVector& fields);

/// \brief concat and reverse of ARRAYs.
Result<arrow::Datum> ConcatArrays(const KernelContext& context,
                                  const std::vector<arrow::Datum>& args);
Result<arrow::Datum> ReverseArrays(const KernelContext& context,
                                   const std::vector<arrow::Datum>& args);

}  // namespace tarn::local
