#include "session/made_of.h"

#include <gtest/gtest.h>

#include "storage/temporary_folder_for_test.h"

namespace tarn::session {
namespace {

class MadeOfTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("names.sql", "SELECT name FROM raw -- all");
    folder_.Write("counts.sql", "SELECT count(*) AS n FROM names");
    folder_.Write("cities.sql", "SELECT city FROM other");
    Toml("");
    before_ = Now();
  }

  // The settings, with other ones of the source `raw`, and behind all.
  void Toml(const std::string& of_raw, const std::string& rest = "",
            const std::string& of_pipeline = "") {
    folder_.Write("tarn.toml", "[pipeline]\n" + of_pipeline +
                                   "\n[lake]\ninput = \"raw\"\noutput = \"lake\"\n"
                                   "[source.other]\npath = \"o*.json\"\nschema = \"city STRING\"\n"
                                   "[source.raw]\n" +
                                   (of_raw.empty() ? kRaw : of_raw) + "\n" + rest);
  }

  std::map<std::string, MadeOf> Now() {
    const auto pipeline = pipeline::Load(folder_.path(), {});
    EXPECT_TRUE(pipeline.ok()) << pipeline.status();
    return WhatTablesAreMadeOf(**pipeline);
  }

  // What is another one of `table` than at first.
  std::string Difference(const std::string& table) {
    return FirstDifference(before_.at(table), Now().at(table));
  }

  static constexpr char kRaw[] = "path = \"*.json\"\nschema = \"name STRING\"";

  storage::TemporaryFolder folder_;
  std::map<std::string, MadeOf> before_;
};

TEST_F(MadeOfTest, TheSameOfTheSame) {
  EXPECT_EQ(Now(), before_);
  EXPECT_EQ(before_.size(), 3U);
}

TEST_F(MadeOfTest, SqlButNotItsCommentsOrBlanks) {
  folder_.Write("names.sql", "/* every */ SELECT name\nFROM raw");
  EXPECT_EQ(Difference("names"), "");
  folder_.Write("names.sql", "SELECT 'a  b' AS name FROM raw");
  const auto one = Now().at("names");
  folder_.Write("names.sql", "SELECT 'a b' AS name FROM raw");
  EXPECT_EQ(FirstDifference(one, Now().at("names")), "its SQL");
  EXPECT_EQ(Difference("names"), "its SQL");
  EXPECT_EQ(Difference("counts"), "table names");
  EXPECT_EQ(Difference("cities"), "");
}

TEST_F(MadeOfTest, SettingsOfSources) {
  for (const std::string settings :
       {"path = \"x*.json\"\nschema = \"name STRING\"", "path = \"*.json\"\nschema = \"name INT\"",
        "path = \"*.json\"\nschema = \"name STRING, b INT\"",
        "path = \"*.json\"\nschema = \"name STRING\"\nformat = \"json\"",
        "path = \"*.json\"\nschema = \"name STRING\"\nmax_record_size = \"1 MB\"",
        "path = \"*.json\"\nschema = \"name STRING\"\non_bad_record = \"drop\"",
        "path = \"*.json\"\nschema = \"name STRING\"\nmax_bad_records = 3",
        "path = \"*.json\"\nschema = \"name STRING\"\nmax_bad_records = \"1%\"",
        "path = \"*.json\"\nschema = \"name STRING\"\non_new_field = \"fail\""}) {
    Toml(settings);
    EXPECT_EQ(Difference("names"), "source raw") << settings;
    EXPECT_EQ(Difference("counts"), "table names") << settings;
    EXPECT_EQ(Difference("cities"), "") << settings;
  }
}

TEST_F(MadeOfTest, SettingsOfTables) {
  Toml("", "[table.names]\nkey = [\"name\"]");
  EXPECT_EQ(Difference("names"), "its settings");
  Toml("", "[table.names]\nchecks = [\"name > 'a'\"]");
  EXPECT_EQ(Difference("names"), "its settings");
  Toml("", "[table.names]\nmin_rows = 1");
  EXPECT_EQ(Difference("names"), "its settings");
  const std::string merge =
      "[table.names]\nkey = [\"name\"]\nmode = \"merge\"\norder_by = \"at\"\n";
  Toml("", merge);
  EXPECT_EQ(Difference("names"), "its settings");
  const MadeOf merged = Now().at("names");
  for (const std::string more : {"op = \"op\"", "op = \"op\"\ndeletes = [\"x\"]"}) {
    Toml("", merge + more);
    EXPECT_EQ(FirstDifference(merged, Now().at("names")), "its settings") << more;
  }
  // How files are laid out is of new ones.
  Toml("", "[table.names]\nrow_group_size = \"1 MB\"");
  EXPECT_EQ(Difference("names"), "");
}

TEST_F(MadeOfTest, WhatSqlMeans) {
  Toml("", "", "time_zone = \"Europe/Oslo\"");
  EXPECT_EQ(Difference("cities"), "the time zone or double_quotes");
}

TEST_F(MadeOfTest, WhatIsReadNoMore) {
  folder_.Write("counts.sql", "SELECT 1 AS n");
  EXPECT_EQ(FirstDifference({{"a", "1"}, {"b", "2"}}, {{"a", "1"}}), "b");
  EXPECT_EQ(FirstDifference({{"a", "1"}}, {{"a", "1"}, {"b", "2"}}), "b");
  EXPECT_EQ(Difference("counts"), "its SQL");
}

}  // namespace
}  // namespace tarn::session
