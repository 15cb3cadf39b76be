#include <map>

#include "pipeline/load_for_test.h"

namespace tarn::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GraphTest : public LoadTest {
 protected:
  void WriteTables(const std::map<std::string, std::string>& tables) {
    Write("tarn.toml", std::string(kLake) + kEvents);
    for (const auto& [name, query] : tables) Write(name + ".sql", query);
  }
};

TEST_F(GraphTest, DependencyOrderThenAlphabetical) {
  WriteTables(
      {{"d", "SELECT * FROM z"},
       {"z", "SELECT * FROM events"},
       {"C", "SELECT * FROM EVENTS"},
       {"b", "SELECT * FROM c JOIN D ON true JOIN events AS e ON true JOIN C AS again ON true"},
       {"a", "WITH z AS (SELECT 1 AS one) SELECT * FROM z"}});
  auto pipeline = LoadGood();
  EXPECT_THAT(NamesOf(pipeline->tables), ElementsAre("a", "C", "z", "d", "b"));
  ASSERT_THAT(pipeline->tables, SizeIs(5));
  EXPECT_THAT(pipeline->tables[0].inputs, IsEmpty());
  EXPECT_THAT(pipeline->tables[1].inputs, ElementsAre("events"));
  EXPECT_THAT(pipeline->tables[4].inputs, ElementsAre("C", "d", "events"));
}

TEST_F(GraphTest, UnknownName) {
  WriteTables({{"a", "SELECT * FROM something_else"}});
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.file, directory_ / "a.sql");
  EXPECT_EQ(error.column, 15);
  EXPECT_EQ(error.hint, "add [source.something_else] to tarn.toml, or write something_else.sql");
}

TEST_F(GraphTest, CyclesAreReportedOnceEach) {
  WriteTables({{"a", "SELECT * FROM b"},
               {"b", "SELECT * FROM c"},
               {"c", "SELECT * FROM a"},
               {"d", "SELECT * FROM a"},
               {"self", "SELECT * FROM self"},
               {"fine", "SELECT * FROM events"}});
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_EQ(errors[0].message, "tables read each other in a cycle: a -> b -> c -> a");
  EXPECT_EQ(errors[0].file, directory_ / "a.sql");
  EXPECT_EQ(errors[1].message, "tables read each other in a cycle: self -> self");
}

}  // namespace
}  // namespace tarn::pipeline
