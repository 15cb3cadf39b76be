#pragma once

#include <cstdint>
#include <vector>

namespace tarn::local {

/// \brief Quantiles of numbers in bounded memory, each off by a share of the ranks at most.
///
/// The algorithm of Greenwald and Khanna ("Space-efficient online computation of quantile
/// summaries", 2001) with the buffers that Spark has, so that the same numbers in the same order
/// give the same quantiles as Spark in one partition.
class QuantileSummary {
 public:
  /// \param[in] relative_error of a rank, above 0
  explicit QuantileSummary(double relative_error);

  void Add(double value);

  bool empty() const { return samples_.empty() && buffer_.empty(); }

  /// \brief The value at a share of the ranks; there is at least one.
  /// \param[in] share 0.0 to 1.0
  double At(double share);

  /// \brief Bytes held.
  int64_t num_bytes() const {
    return static_cast<int64_t>(samples_.capacity() * sizeof(Sample) +
                                buffer_.capacity() * sizeof(double));
  }

 private:
  struct Sample {
    double value = 0;
    int64_t gap = 0;    // between the least ranks of the value before and of this one
    int64_t delta = 0;  // between its least and its greatest rank
  };

  void InsertBuffer();
  void Compress();

  double relative_error_;
  size_t samples_max_;  // compressed where there are as many
  std::vector<Sample> samples_;
  std::vector<double> buffer_;  // not yet among the samples
  int64_t count_ = 0;           // of values that are
  bool is_compressed_ = true;
};

}  // namespace tarn::local
