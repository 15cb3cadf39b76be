#include "engine/folder_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/ddl.h"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

pipeline::Source SourceOf(const std::string& ddl) {
  pipeline::Source source;
  source.name = "events";
  source.schema = pipeline::ParseDdl(ddl).ValueOrDie();
  return source;
}

std::vector<storage::ObjectInfo> Files(const std::vector<std::string>& paths) {
  std::vector<storage::ObjectInfo> files;
  for (const std::string& path : paths) files.push_back({path});
  return files;
}

std::string ErrorOf(const std::string& ddl, const std::vector<std::string>& paths) {
  return FolderColumns(SourceOf(ddl), Files(paths)).status().message();
}

TEST(FolderColumns, AreThoseThatTheSchemaDeclares) {
  const pipeline::Source source = SourceOf("id INT, DT DATE, country STRING");
  const auto found =
      FolderColumns(source, Files({"/in/dt=2024-01-01/country=a%20b/x=1/a.json",
                                   "/in/dt=__HIVE_DEFAULT_PARTITION__/country=c/x=2/b.json"}));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(*found, ElementsAre(1, 2));
  EXPECT_THAT(NamesOfColumns(source, *found), ElementsAre("DT", "country"));
  EXPECT_THAT(FolderColumns(source, Files({"/in/dt=2024-01-01/plain/a.json"})).ValueOrDie(),
              IsEmpty());
}

TEST(FolderColumns, HaveTheValuesOfTheirType) {
  const auto value = [](const char* ddl, const char* path) {
    const auto schema = pipeline::ParseDdl(ddl).ValueOrDie();
    return FolderValue(*schema->field(0), path, TimeZone::Utc()).ValueOrDie()->ToString();
  };
  EXPECT_EQ(value("c STRING", "/in/c=a%2Fb/a.json"), "a/b");
  EXPECT_EQ(value("c INT", "/in/c=007/a.json"), "7");
  EXPECT_EQ(value("c DATE", "/in/C=2024-01-02/d=1/a.json"), "2024-01-02");
  EXPECT_EQ(value("c TIME(0)", "/in/c=12%3A30%3A00/a.json"), "12:30:00.000000");
  EXPECT_EQ(value("c INT", "/in/c=__HIVE_DEFAULT_PARTITION__/a.json"), "null");
}

TEST(FolderColumns, OfSomeOfTheFilesOrOfAnotherTypeAreRefused) {
  EXPECT_THAT(ErrorOf("dt DATE", {"/in/dt=2024-01-01/a.json", "/in/old/b.json"}),
              HasSubstr("some of the files are in folders dt=…, others are not: /in/old/b.json"));
  EXPECT_THAT(ErrorOf("dt DATE", {"/in/old/a.json", "/in/dt=2024-01-01/b.json"}),
              HasSubstr("others are not: /in/dt=2024-01-01/b.json"));
  EXPECT_THAT(ErrorOf("dt DATE", {"/in/dt=x/a.json"}), HasSubstr("not a DATE: x"));
  EXPECT_THAT(ErrorOf("dt ARRAY<INT>", {"/in/dt=1/a.json"}), HasSubstr("no value of this type"));
}

}  // namespace
}  // namespace tarn::engine
