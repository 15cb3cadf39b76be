#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"
#include "plan/source_size.h"

namespace tarn::plan {
namespace {

// By sizes of sources a and b.
std::string SizedTree(const std::string& sql, int64_t a_bytes, int64_t b_bytes) {
  TestPipeline pipeline = TwoSources();
  pipeline.Table("t", sql);
  const auto plan = Bind(pipeline.get(), {}).ValueOrDie();
  Plan ordered = OrderJoins(*plan, {{a_bytes, a_bytes}, {b_bytes, b_bytes}});
  ordered.tables[0].join_orders.clear();
  const std::string text = ToString(ordered), heading = "table t\n";
  return text.substr(text.find(heading) + heading.size());
}

constexpr const char* kUsersWithEvents = "SELECT DISTINCT x FROM a JOIN b ON a.id = b.id";

TEST(DistinctJoinKeys, OfASideThatIsOnlyLookedUp) {
  EXPECT_EQ(SizedTree(kUsersWithEvents, 1'000, 1'000'000),
            "  Distinct x\n"
            "    Join INNER ON b.id = a.id\n"
            "      Distinct id\n"
            "        Scan b: id\n"
            "      Scan a: id, x\n");
  EXPECT_EQ(SizedTree("SELECT min(x) AS least FROM b LEFT JOIN a ON a.id = b.id", 1'000, 1'000'000),
            "  Project min(x) AS least\n"
            "    Aggregate min(x)\n"
            "      Join LEFT ON b.id = a.id\n"
            "        Distinct id\n"
            "          Scan b: id\n"
            "        Scan a: id, x\n");
}

TEST(DistinctJoinKeys, NotWhereItWouldNotPay) {
  EXPECT_EQ(SizedTree(kUsersWithEvents, 1'000'000, 1'000'000),
            "  Distinct x\n"
            "    Join INNER ON a.id = b.id\n"
            "      Scan a: id, x\n"
            "      Scan b: id\n");
  // The keys are not repeated.
  EXPECT_EQ(SizedTree("SELECT DISTINCT x FROM a JOIN (SELECT id FROM b GROUP BY id HAVING "
                      "count(*) > 1) AS q ON a.id = q.id",
                      1'000, 1'000'000),
            "  Distinct x\n"
            "    Join INNER ON q.id = a.id\n"
            "      Project id\n"
            "        Filter count(*) > 1\n"
            "          Aggregate count(*) GROUP BY id\n"
            "            Scan b: id\n"
            "      Scan a: id, x\n");
}

TEST(DistinctJoinKeys, NotWhereRepeatsCountOrOthersAreRead) {
  EXPECT_EQ(SizedTree("SELECT count(x) AS c FROM a JOIN b ON a.id = b.id", 1'000, 1'000'000),
            "  Project count(x) AS c\n"
            "    Aggregate count(x)\n"
            "      Join INNER ON b.id = a.id\n"
            "        Scan b: id\n"
            "        Scan a: id, x\n");
  EXPECT_EQ(SizedTree("SELECT DISTINCT x, y FROM a JOIN b ON a.id = b.id", 1'000, 1'000'000),
            "  Distinct x, y\n"
            "    Join INNER ON b.id = a.id\n"
            "      Scan b: id, y\n"
            "      Scan a: id, x\n");
  // 0.0 and -0.0 are equal, but not the same.
  EXPECT_EQ(SizedTree("SELECT DISTINCT n FROM (SELECT n, CAST(n AS DOUBLE) AS d FROM a) AS q "
                      "JOIN b ON d = r",
                      1'000, 1'000'000),
            "  Distinct n\n"
            "    Join INNER ON b.r = q.d\n"
            "      Scan b: r\n"
            "      Project n, CAST(n AS DOUBLE) AS d\n"
            "        Scan a: n\n");
}

}  // namespace
}  // namespace tarn::plan
