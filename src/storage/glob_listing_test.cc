#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "storage/braces.h"
#include "storage/local_listing.h"
#include "storage/period_for_test.h"
#include "storage/random_tree_for_test.h"
#include "storage/temporary_folder_for_test.h"
#include "values/spark_datetime.h"

namespace tarn::storage {
namespace {

using testing::ElementsAre;

class GlobListingTest : public testing::Test {
 protected:
  std::vector<std::string> List(const std::string& glob, const Period& period = {}) {
    std::vector<std::string> paths;
    const auto found = ListLocal(ParseGlob(folder_ / glob, period).ValueOrDie());
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok()) return paths;
    for (const ObjectInfo& object : *found) {
      paths.push_back(object.path.substr(folder_.path().size() + 1));
    }
    return paths;
  }

  void WriteAll(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) folder_.Write(path);
  }

  TemporaryFolder folder_;
};

TEST_F(GlobListingTest, PeriodKeepsWhatOverlaps) {
  WriteAll({"2017/12/a.json", "2018/10/a.json", "2018/11/a.json", "2018/12/a.json",
            "2018/13/a.json", "2018/x/a.json", "e-2018-10-31.gz", "e-2018-11-01.gz",
            "e-2018-11-02T05.gz", "e-2018-11-02T06.gz"});
  const Period november = PeriodOf("2018-11-01", "2018-12-01");
  EXPECT_THAT(List("{yyyy}/{MM}/*.json", november), ElementsAre("2018/11/a.json"));
  EXPECT_THAT(List("{yyyy}/{MM}/*.json"),
              ElementsAre("2017/12/a.json", "2018/10/a.json", "2018/11/a.json", "2018/12/a.json"));
  // A folder's span counts, as fine as its name gives it.
  EXPECT_THAT(List("{yyyy}/*/*.json", november).size(), 5);
  EXPECT_THAT(List("{yyyy}/{MM}/*.json", PeriodOf("2018-11-30T23:59", "2018-12-01T00:00:01")),
              ElementsAre("2018/11/a.json", "2018/12/a.json"));
  EXPECT_THAT(List("e-{yyyy}-{MM}-{dd}{,T{HH}}.gz", PeriodOf("2018-11-01T23:00", "2018-11-02T06")),
              ElementsAre("e-2018-11-01.gz", "e-2018-11-02T05.gz"));
}

TEST_F(GlobListingTest, FoldersOutsideThePeriodAreNotOpened) {
  WriteAll({"2017/11/a.json", "2018/11/a.json"});
  // Who opens the folder finds a link without a target, which is an error.
  ASSERT_EQ(::symlink("nowhere", (folder_ / "2017/11/b.json").c_str()), 0);
  EXPECT_FALSE(ListLocal(ParseGlob(folder_ / "{yyyy}/*/*.json").ValueOrDie()).ok());
  const auto period = PeriodOf("2018-11-01", "2018-12-01");
  EXPECT_THAT(List("{yyyy}/*/*.json", period), ElementsAre("2018/11/a.json"));
  EXPECT_THAT(List("{yyyy}/**/*.json", period), ElementsAre("2018/11/a.json"));
}

TEST_F(GlobListingTest, AlternativesFindAFileOnce) {
  WriteAll({"a/x.json", "a/y.csv", "b/c/x.json", "b/x.json"});
  EXPECT_THAT(List("{a,b/c,b}/*.{json,csv}"),
              ElementsAre("a/x.json", "a/y.csv", "b/c/x.json", "b/x.json"));
  EXPECT_THAT(List("{a,**}/x.{json,js*}"), ElementsAre("a/x.json", "b/c/x.json", "b/x.json"));
  EXPECT_THAT(List("{a,b/c}"), ElementsAre("a/x.json", "a/y.csv", "b/c/x.json"));
}

// What a listing finds is what its glob matches, and that is what the patterns match that its
// alternatives stand for, one by one.
TEST_F(GlobListingTest, ListingsAndMatchersAgree) {
  RandomTree random(7);
  const Period period = PeriodOf("2018-06-01", "2018-11-30T12:00");
  int num_found = 0;
  for (int tree = 0; tree < 8; ++tree) {
    const TemporaryFolder folder;
    const std::vector<std::string> paths = random.Paths(60);
    for (const std::string& path : paths) folder.Write(path);
    for (int i = 0; i < 100; ++i) {
      const std::string pattern = folder / random.RelativeGlob();
      const Period within = i % 2 == 0 ? Period{} : period;
      const Glob glob = ParseGlob(pattern, within).ValueOrDie();
      std::vector<std::string> listed;
      for (const ObjectInfo& object : ListLocal(glob).ValueOrDie()) {
        listed.push_back(object.path.substr(folder.path().size() + 1));
      }
      ASSERT_EQ(listed, MatchesOf(glob, folder.path(), paths)) << pattern;
      std::set<std::string> one_by_one;
      for (const std::string& plain : ExpandBraces(pattern, false).ValueOrDie()) {
        const auto found = MatchesOf(ParseGlob(plain, within).ValueOrDie(), folder.path(), paths);
        one_by_one.insert(found.begin(), found.end());
      }
      ASSERT_EQ(std::set(listed.begin(), listed.end()), one_by_one) << pattern;
      num_found += static_cast<int>(listed.size());
    }
  }
  EXPECT_GT(num_found, 1'000);
}

}  // namespace
}  // namespace tarn::storage
