#include "plan/functions/family_internal.h"

// Aggregates of statistics: moments of numbers, and of pairs of numbers.
namespace tarn::plan {
namespace {

constexpr FunctionTraits kStatisticTraits = {.may_fail = false,
                                             .nullability = Nullability::kAlways};

// regr_avgx(y, x), regr_avgy(y, x): the mean of one of them.
template <int kPosition>
Result<ResolvedFunction> AverageOfPair(const Arguments& args) {
  constexpr int kOther = 1 - kPosition;
  if (!CanCastImplicitly(*args[kOther].type, *arrow::float64())) {
    return WrongType(kOther, *args[kOther].type, "a number");
  }
  if (!CanCastImplicitly(*args[kPosition].type, *arrow::float64())) {
    return WrongType(kPosition, *args[kPosition].type, "a number");
  }
  ARROW_ASSIGN_OR_RAISE(ResolvedFunction average, Average({args[kPosition]}));
  average.arg_types.insert(average.arg_types.begin() + kOther, arrow::float64());
  return average;
}

// One of a column of numbers.
constexpr Function OfNumbers(std::string_view name, std::string_view signature,
                             std::string_view help, std::string_view example,
                             std::array<std::string_view, 3> aliases = {}) {
  return {.name = name,
          .aliases = aliases,
          .kind = FunctionKind::kAggregate,
          .signature = signature,
          .help = help,
          .example = example,
          .num_args = {1, 1},
          .resolve = Takes<Double(Double)>,
          .traits = kStatisticTraits};
}

// One of pairs of numbers; pairs with a NULL do not count.
constexpr Function OfPairs(std::string_view name, std::string_view signature, std::string_view help,
                           std::string_view example,
                           Resolver resolve = Takes<Double(Double, Double)>,
                           FunctionTraits traits = kStatisticTraits) {
  return {.name = name,
          .kind = FunctionKind::kAggregate,
          .signature = signature,
          .help = help,
          .example = example,
          .num_args = {2, 2},
          .resolve = resolve,
          .traits = traits};
}

constexpr Function kStatisticFunctions[] = {
    OfNumbers("stddev_samp", "stddev_samp(x)",
              "standard deviation of the population that x is a sample of; NULL for one row",
              "SELECT stddev_samp(ms) FROM VALUES (80), (120), (250) AS t(ms)", {"stddev", "std"}),
    OfNumbers("stddev_pop", "stddev_pop(x)", "standard deviation of x",
              "SELECT stddev_pop(ms) FROM VALUES (80), (120), (250) AS t(ms)"),
    OfNumbers("var_samp", "var_samp(x)",
              "variance of the population that x is a sample of; NULL for one row",
              "SELECT var_samp(ms) FROM VALUES (80), (120), (250) AS t(ms)", {"variance"}),
    OfNumbers("var_pop", "var_pop(x)", "variance of x",
              "SELECT var_pop(ms) FROM VALUES (80), (120), (250) AS t(ms)"),
    OfNumbers("skewness", "skewness(x)", "skewness; NULL where all are equal",
              "SELECT skewness(ms) FROM VALUES (80), (120), (250) AS t(ms)"),
    OfNumbers("kurtosis", "kurtosis(x)", "excess kurtosis; NULL where all are equal",
              "SELECT kurtosis(ms) FROM VALUES (80), (120), (250), (100) AS t(ms)"),
    OfPairs(
        "covar_samp", "covar_samp(a, b)",
        "covariance of the population that the pairs are a sample of; NULL for one pair",
        "SELECT covar_samp(plays, likes) FROM VALUES (10, 1), (25, 4), (40, 5) AS t(plays, likes)"),
    OfPairs(
        "covar_pop", "covar_pop(a, b)", "covariance",
        "SELECT covar_pop(plays, likes) FROM VALUES (10, 1), (25, 4), (40, 5) AS t(plays, likes)"),
    OfPairs("corr", "corr(a, b)", "correlation by Pearson; NULL where all a or all b are equal",
            "SELECT corr(plays, likes) FROM VALUES (10, 1), (25, 4), (40, 5) AS t(plays, likes)"),
    OfPairs("regr_count", "regr_count(y, x)", "pairs without NULL",
            "SELECT regr_count(likes, plays) FROM VALUES (1, 10), (4, 25), (NULL, 40) AS t(likes, "
            "plays)",
            Takes<BigInt(Double, Double)>,
            {.nullability = Nullability::kNever, .ignores_order = true}),
    OfPairs("regr_avgx", "regr_avgx(y, x)", "mean of x of the pairs without NULL",
            "SELECT regr_avgx(likes, plays) FROM VALUES (1, 10), (4, 25), (NULL, 40) AS t(likes, "
            "plays)",
            AverageOfPair<1>, {.nullability = Nullability::kAlways}),
    OfPairs(
        "regr_avgy", "regr_avgy(y, x)", "mean of y of the pairs without NULL",
        "SELECT regr_avgy(likes, plays) FROM VALUES (1, 10), (4, 25), (5, NULL) AS t(likes, plays)",
        AverageOfPair<0>, {.nullability = Nullability::kAlways}),
    OfPairs(
        "regr_sxx", "regr_sxx(y, x)", "sum of the squared deviations of x",
        "SELECT regr_sxx(likes, plays) FROM VALUES (1, 10), (4, 25), (5, 40) AS t(likes, plays)"),
    OfPairs(
        "regr_syy", "regr_syy(y, x)", "sum of the squared deviations of y",
        "SELECT regr_syy(likes, plays) FROM VALUES (1, 10), (4, 25), (5, 40) AS t(likes, plays)"),
    OfPairs(
        "regr_sxy", "regr_sxy(y, x)", "sum of the products of the deviations of x and y",
        "SELECT regr_sxy(likes, plays) FROM VALUES (1, 10), (4, 25), (5, 40) AS t(likes, plays)"),
    OfPairs(
        "regr_slope", "regr_slope(y, x)", "slope of the line that fits best",
        "SELECT regr_slope(likes, plays) FROM VALUES (1, 10), (4, 25), (5, 40) AS t(likes, plays)"),
    OfPairs("regr_intercept", "regr_intercept(y, x)", "where that line is for x = 0",
            "SELECT regr_intercept(likes, plays) FROM VALUES (1, 10), (4, 25), (5, 40) AS t(likes, "
            "plays)"),
    OfPairs(
        "regr_r2", "regr_r2(y, x)", "share of the variance of y that the line explains",
        "SELECT regr_r2(likes, plays) FROM VALUES (1, 10), (4, 25), (5, 40) AS t(likes, plays)"),
};

}  // namespace

std::span<const Function> StatisticFunctions() { return kStatisticFunctions; }

}  // namespace tarn::plan
