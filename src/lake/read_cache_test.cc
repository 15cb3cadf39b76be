#include "lake/read_cache.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <parquet/metadata.h>

namespace tarn::lake {
namespace {

class ReadCacheTest : public testing::Test {
 protected:
  ReadCacheTest() {
    const auto column = parquet::schema::PrimitiveNode::Make("a", parquet::Repetition::REQUIRED,
                                                             parquet::Type::INT32);
    schema_.Init(parquet::schema::GroupNode::Make("root", parquet::Repetition::REQUIRED, {column}));
  }

  ReadCache::Metadata Read(const std::string& path) {
    const auto read = [&]() -> Result<ReadCache::Metadata> {
      ++num_reads_;
      if (path == "bad") return Status::IOError("no such file");
      return parquet::FileMetaDataBuilder::Make(&schema_, parquet::default_writer_properties())
          ->Finish();
    };
    return cache_.MetadataOf(path, read).ValueOr(nullptr);
  }

  ReadCache cache_{/*has_codes=*/true};
  parquet::SchemaDescriptor schema_;
  int num_reads_ = 0;
};

TEST_F(ReadCacheTest, KeepsTheMetadataOfTheLastFiles) {
  const auto first = Read("0");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(Read("0"), first);
  EXPECT_EQ(num_reads_, 1);
  for (int i = 1; i < 20; ++i) Read(fmt::format("{}", i));
  EXPECT_EQ(num_reads_, 20);
  Read("19");
  EXPECT_EQ(num_reads_, 20);
  EXPECT_NE(Read("0"), first);
}

TEST_F(ReadCacheTest, AnErrorIsNotKept) {
  EXPECT_EQ(Read("bad"), nullptr);
  EXPECT_EQ(Read("bad"), nullptr);
  EXPECT_EQ(num_reads_, 2);
}

TEST_F(ReadCacheTest, ADictionaryForEachColumn) {
  EXPECT_EQ(cache_.DictionaryOf("a"), cache_.DictionaryOf("a"));
  EXPECT_NE(cache_.DictionaryOf("a"), cache_.DictionaryOf("b"));
  EXPECT_EQ(ReadCache(/*has_codes=*/false).DictionaryOf("a"), nullptr);
}

}  // namespace
}  // namespace tarn::lake
