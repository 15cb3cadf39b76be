#include <cmath>
#include <optional>
#include <tuple>

#include "local/aggregates/accumulators_internal.h"

// Moments and what is made of them, in Spark's order of operations, so that the last bits are
// Spark's where it reads the rows in one partition: its partial result is merged into an empty one.
namespace tarn::local {
namespace {

// Sums of powers of the deviations from the mean, by the updates of Welford and Meng. `kOrder` is
// the highest power.
template <int kOrder>
struct Moments {
  double n = 0;
  double mean = 0;
  double m2 = 0;
  double m3 = 0;
  double m4 = 0;

  void Add(double value) {
    n += 1.0;
    const double delta = value - mean;
    const double delta_n = delta / n;
    mean += delta_n;
    m2 += delta * (delta - delta_n);
    const double delta2 = delta * delta, delta_n2 = delta_n * delta_n;
    if constexpr (kOrder >= 3) {
      m3 = m3 - 3.0 * delta_n * m2 + delta * (delta2 - delta_n2);
    }
    if constexpr (kOrder >= 4) {
      m4 = m4 - 4.0 * delta_n * m3 - 6.0 * delta_n2 * m2 +
           delta * (delta * delta2 - delta_n * delta_n2);
    }
  }

  // As merged into those of no values.
  Moments Merged() const {
    Moments merged = *this;
    const double delta_n = n == 0 ? 0.0 : mean / n;
    merged.mean = 0.0 + delta_n * n;
    merged.m2 = 0.0 + m2 + mean * delta_n * 0.0 * n;
    if constexpr (kOrder >= 3) {
      merged.m3 = 0.0 + m3 + delta_n * delta_n * mean * 0.0 * n * (0.0 - n) +
                  3.0 * delta_n * (0.0 * m2 - n * 0.0);
    }
    if constexpr (kOrder >= 4) {
      merged.m4 = 0.0 + m4 +
                  delta_n * delta_n * delta_n * mean * 0.0 * n * (0.0 * 0.0 - 0.0 * n + n * n) +
                  6.0 * delta_n * delta_n * (0.0 * 0.0 * m2 + n * n * 0.0) +
                  4.0 * delta_n * (0.0 * m3 - n * 0.0);
    }
    return merged;
  }
};

// Of pairs: means, and the sum of the products of deviations.
struct Covariance {
  double n = 0;
  double x_mean = 0;
  double y_mean = 0;
  double products = 0;

  void Add(double x, double y) {
    n += 1.0;
    const double dx = x - x_mean, dy = y - y_mean;
    x_mean += dx / n;
    y_mean += dy / n;
    products += dx * (y - y_mean);
  }

  Covariance Merged() const {
    Covariance merged = *this;
    const double dx_n = n == 0 ? 0.0 : x_mean / n;
    const double dy_n = n == 0 ? 0.0 : y_mean / n;
    merged.x_mean = 0.0 + dx_n * n;
    merged.y_mean = 0.0 + dy_n * n;
    merged.products = 0.0 + products + x_mean * dy_n * 0.0 * n;
    return merged;
  }
};

// The same, and the sums of squared deviations.
struct Correlation {
  double n = 0;
  double x_mean = 0;
  double y_mean = 0;
  double products = 0;
  double x_squares = 0;
  double y_squares = 0;

  void Add(double x, double y) {
    n += 1.0;
    const double dx = x - x_mean, dy = y - y_mean;
    x_mean += dx / n;
    y_mean += dy / n;
    products += dx * (y - y_mean);
    x_squares += dx * (x - x_mean);
    y_squares += dy * (y - y_mean);
  }

  Correlation Merged() const {
    Correlation merged = *this;
    const double dx_n = n == 0 ? 0.0 : x_mean / n;
    const double dy_n = n == 0 ? 0.0 : y_mean / n;
    merged.x_mean = 0.0 + dx_n * n;
    merged.y_mean = 0.0 + dy_n * n;
    merged.products = 0.0 + products + x_mean * dy_n * 0.0 * n;
    merged.x_squares = 0.0 + x_squares + x_mean * dx_n * 0.0 * n;
    merged.y_squares = 0.0 + y_squares + y_mean * dy_n * 0.0 * n;
    return merged;
  }
};

// A line that fits pairs (y, x).
struct Line {
  Covariance pairs;  // of (x, y)
  Moments<2> x;

  void Add(double y_value, double x_value) {
    pairs.Add(x_value, y_value);
    x.Add(x_value);
  }
  Line Merged() const { return {pairs.Merged(), x.Merged()}; }
  double Slope() const { return pairs.products / x.m2; }
};

// Of pairs (y, x), the moments of one of them.
template <bool kOfX>
struct MomentsOfPairs : Moments<2> {
  void Add(double y, double x) { Moments<2>::Add(kOfX ? x : y); }
  MomentsOfPairs Merged() const { return {Moments<2>::Merged()}; }
};

using Value = std::optional<double>;

Value Sample(double sum, double n) { return n > 1 ? Value(sum / (n - 1.0)) : std::nullopt; }
Value Population(double sum, double n) { return n > 0 ? Value(sum / n) : std::nullopt; }
Value Root(Value value) { return value ? Value(std::sqrt(*value)) : std::nullopt; }

Value StddevSample(const Moments<2>& of) { return Root(Sample(of.m2, of.n)); }
Value StddevPopulation(const Moments<2>& of) { return Root(Population(of.m2, of.n)); }
Value VarianceSample(const Moments<2>& of) { return Sample(of.m2, of.n); }
Value VariancePopulation(const Moments<2>& of) { return Population(of.m2, of.n); }

Value Skewness(const Moments<3>& of) {
  if (of.n == 0 || of.m2 == 0) return std::nullopt;
  return std::sqrt(of.n) * of.m3 / std::sqrt(of.m2 * of.m2 * of.m2);
}

Value Kurtosis(const Moments<4>& of) {
  if (of.n == 0 || of.m2 == 0) return std::nullopt;
  return of.n * of.m4 / (of.m2 * of.m2) - 3.0;
}

Value CovarianceSample(const Covariance& of) { return Sample(of.products, of.n); }
Value CovariancePopulation(const Covariance& of) { return Population(of.products, of.n); }
Value SumOfProducts(const Covariance& of) { return of.n > 0 ? Value(of.products) : std::nullopt; }

template <bool kOfX>
Value SumOfSquares(const MomentsOfPairs<kOfX>& of) {
  return of.n > 0 ? Value(of.m2) : std::nullopt;
}

Value Pearson(const Correlation& of) {
  const double squares = of.x_squares * of.y_squares;
  if (of.n < 2 || squares == 0) return std::nullopt;
  return of.products / std::sqrt(squares);
}

// Of pairs (y, x), as its Correlation has them: x is the second one.
Value ShareExplained(const Correlation& of) {
  if (of.n < 2 || of.y_squares == 0) return std::nullopt;
  if (of.x_squares == 0) return 1.0;
  const double correlation = of.products / std::sqrt(of.x_squares * of.y_squares);
  return correlation * correlation;
}

Value Slope(const Line& of) {
  if (of.pairs.n < 2 || of.x.m2 == 0) return std::nullopt;
  return of.Slope();
}

Value Intercept(const Line& of) {
  if (of.pairs.n < 2 || of.x.m2 == 0) return std::nullopt;
  return of.pairs.y_mean - of.Slope() * of.pairs.x_mean;
}

// A value per group, of the rows where no argument is null.
template <typename State, Value (*kResult)(const State&), int kNumArgs>
class Statistic : public Accumulator {
 public:
  Status Consume(const GroupedRows& rows) override {
    groups_.resize(rows.num_groups);
    const uint32_t* groups = rows.groups->raw_values();
    const auto& first = static_cast<const arrow::DoubleArray&>(*rows.args.front());
    const auto& second = static_cast<const arrow::DoubleArray&>(*rows.args.back());
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (first.IsNull(row) || second.IsNull(row)) continue;
      if constexpr (kNumArgs == 1) {
        groups_[groups[row]].Add(first.Value(row));
      } else {
        groups_[groups[row]].Add(first.Value(row), second.Value(row));
      }
    }
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    groups_.resize(num_groups);
    std::vector<double> values;
    std::vector<uint8_t> has_value;
    for (const State& group : groups_) {
      const Value value = kResult(group.Merged());
      values.push_back(value.value_or(0));
      has_value.push_back(value.has_value());
    }
    return NullableArray(arrow::float64(), std::move(values), has_value);
  }

  bool CopyGroup(uint32_t from, uint32_t to) override {
    CopyElement(from, to, &groups_);
    return true;
  }

  int64_t num_bytes() const override { return BytesOf(groups_); }

 private:
  std::vector<State> groups_;
};

template <typename State, Value (*kResult)(const State&), int kNumArgs>
AccumulatorPtr MakeOf() {
  return std::make_unique<Statistic<State, kResult, kNumArgs>>();
}

constexpr std::pair<std::string_view, AccumulatorPtr (*)()> kStatistics[] = {
    {"corr", MakeOf<Correlation, Pearson, 2>},
    {"covar_pop", MakeOf<Covariance, CovariancePopulation, 2>},
    {"covar_samp", MakeOf<Covariance, CovarianceSample, 2>},
    {"kurtosis", MakeOf<Moments<4>, Kurtosis, 1>},
    {"regr_intercept", MakeOf<Line, Intercept, 2>},
    {"regr_r2", MakeOf<Correlation, ShareExplained, 2>},
    {"regr_slope", MakeOf<Line, Slope, 2>},
    {"regr_sxx", MakeOf<MomentsOfPairs<true>, SumOfSquares<true>, 2>},
    {"regr_sxy", MakeOf<Covariance, SumOfProducts, 2>},
    {"regr_syy", MakeOf<MomentsOfPairs<false>, SumOfSquares<false>, 2>},
    {"skewness", MakeOf<Moments<3>, Skewness, 1>},
    {"stddev_pop", MakeOf<Moments<2>, StddevPopulation, 1>},
    {"stddev_samp", MakeOf<Moments<2>, StddevSample, 1>},
    {"var_pop", MakeOf<Moments<2>, VariancePopulation, 1>},
    {"var_samp", MakeOf<Moments<2>, VarianceSample, 1>},
};

}  // namespace

Result<AccumulatorPtr> MakeStatistic(const plan::AggregateCall& call) {
  for (const auto& [name, make] : kStatistics) {
    if (name == call.function->name) return make();
  }
  return Status::NotImplemented("no statistic: ", call.function->name);
}

}  // namespace tarn::local
