#include <fmt/format.h>
#include <sys/stat.h>

#include "pipeline/load_for_test.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(LoadTest, NoFolder) {
  auto pipeline = Load(directory_ / "nothing", {});
  ASSERT_THAT(DiagnosticsOf(pipeline.status()), SizeIs(1));
  EXPECT_EQ(DiagnosticsOf(pipeline.status())[0].message, "there is no such folder");
  EXPECT_THAT(DiagnosticsOf(pipeline.status())[0].hint, HasSubstr("tarn init"));
}

TEST_F(LoadTest, FileInsteadOfFolder) {
  WriteSmall("");
  auto pipeline = Load(directory_ / "tarn.toml", {});
  ASSERT_THAT(DiagnosticsOf(pipeline.status()), SizeIs(1));
  EXPECT_THAT(DiagnosticsOf(pipeline.status())[0].hint, HasSubstr(directory_.string()));
}

TEST_F(LoadTest, NoToml) {
  EXPECT_THAT(LoadBadOnce().hint, HasSubstr("tarn init"));
  fs::create_directory(directory_ / "inner");
  Write("inner/tarn.toml", "");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.message, "there is no tarn.toml in this folder");
  EXPECT_EQ(error.hint, fmt::format("did you mean {}?", (directory_ / "inner").string()));
}

TEST_F(LoadTest, NoSqlFiles) {
  Write("tarn.toml", std::string(kLake) + kEvents);
  Write("levels.SQL", "");
  Write(".#levels.sql", "");
  fs::create_directory(directory_ / "folder.sql");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.message, "the pipeline has no tables");
  EXPECT_THAT(error.hint, HasSubstr("SELECT"));
}

TEST_F(LoadTest, LinksThatLeadOutAreRefused) {
  const fs::path outside = directory_.string() + "_outside";
  fs::create_directory(outside);
  std::ofstream(outside / "secret") << "root:x:hash\n";
  WriteSmall("");
  fs::create_symlink(outside / "secret", directory_ / "x.sql");
  Diagnostic error = LoadBadOnce();
  EXPECT_EQ(error.file, directory_ / "x.sql");
  EXPECT_EQ(error.message, "this link leads out of the pipeline's folder");
  fs::remove(directory_ / "x.sql");

  // Through a folder within, and up again; a link to nothing says so.
  fs::create_symlink(outside, directory_ / "folder");
  fs::create_symlink("folder/secret", directory_ / "x.sql");
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("leads out"));
  fs::remove(directory_ / "x.sql");
  fs::create_symlink("nowhere", directory_ / "x.sql");
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("No such file"));
  fs::remove(directory_ / "x.sql");

  WriteSmall("[s3]\nca_file = \"folder/secret\"\n");
  EXPECT_EQ(LoadBadOnce().subject, "s3.ca_file");

  fs::rename(directory_ / "tarn.toml", outside / "tarn.toml");
  fs::create_symlink(outside / "tarn.toml", directory_ / "tarn.toml");
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("leads out"));
  fs::remove_all(outside);
}

TEST_F(LoadTest, LinksWithinThePipelineAreFollowed) {
  WriteSmall("");
  fs::create_directory(directory_ / "..data");
  fs::rename(directory_ / "levels.sql", directory_ / "..data/levels.sql");
  fs::rename(directory_ / "tarn.toml", directory_ / "..data/tarn.toml");
  fs::create_symlink("..data/levels.sql", directory_ / "levels.sql");
  fs::create_symlink("..data/tarn.toml", directory_ / "tarn.toml");
  EXPECT_THAT(LoadGood()->tables, SizeIs(1));
  // The folder itself may be one.
  const fs::path link = directory_.string() + "_link";
  fs::create_directory_symlink(directory_, link);
  EXPECT_TRUE(Load(link, {}).ok());
  fs::remove(link);
}

TEST_F(LoadTest, OnlyRegularFilesAreRead) {
  WriteSmall("");
  ASSERT_EQ(::mkfifo((directory_ / "pipe.sql").c_str(), 0600), 0);
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("a pipe or a device"));
  fs::remove(directory_ / "pipe.sql");
  Write("large.sql", "");
  fs::resize_file(directory_ / "large.sql", 1 << 30);
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("larger than 16 MB"));
  fs::remove(directory_ / "large.sql");
  fs::remove(directory_ / "tarn.toml");
  ASSERT_EQ(::mkfifo((directory_ / "tarn.toml").c_str(), 0600), 0);
  EXPECT_THAT(LoadBadOnce().message, HasSubstr("a pipe or a device"));
}

}  // namespace
}  // namespace tarn::pipeline
