// Tables that are made of changes: however these arrive, the rows are those of all changes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "base/sample_row.h"
#include "local/local_engine.h"
#include "session/session.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Change {
  std::string id;
  int64_t at = 0;
  int64_t lsn = 0;
  std::optional<std::string> city;
  bool is_delete = false;

  std::string Json() const {
    const std::string value = city ? "\"" + *city + "\"" : "null";
    return "{\"id\":\"" + id + "\",\"at\":" + std::to_string(at) +
           ",\"lsn\":" + std::to_string(lsn) + ",\"city\":" + value + ",\"op\":\"" +
           (is_delete ? "D" : "U") + "\"}\n";
  }
  std::string City() const { return city.value_or("NULL"); }
};

// What the tables are to have, computed one change after the other.
struct Expected {
  std::vector<std::string> latest, history;

  explicit Expected(std::vector<Change> changes) {
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
      return std::tuple(a.id, a.at, a.lsn, !a.is_delete, a.city) <
             std::tuple(b.id, b.at, b.lsn, !b.is_delete, b.city);
    });
    for (size_t i = 0; i < changes.size(); ++i) {
      const bool is_last = i + 1 == changes.size() || changes[i + 1].id != changes[i].id;
      const bool is_last_of_time = is_last || changes[i + 1].at != changes[i].at;
      if (is_last_of_time) Apply(changes[i]);
      if (!is_last) continue;
      Close("NULL");
      if (changes[i].is_delete) continue;
      latest.push_back("id = " + changes[i].id + ", at = " + std::to_string(changes[i].at) +
                       ", lsn = " + std::to_string(changes[i].lsn) +
                       ", city = " + changes[i].City());
    }
    std::sort(history.begin(), history.end());
  }

 private:
  void Apply(const Change& change) {
    if (open_ && !change.is_delete && open_->city == change.city) return;
    Close(std::to_string(change.at));
    if (!change.is_delete) open_ = change;
  }

  void Close(const std::string& valid_to) {
    if (open_) {
      history.push_back("id = " + open_->id + ", lsn = " + std::to_string(open_->lsn) +
                        ", city = " + open_->City() +
                        ", valid_from = " + std::to_string(open_->at) + ", valid_to = " + valid_to +
                        ", is_current = " + (valid_to == "NULL" ? "true" : "false"));
    }
    open_.reset();
  }

  std::optional<Change> open_;
};

class ChangesTest : public testing::Test {
 protected:
  ChangesTest() {
    const std::string settings = "key = [\"id\"]\norder_by = [\"at\", \"lsn\"]\nop = \"op\"\n";
    folder_.Write("tarn.toml",
                  "[lake]\ninput = \"raw\"\noutput = \"lake\"\n[source.log]\npath = \"*.json\"\n"
                  "schema = \"id STRING, at BIGINT, lsn BIGINT, city STRING, op STRING\"\n"
                  "[table.latest]\nmode = \"merge\"\nallow_empty = true\n" +
                      settings + "[table.history]\nhistory = \"scd2\"\nallow_empty = true\n" +
                      settings + "[table.current]\nallow_empty = true\n");
    folder_.Write("latest.sql", "SELECT id, at, lsn, city, op FROM log");
    folder_.Write("history.sql", "SELECT id, at, lsn, city, op FROM log -- of all\n;");
    folder_.Write("current.sql", "SELECT id, city FROM history WHERE is_current");
  }

  RunOutcome Run(const std::string& lake) const {
    local::LocalEngine engine(2);
    auto outcome = Open(lake)->Run({}, &engine, {});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *std::move(outcome);
  }

  std::vector<std::string> RowsOf(const std::string& lake, const std::string& table) const {
    const auto session = Open(lake);
    const auto storage = session->storages()->For("/").ValueOrDie();
    const auto info = lake::DescribeTable(storage.get(), folder_ / lake + "/" + table).ValueOrDie();
    const auto batch = lake::ReadHead(storage, info, 1 << 20).ValueOrDie();
    std::vector<std::string> rows;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      rows.push_back(RowText(SampleOf(*batch, row).ValueOrDie()));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  std::unique_ptr<Session> Open(const std::string& lake) const {
    return Session::Open(folder_.path(), {{{"lake.output", folder_ / lake}}}).ValueOrDie();
  }

  void Write(const std::string& file, const std::string& lines) const {
    folder_.Write("raw/" + file + ".json", lines);
  }

  storage::TemporaryFolder folder_;
};

TEST_F(ChangesTest, LateChangesGoWhereTheyBelong) {
  Write("1", Change{"a", 1, 0, "Oslo"}.Json() + Change{"a", 5, 0, "Rome"}.Json());
  EXPECT_TRUE(Run("lake").status.ok());
  EXPECT_THAT(RowsOf("lake", "history"),
              ElementsAre("id = a, lsn = 0, city = Oslo, valid_from = 1, valid_to = 5, is_current "
                          "= false",
                          "id = a, lsn = 0, city = Rome, valid_from = 5, valid_to = NULL, "
                          "is_current = true"));
  // Rome is known to be the city earlier; then there was none.
  Write("0", Change{"a", 3, 0, "Rome"}.Json() + Change{"a", 7, 0, {}, true}.Json());
  EXPECT_TRUE(Run("lake").status.ok());
  EXPECT_THAT(RowsOf("lake", "history"),
              ElementsAre("id = a, lsn = 0, city = Oslo, valid_from = 1, valid_to = 3, is_current "
                          "= false",
                          "id = a, lsn = 0, city = Rome, valid_from = 3, valid_to = 7, "
                          "is_current = false"));
  EXPECT_THAT(RowsOf("lake", "latest"), ElementsAre());
  EXPECT_THAT(RowsOf("lake", "current"), ElementsAre());
}

// Changes of few keys and times, with repeats and ties, in files that come in any order.
TEST_F(ChangesTest, AnyArrivalGivesTheRowsOfAllChanges) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](int count) { return static_cast<int>(random() % count); };
    std::filesystem::remove_all(folder_ / "raw");
    const std::string lake = "lake" + std::to_string(seed);
    std::vector<Change> changes;
    std::set<int> free_names;
    for (int i = 0; i < 6; ++i) free_names.insert(i);
    for (int run = 0; run < 3; ++run) {
      for (int file = 0; file < 2; ++file) {
        std::string lines;
        for (int line = below(8); line >= 0; --line) {
          changes.push_back({std::string(1, static_cast<char>('a' + below(3))), below(6), below(2),
                             below(4) == 0 ? std::nullopt : std::optional(below(2) ? "x" : "y"),
                             below(4) == 0});
          lines += changes.back().Json();
        }
        const auto name = std::next(free_names.begin(), below(static_cast<int>(free_names.size())));
        Write(std::to_string(*name), lines);
        free_names.erase(name);
      }
      const RunOutcome outcome = Run(lake);
      ASSERT_TRUE(outcome.status.ok()) << outcome.status;
      const Expected expected(changes);
      ASSERT_EQ(RowsOf(lake, "latest"), expected.latest) << "seed " << seed << " run " << run;
      ASSERT_EQ(RowsOf(lake, "history"), expected.history) << "seed " << seed << " run " << run;
    }
  }
}

// Nobody can say where such changes belong, not even those of deletes.
TEST_F(ChangesTest, AChangeWithoutItsKeyOrItsTimeFailsTheRun) {
  const std::string good = Change{"a", 1, 0, "Oslo"}.Json() + Change{"a", 2, 0, "Rome"}.Json();
  for (const char* const bad : {R"({"id":"a","op":"U"})", R"({"id":"a","op":"D"})",
                                R"({"at":1,"op":"U"})", R"({"at":1,"op":"D"})"}) {
    Write("1", good + bad + "\n");
    const RunOutcome outcome = Run("lake");
    EXPECT_FALSE(outcome.status.ok()) << bad;
    std::set<std::string> tables;
    for (const run::BrokenRule& rule : outcome.record.broken_rules) tables.insert(rule.table);
    EXPECT_THAT(tables, ElementsAre("history", "latest")) << bad;
  }
}

}  // namespace
}  // namespace tarn::session
