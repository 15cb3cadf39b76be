#include "storage/s3_listing.h"

#include <arrow/buffer.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "s3/buckets.h"
#include "storage/fake_s3_for_test.h"
#include "storage/page_requests.h"
#include "storage/period_for_test.h"
#include "storage/random_tree_for_test.h"
#include "storage/storages_for_test.h"
#include "values/spark_datetime.h"

namespace tarn::storage {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Keys that the glob finds.
std::vector<std::string> List(s3::Client* client, const std::string& glob,
                              const Period& period = {}) {
  const auto found = ListS3(client, ParseGlob(glob, period).ValueOrDie());
  EXPECT_TRUE(found.ok()) << found.status();
  std::vector<std::string> keys;
  if (!found.ok()) return keys;
  const std::string bucket = "s3://" + client->bucket() + "/";
  for (const ObjectInfo& object : *found) {
    EXPECT_THAT(object.path, StartsWith(bucket));
    keys.push_back(object.path.substr(bucket.size()));
  }
  return keys;
}

std::vector<std::string> Keys(const std::string& pattern, int count) {
  std::vector<std::string> keys;
  for (int i = 0; i < count; ++i) keys.push_back(fmt::format(fmt::runtime(pattern), i));
  return keys;
}

void Append(std::vector<std::string> more, std::vector<std::string>* keys) {
  keys->insert(keys->end(), more.begin(), more.end());
}

// As the Million Song Dataset lies: three letters, one folder each.
std::vector<std::string> SongKeys(int count) {
  std::vector<std::string> keys;
  std::mt19937 random(3);
  const auto letter = [&] { return static_cast<char>('A' + random() % 26); };
  for (int i = 0; i < count; ++i) {
    keys.push_back(fmt::format("song_data/{}/{}/{}/TR{:06}.json", letter(), letter(), letter(), i));
  }
  return keys;
}

std::vector<std::string> DatedKeys(int num_days, int keys_per_day) {
  std::vector<std::string> keys;
  const auto first = std::chrono::sys_days(std::chrono::year(2018) / 1 / 1);
  for (int day = 0; day < num_days; ++day) {
    const std::chrono::year_month_day date = first + std::chrono::days(day);
    const std::string folder =
        fmt::format("events/{}-{:02}-{:02}/", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    for (int i = 0; i < keys_per_day; ++i) keys.push_back(fmt::format("{}{:06}.json", folder, i));
  }
  return keys;
}

TEST(ListS3Test, PagesAreOneListingInOrder) {
  FakeS3 s3({"log/b.json", "log/a.json", "log/c/d.json", "log/", "log/c/", "log/x.txt", "lo", "log",
             "logs/a.json", "log/e.json", "log//f.json"},
            3);
  EXPECT_THAT(List(&s3, "log/*.json"), ElementsAre("log/a.json", "log/b.json", "log/e.json"));
  EXPECT_THAT(List(&s3, "log/*/*.json"), ElementsAre("log//f.json", "log/c/d.json"));
  EXPECT_THAT(List(&s3, "**/d.json"), ElementsAre("log/c/d.json"));
  EXPECT_THAT(List(&s3, "nothing/*"), IsEmpty());
}

TEST(ListS3Test, SegmentsThatADiskHasNot) {
  FakeS3 s3({"/a", "//a", "log//a", "log/./a", "log/../a", "log/.hidden/a", "log/..a", "log/b"}, 2);
  EXPECT_THAT(List(&s3, "log/**"), ElementsAre("log/../a", "log/./a", "log//a", "log/b"));
  EXPECT_THAT(List(&s3, "log/*/a"), ElementsAre("log/../a", "log/./a", "log//a"));
  EXPECT_THAT(List(&s3, "**"), SizeIs(6));
  EXPECT_THAT(List(&s3, "*/a"), ElementsAre("/a"));
}

TEST(ListS3Test, TellsSizeTimeAndEtag) {
  FakeS3 s3({"x"});
  const auto found = ListS3(&s3, ParseGlob("*").ValueOrDie()).ValueOrDie();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].path, "s3://bucket/x");
  EXPECT_EQ(found[0].size_bytes, 1);
  EXPECT_EQ(found[0].modified_ns, 1);
  EXPECT_EQ(found[0].etag, "\"etag\"");
}

TEST(ListS3Test, WithoutWildcardsAnObjectOrAFolder) {
  std::vector<std::string> keys = Keys("log.old/{}", 20);
  Append({"log", "log/_x", "log/a", "log/b/c", "log/b/d", "logs", "_y/z"}, &keys);
  FakeS3 s3(keys, 3);
  EXPECT_THAT(List(&s3, "log"), ElementsAre("log", "log/a", "log/b/c", "log/b/d"));
  EXPECT_THAT(List(&s3, "log/b/"), ElementsAre("log/b/c", "log/b/d"));
  EXPECT_THAT(List(&s3, "logs"), ElementsAre("logs"));
  EXPECT_THAT(List(&s3, "log/_x"), ElementsAre("log/_x"));
  EXPECT_THAT(List(&s3, "_y"), ElementsAre("_y/z"));
  EXPECT_THAT(List(&s3, ""), SizeIs(25));
  EXPECT_THAT(List(&s3, "lo"), IsEmpty());
}

TEST(ListS3Test, BeginsAtTheLongestLiteralText) {
  FakeS3 s3({"log/2017-01.json", "log/2018-01.json", "log/2018-02.json", "log/2019-01.json"});
  EXPECT_THAT(List(&s3, "log/2018-*"), SizeIs(2));
  EXPECT_THAT(List(&s3, "log/{2017,2019}-*"), SizeIs(2));
  ASSERT_EQ(s3.num_requests(), 3);
  EXPECT_EQ(s3.requests()[0].prefix, "log/2018-");
  EXPECT_EQ(s3.requests()[1].prefix, "log/2017-");
  EXPECT_EQ(s3.requests()[2].prefix, "log/2019-");
}

TEST(ListS3Test, AnyPagesFailureFailsTheListing) {
  for (int request = 1; request <= 4; ++request) {
    FakeS3 s3(Keys("log/{:03}/x", 100), 3);
    s3.FailAt(request);
    const Status status = ListS3(&s3, ParseGlob("log/*/x").ValueOrDie()).status();
    EXPECT_TRUE(status.IsIOError());
    EXPECT_THAT(status.message(), AllOf(HasSubstr("s3://bucket/log/"), HasSubstr("no such luck")));
  }
}

TEST(ListS3Test, EndsBeforeMemoryDoes) {
  FakeS3 s3(Keys("log/{:03}/x", 1000), 100);
  const Glob glob = ParseGlob("log/*/x").ValueOrDie();
  const auto all = ListS3(&s3, glob, 1000 * (sizeof(ObjectInfo) + 40));
  EXPECT_TRUE(all.ok()) << all.status();
  const Status status = ListS3(&s3, glob, 500 * sizeof(ObjectInfo)).status();
  EXPECT_THAT(status.message(), AllOf(HasSubstr("s3://bucket/log/"), HasSubstr("does not end")));
  // What does not match is not held.
  EXPECT_THAT(ListS3(&s3, ParseGlob("log/*/y").ValueOrDie(), 1).ValueOrDie(), IsEmpty());
}

TEST(ListS3Test, FewKeysAreOneRequest) {
  FakeS3 s3(SongKeys(71));
  EXPECT_THAT(List(&s3, "song_data/*/*/*/*.json"), SizeIs(71));
  EXPECT_EQ(s3.num_requests(), 1);
}

TEST(ListS3Test, ManySmallFoldersAreFlatPages) {
  FakeS3 s3(SongKeys(15'000));
  EXPECT_THAT(List(&s3, "song_data/*/*/*/*.json"), SizeIs(15'000));
  RecordProperty("requests", s3.num_requests());
  EXPECT_LE(s3.num_requests(), 22);
}

TEST(ListS3Test, APeriodListsItsDatesAlone) {
  FakeS3 s3(DatedKeys(365, 2740));
  EXPECT_THAT(List(&s3, "events/{yyyy}-{MM}-{dd}/*.json", PeriodOf("2018-11-01", "2018-11-04")),
              SizeIs(3 * 2740));
  EXPECT_EQ(s3.num_requests(), 9);
  EXPECT_THAT(s3.told(), Each(StartsWith("events/2018-11-0")));
}

TEST(ListS3Test, APeriodWithoutEndBeginsWhereItDoes) {
  std::vector<std::string> keys;
  for (int year = 2000; year < 2020; ++year)
    Append(Keys(fmt::format("e-{}-{{:02}}", year), 13), &keys);
  FakeS3 s3(keys);
  EXPECT_THAT(List(&s3, "e-{yyyy}-{MM}", PeriodOf("2018-11-15", "")), SizeIs(14));
  EXPECT_EQ(s3.num_requests(), 1);
  EXPECT_THAT(s3.told(), Not(Contains(StartsWith("e-2017"))));
}

TEST(ListS3Test, ManyKeysAreListedInParallel) {
  FakeS3 s3(DatedKeys(100, 1000));
  EXPECT_THAT(List(&s3, "events/*/*.json"), SizeIs(100'000));
  RecordProperty("requests", s3.num_requests());
  EXPECT_LE(s3.num_requests(), 100 + 1 + 2 * PageRequests::kInFlightMax);
  std::set<std::string> begun;
  for (const auto& request : s3.requests()) begun.insert(request.after.substr(0, 17));
  EXPECT_GT(begun.size(), 20);
}

TEST(ListS3Test, FoldersThatCannotMatchAreNotListed) {
  std::vector<std::string> keys;
  Append(Keys("in/_spark_metadata/{:06}", 50'000), &keys);
  Append(Keys("in/a/{:06}.json", 1500), &keys);
  Append(Keys("in/b/{:06}.csv", 20'000), &keys);
  Append(Keys("in/old/{:06}.json", 50'000), &keys);
  Append(Keys("in/{:03}.json", 10), &keys);
  FakeS3 s3(keys);
  EXPECT_THAT(List(&s3, "in/{**/[!a]*,[ab]/*.json}").size(), 0 + 10 + 1500 + 20'000 + 50'000);
  FakeS3 pruned(keys);
  EXPECT_THAT(List(&pruned, "in/[ab]/*.json"), SizeIs(1500));
  EXPECT_LE(pruned.num_requests(), 28);
  EXPECT_THAT(pruned.told(), Not(Contains("in/old/001000.json")));
  EXPECT_THAT(pruned.told(), Not(Contains("in/_spark_metadata/002000")));
}

TEST(ListS3Test, ManySmallFoldersThatCannotMatchArePassedOver) {
  std::vector<std::string> keys = {"in/x200.json"};
  for (int folder = 0; folder < 500; ++folder) {
    Append(Keys(fmt::format("in/x{:03}/{{:02}}.json", folder), 50), &keys);
  }
  FakeS3 s3(keys);
  EXPECT_THAT(List(&s3, "in/{?200.json,?3[5-9]?/*.json}"), SizeIs(1 + 50 * 50));
  EXPECT_LE(s3.num_requests(), 10);
  EXPECT_THAT(s3.told(), Not(Contains("in/x300/00.json")));
}

TEST(ListS3Test, DirectoryBucketsAreAskedForWholeFolders) {
  FakeS3 s3(Keys("log/2018-{:03}/x", 100), 3, "name--usw2-az1--x-s3");
  EXPECT_THAT(List(&s3, "log/2018-0*/x"), SizeIs(100));
  EXPECT_THAT(List(&s3, "log/2018-001"), ElementsAre("log/2018-001/x"));
  for (const auto& request : s3.requests()) EXPECT_EQ(request.prefix, "log/");
}

// The same as the matcher says of every key, whatever the pages and their order.
TEST(ListS3Test, FindsWhatMatches) {
  RandomTree random(11);
  const Period period = PeriodOf("2018-06-01", "2018-11-30T12:00");
  for (int tree = 0; tree < 20; ++tree) {
    const std::vector<std::string> keys = random.Paths(tree < 10 ? 300 : 20);
    for (int i = 0; i < 40; ++i) {
      FakeS3 s3(keys, 1 + random.Below(8));
      if (i % 20 == 0) s3.AnswerLate();
      const std::string pattern = random.RelativeGlob();
      const Glob glob = ParseGlob(pattern, i % 2 == 0 ? Period{} : period).ValueOrDie();
      ASSERT_EQ(List(&s3, pattern, glob.period), MatchesOf(glob, "", keys)) << pattern;
    }
  }
}

TEST(ListS3Test, ARealServer) {
  if (std::getenv("TARN_TEST_S3") == nullptr) GTEST_SKIP() << "needs scripts/with-s3";
  const auto client = TestStorages()->buckets()->Open(std::getenv("TARN_TEST_BUCKET")).ValueOrDie();
  std::vector<std::string> keys = Keys("glob test/2018-11-{:02}/é+.json", 31);
  for (int folder = 0; folder < 6; ++folder) {
    Append(Keys(fmt::format("glob test/deep/{}/{{:03}}.json", folder), 400), &keys);
  }
  std::vector<arrow::Future<std::string>> puts;
  for (const std::string& key : keys) {
    puts.push_back(client->Put(key, arrow::Buffer::FromString("{}")));
  }
  for (const auto& put : puts) ASSERT_TRUE(put.status().ok()) << put.status();
  EXPECT_THAT(
      List(client.get(), "glob test/{yyyy}-{MM}-{dd}/*.json", PeriodOf("2018-11-02", "2018-11-04")),
      ElementsAre("glob test/2018-11-02/é+.json", "glob test/2018-11-03/é+.json"));
  EXPECT_THAT(List(client.get(), "glob test/{yyyy}-{MM}-{dd}/*", PeriodOf("2018-11-02", "")),
              SizeIs(29));
  EXPECT_THAT(List(client.get(), "glob test/*/*/*.json"), SizeIs(2400));
  EXPECT_THAT(List(client.get(), "glob test/*/[14]/*.json"), SizeIs(800));
  EXPECT_THAT(List(client.get(), "glob test/deep/3"), SizeIs(400));
  EXPECT_THAT(List(client.get(), "glob test/deep/3/007.json"), SizeIs(1));
  for (size_t begin = 0; begin < keys.size(); begin += 1000) {
    const auto end = keys.begin() + std::min(begin + 1000, keys.size());
    ASSERT_TRUE(client->Delete({keys.begin() + begin, end}).status().ok());
  }
}

}  // namespace
}  // namespace tarn::storage
