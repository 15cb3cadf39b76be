#include "spark/engine/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/temporary_folder_for_test.h"

namespace tarn::spark {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PlacementTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write(
        "tarn.toml",
        "[lake]\ninput = 'raw'\noutput = 'lake'\n[spark]\nsmall = 1000\n"
        "[source.events]\npath = 'events.json'\nschema = 'id INT, city STRING'\n"
        "[source.cities]\npath = 'cities.json'\nschema = 'city STRING, country STRING'\n");
    folder_.Write("visits.sql",
                  "SELECT e.id, c.country FROM events AS e JOIN cities AS c USING (city)");
    folder_.Write("counts.sql", "SELECT city, count(*) AS n FROM events GROUP BY city");
    folder_.Write("countries.sql", "SELECT DISTINCT country FROM cities");
  }

  Placement PlaceWith(const std::vector<engine::InputSize>& sizes) {
    pipeline_ = pipeline::Load(folder_.path(), {overrides_}).ValueOrDie();
    plan_ = plan::Bind(*pipeline_, {}).ValueOrDie();
    return Place(*plan_, sizes);
  }

  // Of a source, by its name.
  const SourcePlace& SourceIn(const Placement& placement, const std::string& name) const {
    for (size_t i = 0; i < plan_->sources.size(); ++i) {
      if (plan_->sources[i].source->name == name) return placement.sources[i];
    }
    ADD_FAILURE() << "no source " << name;
    return placement.sources[0];
  }

  TableWriterPlace WriterIn(const Placement& placement, const std::string& name) const {
    for (size_t i = 0; i < plan_->tables.size(); ++i) {
      if (plan_->tables[i].table->name == name) return placement.tables[i].writer;
    }
    ADD_FAILURE() << "no table " << name;
    return TableWriterPlace::kSpark;
  }

  storage::TemporaryFolder folder_;
  std::vector<std::pair<std::string, std::string>> overrides_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<plan::Plan> plan_;
};

// Sources are in the order of tarn.toml.
const std::vector<engine::InputSize> kOneIsLarge = {{1, 5000, 5000}, {20, 400, 400}};

TEST_F(PlacementTest, TheSmallestSourcesAreReadHere) {
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_TRUE(SourceIn(placement, "cities").is_here);
  EXPECT_EQ(SourceIn(placement, "cities").why, "400 B in 20 files");
  EXPECT_FALSE(SourceIn(placement, "events").is_here);
  const Placement both = PlaceWith({{1, 600, 600}, {20, 400, 400}});
  EXPECT_TRUE(SourceIn(both, "events").is_here);
  EXPECT_TRUE(SourceIn(both, "cities").is_here);
  const Placement too_much = PlaceWith({{1, 601, 601}, {20, 400, 400}});
  EXPECT_FALSE(SourceIn(too_much, "events").is_here);
}

TEST_F(PlacementTest, ZeroLeavesAllToSpark) {
  overrides_ = {{"spark.small", "0"}};
  EXPECT_FALSE(SourceIn(PlaceWith(kOneIsLarge), "cities").is_here);
}

TEST_F(PlacementTest, SmallTablesAreWrittenHere) {
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_EQ(WriterIn(placement, "countries"), TableWriterPlace::kHere);
  EXPECT_EQ(WriterIn(placement, "counts"), TableWriterPlace::kHereIfSmall);
  EXPECT_EQ(WriterIn(placement, "visits"), TableWriterPlace::kSpark);
  overrides_ = {{"table.counts.coalesce", "2"}, {"spark.small", "10000"}};
  const Placement large = PlaceWith(kOneIsLarge);
  EXPECT_EQ(WriterIn(large, "visits"), TableWriterPlace::kHere);
  EXPECT_EQ(WriterIn(large, "counts"), TableWriterPlace::kSpark);
}

TEST_F(PlacementTest, TablesReadWhatTheTablesBelowThemDo) {
  folder_.Write("latest.sql", "SELECT * FROM visits");
  EXPECT_EQ(WriterIn(PlaceWith(kOneIsLarge), "latest"), TableWriterPlace::kSpark);
}

TEST_F(PlacementTest, WhatIsFarIsLeftToSpark) {
  PlaceWith(kOneIsLarge);
  std::vector<Distance> distances = {{0.05, 1e8}, {0.05, 1e8}};
  EXPECT_TRUE(SourceIn(Place(*plan_, kOneIsLarge, distances), "cities").is_here);
  // 20 files of 400 bytes: at once, but each so slow.
  distances[1] = {50, 1e8};
  const Placement late = Place(*plan_, kOneIsLarge, distances);
  EXPECT_FALSE(SourceIn(late, "cities").is_here);
  EXPECT_THAT(SourceIn(late, "cities").why, HasSubstr("far from here, which would take 31 s"));
  distances[1] = {0.01, 1};
  EXPECT_FALSE(SourceIn(Place(*plan_, kOneIsLarge, distances), "cities").is_here);
  EXPECT_EQ(WriterIn(late, "countries"), TableWriterPlace::kHere);  // onto a disk
  overrides_ = {{"lake.output", "s3://some-lake/x"}};
  PlaceWith(kOneIsLarge);
  EXPECT_EQ(WriterIn(Place(*plan_, kOneIsLarge, {{0.2, 1e8}, {0, 1e8}}), "countries"),
            TableWriterPlace::kSpark);
}

TEST_F(PlacementTest, IsToldInWords) {
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_FALSE(IsAllHere(*plan_, placement));
  EXPECT_THAT(ToString(*plan_, placement),
              AllOf(HasSubstr("source cities is read by tarn: 400 B in 20 files\n"),
                    HasSubstr("table countries is written by tarn: reads 400 B\n"),
                    HasSubstr("table counts is written by tarn, up to 1.0 kB: reads 5.0 kB"),
                    HasSubstr("table visits is written by Spark: reads 5.4 kB\n"),
                    Not(HasSubstr("--engine local"))));
  overrides_ = {{"spark.small", "10000"}};
  const Placement all = PlaceWith(kOneIsLarge);
  EXPECT_TRUE(IsAllHere(*plan_, all));
  EXPECT_THAT(ToString(*plan_, all), HasSubstr("--engine local would do"));
  overrides_ = {{"spark.small", "0"}};
  const Placement none = PlaceWith(kOneIsLarge);
  EXPECT_EQ(ToString(*plan_, none), "");
}

TEST_F(PlacementTest, TimesAreSparks) {
  overrides_ = {{"source.cities.schema", "city STRING, country STRUCT<at: TIME(3)>"}};
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_FALSE(SourceIn(placement, "cities").is_here);
  EXPECT_THAT(SourceIn(placement, "cities").why, HasSubstr("it has a TIME"));
}

TEST_F(PlacementTest, MapsAreSparks) {
  overrides_ = {{"source.cities.schema", "city STRING, country STRUCT<of: MAP<STRING, INT>>"}};
  folder_.Write("countries.sql", "SELECT country FROM cities");
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_FALSE(SourceIn(placement, "cities").is_here);
  EXPECT_THAT(SourceIn(placement, "cities").why, HasSubstr("it has a MAP"));
}

TEST_F(PlacementTest, ColumnsOfFilesAreSparks) {
  folder_.Write("countries.sql", "SELECT country, _metadata.file_name AS file FROM cities");
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_FALSE(SourceIn(placement, "cities").is_here);
  EXPECT_THAT(SourceIn(placement, "cities").why, HasSubstr("columns of its files"));
}

TEST_F(PlacementTest, WhatIsRescuedIsReadHereOrRefused) {
  overrides_ = {{"source.events.on_bad_type", "rescue"}};
  const std::vector<engine::InputSize> small = {{1, 50, 50}, {20, 400, 400}};
  const Placement here = PlaceWith(small);
  EXPECT_TRUE(SourceIn(here, "events").is_here);
  EXPECT_TRUE(CheckPlacement(*plan_, here).ok());
  const Placement placement = PlaceWith(kOneIsLarge);
  EXPECT_FALSE(SourceIn(placement, "events").is_here);
  const std::vector<Diagnostic> errors = DiagnosticsOf(CheckPlacement(*plan_, placement));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].subject, "source.events.on_bad_type");
  EXPECT_EQ(errors[0].line, 7);
  EXPECT_THAT(errors[0].message, HasSubstr("this source is Spark's: 5.0 kB in 1 file"));
  EXPECT_THAT(errors[0].hint, HasSubstr("--engine local"));
}

}  // namespace
}  // namespace tarn::spark
