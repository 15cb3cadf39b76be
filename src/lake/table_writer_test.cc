#include "lake/table_writer.h"

#include <arrow/compute/initialize.h>
#include <arrow/io/file.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "base/parallel_for.h"
#include "base/sanitized.h"
#include "lake/dictionaries_for_test.h"
#include "lake/parquet_file.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TableWriterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Write the batches as one table "t" and publish it.
  TableStats WriteTable(TableSpec spec, const arrow::RecordBatchVector& batches) {
    return WriteTable(folder_.path(), std::move(spec), batches);
  }

  static TableStats WriteTable(const std::string& root, TableSpec spec,
                               const arrow::RecordBatchVector& batches) {
    spec.name = "t";
    const auto lake = Lake::Open(storage::TestStorages(), root).ValueOrDie();
    const auto transaction = lake->Begin("run").ValueOrDie();
    const auto writer = transaction->NewTable(std::move(spec)).ValueOrDie();
    for (const auto& batch : batches) {
      const Status status = writer->Write(batch);
      EXPECT_TRUE(status.ok()) << status;
    }
    const TableStats stats = writer->Close().ValueOrDie();
    const Status status = transaction->Commit();
    EXPECT_TRUE(status.ok()) << status;
    return stats;
  }

  Status OpenError(TableSpec spec) {
    spec.name = "t";
    const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
    return lake->Begin("run").ValueOrDie()->NewTable(std::move(spec)).status();
  }

  std::string table() const { return folder_ / "t"; }

  // The rows of one file, without partition columns.
  std::shared_ptr<arrow::Table> ReadFile(const std::string& path) {
    const auto file = arrow::io::ReadableFile::Open(FileBelow(table(), path)).ValueOrDie();
    const auto reader = parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie();
    return reader->ReadTable().ValueOrDie();
  }

  std::string BytesOf(const std::string& path) {
    std::ifstream file(FileBelow(table(), path), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::shared_ptr<parquet::FileMetaData> Metadata(const std::string& path) {
    return parquet::ParquetFileReader::OpenFile(FileBelow(table(), path))->metadata();
  }

  storage::TemporaryFolder folder_;
};

const auto kSongs =
    arrow::schema({arrow::field("title", arrow::utf8()), arrow::field("year", arrow::int32()),
                   arrow::field("artist", arrow::utf8())});

TEST_F(TableWriterTest, OneFileAsRowsCome) {
  const auto first = Batch(kSongs, R"([["b",2000,"x"],["a",1999,"y"]])");
  const auto second = Batch(kSongs, R"([[null,null,null]])");
  const TableStats stats = WriteTable({.schema = kSongs}, {first, second});
  EXPECT_EQ(stats.num_rows, 3);
  EXPECT_EQ(stats.num_files, 1);
  EXPECT_EQ(stats.num_partitions, 1);
  EXPECT_THAT(FilesBelow(table()), ElementsAre("part-00000-run.snappy.parquet"));
  EXPECT_EQ(stats.num_bytes, static_cast<int64_t>(std::filesystem::file_size(
                                 FileBelow(table(), "part-00000-run.snappy.parquet"))));
  EXPECT_TRUE(ReadAll(table())->Equals(
      *Batch(kSongs, R"([["b",2000,"x"],["a",1999,"y"],[null,null,null]])")));
}

TEST_F(TableWriterTest, PartitionsAreFoldersInPathOrder) {
  const auto batch = Batch(kSongs, R"([["a",2000,"x"],["b",1999,"y"],["c",2000,"x"],
      ["d",null,"x"],["e",2000,""],["f",2000,null],["g",2000,"a/b:c=d é"]])");
  const TableStats stats =
      WriteTable({.schema = kSongs, .partition_by = {"year", "artist"}}, {batch});
  EXPECT_EQ(stats.num_rows, 7);
  EXPECT_EQ(stats.num_partitions, 5);
  EXPECT_EQ(stats.num_files, 5);
  EXPECT_THAT(
      FilesBelow(table()),
      ElementsAre("year=1999/artist=y/part-00001-run.snappy.parquet",
                  "year=2000/artist=__HIVE_DEFAULT_PARTITION__/part-00003-run.snappy.parquet",
                  "year=2000/artist=a%2Fb%3Ac%3Dd é/part-00004-run.snappy.parquet",
                  "year=2000/artist=x/part-00000-run.snappy.parquet",
                  "year=__HIVE_DEFAULT_PARTITION__/artist=x/part-00002-run.snappy.parquet"));
  const auto rows = ReadFile("year=2000/artist=x/part-00000-run.snappy.parquet");
  EXPECT_THAT(rows->ColumnNames(), ElementsAre("title"));
  EXPECT_EQ(rows->column(0)->chunk(0)->ToString(), "[\n  \"a\",\n  \"c\"\n]");
}

TEST_F(TableWriterTest, SortsWithinEachFile) {
  const auto batch = Batch(kSongs, R"([["c",1,""],["b",2,""],[null,1,""],["a",1,""],["a",2,""]])");
  WriteTable({.schema = kSongs, .partition_by = {"year"}, .sort_within = {{"title", false}}},
             {batch->Slice(0, 2), batch->Slice(2)});
  EXPECT_TRUE(ReadAll(table())->GetColumnByName("title")->Equals(
      Batch(kSongs, R"([[null,1,""],["a",1,""],["c",1,""],["a",2,""],["b",2,""]])")->column(0)));
}

TEST_F(TableWriterTest, SortsWithoutPartitions) {
  const auto batch = Batch(kSongs, R"([["a",1,""],["b",null,""],["c",3,""]])");
  WriteTable({.schema = kSongs, .sort_within = {{"year", true}}}, {batch});
  EXPECT_TRUE(ReadAll(table())->Equals(*Batch(kSongs, R"([["c",3,""],["a",1,""],["b",null,""]])")));
}

TEST_F(TableWriterTest, FlushesAtTheLimit) {
  const auto batch = Batch(kSongs, R"([["a",1,"x"],["b",2,"x"]])");
  const TableStats stats = WriteTable(
      {.schema = kSongs, .partition_by = {"year"}, .gathered_bytes_max = 1}, {batch, batch, batch});
  EXPECT_EQ(stats.num_files, 6);
  EXPECT_EQ(stats.num_partitions, 2);
  EXPECT_EQ(ReadAll(table())->num_rows(), 6);
}

// Rows that come in order of few partitions are written long before the limit, to the same files.
class EarlyFlushTest : public TableWriterTest {
 protected:
  static constexpr int kBatchRows = 1000;

  // Titles from..from + kBatchRows - 1 as texts of six digits, in `num_partitions` years.
  static std::shared_ptr<arrow::RecordBatch> Titles(int from, int num_partitions) {
    std::string rows;
    for (int row = from; row < from + kBatchRows; ++row) {
      rows +=
          fmt::format("{}[\"{:06}\",{},\"x\"]", row == from ? "[" : ",", row, row % num_partitions);
    }
    return Batch(kSongs, rows + "]");
  }

  // Write the batches that begin at these titles: about 1.6 times what is gathered at least, and
  // less than half of what is at most.
  TableStats Write(const std::vector<int>& begins, int num_partitions, bool is_sorted) {
    TableSpec spec{.name = "t", .schema = kSongs, .partition_by = {"year"}};
    EXPECT_TRUE(spec.gathers_rows());
    spec.gathered_bytes_max = 200 * kBatchRows;
    if (is_sorted) spec.sort_within = {{"title", false}};
    const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
    const auto transaction = lake->Begin("run").ValueOrDie();
    const auto writer = transaction->NewTable(std::move(spec)).ValueOrDie();
    for (const int begin : begins) {
      EXPECT_TRUE(writer->Write(Titles(begin, num_partitions)).ok());
    }
    for (const std::string& file : FilesBelow(folder_ / "_tarn")) {
      num_early_files_ += file.ends_with(".parquet") ? 1 : 0;
    }
    num_held_bytes_ = writer->num_held_bytes();
    const TableStats stats = writer->Close().ValueOrDie();
    EXPECT_TRUE(transaction->Commit().ok());
    return stats;
  }

  std::vector<std::string> TitlesOf(const std::string& path) {
    const auto rows = ReadFile(path)->CombineChunksToBatch().ValueOrDie();
    const auto& titles = static_cast<const arrow::StringArray&>(*rows->column(0));
    std::vector<std::string> found;
    for (int64_t row = 0; row < titles.length(); ++row) found.push_back(titles.GetString(row));
    return found;
  }

  int num_early_files_ = 0;     // before Close
  int64_t num_held_bytes_ = 0;  // before Close
};

TEST_F(EarlyFlushTest, RowsInOrderGoIntoTheSameFiles) {
  for (const bool is_sorted : {true, false}) {
    num_early_files_ = 0;
    EXPECT_EQ(Write({0, 1000, 2000, 3000}, 2, is_sorted).num_files, 2);
    EXPECT_EQ(num_early_files_, 2);
    EXPECT_GT(num_held_bytes_, 0);
    EXPECT_LE(num_held_bytes_, 150 * kBatchRows);
    for (const std::string& file : FilesBelow(table())) {
      EXPECT_THAT(TitlesOf(file), testing::SizeIs(2000));
      EXPECT_TRUE(std::ranges::is_sorted(TitlesOf(file)));
    }
  }
}

TEST_F(EarlyFlushTest, WhatBelongsBeforeWrittenRowsGetsAFileOfItsOwn) {
  EXPECT_EQ(Write({1000, 2000, 3000, 0}, 1, /*is_sorted=*/true).num_files, 2);
  EXPECT_EQ(num_early_files_, 1);
  size_t num_rows = 0;
  for (const std::string& file : FilesBelow(table())) {
    const auto titles = TitlesOf(file);
    EXPECT_TRUE(std::ranges::is_sorted(titles)) << file;
    num_rows += titles.size();
  }
  EXPECT_EQ(num_rows, 4000);
}

TEST_F(EarlyFlushTest, RowsWithoutOrderAreGathered) {
  EXPECT_EQ(Write({3000, 2000, 1000, 0}, 1, /*is_sorted=*/true).num_files, 1);
  EXPECT_EQ(num_early_files_, 0);
  EXPECT_TRUE(std::ranges::is_sorted(TitlesOf(FilesBelow(table())[0])));
}

TEST_F(EarlyFlushTest, RowsOfManyPartitionsAreGathered) {
  EXPECT_EQ(Write({0, 1000, 2000, 3000}, 5, /*is_sorted=*/false).num_files, 5);
  EXPECT_EQ(num_early_files_, 0);
  EXPECT_EQ(num_held_bytes_, 0);
}

TEST_F(TableWriterTest, EmptyTableKeepsItsSchema) {
  const TableStats stats = WriteTable({.schema = kSongs}, {Batch(kSongs, "[]")});
  EXPECT_EQ(stats.num_rows, 0);
  EXPECT_EQ(stats.num_files, 1);
  EXPECT_TRUE(DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), table())
                  ->schema->Equals(kSongs));
}

TEST_F(TableWriterTest, EmptyPartitionedTableKeepsItsColumns) {
  const TableStats stats = WriteTable({.schema = kSongs, .partition_by = {"year", "artist"}}, {});
  EXPECT_EQ(stats.num_partitions, 0);
  EXPECT_EQ(stats.num_files, 1);
  const TableInfo info =
      DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), table()).ValueOrDie();
  EXPECT_THAT(info.schema->field_names(), ElementsAre("title", "year", "artist"));
  EXPECT_THAT(info.partition_by, ElementsAre("year", "artist"));
  EXPECT_EQ(info.stats.num_rows, 0);
  EXPECT_EQ(info.stats.num_partitions, 0);
  EXPECT_EQ(ReadAll(table())->num_rows(), 0);
}

TEST_F(TableWriterTest, EveryTypeComesBack) {
  const auto inner = arrow::struct_(
      {arrow::field("a", arrow::int64()), arrow::field("b", arrow::list(arrow::utf8()))});
  const auto schema = arrow::schema(
      {arrow::field("boolean", arrow::boolean()), arrow::field("tiny", arrow::int8()),
       arrow::field("small", arrow::int16()), arrow::field("int", arrow::int32(), false),
       arrow::field("big", arrow::int64()), arrow::field("float", arrow::float32()),
       arrow::field("double", arrow::float64()), arrow::field("text", arrow::utf8()),
       arrow::field("bytes", arrow::binary()), arrow::field("date", arrow::date32()),
       arrow::field("time", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
       arrow::field("local", arrow::timestamp(arrow::TimeUnit::MICRO)),
       arrow::field("money", arrow::decimal128(9, 2)),
       arrow::field("large", arrow::decimal128(38, 10)),
       arrow::field("list", arrow::list(arrow::int32())),
       arrow::field("map", arrow::map(arrow::utf8(), arrow::int32())),
       arrow::field("struct", inner)});
  const auto batch = Batch(schema, R"([
      [true,-128,300,7,9223372036854775807,0.5,1e300,"ä","ab",17856,1542837407796000,1,"1.50",
       "1234567890.0123456789",[1,null],[["k",1]],{"a":1,"b":["x",null]}],
      [null,null,null,0,null,null,null,null,null,null,null,null,null,null,null,null,null],
      [false,0,0,1,0,NaN,-Inf,"","",0,-1,-1,"-0.01","0.0000000000",[],[],{"a":null,"b":[]}]])");
  for (const Codec codec : {Codec::kNone, Codec::kSnappy, Codec::kZstd, Codec::kGzip}) {
    WriteTable({.schema = schema, .codec = codec}, {batch});
    EXPECT_TRUE(ReadAll(table())->schema()->Equals(schema))
        << ReadAll(table())->schema()->ToString();
    EXPECT_TRUE(ReadAll(table())->Equals(*batch, false, arrow::EqualOptions().nans_equal(true)));
    ASSERT_EQ(FilesBelow(table()).size(), 1);
    EXPECT_THAT(FilesBelow(table())[0], HasSubstr("part-00000-run" + ParquetSuffix(codec)));
  }
}

TEST_F(TableWriterTest, FilesAreAsSparkReadsThem) {
  const auto schema =
      arrow::schema({arrow::field("time", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
                     arrow::field("money", arrow::decimal128(9, 2))});
  const auto row = Batch(schema, R"([[1542837407796000,"1.50"]])");
  const arrow::RecordBatchVector rows(10, row);  // more than SmallParquet takes
  WriteTable({.schema = schema}, rows);
  const auto metadata = Metadata("part-00000-run.snappy.parquet");
  EXPECT_EQ(metadata->version(), parquet::ParquetVersion::PARQUET_2_6);
  const auto& keys = metadata->key_value_metadata();
  EXPECT_EQ(keys->Get("org.apache.spark.version").ValueOr(""), "4.0.0");
  EXPECT_EQ(keys->Get("writer.date.proleptic").ValueOr(""), "true");
  EXPECT_EQ(keys->size(), 2);  // no Arrow schema
  EXPECT_EQ(metadata->created_by().rfind("tarn version ", 0), 0U);
  const auto* time = metadata->schema()->Column(0);
  EXPECT_EQ(time->physical_type(), parquet::Type::INT64);
  EXPECT_THAT(time->logical_type()->ToString(),
              HasSubstr("isAdjustedToUTC=true, timeUnit=microseconds"));
  EXPECT_EQ(metadata->schema()->Column(1)->physical_type(), parquet::Type::INT32);
  const auto column = metadata->RowGroup(0)->ColumnChunk(0);
  EXPECT_EQ(column->compression(), parquet::Compression::SNAPPY);
  ASSERT_NE(column->statistics(), nullptr);
  EXPECT_TRUE(column->statistics()->HasMinMax());
  EXPECT_TRUE(column->has_dictionary_page());
}

TEST_F(TableWriterTest, RowGroupsEndAtTheirSize) {
  const auto schema = arrow::schema({arrow::field("x", arrow::int64())});
  arrow::Int64Builder builder;
  for (int64_t row = 0; row < 10'000; ++row) ASSERT_TRUE(builder.Append(row).ok());
  const auto batch = arrow::RecordBatch::Make(schema, 10'000, {builder.Finish().ValueOrDie()});
  WriteTable({.schema = schema, .row_group_bytes = 8000}, {batch, batch->Slice(0, 500)});
  const auto metadata = Metadata("part-00000-run.snappy.parquet");
  ASSERT_EQ(metadata->num_row_groups(), 11);
  for (int group = 0; group < 10; ++group) EXPECT_EQ(metadata->RowGroup(group)->num_rows(), 1000);
  EXPECT_EQ(metadata->RowGroup(10)->num_rows(), 500);
  EXPECT_EQ(ReadAll(table())->num_rows(), 10'500);
}

TEST_F(TableWriterTest, HoldsARowGroup) {
  constexpr int64_t kRows = 128 * 1024;  // enough to be written at once
  const auto schema = arrow::schema({arrow::field("x", arrow::int64())});
  arrow::Int64Builder builder;
  for (int64_t row = 0; row < kRows; ++row) ASSERT_TRUE(builder.Append(row).ok());
  const auto batch = arrow::RecordBatch::Make(schema, kRows, {builder.Finish().ValueOrDie()});
  const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
  const auto transaction = lake->Begin("run").ValueOrDie();
  const auto large = transaction->NewTable({.name = "large", .schema = schema}).ValueOrDie();
  const auto small =
      transaction->NewTable({.name = "small", .schema = schema, .row_group_bytes = 100'000})
          .ValueOrDie();
  EXPECT_EQ(large->num_held_bytes(), 0);
  for (int64_t num_batches = 1; num_batches <= 3; ++num_batches) {
    ASSERT_TRUE(large->Write(batch).ok());
    ASSERT_TRUE(small->Write(batch).ok());
    EXPECT_GE(large->num_held_bytes(), num_batches * kRows * 8);
    EXPECT_LE(small->num_held_bytes(), 100'000);
  }
  // What waits for its turn is held as well.
  ASSERT_TRUE(small->Write(batch->Slice(0, kRows / 2)).ok());
  EXPECT_GE(small->num_held_bytes(), kRows / 2 * 8);
}

TEST_F(TableWriterTest, TwentyThousandPartitionsInBoundedMemory) {
  constexpr int kPartitions = 20'000;
  constexpr int kBatchRows = 1000;
  arrow::RecordBatchVector batches;
  for (int begin = 0; begin < kPartitions; begin += kBatchRows) {
    std::string rows = "[";
    for (int row = begin; row < begin + kBatchRows; ++row) {
      rows += fmt::format("{}[\"title {}\",{},\"AR{}\"]", row == begin ? "" : ",", row,
                          1960 + row % 60, row);
    }
    batches.push_back(Batch(kSongs, rows + "]"));
  }
  // In memory where that is possible: 20,000 files are slow on a disk that others share.
  const std::filesystem::path memory = "/dev/shm";
  const storage::TemporaryFolder folder(
      ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path());
  const int64_t bytes_before = arrow::default_memory_pool()->bytes_allocated();
  struct rusage before;
  ::getrusage(RUSAGE_SELF, &before);
  const TableStats stats =
      WriteTable(folder.path(), {.schema = kSongs, .partition_by = {"year", "artist"}}, batches);
  struct rusage after;
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(stats.num_partitions, kPartitions);
  EXPECT_EQ(stats.num_files, kPartitions);
  EXPECT_EQ(FilesBelow(folder / "t").size(), size_t{kPartitions});
  EXPECT_LT(arrow::default_memory_pool()->max_memory() - bytes_before, 100 << 20);
#ifndef TARN_SANITIZED
  // A sanitizer keeps freed memory and shadows: the process's size says nothing then.
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 200 << 10) << "kB";
#endif
}

TEST_F(TableWriterTest, ThreadsDoNotChangeTheFiles) {
  std::string rows;
  for (int row = 0; row < 200; ++row) {
    rows += fmt::format("{}[\"title {}\",{},\"\"]", row == 0 ? "[" : ",", row, row * 7 % 40);
  }
  const auto batch = Batch(kSongs, rows + "]");
  std::vector<std::string> files;
  std::shared_ptr<arrow::RecordBatch> content;
  for (const int num_threads : {1, 2, 5}) {
    const TableStats stats = WriteTable(
        {.schema = kSongs, .partition_by = {"year"}, .loop = LoopOnThreads(num_threads)}, {batch});
    EXPECT_EQ(stats.num_rows, 200);
    EXPECT_EQ(stats.num_files, 40);
    if (num_threads == 1) {
      files = FilesBelow(table());
      content = ReadAll(table());
    }
    EXPECT_EQ(FilesBelow(table()), files);
    EXPECT_TRUE(ReadAll(table())->Equals(*content));
  }
}

// Enough rows for several threads, some of them out of order, against those that one thread writes
// in one piece.
TEST_F(TableWriterTest, ThreadsDoNotChangeALargeFile) {
  constexpr int32_t kRows = 200'000;
  arrow::StringBuilder titles, artists;
  arrow::Int32Builder years;
  for (int32_t row = 0; row < kRows; ++row) {
    ASSERT_TRUE(titles.Append(fmt::format("title {}", row * 7919L % kRows)).ok());
    ASSERT_TRUE(years.Append(row / (kRows / 2)).ok());
    ASSERT_TRUE(row % 5 == 0 ? artists.AppendNull().ok() : artists.Append("x").ok());
  }
  const auto rows = arrow::RecordBatch::Make(
      kSongs, kRows,
      {titles.Finish().ValueOrDie(), years.Finish().ValueOrDie(), artists.Finish().ValueOrDie()});
  const arrow::RecordBatchVector batches = {rows->Slice(0, 70'001), rows->Slice(70'001)};
  for (const TableSpec& spec :
       {TableSpec{.schema = kSongs}, TableSpec{.schema = kSongs, .partition_by = {"year"}},
        TableSpec{.schema = kSongs, .partition_by = {"year"}, .sort_within = {{"title", false}}}}) {
    std::vector<std::string> files;
    for (const int num_threads : {1, 2, 5}) {
      TableSpec threaded = spec;
      threaded.row_group_bytes = 1 << 20;
      threaded.loop = LoopOnThreads(num_threads);
      WriteTable(threaded, batches);
      std::vector<std::string> contents;
      for (const std::string& file : FilesBelow(table())) contents.push_back(BytesOf(file));
      if (num_threads == 1) files = contents;
      EXPECT_EQ(contents, files);
    }
    const auto found = ReadAll(table(), kSongs.get());
    if (spec.sort_within.empty()) {
      EXPECT_TRUE(found->GetColumnByName("title")->Equals(*rows->column(0)));
      EXPECT_TRUE(found->GetColumnByName("artist")->Equals(*rows->column(2)));
    }
    EXPECT_GT(Metadata(FilesBelow(table())[0])->num_row_groups(), 1);
  }
}

// The same rows, once with columns of text value by value, once as codes into dictionaries that
// differ from batch to batch: which ones do depends on threads and time.
class CodedTextTest : public TableWriterTest {
 protected:
  static arrow::RecordBatchVector RandomBatches(int num_batches, std::mt19937* random) {
    const auto below = [&](size_t limit) { return (*random)() % limit; };
    arrow::RecordBatchVector batches;
    for (int batch = 0; batch < num_batches; ++batch) {
      const auto num_rows = static_cast<int64_t>(below(3000));
      arrow::StringBuilder titles, artists;
      arrow::Int32Builder years;
      for (int64_t row = 0; row < num_rows; ++row) {
        EXPECT_TRUE((below(50) == 0 ? titles.AppendNull()
                                    : titles.Append(fmt::format("title {}", below(5000))))
                        .ok());
        EXPECT_TRUE(years.Append(static_cast<int32_t>(batch / 10)).ok());
        // Most are met often, some once.
        const size_t artist = below(3) == 0 ? below(2000) : below(4);
        EXPECT_TRUE((artist == 0 ? artists.AppendNull()
                                 : artists.Append(std::string(artist % 2, 'x') +
                                                  std::string(artist % 30 / 2, 'y')))
                        .ok());
      }
      batches.push_back(
          arrow::RecordBatch::Make(kSongs, num_rows,
                                   {titles.Finish().ValueOrDie(), years.Finish().ValueOrDie(),
                                    artists.Finish().ValueOrDie()}));
    }
    return batches;
  }

  // Names and bytes of all files.
  std::vector<std::pair<std::string, std::string>> FilesOf(
      const TableSpec& spec, const arrow::RecordBatchVector& batches) {
    WriteTable(spec, batches);
    std::vector<std::pair<std::string, std::string>> files;
    for (const std::string& file : FilesBelow(table())) files.emplace_back(file, BytesOf(file));
    return files;
  }
};

TEST_F(CodedTextTest, FilesAreTheSame) {
  std::mt19937 random(3);
  const arrow::RecordBatchVector flat = RandomBatches(40, &random);
  const arrow::RecordBatchVector coded = WithDictionaries(flat, &random);
  for (TableSpec spec :
       {TableSpec{.schema = kSongs}, TableSpec{.schema = kSongs, .partition_by = {"year"}},
        TableSpec{.schema = kSongs, .partition_by = {"artist"}},
        TableSpec{.schema = kSongs, .sort_within = {{"title", false}, {"artist", true}}},
        TableSpec{.schema = kSongs, .partition_by = {"year"}, .sort_within = {{"title", true}}},
        TableSpec{.schema = kSongs,
        .partition_by = {"artist"},
        .sort_within = {{"year", false}, {"title", false}}}}) {
    for (const int64_t bytes_max : {256 << 20, 300'000}) {
      spec.gathered_bytes_max = bytes_max;
      spec.row_group_bytes = bytes_max;
      const auto expected = FilesOf(spec, flat);
      const auto found = FilesOf(spec, coded);
      ASSERT_EQ(found.size(), expected.size());
      for (size_t file = 0; file < found.size(); ++file) {
        EXPECT_EQ(found[file].first, expected[file].first);
        EXPECT_TRUE(found[file].second == expected[file].second) << found[file].first;
      }
    }
  }
}

TEST_F(CodedTextTest, RowsAreRead) {
  std::mt19937 random(5);
  const arrow::RecordBatchVector flat = RandomBatches(20, &random);
  WriteTable({.schema = kSongs}, WithDictionaries(flat, &random));
  const auto rows = arrow::Table::FromRecordBatches(flat).ValueOrDie();
  EXPECT_TRUE(ReadAll(table())->Equals(*rows->CombineChunksToBatch().ValueOrDie()));
}

TEST_F(CodedTextTest, OtherDictionariesAreRefused) {
  const auto codes = arrow::json::ArrayFromJSONString(arrow::int8(), "[0]").ValueOrDie();
  const auto values = arrow::json::ArrayFromJSONString(arrow::utf8(), R"(["a"])").ValueOrDie();
  const auto text = arrow::DictionaryArray::FromArrays(
                        arrow::dictionary(arrow::int8(), arrow::utf8()), codes, values)
                        .ValueOrDie();
  const auto batch = Batch(kSongs, R"([["a",1,"x"]])");
  const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
  const auto transaction = lake->Begin("run").ValueOrDie();
  const auto writer = transaction->NewTable({.name = "t", .schema = kSongs}).ValueOrDie();
  EXPECT_TRUE(
      writer->Write(arrow::RecordBatch::Make(kSongs, 1, {text, batch->column(1), batch->column(2)}))
          .IsInvalid());
}

TEST_F(TableWriterTest, StopsBetweenFiles) {
  arrow::StopSource source;
  TableSpec spec{.name = "t", .schema = kSongs, .partition_by = {"year"}};
  spec.stop = source.token();
  const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
  const auto transaction = lake->Begin("run").ValueOrDie();
  const auto writer = transaction->NewTable(std::move(spec)).ValueOrDie();
  ASSERT_TRUE(writer->Write(Batch(kSongs, R"([["a",1999,"x"]])")).ok());
  source.RequestStop();
  EXPECT_TRUE(writer->Close().status().IsCancelled());
}

TEST_F(TableWriterTest, WrongSpecsAreBadInput) {
  const auto nested = arrow::schema(
      {arrow::field("title", arrow::utf8()), arrow::field("list", arrow::list(arrow::int32())),
       arrow::field("map", arrow::map(arrow::utf8(), arrow::int32()))});
  const std::vector<std::pair<TableSpec, std::string>> cases = {
      {{.schema = kSongs, .partition_by = {"yaer"}}, "Table t has no column to partition by"},
      {{.schema = kSongs, .sort_within = {{"yaer", false}}}, "Table t has no column to sort by"},
      {{.schema = kSongs, .partition_by = {"year", "year"}}, "partitioned by a column twice"},
      {{.schema = kSongs, .partition_by = {"title", "year", "artist"}},
       "All columns are partition columns"},
      {{.schema = nested, .partition_by = {"list"}}, "cannot be partitioned by a column of type"},
      {{.schema = nested, .sort_within = {{"map", false}}}, "cannot be sorted by a column of type"},
  };
  for (const auto& [spec, message] : cases) {
    const Status status = OpenError(spec);
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << status;
    EXPECT_THAT(status.message(), HasSubstr(message));
  }
}

TEST_F(TableWriterTest, AnotherSchemaIsRefused) {
  const auto lake = Lake::Open(storage::TestStorages(), folder_.path()).ValueOrDie();
  const auto transaction = lake->Begin("run").ValueOrDie();
  const auto writer = transaction->NewTable({.name = "t", .schema = kSongs}).ValueOrDie();
  const auto other = arrow::schema({arrow::field("title", arrow::int32())});
  EXPECT_TRUE(writer->Write(Batch(other, "[[1]]")).IsInvalid());
}

}  // namespace
}  // namespace tarn::lake
