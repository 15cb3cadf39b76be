#include "local/aggregates/quantile_summary.h"

#include <algorithm>
#include <cmath>

namespace tarn::local {
namespace {

// As Spark: values that are gathered before they are sorted in, and the samples that are then
// compressed.
constexpr size_t kBufferValues = 50'000;
constexpr size_t kSamplesMax = 10'000;

// The order of Java: -0.0 before 0.0, NaN last.
bool ComesBefore(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
  if (left == right) return std::signbit(left) && !std::signbit(right);
  return left < right;
}

}  // namespace

QuantileSummary::QuantileSummary(double relative_error)
    : relative_error_(relative_error),
      samples_max_(4 * static_cast<size_t>(1.0 / relative_error)) {}

void QuantileSummary::Add(double value) {
  buffer_.push_back(value);
  is_compressed_ = false;
  if (buffer_.size() >= kBufferValues) {
    InsertBuffer();
    if (samples_.size() >= kSamplesMax) Compress();
  }
  if (samples_.size() >= samples_max_) Compress();
}

void QuantileSummary::InsertBuffer() {
  std::sort(buffer_.begin(), buffer_.end(), ComesBefore);
  std::vector<Sample> merged;
  merged.reserve(samples_.size() + buffer_.size());
  size_t next = 0;  // of samples_
  for (size_t i = 0; i < buffer_.size(); ++i) {
    while (next < samples_.size() && samples_[next].value <= buffer_[i]) {
      merged.push_back(samples_[next++]);
    }
    ++count_;
    // The ranks of the least and the greatest value are known.
    const bool is_extreme = merged.empty() || (next == samples_.size() && i + 1 == buffer_.size());
    const double spread = std::floor(2 * relative_error_ * static_cast<double>(count_));
    merged.push_back({buffer_[i], 1, is_extreme ? 0 : static_cast<int64_t>(spread)});
  }
  merged.insert(merged.end(), samples_.begin() + static_cast<std::ptrdiff_t>(next), samples_.end());
  samples_ = std::move(merged);
  buffer_ = std::vector<double>();
}

// Samples are merged into the next one as long as its rank stays known well enough.
void QuantileSummary::Compress() {
  InsertBuffer();
  is_compressed_ = true;
  if (samples_.empty()) return;
  const double limit = 2 * relative_error_ * static_cast<double>(count_);
  std::vector<Sample> kept;  // from the greatest down
  Sample head = samples_.back();
  for (size_t i = samples_.size() - 1; i-- > 1;) {
    const Sample& sample = samples_[i];
    if (static_cast<double>(sample.gap + head.gap + head.delta) < limit) {
      head.gap += sample.gap;
    } else {
      kept.push_back(head);
      head = sample;
    }
  }
  kept.push_back(head);
  if (samples_.size() > 1 && samples_.front().value <= head.value) {
    kept.push_back(samples_.front());
  }
  samples_ = std::vector<Sample>(kept.rbegin(), kept.rend());
}

double QuantileSummary::At(double share) {
  if (!is_compressed_) Compress();
  if (share <= relative_error_ || samples_.size() == 1) return samples_.front().value;
  if (share >= 1 - relative_error_) return samples_.back().value;
  int64_t spread_max = 0;
  for (const Sample& sample : samples_)
    spread_max = std::max(spread_max, sample.gap + sample.delta);
  const double tolerance = static_cast<double>(spread_max) / 2;
  const double rank = std::ceil(share * static_cast<double>(count_));
  int64_t least_rank = 0;
  for (size_t i = 0; i + 1 < samples_.size(); ++i) {
    least_rank += samples_[i].gap;
    const auto greatest_rank = static_cast<double>(least_rank + samples_[i].delta);
    if (greatest_rank - tolerance <= rank && rank <= static_cast<double>(least_rank) + tolerance) {
      return samples_[i].value;
    }
  }
  return samples_.back().value;
}

}  // namespace tarn::local
