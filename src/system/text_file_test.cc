#include "system/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "system/scratch_folder.h"

namespace tarn {
namespace {

using testing::HasSubstr;

class TextFileTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(scratch_.Make().ok()); }

  std::string PathOf(const std::string& name) const { return scratch_.path() + "/" + name; }

  ScratchFolder scratch_;
};

TEST_F(TextFileTest, ReadsAllOfIt) {
  const std::string text = std::string(200'000, 'x') + '\0' + "\n";
  std::ofstream(PathOf("a.sql"), std::ios::binary) << text;
  EXPECT_EQ(ReadTextFile(PathOf("a.sql")).ValueOr(""), text);
}

TEST_F(TextFileTest, OfAFolderIsNoLinkOutOfIt) {
  std::filesystem::create_directory(PathOf("folder"));
  std::ofstream(PathOf("secret")) << "secret";
  std::ofstream(PathOf("folder/own")) << "own";
  std::filesystem::create_symlink("own", PathOf("folder/within"));
  std::filesystem::create_symlink("../secret", PathOf("folder/out"));
  std::filesystem::create_symlink("folder", PathOf("link"));
  EXPECT_EQ(ReadTextFileOfFolder(PathOf("folder/own")).ValueOr(""), "own");
  EXPECT_EQ(ReadTextFileOfFolder(PathOf("folder/within")).ValueOr(""), "own");
  EXPECT_EQ(ReadTextFileOfFolder(PathOf("link/own")).ValueOr(""), "own");
  EXPECT_THAT(MessageOf(ReadTextFileOfFolder(PathOf("folder/out")).status()),
              HasSubstr("leads out of its folder"));
  EXPECT_THAT(MessageOf(ReadTextFileOfFolder(PathOf("folder/none")).status()),
              HasSubstr("No such file"));
}

TEST_F(TextFileTest, RefusesWhatIsNoFile) {
  const auto error = [&](const std::string& path) {
    return MessageOf(ReadTextFile(path).status());
  };
  ASSERT_EQ(::mkfifo(PathOf("pipe.sql").c_str(), 0600), 0);
  EXPECT_THAT(error(PathOf("pipe.sql")), HasSubstr("a pipe or a device"));
  EXPECT_THAT(error("/dev/zero"), HasSubstr("a pipe or a device"));
  EXPECT_THAT(error(scratch_.path()), HasSubstr("a folder"));
  EXPECT_THAT(error(PathOf("none")), HasSubstr("No such file"));
}

TEST_F(TextFileTest, RefusesWhatIsTooLarge) {
  std::ofstream(PathOf("large.sql")).close();
  std::filesystem::resize_file(PathOf("large.sql"), kTextFileBytesMax);
  EXPECT_TRUE(ReadTextFile(PathOf("large.sql")).ok());
  std::filesystem::resize_file(PathOf("large.sql"), kTextFileBytesMax + 1);
  EXPECT_THAT(MessageOf(ReadTextFile(PathOf("large.sql")).status()),
              HasSubstr("larger than 16 MB"));
}

}  // namespace
}  // namespace tarn
