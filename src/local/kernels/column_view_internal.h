#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/builder.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/decimal.h>

#include <array>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "local/kernels/kernel.h"
#include "local/kernels/text_limit_internal.h"

/// Row by row access to arguments that are arrays or scalars, and loops over it.
namespace tarn::local {

/// \brief Values of `T` in an argument: integers, floats, bool, Decimal128 or std::string_view.
template <typename T>
class ColumnView {
 public:
  explicit ColumnView(const arrow::Datum& datum) {
    if (datum.is_scalar()) {
      // One row, read for every index.
      array_ = arrow::MakeArrayFromScalar(*datum.scalar(), 1).ValueOrDie()->data();
      stride_ = 0;
    } else {
      array_ = datum.array();
    }
    validity_ = array_->GetNullCount() == 0 ? nullptr : array_->buffers[0]->data();
    all_null_ = array_->type->id() == arrow::Type::NA;
    if constexpr (std::is_same_v<T, std::string_view>) {
      offsets_ = array_->template GetValues<int32_t>(1);
      bytes_ = array_->buffers[2] == nullptr
                   ? nullptr
                   : reinterpret_cast<const char*>(array_->buffers[2]->data());
    } else if constexpr (std::is_same_v<T, bool>) {
      bits_ = array_->buffers[1]->data();
    } else if constexpr (std::is_same_v<T, arrow::Decimal128>) {
      decimals_ = array_->buffers[1]->data() + array_->offset * 16;
    } else {
      values_ = array_->template GetValues<T>(1);
    }
  }

  bool may_have_nulls() const { return validity_ != nullptr || all_null_; }
  bool is_scalar() const { return stride_ == 0; }

  bool IsValid(int64_t row) const {
    if (validity_ == nullptr) return !all_null_;
    return arrow::bit_util::GetBit(validity_, array_->offset + row * stride_);
  }

  /// \brief Bytes of text in `num_rows` rows, those of NULLs included.
  int64_t NumBytes(int64_t num_rows) const {
    static_assert(std::is_same_v<T, std::string_view>);
    if (stride_ == 0) return num_rows * (offsets_[1] - offsets_[0]);
    return offsets_[num_rows] - offsets_[0];
  }

  /// \brief The text of rows [0, num_rows), one after the other; that of NULLs too.
  std::string_view Bytes(int64_t num_rows) const {
    static_assert(std::is_same_v<T, std::string_view>);
    if (num_rows == 0 || bytes_ == nullptr) return {};
    return {bytes_ + offsets_[0], static_cast<size_t>(NumBytes(num_rows))};
  }

  T operator[](int64_t row) const {
    row *= stride_;
    if constexpr (std::is_same_v<T, std::string_view>) {
      return {bytes_ + offsets_[row], static_cast<size_t>(offsets_[row + 1] - offsets_[row])};
    } else if constexpr (std::is_same_v<T, bool>) {
      return arrow::bit_util::GetBit(bits_, array_->offset + row);
    } else if constexpr (std::is_same_v<T, arrow::Decimal128>) {
      return arrow::Decimal128(decimals_ + row * 16);
    } else {
      return values_[row];
    }
  }

 private:
  std::shared_ptr<arrow::ArrayData> array_;
  const uint8_t* validity_ = nullptr;
  bool all_null_ = false;
  int64_t stride_ = 1;
  const T* values_ = nullptr;
  const int32_t* offsets_ = nullptr;
  const char* bytes_ = nullptr;
  const uint8_t* bits_ = nullptr;
  const uint8_t* decimals_ = nullptr;
};

template <typename... Views>
bool AllValid(int64_t row, const Views&... views) {
  return (views.IsValid(row) && ...);
}

/// \brief The validity bitmap of rows where every view is valid; null when all are.
template <typename... Views>
Result<std::shared_ptr<arrow::Buffer>> CombinedValidity(int64_t num_rows, const Views&... views) {
  if (!(views.may_have_nulls() || ...)) return std::shared_ptr<arrow::Buffer>();
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(num_rows));
  for (int64_t row = 0; row < num_rows; ++row) {
    if (AllValid(row, views...)) arrow::bit_util::SetBit(validity->mutable_data(), row);
  }
  return validity;
}

/// \brief Make `row` a NULL of a column of `num_rows`.
/// \param[in,out] validity null while no row is NULL
inline Status SetNull(int64_t num_rows, int64_t row, std::shared_ptr<arrow::Buffer>* validity) {
  if (*validity == nullptr) {
    ARROW_ASSIGN_OR_RAISE(*validity, arrow::AllocateBitmap(num_rows));
    arrow::bit_util::SetBitsTo((*validity)->mutable_data(), 0, num_rows, true);
  }
  arrow::bit_util::ClearBit((*validity)->mutable_data(), row);
  return Status::OK();
}

/// \brief compute(args…, Out* out) for each row where no argument is null; false makes that row an
/// error, or NULL when `context.is_try()`.
///
/// Out is an arithmetic type other than bool, Decimal128, or what Arrow holds of an interval.
/// `describe(args…)` makes the Status of a row that failed.
template <typename Out, typename... Ins, typename Compute, typename Describe>
Result<arrow::Datum> MapChecked(const KernelContext& context, const std::vector<arrow::Datum>& args,
                                Compute&& compute, Describe&& describe) {
  auto views = [&]<size_t... I>(std::index_sequence<I...>) {
    return std::tuple<ColumnView<Ins>...>(ColumnView<Ins>(args[I])...);
  }
  (std::index_sequence_for<Ins...>());
  return std::apply(
      [&](const auto&... view) -> Result<arrow::Datum> {
        const int64_t num_rows = context.num_rows;
        ARROW_ASSIGN_OR_RAISE(auto validity, CombinedValidity(num_rows, view...));
        constexpr int64_t kWidth = std::is_same_v<Out, arrow::Decimal128> ? 16 : sizeof(Out);
        ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                              arrow::AllocateBuffer(num_rows * kWidth));
        uint8_t* bytes = values->mutable_data();
        for (int64_t row = 0; row < num_rows; ++row) {
          Out out{};
          if (validity == nullptr || arrow::bit_util::GetBit(validity->data(), row)) {
            if (!compute(view[row]..., &out)) {
              if (!context.is_try()) return describe(view[row]...);
              out = Out{};
              ARROW_RETURN_NOT_OK(SetNull(num_rows, row, &validity));
            }
          }
          if constexpr (std::is_same_v<Out, arrow::Decimal128>) {
            out.ToBytes(bytes + row * kWidth);
          } else {
            std::memcpy(bytes + row * kWidth, &out, kWidth);
          }
        }
        return arrow::Datum(arrow::ArrayData::Make(context.type(), num_rows,
                                                   {std::move(validity), std::move(values)}));
      },
      views);
}

/// \brief MapChecked for functions that cannot fail: compute(args…) -> Out.
template <typename Out, typename... Ins, typename Compute>
Result<arrow::Datum> Map(const KernelContext& context, const std::vector<arrow::Datum>& args,
                         Compute&& compute) {
  return MapChecked<Out, Ins...>(
      context, args,
      [&](const Ins&... in, Out* out) {
        *out = compute(in...);
        return true;
      },
      [](const Ins&...) { return Status::UnknownError("a total function failed"); });
}

/// \brief MapChecked for functions that are NULL where they have no value.
template <typename Out, typename... Ins, typename Compute>
Result<arrow::Datum> MapOrNull(const KernelContext& context, const std::vector<arrow::Datum>& args,
                               Compute&& compute) {
  KernelContext nullable = context;
  nullable.null_on_error = true;
  return MapChecked<Out, Ins...>(nullable, args, std::forward<Compute>(compute), [](const Ins&...) {
    return Status::UnknownError("a row without a value is NULL");
  });
}

/// \brief A boolean for each row where no argument is null: compute(args…) -> bool.
template <typename... Ins, typename Compute>
Result<arrow::Datum> MapToBoolean(const KernelContext& context,
                                  const std::vector<arrow::Datum>& args, Compute&& compute) {
  auto views = [&]<size_t... I>(std::index_sequence<I...>) {
    return std::tuple<ColumnView<Ins>...>(ColumnView<Ins>(args[I])...);
  }
  (std::index_sequence_for<Ins...>());
  return std::apply(
      [&](const auto&... view) -> Result<arrow::Datum> {
        ARROW_ASSIGN_OR_RAISE(auto validity, CombinedValidity(context.num_rows, view...));
        ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                              arrow::AllocateEmptyBitmap(context.num_rows));
        for (int64_t row = 0; row < context.num_rows; ++row) {
          bool valid = validity == nullptr || arrow::bit_util::GetBit(validity->data(), row);
          if (valid && compute(view[row]...)) arrow::bit_util::SetBit(bits->mutable_data(), row);
        }
        return arrow::Datum(arrow::ArrayData::Make(arrow::boolean(), context.num_rows,
                                                   {std::move(validity), std::move(bits)}));
      },
      views);
}

/// \brief `text`, STRING, as BINARY where the call is BINARY.
inline arrow::Datum TextOrBytes(const KernelContext& context, const arrow::Datum& text) {
  if (context.type()->id() != arrow::Type::BINARY) return text;
  auto bytes = text.array()->Copy();
  bytes->type = context.type();
  return arrow::Datum(std::move(bytes));
}

/// \brief What `append()`, of any of the kinds that MapToString takes, says of a row.
template <typename Append>
Result<bool> AppendText(Append&& append) {
  using Said = decltype(append());
  if constexpr (std::is_same_v<Said, void>) {
    append();
    return true;
  } else if constexpr (std::is_same_v<Said, Status>) {
    ARROW_RETURN_NOT_OK(append());
    return true;
  } else {
    return append();
  }
}

/// \brief Text, or BINARY, for each row where is_valid(row): append(row, std::string* out), which
/// may return what MapToString's may.
template <typename IsValid, typename Append>
Result<arrow::Datum> MapRowsToString(const KernelContext& context, IsValid&& is_valid,
                                     Append&& append) {
  arrow::StringBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  std::string out;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!is_valid(row)) {
      builder.UnsafeAppendNull();
      continue;
    }
    out.clear();
    ARROW_ASSIGN_OR_RAISE(const bool has_text, AppendText([&] { return append(row, &out); }));
    if (!has_text) {
      builder.UnsafeAppendNull();
      continue;
    }
    ARROW_RETURN_NOT_OK(
        CheckTextBytes(builder.value_data_length() + static_cast<int64_t>(out.size())));
    ARROW_RETURN_NOT_OK(builder.Append(out));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return TextOrBytes(context, arrow::Datum(std::move(array)));
}

/// \brief Text, or BINARY, for each row where no argument is null: append(args…, std::string* out),
/// out empty before. It may return a Status, bool, or Result<bool>: false makes the row NULL. It
/// may stop at more than kTextBytesMax, which is a CapacityError.
template <typename... Ins, typename Append>
Result<arrow::Datum> MapToString(const KernelContext& context,
                                 const std::vector<arrow::Datum>& args, Append&& append) {
  auto views = [&]<size_t... I>(std::index_sequence<I...>) {
    return std::tuple<ColumnView<Ins>...>(ColumnView<Ins>(args[I])...);
  }
  (std::index_sequence_for<Ins...>());
  return std::apply(
      [&](const auto&... view) {
        return MapRowsToString(
            context, [&](int64_t row) { return AllValid(row, view...); },
            [&](int64_t row, std::string* out) { return append(view[row]..., out); });
      },
      views);
}

}  // namespace tarn::local
