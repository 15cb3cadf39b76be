#include <arrow/array/array_nested.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "local/aggregates/accumulators_internal.h"
#include "local/aggregates/shares_internal.h"

namespace tarn::local {
namespace {

// The numbers of java.util.Random, by which Spark chooses between bins that are equally near.
class JavaRandom {
 public:
  explicit JavaRandom(uint64_t seed) : state_((seed ^ kMultiplier) & kMask) {}

  // 0.0 to 1.0, exclusive.
  double NextDouble() {
    const uint64_t high = Next(26);
    return static_cast<double>((high << 27) + Next(27)) / static_cast<double>(uint64_t{1} << 53);
  }

 private:
  static constexpr uint64_t kMultiplier = 0x5DEECE66D;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;

  uint64_t Next(int num_bits) {
    state_ = (state_ * kMultiplier + 0xB) & kMask;
    return state_ >> (48 - num_bits);
  }

  uint64_t state_;
};

struct Bin {
  double center = 0;
  double height = 0;
};

// Bins of any width: of more than there may be, the two that are nearest become one. The algorithm
// of Ben-Haim and Tom-Tov ("A streaming parallel decision tree algorithm", 2010), as Hive has it.
class Histogram {
 public:
  const std::vector<Bin>& bins() const { return bins_; }

  void Add(double value, size_t bins_max) {
    const size_t place = Find(value);
    if (place < bins_.size() && bins_[place].center == value) {
      ++bins_[place].height;
      return;
    }
    bins_.insert(bins_.begin() + static_cast<std::ptrdiff_t>(place), {value, 1});
    if (bins_.size() > bins_max) MergeNearest();
  }

  int64_t num_bytes() const { return BytesOf(bins_); }

 private:
  // The first bin that is not below the value. By hand, as it is with NaN among them that Spark's
  // search differs from others.
  size_t Find(double value) const {
    size_t place = 0;
    for (size_t left = 0, right = bins_.size(); left < right;) {
      place = (left + right) / 2;
      if (bins_[place].center > value) {
        right = place;
      } else if (bins_[place].center < value) {
        left = ++place;
      } else {
        break;
      }
    }
    return place;
  }

  void MergeNearest() {
    double least = bins_[1].center - bins_[0].center;
    size_t nearest = 0;
    int num_equal = 1;
    for (size_t i = 1; i + 1 < bins_.size(); ++i) {
      const double distance = bins_[i + 1].center - bins_[i].center;
      if (distance < least) {
        least = distance;
        nearest = i;
        num_equal = 1;
      } else if (distance == least && random_.NextDouble() <= 1.0 / ++num_equal) {
        nearest = i;
      }
    }
    Bin& bin = bins_[nearest];
    const Bin& next = bins_[nearest + 1];
    const double height = bin.height + next.height;
    bin.center *= bin.height / height;
    bin.center += next.center / height * next.height;
    bin.height = height;
    bins_.erase(bins_.begin() + static_cast<std::ptrdiff_t>(nearest) + 1);
  }

  std::vector<Bin> bins_;  // by center
  JavaRandom random_{31183};
};

class Histograms : public Accumulator {
 public:
  Histograms(const plan::AggregateCall& call, size_t bins_max)
      : type_(call.type), bins_max_(bins_max) {}

  Status Consume(const GroupedRows& rows) override {
    histograms_.resize(rows.num_groups);
    const arrow::Array& values = *rows.args[0];
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (values.IsNull(row)) continue;
      Histogram& histogram = histograms_[rows.groups->Value(row)];
      bin_bytes_ -= histogram.num_bytes();
      histogram.Add(DoubleAt(values, row), bins_max_);
      bin_bytes_ += histogram.num_bytes();
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    histograms_.resize(num_groups);
    std::vector<double> centers, heights;
    std::vector<int32_t> offsets = {0};
    std::vector<uint8_t> validity(arrow::bit_util::BytesForBits(num_groups), 0);
    for (uint32_t group = 0; group < num_groups; ++group) {
      for (const Bin& bin : histograms_[group].bins()) {
        centers.push_back(bin.center);
        heights.push_back(bin.height);
      }
      if (centers.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
        return Status::CapacityError("more than 2147483647 bins: group by fewer keys");
      }
      offsets.push_back(static_cast<int32_t>(centers.size()));
      arrow::bit_util::SetBitTo(validity.data(), group, !histograms_[group].bins().empty());
    }
    const auto& bin_type = static_cast<const arrow::ListType&>(*type_).value_type();
    const std::vector<uint8_t> all(centers.size(), 1);
    ARROW_ASSIGN_OR_RAISE(const auto x, NumbersOf(bin_type->field(0)->type(), centers, all));
    ARROW_ASSIGN_OR_RAISE(const auto y, NumbersOf(arrow::float64(), heights, all));
    const auto bins = std::make_shared<arrow::StructArray>(
        bin_type, static_cast<int64_t>(centers.size()), arrow::ArrayVector{x, y});
    return std::make_shared<arrow::ListArray>(type_, static_cast<int64_t>(num_groups),
                                              arrow::Buffer::FromVector(std::move(offsets)), bins,
                                              arrow::Buffer::FromVector(std::move(validity)));
  }

  int64_t num_bytes() const override { return BytesOf(histograms_) + 2 * bin_bytes_; }

 private:
  const std::shared_ptr<arrow::DataType> type_;
  const size_t bins_max_;
  std::vector<Histogram> histograms_;
  int64_t bin_bytes_ = 0;
};

}  // namespace

Result<AccumulatorPtr> MakeHistogram(const plan::AggregateCall& call) {
  ARROW_ASSIGN_OR_RAISE(const arrow::ScalarVector constants, ConstantsOf(call));
  const auto& bins = static_cast<const arrow::Int32Scalar&>(*constants[0]);
  if (!bins.is_valid || bins.value < 2) {
    return AggregateError(call, "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                          fmt::format("{} into {} bins", call.function->name, bins.ToString()),
                          "it is a number from 2 on");
  }
  return std::make_unique<Histograms>(call, static_cast<size_t>(bins.value));
}

}  // namespace tarn::local
