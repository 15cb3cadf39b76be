#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"
#include "plan/source_size.h"

namespace tarn::plan {
namespace {

using testing::HasSubstr;
using testing::Not;

// A chain of tables that refer to each other: line -> orders -> customer -> nation, line -> part.
TestPipeline Shop() {
  TestPipeline pipeline;
  pipeline.Source("nation", "n_key INT, n_name STRING");
  pipeline.Source("customer", "c_key INT, c_nation INT, c_name STRING");
  pipeline.Source("orders", "o_key INT, o_customer INT, o_date DATE");
  pipeline.Source("part", "p_key INT, p_type STRING");
  pipeline.Source("line", "l_order INT, l_part INT, l_price DOUBLE");
  return pipeline;
}

// Bytes of the sources that `plan` reads, by their names.
std::vector<SourceSize> SizesOf(const Plan& plan) {
  const std::map<std::string, int64_t> sizes = {{"nation", 1'000},
                                                {"customer", 10'000'000},
                                                {"orders", 100'000'000},
                                                {"part", 10'000'000},
                                                {"line", 500'000'000}};
  std::vector<SourceSize> all;
  for (const SourcePlan& source : plan.sources) {
    const int64_t num_bytes = sizes.at(source.source->name);
    all.push_back({num_bytes, num_bytes});
  }
  return all;
}

std::string TreeOf(const Plan& plan) {
  const std::string text = ToString(plan);
  return text.substr(text.find("table t\n"));
}

// With the sizes above.
std::string SizedTree(const std::string& sql) {
  TestPipeline pipeline = Shop();
  pipeline.Table("t", sql);
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  return TreeOf(OrderJoins(*plan, SizesOf(*plan)));
}

std::string UnsizedTree(const std::string& sql) {
  TestPipeline pipeline = Shop();
  pipeline.Table("t", sql);
  return TreeOf(*Bind(pipeline.get(), {}).ValueOrDie());
}

constexpr const char* kCommaJoins =
    "SELECT n_name, sum(l_price) AS price FROM nation, part, customer, orders, line "
    "WHERE p_key = l_part AND o_key = l_order AND c_key = o_customer AND n_key = c_nation "
    "AND p_type = 'tin' GROUP BY n_name";

TEST(JoinOrder, WithoutSizesNoInputWaitsForItsKeys) {
  EXPECT_EQ(UnsizedTree(kCommaJoins),
            "table t\n"
            "  join order   nation, customer, orders, line, part; the order of FROM would pair all "
            "rows of some inputs\n"
            "  Project n_name, sum(l_price) AS price\n"
            "    Aggregate sum(l_price) GROUP BY n_name\n"
            "      Join INNER ON line.l_part = part.p_key\n"
            "        Project n_name, l_part, l_price\n"
            "          Join INNER ON orders.o_key = line.l_order\n"
            "            Project n_name, o_key\n"
            "              Join INNER ON customer.c_key = orders.o_customer\n"
            "                Project n_name, c_key\n"
            "                  Join INNER ON nation.n_key = customer.c_nation\n"
            "                    Scan nation: n_key, n_name\n"
            "                    Scan customer: c_key, c_nation\n"
            "                Scan orders: o_key, o_customer\n"
            "            Scan line: l_order, l_part, l_price\n"
            "        Scan part: p_key\n");
}

TEST(JoinOrder, WithoutSizesOrdersWithKeysStay) {
  const std::string text = UnsizedTree(
      "SELECT n_name FROM nation JOIN customer ON n_key = c_nation JOIN orders ON c_key = "
      "o_customer");
  EXPECT_THAT(text, Not(HasSubstr("join order")));
  EXPECT_LT(text.find("Scan nation"), text.find("Scan customer"));
  EXPECT_LT(text.find("Scan customer"), text.find("Scan orders"));
}

// The filtered parts leave few lines, which are held rather than all orders.
TEST(JoinOrder, JoinsWhatLeavesFewRowsFirst) {
  EXPECT_EQ(SizedTree(kCommaJoins),
            "table t\n"
            "  join order   orders 1,639,344 rows, (line 9,090,909 rows, part 10,870 of 217,391 "
            "rows), (customer 153,846 rows, nation 22 rows); cost 14,094,693, without sizes "
            "44,012,704\n"
            "  Project n_name, sum(l_price) AS price\n"
            "    Aggregate sum(l_price) GROUP BY n_name\n"
            "      Join INNER ON orders.o_customer = customer.c_key\n"
            "        Project o_customer, l_price\n"
            "          Join INNER ON orders.o_key = line.l_order\n"
            "            Scan orders: o_key, o_customer\n"
            "            Project l_order, l_price\n"
            "              Join INNER ON line.l_part = part.p_key\n"
            "                Scan line: l_order, l_part, l_price\n"
            "                Scan part: p_key\n"
            "        Project c_key, n_name\n"
            "          Join INNER ON customer.c_nation = nation.n_key\n"
            "            Scan customer: c_key, c_nation\n"
            "            Scan nation: n_key, n_name\n");
}

TEST(JoinOrder, BuildsTheSmallerOfTwo) {
  const std::string text =
      SizedTree("SELECT n_name, c_name FROM nation, customer WHERE n_key = c_nation");
  EXPECT_LT(text.find("Scan customer"), text.find("Scan nation")) << text;
  // As it is written, where that is good already.
  const std::string kept =
      SizedTree("SELECT n_name, c_name FROM customer, nation WHERE n_key = c_nation");
  EXPECT_THAT(kept, Not(HasSubstr("join order")));
  EXPECT_LT(kept.find("Scan customer"), kept.find("Scan nation")) << kept;
}

// All records of the sample of each source are rows; those of `passing` that may be filtered are.
std::vector<SourceSize> SampledSizes(const Plan& plan, int64_t record_bytes, int64_t num_passing) {
  std::vector<SourceSize> sizes = SizesOf(plan);
  for (size_t i = 0; i < sizes.size(); ++i) {
    SourceSample& sample = sizes[i].sample.emplace();
    sample.num_records = 1000;
    sample.num_file_bytes = 1000 * record_bytes;
    sample.num_rows = plan.sources[i].filter == nullptr ? 1000 : num_passing;
    sample.count = [](const Scan&, const ExprPtr&) { return std::optional<int64_t>(10); };
  }
  return sizes;
}

// The filter, which is taken to leave few parts without a sample, leaves nearly all or none.
TEST(JoinOrder, SamplesSayHowManyRowsThereAreAndPass) {
  TestPipeline pipeline = Shop();
  pipeline.Table("t", kCommaJoins);
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  EXPECT_THAT(TreeOf(OrderJoins(*plan, SampledSizes(*plan, 100, 900))),
              testing::AllOf(HasSubstr("part 90,000 of 100,000 rows"),
                             HasSubstr("line 5,000,000 rows"), HasSubstr("nation 10 rows")));
  EXPECT_THAT(TreeOf(OrderJoins(*plan, SampledSizes(*plan, 50, 0))),
              HasSubstr("part 100 of 200,000 rows"));
}

// Another reader wants all rows, so that the filter is not the source's.
TEST(JoinOrder, SamplesSayHowManyRowsPassAFilter) {
  TestPipeline pipeline = Shop();
  pipeline.Table("t",
                 "SELECT p_type FROM part, line, orders WHERE p_key = l_part AND o_key = l_order "
                 "AND lower(p_type) = 'tin'");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  EXPECT_THAT(TreeOf(OrderJoins(*plan, SampledSizes(*plan, 100, 1000))),
              HasSubstr("part 1,000 of 100,000 rows"));
}

TEST(JoinOrder, SamplesAreOfSourcesThatAreJoined) {
  const auto joined = [](const std::vector<std::string>& queries) {
    TestPipeline pipeline = Shop();
    for (size_t i = 0; i < queries.size(); ++i) {
      pipeline.Table("t" + std::to_string(i), queries[i]);
    }
    const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
    const std::vector<bool> are_joined = SourcesOfJoins(*plan);
    std::vector<std::string> names;
    for (size_t i = 0; i < are_joined.size(); ++i) {
      if (are_joined[i]) names.push_back(plan->sources[i].source->name);
    }
    return names;
  };
  using testing::UnorderedElementsAre;
  EXPECT_THAT(joined({"SELECT n_name FROM nation, customer WHERE n_key = c_nation",
                      "SELECT p_key FROM part LEFT JOIN orders ON p_key = o_key"}),
              UnorderedElementsAre("nation", "customer"));
  EXPECT_THAT(joined({"SELECT DISTINCT p_key FROM part",
                      "SELECT count(*) AS n FROM t0 JOIN nation ON n_key = t0.p_key"}),
              UnorderedElementsAre("nation", "part"));
}

// customer and part have nothing in common: all of their pairs, whatever the order.
TEST(JoinOrder, CrossJoinsWhereThereIsNoOther) {
  const std::string text =
      SizedTree("SELECT n_name, p_type FROM part, customer, nation WHERE n_key = c_nation");
  EXPECT_THAT(text, HasSubstr("Join CROSS\n"));
  EXPECT_THAT(text, HasSubstr("Join INNER ON customer.c_nation = nation.n_key\n"));
}

TEST(JoinOrder, EqualKeysOfThreeJoinWhicheverComesFirst) {
  EXPECT_THAT(UnsizedTree("SELECT c.c_name FROM customer AS c, customer AS d, customer AS e "
                          "WHERE c.c_key = e.c_key AND d.c_key = e.c_key"),
              Not(HasSubstr("CROSS")));
}

// A join takes one key of a set: the other column of the same table has to be equal by itself.
TEST(JoinOrder, EqualKeysOfOneTableAreAFilter) {
  const std::string text = UnsizedTree(
      "SELECT n_name FROM nation, orders, customer "
      "WHERE n_key = c_nation AND n_key = c_key AND o_customer = c_key");
  EXPECT_THAT(text, HasSubstr("Join INNER ON nation.n_key = orders.o_customer\n"));
  EXPECT_THAT(text, HasSubstr("Filter c_nation = c_key\n"));
}

TEST(JoinOrder, OuterJoinsStayWhereTheyAre) {
  const std::string text = SizedTree(
      "SELECT n_name FROM nation, part LEFT JOIN line ON p_key = l_part, customer "
      "WHERE n_key = c_nation AND c_key = p_key");
  EXPECT_THAT(text, HasSubstr("Join LEFT ON part.p_key = line.l_part\n"));
  EXPECT_THAT(text, Not(HasSubstr("CROSS")));
}

// customer has 153,846 rows, orders 1,639,344.
TEST(JoinOrder, OuterJoinsHoldTheirSmallerSideWhereTheOrderOfRowsDoesNotCount) {
  const std::string text = SizedTree(
      "SELECT c_name, count(o_key) AS n, max(o_date) AS latest FROM customer LEFT JOIN orders "
      "ON c_key = o_customer AND c_nation < o_key GROUP BY c_name");
  EXPECT_THAT(text, HasSubstr("  join order   the sides of an outer join are swapped: 153,846 rows "
                              "are held, not 1,639,344 rows\n"));
  EXPECT_THAT(text, HasSubstr("Join RIGHT ON orders.o_customer = customer.c_key AND "
                              "customer.c_nation < orders.o_key\n"));
  EXPECT_LT(text.find("Scan orders"), text.find("Scan customer")) << text;
  const std::string join = " FROM customer {} JOIN orders ON c_key = o_customer {}";
  const auto tree = [&](const char* columns, const char* kind, const char* rest) {
    return SizedTree(columns + fmt::format(fmt::runtime(join), kind, rest));
  };
  EXPECT_THAT(tree("SELECT count(*) AS n", "LEFT", ""), HasSubstr("Join RIGHT"));
  EXPECT_THAT(tree("SELECT count(c_key) AS n", "FULL", ""),
              HasSubstr("Join FULL ON orders.o_customer = customer.c_key"));
  EXPECT_THAT(tree("SELECT DISTINCT c_key, o_key", "LEFT", ""), HasSubstr("Join RIGHT"));
  EXPECT_THAT(tree("SELECT count(*) AS n", "RIGHT", ""),
              HasSubstr("Join LEFT ON orders.o_customer = customer.c_key"));
  // The smaller side is held already.
  EXPECT_THAT(
      SizedTree("SELECT count(*) AS n FROM orders LEFT JOIN customer ON c_key = o_customer"),
      HasSubstr("Join LEFT"));
}

TEST(JoinOrder, SidesOfOuterJoinsStayWhereTheOrderOfRowsCounts) {
  const std::string join = "customer LEFT JOIN orders ON c_key = o_customer";
  for (const std::string& query :
       {"SELECT c_name, o_key FROM " + join, "SELECT min_by(o_key, o_date) AS first FROM " + join,
        "SELECT sum(CAST(o_key AS DOUBLE)) AS n FROM " + join,
        "SELECT count(*) AS n FROM (SELECT o_key FROM " + join + " LIMIT 5) AS five",
        "SELECT c_nation, count(o_key) AS n FROM " + join + " GROUP BY c_nation LIMIT 5",
        "SELECT c_nation, count(o_key) AS n FROM " + join + " GROUP BY c_nation ORDER BY n LIMIT 5",
        "SELECT min_by(c_nation, n) AS least FROM (SELECT c_nation, count(o_key) AS n FROM " +
            join + " GROUP BY c_nation) AS counted",
        "SELECT max(CAST(o_key AS DOUBLE)) AS n FROM " + join,
        "SELECT max(CAST(c_name AS INT)) AS n FROM " + join,
        std::string("SELECT count(*) AS n FROM customer LEFT JOIN orders "
                    "ON CAST(c_name AS INT) = o_customer")}) {
    const std::string tree = SizedTree(query);
    EXPECT_THAT(tree, HasSubstr("Join LEFT")) << query;
    EXPECT_THAT(tree, Not(HasSubstr("swapped")));
  }
}

// Its cast would be asked for rows that the other join leaves out.
TEST(JoinOrder, JoinsThatMayFailStayWhereTheyAre) {
  const std::string text = SizedTree(
      "SELECT n_name FROM nation JOIN customer ON n_key = CAST(c_name AS INT) "
      "JOIN orders ON c_key = o_customer");
  EXPECT_THAT(text, HasSubstr("Join INNER ON nation.n_key = CAST(customer.c_name AS INT)\n"));
}

TEST(JoinOrder, SubqueriesOfJoinsAreTakenIn) {
  const std::string text = SizedTree(
      "SELECT q.n, o_date FROM (SELECT n_name AS n, c_key AS k FROM nation, customer "
      "WHERE n_key = c_nation) AS q, orders WHERE k = o_customer");
  EXPECT_LT(text.find("Scan orders"), text.find("Scan customer")) << text;
}

TEST(JoinOrder, ColumnsStayInTheirPlaces) {
  TestPipeline pipeline = Shop();
  pipeline.Table("t",
                 "SELECT * FROM nation, part, customer, line "
                 "WHERE n_key = c_nation AND p_key = l_part AND c_key = l_order");
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  const Plan ordered = OrderJoins(*plan, SizesOf(*plan));
  EXPECT_TRUE(ordered.tables[0].root->schema->Equals(plan->tables[0].root->schema));
  EXPECT_EQ(ordered.tables[0].root->schema->field(0)->name(), "n_key");
}

TEST(JoinOrder, ManyInputs) {
  TestPipeline pipeline;
  std::string from, where;
  for (int i = 0; i < 14; ++i) {
    const std::string name = "s" + std::to_string(i);
    pipeline.Source(name, "a" + std::to_string(i) + " INT, b" + std::to_string(i) + " INT");
    from += (i == 0 ? "" : ", ") + name;
    if (i > 0) {
      where += (i == 1 ? "" : " AND ") + ("b" + std::to_string(i - 1)) + " = a" + std::to_string(i);
    }
  }
  pipeline.Table("t", "SELECT count(*) AS n FROM " + from + " WHERE " + where);
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  std::vector<SourceSize> sizes;
  for (int i = 0; i < 14; ++i) sizes.push_back({1000 << (i * 5 % 14), 1000 << (i * 5 % 14)});
  const std::string text = TreeOf(OrderJoins(*plan, sizes));
  EXPECT_THAT(text, Not(HasSubstr("CROSS")));
  EXPECT_THAT(text, HasSubstr("join order"));
}

TEST(ImpliedConditions, FollowEqualKeys) {
  TestPipeline pipeline = Shop();
  pipeline.Table(
      "t",
      "SELECT o_date FROM line JOIN orders ON l_order = o_key JOIN part ON p_key = o_key "
      "WHERE l_order = 7");
  EXPECT_EQ(pipeline.Explain().find("filter  l_order = 7") == std::string::npos, false);
  EXPECT_THAT(pipeline.Explain(), HasSubstr("filter  o_key = 7"));
  EXPECT_THAT(pipeline.Explain(), HasSubstr("filter  p_key = 7"));
}

TEST(ImpliedConditions, OfAnOuterJoinOnlyTheSideThatIsFilledUp) {
  TestPipeline pipeline = Shop();
  pipeline.Table("t",
                 "SELECT o_date FROM line LEFT JOIN orders ON l_order = o_key "
                 "WHERE l_order < 7");
  EXPECT_THAT(pipeline.Explain(), HasSubstr("filter  o_key < 7"));
  TestPipeline other = Shop();
  other.Table("t", "SELECT o_date FROM line LEFT JOIN orders ON l_order = o_key AND o_key < 7");
  EXPECT_THAT(other.Explain(), HasSubstr("filter  o_key < 7"));
  EXPECT_THAT(other.Explain(), Not(HasSubstr("filter  l_order < 7")));
}

// 0.0 = -0.0, and their texts differ.
TEST(ImpliedConditions, NotOfFloatingKeys) {
  TestPipeline pipeline;
  pipeline.Source("a", "x DOUBLE").Source("b", "y DOUBLE");
  pipeline.Table("t", "SELECT x FROM a JOIN b ON x = y WHERE x > 1");
  EXPECT_THAT(pipeline.Explain(), Not(HasSubstr("filter  y")));
}

TEST(OuterJoins, BecomeInnerWhereNullsAreRejected) {
  EXPECT_THAT(UnsizedTree("SELECT n_name FROM nation LEFT JOIN customer ON n_key = c_nation "
                          "WHERE c_name > 'k'"),
              HasSubstr("Join INNER"));
  EXPECT_THAT(UnsizedTree("SELECT n_name FROM nation LEFT JOIN customer ON n_key = c_nation "
                          "WHERE c_name > 'k' OR n_name = 'x'"),
              HasSubstr("Join LEFT"));
  EXPECT_THAT(UnsizedTree("SELECT n_name FROM nation LEFT JOIN customer ON n_key = c_nation "
                          "WHERE coalesce(c_name, 'z') > 'k'"),
              HasSubstr("Join LEFT"));
  EXPECT_THAT(UnsizedTree("SELECT n_name FROM nation FULL JOIN customer ON n_key = c_nation "
                          "WHERE c_name IS NOT NULL"),
              HasSubstr("Join RIGHT"));
}

}  // namespace
}  // namespace tarn::plan
