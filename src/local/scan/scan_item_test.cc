#include "local/scan/scan_item.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

using json::Framing;
using pipeline::RecordFormat;

pipeline::Source SourceOf(RecordFormat format) {
  pipeline::Source source;
  source.name = "things";
  source.format = format;
  return source;
}

TEST(FramingInTest, WhatTheFormatSays) {
  auto framing = [](RecordFormat format, std::string_view head) {
    return FramingIn(SourceOf(format), head, true, "/a.json");
  };
  EXPECT_EQ(*framing(RecordFormat::kNdjson, "{}\n{}"), Framing::kLines);
  EXPECT_EQ(*framing(RecordFormat::kJson, "{}\n{}"), Framing::kValues);
  EXPECT_EQ(*framing(RecordFormat::kJson, "[{}]"), Framing::kArray);
  EXPECT_EQ(*framing(RecordFormat::kAuto, "{}\n{}"), Framing::kLines);
  const Status status = framing(RecordFormat::kNdjson, "{\n\"a\":1}").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(status), testing::HasSubstr("/a.json"));
}

class CutIntoItemsTest : public testing::Test {
 protected:
  storage::ObjectInfo Add(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    auto file = storage_->Create(path).ValueOrDie();
    EXPECT_TRUE(file->Write(content).ok() && file->Close().ok());
    return {path, static_cast<int64_t>(content.size()), 0};
  }

  std::vector<ScanItem> Cut(RecordFormat format, std::vector<storage::ObjectInfo> files) {
    return CutIntoItems(3, SourceOf(format), std::move(files), storage_.get()).ValueOrDie();
  }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ = storage::TestStorages()->For("/").ValueOrDie();
};

TEST_F(CutIntoItemsTest, SmallFilesShareItemsInOrder) {
  std::vector<storage::ObjectInfo> files(600, Add("small", "{}"));
  files.push_back({"half", 600 << 10, 0});
  files.push_back({"other half", 600 << 10, 0});
  const std::vector<ScanItem> items = Cut(RecordFormat::kAuto, files);
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0].files.size(), 512u);
  EXPECT_EQ(items[1].files.back().path, "half");
  EXPECT_EQ(items[2].files[0].path, "other half");
  for (size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(items[i].source, 3);
    EXPECT_EQ(items[i].number, static_cast<int64_t>(i));
    EXPECT_EQ(items[i].kind, ScanItem::Kind::kWholeFiles);
  }
}

TEST_F(CutIntoItemsTest, LargeFilesAreCutWhenTheyHoldLines) {
  const std::string lines(kScanBlockBytes + 10, '\n');
  const auto one_line_each = Add("lines", "{\"a\": 1}\n" + lines);
  const std::vector<ScanItem> items = Cut(RecordFormat::kAuto, {one_line_each});
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].begin, 0);
  EXPECT_EQ(items[0].end, kScanBlockBytes);
  EXPECT_EQ(items[1].begin, kScanBlockBytes);
  EXPECT_EQ(items[1].end, one_line_each.size_bytes);
  EXPECT_EQ(Cut(RecordFormat::kJson, {one_line_each}).size(), 1u);
  const auto spread = Add("values", "{\n\"a\": 1}\n" + lines);
  EXPECT_EQ(Cut(RecordFormat::kAuto, {spread}).size(), 1u);
  EXPECT_EQ(Cut(RecordFormat::kAuto, {spread})[0].kind, ScanItem::Kind::kStream);
  const auto array = Add("array", "[{}" + lines + "]");
  EXPECT_EQ(Cut(RecordFormat::kAuto, {array})[0].kind, ScanItem::Kind::kStream);
  const auto corrupt = Add("corrupt.gz", "\x80\x81" + lines);
  EXPECT_EQ(Cut(RecordFormat::kAuto, {corrupt})[0].kind, ScanItem::Kind::kStream);
}

TEST_F(CutIntoItemsTest, ParquetIsCutWithoutALookAtIt) {
  const std::vector<ScanItem> items =
      Cut(RecordFormat::kParquet, {{"large", kParquetPartBytes + 1, 0}, {"empty", 0, 0}});
  ASSERT_EQ(items.size(), 3u);
  for (const ScanItem& item : items) EXPECT_EQ(item.kind, ScanItem::Kind::kParquet);
  EXPECT_EQ(items[0].end, kParquetPartBytes);
  EXPECT_TRUE(HasNextPart(items[0]));
  EXPECT_EQ(items[1].begin, kParquetPartBytes);
  EXPECT_EQ(items[1].end, kParquetPartBytes + 1);
  EXPECT_FALSE(HasNextPart(items[1]));
  EXPECT_EQ(items[2].files[0].path, "empty");
}

TEST_F(CutIntoItemsTest, ALongFirstLineIsReadToItsEnd) {
  const std::string padding(kScanBlockBytes, 'x');
  const auto file = Add("long", "{\"a\": \"" + padding + "\"}\n{\"a\": \"\"}\n");
  EXPECT_EQ(Cut(RecordFormat::kAuto, {file}).size(), 2u);
}

TEST_F(CutIntoItemsTest, AFileThatVanishedIsAnError) {
  EXPECT_FALSE(CutIntoItems(0, SourceOf(RecordFormat::kAuto),
                            {{folder_ / "gone", kScanBlockBytes + 1, 0}}, storage_.get())
                   .ok());
}

}  // namespace
}  // namespace tarn::local
