#include <arrow/array/builder_binary.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/visit_values_internal.h"

namespace tarn::local {
namespace {

template <BitOperation kOperation, typename Bits>
Bits Combine(Bits left, Bits right) {
  if constexpr (kOperation == BitOperation::kAnd) return left & right;
  if constexpr (kOperation == BitOperation::kOr) return left | right;
  if constexpr (kOperation == BitOperation::kXor) return left ^ right;
}

template <typename Storage, BitOperation kOperation>
class BitsOfNumbers : public Accumulator {
 public:
  explicit BitsOfNumbers(std::shared_ptr<arrow::DataType> type) : type_(std::move(type)) {}

  Status Consume(const GroupedRows& rows) override {
    Resize(rows.num_groups);
    VisitValues<Storage>(rows, [this](uint32_t group, Storage value) {
      bits_[group] = Combine<kOperation>(bits_[group], value);
      has_value_[group] = 1;
    });
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    Resize(num_groups);
    return NullableArray(type_, std::move(bits_), has_value_);
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    Resize(std::max(static_cast<uint32_t>(bits_.size()), std::max(from, to) + 1));
    CopyElement(from, to, &bits_, &has_value_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(bits_, has_value_); }

 private:
  void Resize(uint32_t num_groups) {
    bits_.resize(num_groups, kOperation == BitOperation::kAnd ? Storage{-1} : Storage{0});
    has_value_.resize(num_groups, 0);
  }

  const std::shared_ptr<arrow::DataType> type_;
  std::vector<Storage> bits_;
  std::vector<uint8_t> has_value_;
};

template <BitOperation kOperation>
Result<AccumulatorPtr> MakeBitsOf(const plan::AggregateCall& call) {
  switch (call.args[0]->type->id()) {
    case arrow::Type::INT8:
      return std::make_unique<BitsOfNumbers<int8_t, kOperation>>(call.type);
    case arrow::Type::INT16:
      return std::make_unique<BitsOfNumbers<int16_t, kOperation>>(call.type);
    case arrow::Type::INT32:
      return std::make_unique<BitsOfNumbers<int32_t, kOperation>>(call.type);
    case arrow::Type::INT64:
      return std::make_unique<BitsOfNumbers<int64_t, kOperation>>(call.type);
    default:
      return Status::NotImplemented("bits of this type: ", *call.args[0]->type);
  }
}

// What Spark's bitmaps have.
constexpr size_t kBitmapBytes = 4096;
using Bitmap = std::array<uint8_t, kBitmapBytes>;

Result<std::shared_ptr<arrow::Array>> ArrayOf(const std::vector<Bitmap>& bitmaps) {
  arrow::BinaryBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(static_cast<int64_t>(bitmaps.size())));
  for (const Bitmap& bitmap : bitmaps) {
    ARROW_RETURN_NOT_OK(builder.Append(bitmap.data(), static_cast<int32_t>(kBitmapBytes)));
  }
  return builder.Finish();
}

// Bytes that a value does not have are zero, those beyond a bitmap's do not count.
template <BitOperation kOperation>
class BitsOfBitmaps : public Accumulator {
 public:
  Status Consume(const GroupedRows& rows) override {
    Resize(rows.num_groups);
    const auto& values = static_cast<const arrow::BinaryArray&>(*rows.args[0]);
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (values.IsNull(row)) continue;
      Bitmap& bitmap = bitmaps_[rows.groups->Value(row)];
      const std::string_view bytes = values.GetView(row).substr(0, kBitmapBytes);
      for (size_t i = 0; i < bytes.size(); ++i) {
        bitmap[i] = Combine<kOperation>(bitmap[i], static_cast<uint8_t>(bytes[i]));
      }
      if constexpr (kOperation == BitOperation::kAnd) {
        std::fill(bitmap.begin() + static_cast<std::ptrdiff_t>(bytes.size()), bitmap.end(), 0);
      }
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    Resize(num_groups);
    return ArrayOf(bitmaps_);
  }

  int64_t num_bytes() const override { return 2 * BytesOf(bitmaps_); }

 private:
  void Resize(uint32_t num_groups) {
    Bitmap none;
    none.fill(kOperation == BitOperation::kAnd ? 0xff : 0);
    bitmaps_.resize(num_groups, none);
  }

  std::vector<Bitmap> bitmaps_;
};

class ConstructedBitmap : public Accumulator {
 public:
  explicit ConstructedBitmap(const plan::AggregateCall& call) : call_(call) {}

  Status Consume(const GroupedRows& rows) override {
    bitmaps_.resize(rows.num_groups, Bitmap{});
    std::optional<int64_t> wrong;
    VisitValues<int64_t>(rows, [&](uint32_t group, int64_t position) {
      if (position < 0 || position >= static_cast<int64_t>(8 * kBitmapBytes)) {
        if (!wrong) wrong = position;
        return;
      }
      bitmaps_[group][position / 8] |= static_cast<uint8_t>(1 << position % 8);
    });
    if (!wrong) return Status::OK();
    return AggregateError(call_, "INVALID_BITMAP_POSITION",
                          fmt::format("a bitmap has no such position: {}", *wrong),
                          "positions are 0 to 32767: bitmap_bit_position(x) gives them");
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    bitmaps_.resize(num_groups, Bitmap{});
    return ArrayOf(bitmaps_);
  }

  int64_t num_bytes() const override { return 2 * BytesOf(bitmaps_); }

 private:
  const plan::AggregateCall& call_;
  std::vector<Bitmap> bitmaps_;
};

}  // namespace

Result<AccumulatorPtr> MakeBits(const plan::AggregateCall& call, BitOperation operation) {
  switch (operation) {
    case BitOperation::kAnd:
      return MakeBitsOf<BitOperation::kAnd>(call);
    case BitOperation::kOr:
      return MakeBitsOf<BitOperation::kOr>(call);
    case BitOperation::kXor:
      break;
  }
  return MakeBitsOf<BitOperation::kXor>(call);
}

Result<AccumulatorPtr> MakeBitmap(const plan::AggregateCall&, BitOperation operation) {
  if (operation == BitOperation::kAnd) {
    return std::make_unique<BitsOfBitmaps<BitOperation::kAnd>>();
  }
  return std::make_unique<BitsOfBitmaps<BitOperation::kOr>>();
}

Result<AccumulatorPtr> MakeConstructedBitmap(const plan::AggregateCall& call) {
  return std::make_unique<ConstructedBitmap>(call);
}

}  // namespace tarn::local
