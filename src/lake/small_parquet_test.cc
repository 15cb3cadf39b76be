#include "lake/small_parquet.h"

#include <arrow/io/memory.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <random>

#include "lake/parquet_file.h"
#include "lake/table_for_test.h"
#include "lake/thrift_compact.h"

// Small files against those that Arrow's writer makes of the same rows.
namespace tarn::lake {
namespace {

constexpr int64_t kRowsMax = 8;

std::shared_ptr<arrow::Schema> EveryPlainType() {
  return arrow::schema(
      {arrow::field("boolean", arrow::boolean()), arrow::field("tiny", arrow::int8()),
       arrow::field("small", arrow::int16()), arrow::field("int", arrow::int32()),
       arrow::field("big", arrow::int64()), arrow::field("float", arrow::float32()),
       arrow::field("double", arrow::float64()), arrow::field("text", arrow::utf8()),
       arrow::field("bytes", arrow::binary()), arrow::field("date", arrow::date32()),
       arrow::field("time", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
       arrow::field("local", arrow::timestamp(arrow::TimeUnit::MICRO)),
       arrow::field("money", arrow::decimal128(9, 2)),
       arrow::field("more", arrow::decimal128(18, 4)),
       arrow::field("large", arrow::decimal128(38, 10)),
       arrow::field("odd", arrow::decimal128(21, 0)),
       arrow::field("never", arrow::int32(), /*nullable=*/false),
       arrow::field("key", arrow::utf8(), /*nullable=*/false)});
}

// A file of the rows, in batches of so many. Where row groups may be small, Arrow writes it.
std::string FileOf(const arrow::RecordBatch& rows, Codec codec, int64_t row_group_bytes,
                   int64_t batch_rows = kRowsMax) {
  const auto format = ParquetFormat::Make(rows.schema(), codec, row_group_bytes).ValueOrDie();
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto file = format->Open(sink).ValueOrDie();
  for (int64_t begin = 0; begin < rows.num_rows(); begin += batch_rows) {
    EXPECT_TRUE(file->Write(*rows.Slice(begin, batch_rows)).ok());
  }
  const Status closed = file->Close();
  EXPECT_TRUE(closed.ok()) << closed;
  return sink->Finish().ValueOrDie()->ToString();
}

std::string ByArrow(const arrow::RecordBatch& rows, Codec codec) {
  return FileOf(rows, codec, SmallParquet::kTextBytesMax - 1);
}

std::unique_ptr<parquet::ParquetFileReader> Open(const std::string& file) {
  return parquet::ParquetFileReader::Open(
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(file)));
}

bool IsSmall(const std::string& file) {
  const auto reader = Open(file);
  const auto metadata = reader->metadata();
  return metadata->num_row_groups() == 1 &&
         !metadata->RowGroup(0)->ColumnChunk(0)->has_dictionary_page();
}

std::shared_ptr<arrow::Table> RowsOf(const std::string& file) {
  const auto reader =
      parquet::arrow::FileReader::Make(arrow::default_memory_pool(), Open(file)).ValueOrDie();
  return reader->ReadTable().ValueOrDie();
}

void ExpectSameStatistics(const parquet::ColumnChunkMetaData& small,
                          const parquet::ColumnChunkMetaData& large) {
  ASSERT_TRUE(small.is_stats_set());
  const auto ours = small.encoded_statistics();
  const auto theirs = large.encoded_statistics();
  EXPECT_EQ(ours->has_null_count, theirs->has_null_count);
  EXPECT_EQ(ours->null_count, theirs->null_count);
  EXPECT_EQ(ours->has_min, theirs->has_min);
  EXPECT_EQ(ours->has_max, theirs->has_max);
  EXPECT_EQ(ours->min(), theirs->min());
  EXPECT_EQ(ours->max(), theirs->max());
  EXPECT_EQ(ours->is_min_value_exact, theirs->is_min_value_exact);
  EXPECT_EQ(ours->is_max_value_exact, theirs->is_max_value_exact);
}

// What readers are told of both files is the same.
void ExpectSameMetadata(const parquet::FileMetaData& small, const parquet::FileMetaData& large) {
  EXPECT_TRUE(small.schema()->Equals(*large.schema()));
  EXPECT_EQ(small.version(), large.version());
  EXPECT_EQ(small.created_by(), large.created_by());
  EXPECT_TRUE(small.key_value_metadata()->Equals(*large.key_value_metadata()));
  EXPECT_EQ(small.num_rows(), large.num_rows());
  ASSERT_EQ(small.num_row_groups(), 1);
  const auto group = small.RowGroup(0);
  EXPECT_EQ(group->num_rows(), small.num_rows());
  EXPECT_EQ(group->file_offset(), large.RowGroup(0)->file_offset());
  int64_t num_bytes = 0;
  int64_t num_uncompressed_bytes = 0;
  for (int index = 0; index < small.num_columns(); ++index) {
    SCOPED_TRACE(small.schema()->Column(index)->name());
    const auto ours = group->ColumnChunk(index);
    const auto theirs = large.RowGroup(0)->ColumnChunk(index);
    EXPECT_EQ(small.schema()->Column(index)->column_order().get_order(),
              large.schema()->Column(index)->column_order().get_order());
    EXPECT_EQ(ours->type(), theirs->type());
    EXPECT_EQ(ours->compression(), theirs->compression());
    EXPECT_EQ(ours->num_values(), theirs->num_values());
    EXPECT_EQ(ours->path_in_schema()->ToDotString(), theirs->path_in_schema()->ToDotString());
    EXPECT_EQ(ours->encodings(), (std::vector{parquet::Encoding::PLAIN, parquet::Encoding::RLE}));
    EXPECT_FALSE(ours->has_dictionary_page());
    num_bytes += ours->total_compressed_size();
    num_uncompressed_bytes += ours->total_uncompressed_size();
    ExpectSameStatistics(*ours, *theirs);
  }
  EXPECT_EQ(group->total_compressed_size(), num_bytes);
  EXPECT_EQ(group->total_byte_size(), num_uncompressed_bytes);
}

void ExpectSameFile(const std::shared_ptr<arrow::RecordBatch>& rows, Codec codec) {
  const std::string small = FileOf(*rows, codec, 128 << 20);
  const std::string large = ByArrow(*rows, codec);
  ASSERT_TRUE(IsSmall(small));
  ExpectSameMetadata(*Open(small)->metadata(), *Open(large)->metadata());
  const auto read = RowsOf(small);
  ASSERT_TRUE(read->ValidateFull().ok());
  EXPECT_TRUE(read->schema()->Equals(*rows->schema())) << read->schema()->ToString();
  const auto expected = RowsOf(large);
  EXPECT_TRUE(
      read->Equals(*expected, arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false)))
      << rows->ToString() << read->ToString();
}

// Values that are special somewhere come often.
std::string RandomValue(const arrow::Field& field, std::mt19937* random) {
  const auto pick = [&](std::vector<std::string> values) {
    return values[(*random)() % values.size()];
  };
  if (field.nullable() && (*random)() % 4 == 0) return "null";
  switch (field.type()->id()) {
    case arrow::Type::BOOL:
      return pick({"true", "false"});
    case arrow::Type::INT8:
      return pick({"-128", "127", "0", "-1"});
    case arrow::Type::INT16:
      return pick({"-32768", "32767", "0", "300"});
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      return pick({"-2147483648", "2147483647", "0", "17856", "-1"});
    case arrow::Type::FLOAT:
      return pick({"0.0", "-0.0", "NaN", "Inf", "-Inf", "0.5", "-2.5"});
    case arrow::Type::DOUBLE:
      return pick({"0.0", "-0.0", "NaN", "Inf", "-Inf", "1e300", "-5e-324"});
    case arrow::Type::DECIMAL128: {
      const auto& type = arrow::internal::checked_cast<const arrow::Decimal128Type&>(*field.type());
      const std::string most(static_cast<size_t>(type.precision() - type.scale()), '9');
      const std::string point = type.scale() == 0 ? "" : ".";
      const std::string rest(static_cast<size_t>(type.scale()), '9');
      const std::string zeros(static_cast<size_t>(type.scale()), '0');
      return "\"" +
             pick({most + point + rest, "-" + most + point + rest, "0" + point + zeros,
                   "-1" + point + zeros, "1" + point + zeros}) +
             "\"";
    }
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return "\"" +
             pick({"", "a", "ä", "日本", "zz", std::string(4096, 'x'), std::string(4097, 'y'),
                   "a\\u0000b"}) +
             "\"";
    default:
      return pick({"-9223372036854775808", "9223372036854775807", "0", "1542837407796000"});
  }
}

std::shared_ptr<arrow::RecordBatch> RandomRows(const std::shared_ptr<arrow::Schema>& schema,
                                               int64_t num_rows, std::mt19937* random) {
  std::string rows;
  for (int64_t row = 0; row < num_rows; ++row) {
    std::string values;
    for (const auto& field : schema->fields()) {
      values += (values.empty() ? "" : ",") + RandomValue(*field, random);
    }
    rows += (row == 0 ? "[" : ",[") + values + "]";
  }
  return Batch(schema, "[" + rows + "]");
}

TEST(SmallParquetTest, FilesAreAsByArrowsWriter) {
  std::mt19937 random(1);  // NOLINT: the same every time
  const auto schema = EveryPlainType();
  for (const Codec codec : {Codec::kNone, Codec::kSnappy, Codec::kZstd, Codec::kGzip}) {
    for (int trial = 0; trial < 50; ++trial) {
      ExpectSameFile(RandomRows(schema, 1 + trial % kRowsMax, &random), codec);
      if (HasFailure()) return;
    }
  }
}

TEST(SmallParquetTest, RowsOfALargerBatchAreAsTheyStand) {
  std::mt19937 random(2);  // NOLINT: the same every time
  const auto rows = RandomRows(EveryPlainType(), 20, &random);
  for (int64_t begin = 0; begin < 18; ++begin) {
    ExpectSameFile(rows->Slice(begin, 3), Codec::kSnappy);
  }
}

TEST(SmallParquetTest, ManyColumns) {
  arrow::FieldVector fields;
  std::string row;
  for (int column = 0; column < 300; ++column) {
    fields.push_back(arrow::field(fmt::format("c{}", column), arrow::int32()));
    row += fmt::format("{}{}", column == 0 ? "" : ",", column);
  }
  ExpectSameFile(Batch(arrow::schema(fields), "[[" + row + "]]"), Codec::kSnappy);
}

TEST(SmallParquetTest, WhatIsNotSmallIsWrittenByArrow) {
  const auto schema = arrow::schema({arrow::field("x", arrow::utf8())});
  const auto file_of = [&](const std::string& rows, int64_t batch_rows = kRowsMax + 1) {
    const auto batch = Batch(schema, rows);
    std::string file = FileOf(*batch, Codec::kSnappy, 128 << 20, batch_rows);
    EXPECT_TRUE(RowsOf(file)->Equals(*arrow::Table::FromRecordBatches({batch}).ValueOrDie()));
    return file;
  };
  const std::string eight = R"(["a"],["b"],["c"],["d"],["e"],["f"],["g"],["h"])";
  EXPECT_TRUE(IsSmall(file_of("[" + eight + "]")));
  EXPECT_FALSE(IsSmall(file_of("[" + eight + R"(,["i"]])")));
  EXPECT_FALSE(IsSmall(file_of("[" + eight + "]", 1)));  // came in several batches
  const std::string longest(SmallParquet::kTextBytesMax, 'x');
  EXPECT_TRUE(IsSmall(file_of("[[\"" + longest + "\"]]")));
  EXPECT_FALSE(IsSmall(file_of("[[\"" + longest + "x\"]]")));
  EXPECT_EQ(Open(file_of("[]"))->metadata()->num_row_groups(), 0);
  const auto nested = arrow::schema({arrow::field("x", arrow::list(arrow::utf8()))});
  EXPECT_FALSE(IsSmall(FileOf(*Batch(nested, R"([[["a"]]])"), Codec::kSnappy, 128 << 20)));
}

TEST(ThriftReaderTest, RefusesWhatIsNoStruct) {
  std::string text;
  ThriftWriter writer(&text);
  writer.Int32(1, -5);
  writer.BeginList(3, ThriftType::kStruct, 20);
  for (int i = 0; i < 20; ++i) {
    writer.BeginElement();
    writer.Binary(2, "text");
    writer.Bool(5, i % 2 == 0);
    writer.EndStruct();
  }
  writer.BeginStruct(4);
  writer.Int64(1, int64_t{1} << 62);
  writer.EndStruct();
  writer.EndStruct();
  ThriftReader whole(text);
  for (const int field : {1, 3, 4, 0}) EXPECT_EQ(whole.SkipField().ValueOrDie(), field);
  EXPECT_EQ(whole.position(), text.size());
  for (size_t length = 0; length < text.size(); ++length) {
    ThriftReader part(std::string_view(text).substr(0, length));
    Result<int> field = 1;
    while (field.ok() && *field != 0) field = part.SkipField();
    EXPECT_FALSE(field.ok()) << length;
  }
  std::string deep(100,
                   static_cast<char>(0x1C));  // a struct whose first field is a struct, and so on
  EXPECT_FALSE(ThriftReader(deep).SkipField().ok());
}

}  // namespace
}  // namespace tarn::lake
