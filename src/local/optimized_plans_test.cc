#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lake/table_for_test.h"
#include "local/run_plan.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

// Random queries give the same rows by the plan as the SQL has it and by the optimised one.
namespace tarn::local {
namespace {

constexpr int kNumQueries = 90;
constexpr int kNumSources = 4;

// Of 0.0 and -0.0, which are equal, min and max give the first in the order of rows, which a join
// has from the plan: `+ 0` makes one of both.
class RandomQueries {
 public:
  explicit RandomQueries(unsigned seed) : random_(seed) {}

  // Few different values, so that all of them meet; long records, which are taken for many.
  std::string Records(int num_records) {
    const std::string ignored(std::vector<int>{0, 100, 3'000, 20'000}[Below(4)], '.');
    std::string text;
    for (int i = 0; i < num_records; ++i) {
      text += fmt::format("{{\"k\":{},\"n\":{},\"s\":{},\"x\":{},\"z\":\"{}\"}}\n", Number(4),
                          Number(3), Below(6) == 0 ? "null" : Pick({"\"a\"", "\"b\"", "\"\""}),
                          Below(6) == 0 ? "null" : Pick({"0.0", "-0.0", "1.5"}), ignored);
    }
    return text;
  }

  std::string Query() {
    switch (Below(12)) {
      case 0:
        return UnionQuery();
      case 1:
        return LimitedQuery();
      case 2:
        return MergedKeyQuery();
      case 3:
        return NumberedQuery();
      case 4:
        return WindowQuery();
      case 5:
        return GeneratorQuery();
      default:
        break;
    }
    const std::string from = From(2 + Below(3)), where = Where();
    if (Below(3) == 0) return AggregateQuery(from, where);
    std::string columns;
    for (int i = 0; i < num_inputs_; ++i) {
      for (const char* column : {"k", "n", "s", "x"}) {
        columns +=
            fmt::format("{}i{}.{} AS {}{}", columns.empty() ? "" : ", ", i, column, column, i);
      }
    }
    return fmt::format("SELECT {}{} FROM {}{}", Below(4) == 0 ? "DISTINCT " : "", columns, from,
                       where);
  }

 private:
  // The first `num_inputs` inputs; all conditions after it may name all of them.
  std::string From(int num_inputs) {
    first_visible_ = 0;
    std::string from = Input(0);
    for (int i = 1; i < num_inputs; ++i) from += Join(i);
    first_visible_ = 0;
    num_inputs_ = num_inputs;
    return from;
  }

  std::string Where() {
    std::string where;
    for (int i = Below(4); i > 0; --i) where += (where.empty() ? " WHERE " : " AND ") + Condition();
    return where;
  }

  std::string AggregateQuery(const std::string& from, const std::string& where) {
    const int last = num_inputs_ - 1;
    switch (Below(4)) {
      case 0:
        return fmt::format(
            "SELECT i0.k AS k, max(i{0}.n) AS m, count(DISTINCT i1.k) AS c FROM "
            "{1}{2} GROUP BY i0.k",
            last, from, where);
      case 1:
        return fmt::format("SELECT DISTINCT i{}.{} AS v FROM {}{}", Below(num_inputs_),
                           Pick({"k", "s"}), from, where);
      case 2:
        return fmt::format(
            "SELECT count(*) FILTER (WHERE {0}) AS c, max(i{2}.n) FILTER (WHERE "
            "{1}) AS m FROM {3}{4}",
            Simple(), Simple(), last, from, where);
      default:
        return fmt::format(
            "SELECT * FROM (SELECT i0.k AS k, i1.s AS s, count(*) AS c, min(i{}.x) + 0 AS least "
            "FROM {}{} GROUP BY i0.k, i1.s) AS grouped WHERE k > 0 AND k + 1 > 1 AND c > 1",
            last, from, where);
    }
  }

  // Conditions, groups and limits above a union of some sources.
  std::string UnionQuery() {
    std::string arms = fmt::format("SELECT k, n, s FROM s{}", Below(kNumSources));
    for (int i = Below(3); i >= 0; --i) {
      arms += fmt::format(" UNION {}SELECT {} FROM s{}", Pick({"", "ALL "}),
                          Pick({"n, k, s", "DISTINCT k, n, s", "2, n, 'a'"}), Below(kNumSources));
    }
    const std::string query =
        fmt::format("(SELECT k, n, s FROM ({}) AS i0{}) AS united", arms,
                    Pick({"", " WHERE k > 0", " WHERE k + 1 > 1 AND s = 'a'", " ORDER BY k"}));
    return Pick({"SELECT * FROM " + query + " WHERE n + 1 > 1",
                 "SELECT DISTINCT s, k FROM " + query + " WHERE n = 1",
                 "SELECT s, count(DISTINCT k) AS c, min(n) AS m FROM " + query + " GROUP BY s",
                 "SELECT k + 1 AS k, s FROM " + query + fmt::format(" LIMIT {}", Below(9))});
  }

  std::string MergedKeyQuery() {
    return fmt::format(
        "SELECT k, i0.n AS n, i1.s AS s FROM {} {}JOIN {} USING (k) WHERE {}", Input(0),
        Pick({"", "LEFT ", "RIGHT ", "FULL ", "FULL "}), Input(1),
        Pick({"k > 0", "k IN (1, 2) AND i0.n = 1", "k IS NULL OR k = 1", "k + 1 > 2"}));
  }

  // Ties are decided by the order of rows, which is that of the file.
  std::string NumberedQuery() {
    return fmt::format(
        "SELECT k, n, s{} FROM (SELECT k, n, s, row_number() OVER ({}ORDER BY {}) AS place FROM "
        "s{}) AS numbered WHERE {}",
        Pick({"", ", place"}), Pick({"", "PARTITION BY k ", "PARTITION BY s, n "}),
        Pick({"n", "s DESC, k", "x"}), Below(kNumSources),
        Pick({"place = 1", "place <= 2", "place < 4 AND n > 0", "place = 2 OR place = 3",
              "place IN (1, 3)", "place > 1 AND place <= 3 AND k + 1 > 1"}));
  }

  std::string WindowQuery() {
    return fmt::format(
        "SELECT k, n{} FROM (SELECT k, n, s, sum(n) OVER ({}) AS total, rank() OVER (PARTITION BY "
        "k, s ORDER BY {}) AS place FROM s{}) AS windowed WHERE {}",
        Pick({"", ", total", ", place", ", total, place"}),
        Pick({"", "PARTITION BY k", "PARTITION BY k, s ORDER BY n",
              "PARTITION BY s ORDER BY n RANGE BETWEEN 1 PRECEDING AND CURRENT ROW"}),
        Pick({"n", "n DESC, x"}), Below(kNumSources),
        Pick({"k = 1", "total > 1 AND k > 0", "place = 1", "s = 'a' AND place <= 2",
              "k IS NULL OR k + 1 > 2"}));
  }

  std::string GeneratorQuery() {
    const std::string generator =
        Pick({"explode(array(n, k, 1))", "explode(filter(array(n, k), v -> v > 0))",
              "explode_outer(filter(array(n, k), v -> v > 1))"});
    const std::string from =
        fmt::format("s{} LATERAL VIEW {} made AS e", Below(kNumSources), generator);
    return Pick({"SELECT k, s, e FROM " + from + " WHERE k > 0 AND (e > 1 OR e = n)",
                 "SELECT e, count(*) AS c FROM " + from + " WHERE s = 'a' GROUP BY e",
                 "SELECT DISTINCT k, e FROM " + from + " WHERE e IS NULL OR k + 1 > 1",
                 "SELECT i0.k AS k, i1.e AS e FROM s0 AS i0 JOIN (SELECT n, e FROM " + from +
                     ") AS i1 ON i0.k = i1.e WHERE i1.n > 0"});
  }

  // Of one source and those that are looked up for it, whose order is the plan's only one.
  std::string LimitedQuery() {
    std::string query =
        fmt::format("SELECT i0.k AS k, i0.n AS n, i0.s AS s FROM s{} AS i0", Below(kNumSources));
    for (int i = Below(3); i > 0; --i) {
      query += fmt::format(" LEFT JOIN s{0} AS i{1} ON i0.{2} = i{1}.{2}", Below(kNumSources), i,
                           Pick({"k", "n", "s"}));
    }
    return query + Pick({"", " ORDER BY n", " ORDER BY n DESC, s"}) +
           fmt::format(" LIMIT {}", Pick({"0", "1", "1", "5", "20"}));
  }

  int Below(int end) { return static_cast<int>(random_() % end); }
  std::string Pick(std::vector<std::string> texts) {
    return texts[Below(static_cast<int>(texts.size()))];
  }
  std::string Number(int end) { return Below(6) == 0 ? "null" : std::to_string(Below(end)); }

  std::string Input(int i) {
    const std::string source = fmt::format("s{}", Below(kNumSources));
    if (Below(4) > 0) return fmt::format("{} AS i{}", source, i);
    const std::string columns =
        Pick({"x, s, n, k FROM {0} WHERE n > 0", "DISTINCT n, 1 AS k, s, x FROM {0}",
              "k, max(n) AS n, min(s) AS s, max(x) + 0 AS x FROM {0} WHERE k > 0 GROUP BY k",
              "k, n, s, x FROM {0} WHERE s = 'a' UNION ALL SELECT n, k, 'a', x FROM {0}"});
    return fmt::format("(SELECT {}) AS i{}", fmt::format(fmt::runtime(columns), source), i);
  }

  // An ON sees the inputs since the last comma.
  std::string Join(int i) {
    if (Below(3) == 0) {
      first_visible_ = i;
      return ", " + Input(i);
    }
    if (Below(3) == 0) return " CROSS JOIN " + Input(i);
    num_inputs_ = i + 1;
    std::string on = Equality();
    if (Below(3) == 0) on += " AND " + Condition();
    return fmt::format(" {}JOIN {} ON {}", Pick({"", "", "LEFT ", "RIGHT ", "FULL "}), Input(i),
                       on);
  }

  std::string Column(const std::string& name) {
    return fmt::format("i{}.{}", first_visible_ + Below(num_inputs_ - first_visible_), name);
  }

  std::string Equality() {
    const std::string name = Pick({"k", "k", "n", "s", "x"});
    return fmt::format("{} {} {}", Column(name), Pick({"=", "=", "=", "IS NOT DISTINCT FROM"}),
                       Column(name));
  }

  std::string Simple() {
    switch (Below(7)) {
      case 0:
        return fmt::format("{} < {}", Column("k"), Column("n"));
      case 6:
        return fmt::format("{} + 1 > 1", Column("n"));
      case 1:
        return fmt::format("{} = {}", Column("n"), Below(3));
      case 2:
        return fmt::format("{} IN ('a', '')", Column("s"));
      case 3:
        return fmt::format("{} IS {}NULL", Column("k"), Pick({"", "NOT "}));
      case 4:
        return fmt::format("coalesce({}, 2.0) > 1.0", Column("x"));
      default:
        return Equality();
    }
  }

  std::string Condition() {
    if (Below(3) > 0) return Below(2) == 0 ? Equality() : Simple();
    const std::string common = Below(2) == 0 ? Equality() + " AND " : "";
    return fmt::format("({0}{1} AND {2} OR {0}{3} AND {4})", common, Simple(), Simple(), Simple(),
                       Simple());
  }

  std::mt19937 random_;
  int first_visible_ = 0;  // inputs that a condition may name: from here
  int num_inputs_ = 0;     // up to here
};

class OptimizedPlans : public testing::TestWithParam<unsigned> {
 protected:
  void SetUp() override {
    RandomQueries random(GetParam());
    std::string toml = "[pipeline]\nname = \"test\"\n[lake]\ninput = \"raw\"\noutput = \"lake\"\n";
    for (int i = 0; i < kNumSources; ++i) {
      folder_.Write(fmt::format("raw/s{}.json", i), random.Records(2 + 4 * i));
      toml += fmt::format("[source.s{0}]\npath = \"s{0}.json\"\n", i) +
              "schema = \"k INT, n INT, s STRING, x DOUBLE\"\non_new_field = \"ignore\"\n";
    }
    for (int i = 0; i < kNumQueries; ++i) {
      queries_.push_back(random.Query());
      folder_.Write(fmt::format("q{}.sql", i), queries_.back());
      toml += fmt::format("[table.q{}]\n", i);
    }
    folder_.Write("tarn.toml", toml);
  }

  // By query, the rows as texts in one order.
  std::vector<std::vector<std::string>> Run(bool optimized) {
    pipeline::LoadOptions load;
    load.overrides = {{"lake.output", folder_ / (optimized ? "optimized" : "plain")}};
    const auto pipeline = pipeline::Load(folder_.path(), load).ValueOrDie();
    plan::BindOptions bind;
    bind.optimized = optimized;
    const auto plan = plan::Bind(*pipeline, bind).ValueOrDie();
    const auto lake = lake::Lake::Open(storage::TestStorages(), pipeline->output).ValueOrDie();
    const auto transaction = lake->Begin("run").ValueOrDie();
    RunOptions options;
    options.context.storages = storage::TestStorages();
    const Status status = RunPlan(*plan, transaction.get(), options).status();
    EXPECT_TRUE(status.ok()) << status.message();
    EXPECT_TRUE(transaction->Commit().ok());
    std::vector<std::vector<std::string>> results;
    for (int i = 0; i < kNumQueries; ++i) {
      results.push_back(RowsOf(*lake::ReadAll(fmt::format("{}/q{}", pipeline->output, i))));
    }
    return results;
  }

  static std::vector<std::string> RowsOf(const arrow::RecordBatch& batch) {
    std::vector<std::string> rows(batch.num_rows());
    for (const auto& column : batch.columns()) {
      for (int64_t row = 0; row < batch.num_rows(); ++row) {
        rows[row] += column->GetScalar(row).ValueOrDie()->ToString() + "|";
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  storage::TemporaryFolder folder_;
  std::vector<std::string> queries_;
};

TEST_P(OptimizedPlans, GiveTheSameRows) {
  const auto plain = Run(false), optimized = Run(true);
  int num_with_rows = 0;
  for (int i = 0; i < kNumQueries; ++i) {
    EXPECT_EQ(plain[i], optimized[i]) << "seed " << GetParam() << ": " << queries_[i];
    num_with_rows += plain[i].empty() ? 0 : 1;
  }
  EXPECT_GT(num_with_rows, kNumQueries / 3);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OptimizedPlans, testing::Values(1, 2, 3));

}  // namespace
}  // namespace tarn::local
