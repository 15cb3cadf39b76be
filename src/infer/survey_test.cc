// Files of every shape, read whole and sampled, and what does not fit a declared schema.
#include "infer/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "input/compress_for_test.h"
#include "pipeline/ddl.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::infer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SurveyTest : public testing::Test {
 protected:
  Survey Look(SurveyOptions options) {
    if (options.globs.empty()) options.globs = {folder_.path()};
    auto survey = SurveyFiles(storage::TestStorages(), options);
    EXPECT_TRUE(survey.ok()) << survey.status();
    return survey.ok() ? *std::move(survey) : Survey();
  }

  static std::shared_ptr<arrow::Schema> Ddl(const std::string& ddl) {
    return pipeline::ParseDdl(ddl).ValueOrDie();
  }

  storage::TemporaryFolder folder_;
};

TEST_F(SurveyTest, FilesOfEveryShape) {
  folder_.Write("a.ndjson", "{\"a\":1}\r\n\r\n{\"a\":2}");
  folder_.Write("b.json", "[{\"a\":3},\n{\"a\":4}]");
  folder_.Write("c.json", "{\n \"a\": 5\n}\n{\n \"a\": 6 }");
  folder_.Write("d.json.gz", input::Compress(arrow::Compression::GZIP, "{\"a\":7}\n{\"a\":8}\n"));
  folder_.Write("e.json", std::string("\xFF\xFE{\0\"\0a\0\"\0:\0009\0}\0", 16));
  folder_.Write("f.json", "");
  const Survey survey = Look({});
  EXPECT_EQ(survey.num_files_read, 6);
  EXPECT_TRUE(survey.is_whole);
  EXPECT_EQ(survey.profile.num_records(), 9);
  EXPECT_EQ(survey.profile.num_bad_records(), 0);
  const json::ValueProfile* const a = survey.profile.record().Find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->num_integers, 9);
  EXPECT_EQ(a->integer_max, 9);
}

TEST_F(SurveyTest, NothingMatches) {
  const Status status =
      SurveyFiles(storage::TestStorages(), {.globs = {folder_ / "*.json"}}).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(status), HasSubstr("no file matches: " + folder_ / "*.json"));
  const Status no_folder =
      SurveyFiles(storage::TestStorages(), {.globs = {folder_ / "raw/x/*.json"}}).status();
  EXPECT_EQ(KindOf(no_folder), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(no_folder),
              HasSubstr("no file matches, as there is no folder " + (folder_ / "raw/x") + ": "));
}

TEST_F(SurveyTest, DamagedFilesAreFindings) {
  const std::string gzip =
      input::Compress(arrow::Compression::GZIP, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
  folder_.Write("a.json.gz", gzip.substr(0, gzip.size() - 10));
  folder_.Write("b.json", "PK\x03\x04zip");
  folder_.Write("c.json", "{\"a\":4}\n");
  const Survey survey = Look({});
  ASSERT_THAT(survey.damaged, SizeIs(2));
  EXPECT_EQ(survey.damaged[0].file, 0);
  EXPECT_EQ(survey.damaged[1].file, 1);
  EXPECT_FALSE(survey.is_whole);
  EXPECT_GE(survey.profile.record().num_objects, 1);
}

TEST_F(SurveyTest, BadRecordsHaveTheirPlace) {
  folder_.Write("a.json", "{\"a\":1}\n");
  folder_.Write("b.json", "{\"a\":1}\n{\"a\":}\n{\"a\":1}\n");
  const Survey survey = Look({});
  EXPECT_EQ(survey.profile.num_bad_records(), 1);
  EXPECT_EQ(PlaceText(survey, survey.profile.bad_records()[0].place), (folder_ / "b.json") + ":2");
}

TEST_F(SurveyTest, ThreadsDoNotChangeIt) {
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    folder_.Write("f" + std::to_string(1000 + i) + ".json",
                  "{\"a\":\"v" + n + "\",\"k" + std::to_string(i % 7) + "\":" + n + "}\n{bad\n");
  }
  const auto text_of = [&](int num_threads) {
    const Survey survey = Look({.num_threads = num_threads});
    std::string text;
    for (const auto& member : survey.profile.record().members) {
      text += member->key + std::to_string(member->num_values) + member->examples[0] +
              PlaceText(survey, member->first);
    }
    for (const auto& bad : survey.profile.bad_records()) text += PlaceText(survey, bad.place);
    return text;
  };
  const std::string expected = text_of(1);
  EXPECT_THAT(expected, HasSubstr("f1000.json:2"));
  for (const int num_threads : {2, 8}) EXPECT_EQ(text_of(num_threads), expected);
}

TEST_F(SurveyTest, SamplesStopEarly) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"a\":" + std::to_string(i) + "}\n";
  folder_.Write("a.json", text);
  folder_.Write("b.json", text);
  const Survey some = Look({.extent = {.num_records = 100}});
  EXPECT_EQ(some.profile.num_records(), 100);
  EXPECT_EQ(some.profile.record().Find("a")->integer_max, 49);
  EXPECT_FALSE(some.is_whole);
  const Survey share = Look({.extent = {.share = 0.3}});
  EXPECT_GT(share.profile.num_records(), 10'000);
  EXPECT_LT(share.profile.num_records(), 30'000);
  EXPECT_EQ(Look({.extent = {.whole = true}}).profile.num_records(), 40'000);
}

TEST_F(SurveyTest, MisfitsAreFoundByColumn) {
  folder_.Write("a.json",
                "{\"a\":1,\"b\":\"x\"}\n{\"a\":\"y\",\"b\":1}\n{broken\n{\"a\":1.5,\"b\":[]}\n");
  folder_.Write("b.json", "[{\"a\":1},\n{\"a\":99999999999, \"b\":\"2018\"}]");
  const Survey survey = Look({.declared = Ddl("a INT, b DATE, c STRING")});
  EXPECT_EQ(survey.profile.num_bad_records(), 1);
  EXPECT_EQ(survey.num_misfit_records, 4);
  ASSERT_THAT(survey.misfits, SizeIs(3));
  EXPECT_EQ(survey.misfits[0].num_records, 3);
  EXPECT_EQ(PlaceText(survey, survey.misfits[0].first), (folder_ / "a.json") + ":2");
  EXPECT_EQ(survey.misfits[0].reason, "field a: 'y' is not INT");
  EXPECT_EQ(survey.misfits[1].num_records, 3);
  EXPECT_EQ(PlaceText(survey, survey.misfits[1].first), (folder_ / "a.json") + ":1");
  EXPECT_EQ(survey.misfits[2].num_records, 0);
}

TEST_F(SurveyTest, MisfitsBeyondTheSampleDoNotCount) {
  folder_.Write("a.json", "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":\"y\"}\n");
  const Survey survey = Look({.declared = Ddl("a INT"), .extent = {.num_records = 2}});
  EXPECT_EQ(survey.misfits[0].num_records, 1);
  EXPECT_EQ(survey.num_misfit_records, 1);
}

TEST_F(SurveyTest, LongRecordsAndManyBlocks) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text +=
        "{\"a\":\"" + std::string(100'000, 'x') + "\",\"n\":" + (i == 40 ? "true" : "1") + "}\n";
  }
  folder_.Write("lines.json", text);
  std::string array = text;
  std::replace(array.begin(), array.end(), '\n', ',');
  array.back() = ']';
  folder_.Write("array.json", "[\n" + array);
  const Survey survey = Look({.declared = Ddl("n INT"), .extent = {.whole = true}});
  EXPECT_EQ(survey.profile.num_records(), 100);
  EXPECT_EQ(survey.misfits[0].num_records, 2);
  EXPECT_EQ(PlaceText(survey, survey.misfits[0].first), (folder_ / "array.json") + ":2");
}

}  // namespace
}  // namespace tarn::infer
