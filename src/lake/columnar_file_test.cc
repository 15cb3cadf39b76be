#include "lake/columnar_file.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/compute/initialize.h>
#include <arrow/io/memory.h>
#include <gtest/gtest.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_writer.h>

#include <numeric>
#include <random>

#include "lake/dictionaries_for_test.h"
#include "lake/table_for_test.h"

namespace tarn::lake {
namespace {

// Rows of a table in which columns of text differ in all that changes how they are written.
const auto kColumnsSchema =
    arrow::schema({arrow::field("few", arrow::utf8()), arrow::field("fills", arrow::utf8()),
                   arrow::field("sorted", arrow::utf8(), /*nullable=*/false),
                   arrow::field("plain", arrow::utf8()), arrow::field("long", arrow::utf8()),
                   arrow::field("bytes", arrow::binary()), arrow::field("nulls", arrow::utf8()),
                   arrow::field("number", arrow::int64())});
// It is written without a dictionary.
constexpr int kPlainColumn = 3;

template <class Builder, class Value>
std::shared_ptr<arrow::Array> Column(int64_t num_rows, Value value) {
  Builder builder;
  for (int64_t row = 0; row < num_rows; ++row) {
    const auto one = value(row);
    EXPECT_TRUE((one ? builder.Append(*one) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::RecordBatch> RandomRows(int64_t num_rows, std::mt19937* random) {
  using Text = std::optional<std::string>;
  const auto below = [&](size_t limit) { return (*random)() % limit; };
  return arrow::RecordBatch::Make(
      kColumnsSchema, num_rows,
      {Column<arrow::StringBuilder>(
           num_rows, [&](int64_t) { return below(9) == 0 ? Text() : std::string(below(20), 'x'); }),
       Column<arrow::StringBuilder>(
           num_rows, [&](int64_t) { return Text(fmt::format("value {}", below(1 << 20))); }),
       Column<arrow::StringBuilder>(
           num_rows, [&](int64_t row) { return Text(fmt::format("\xC3\xA9 {}", row / 700)); }),
       Column<arrow::StringBuilder>(num_rows,
                                    [&](int64_t row) {
                                      return row % 1000 == 7 ? Text()
                                                             : fmt::format("{}", below(1 << 30));
                                    }),
       Column<arrow::StringBuilder>(num_rows,
                                    [&](int64_t row) {
                                      return below(40) == 0
                                                 ? Text(std::string(row % 9000, 'a' + row % 7))
                                                 : Text();
                                    }),
       Column<arrow::BinaryBuilder>(
           num_rows,
           [&](int64_t row) { return Text(std::string(1, static_cast<char>(row / 64))); }),
       Column<arrow::StringBuilder>(num_rows, [](int64_t) { return Text(); }),
       Column<arrow::Int64Builder>(
           num_rows, [](int64_t row) { return std::optional<int64_t>(row % 1000); })});
}

class ColumnarFileTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  ColumnarFileTest() {
    const auto plain =
        parquet::schema::ColumnPath::FromDotString(kColumnsSchema->field(kPlainColumn)->name());
    properties_ = parquet::WriterProperties::Builder()
                      .compression(parquet::Compression::SNAPPY)
                      ->disable_dictionary(plain)
                      ->build();
    EXPECT_TRUE(parquet::arrow::ToParquetSchema(kColumnsSchema.get(), *properties_,
                                                *arrow_properties_, &schema_)
                    .ok());
  }

  // Each of `groups` as a row group, in two calls.
  std::string Written(const std::vector<arrow::RecordBatchVector>& groups) {
    const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto file =
        ColumnarFile::Open(sink, schema_, properties_, arrow_properties_.get()).ValueOrDie();
    std::vector<int> columns(static_cast<size_t>(kColumnsSchema->num_fields()));
    std::iota(columns.begin(), columns.end(), 0);
    for (const arrow::RecordBatchVector& batches : groups) {
      EXPECT_TRUE(file->BeginGroup().ok());
      const size_t half = batches.size() / 2;
      for (const auto& [begin, end] : {std::pair(size_t{0}, half), {half, batches.size()}}) {
        const arrow::RecordBatchVector part(batches.begin() + static_cast<int64_t>(begin),
                                            batches.begin() + static_cast<int64_t>(end));
        std::vector<RowRange> ranges;
        for (const auto& batch : part) {
          const auto number = static_cast<uint32_t>(ranges.size());
          ranges.push_back({number, 0, static_cast<uint32_t>(batch->num_rows())});
        }
        const OrderedRows rows(part, columns, ranges);
        const std::vector<RowBlock> blocks = {{0, rows.num_rows()}};
        for (int column = 0; rows.num_rows() > 0 && column < rows.num_columns(); ++column) {
          const Status status = file->column(column)->Write(rows, column, blocks);
          EXPECT_TRUE(status.ok()) << status;
        }
      }
    }
    EXPECT_TRUE(file->Close(metadata_).ok());
    return sink->Finish().ValueOrDie()->ToString();
  }

  // The same file by Arrow's writer.
  std::string Expected(const arrow::RecordBatchVector& groups) {
    const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto file = parquet::ParquetFileWriter::Open(
        sink, std::static_pointer_cast<parquet::schema::GroupNode>(schema_->schema_root()),
        properties_, metadata_);
    parquet::ArrowWriteContext context(arrow::default_memory_pool(), arrow_properties_.get());
    for (const auto& rows : groups) {
      parquet::RowGroupWriter* const group = file->AppendBufferedRowGroup();
      for (int column = 0; column < rows->num_columns(); ++column) {
        const auto& array = *rows->column(column);
        const bool is_optional = kColumnsSchema->field(column)->nullable();
        std::vector<int16_t> levels;
        for (int64_t row = 0; row < array.length(); ++row) levels.push_back(array.IsValid(row));
        EXPECT_TRUE(group->column(column)
                        ->WriteArrow(is_optional ? levels.data() : nullptr, nullptr, array.length(),
                                     array, &context, is_optional)
                        .ok());
      }
    }
    file->Close();
    return sink->Finish().ValueOrDie()->ToString();
  }

  std::mt19937 random_{11};
  const std::shared_ptr<const arrow::KeyValueMetadata> metadata_ =
      arrow::key_value_metadata({{"key", "value"}});
  const std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_ =
      parquet::ArrowWriterProperties::Builder().build();
  std::shared_ptr<parquet::WriterProperties> properties_;
  std::shared_ptr<parquet::SchemaDescriptor> schema_;
};

// `rows` in batches of random length.
arrow::RecordBatchVector Cut(const std::shared_ptr<arrow::RecordBatch>& rows,
                             std::mt19937* random) {
  arrow::RecordBatchVector batches;
  for (int64_t begin = 0; begin < rows->num_rows(); begin += batches.back()->num_rows()) {
    batches.push_back(rows->Slice(begin, 1 + static_cast<int64_t>((*random)() % 3000)));
  }
  return batches;
}

TEST_F(ColumnarFileTest, WritesTheBytesOfArrowsWriter) {
  const arrow::RecordBatchVector groups = {RandomRows(1, &random_), RandomRows(1000, &random_),
                                           RandomRows(20'000, &random_),
                                           RandomRows(100'003, &random_), RandomRows(5, &random_)};
  std::vector<arrow::RecordBatchVector> whole;
  for (const auto& rows : groups) whole.push_back({rows});
  EXPECT_TRUE(Written(whole) == Expected(groups));
}

TEST_F(ColumnarFileTest, CodesAndBatchesDoNotChangeTheBytes) {
  const arrow::RecordBatchVector groups = {RandomRows(70'000, &random_), RandomRows(1, &random_),
                                           RandomRows(2500, &random_)};
  std::vector<arrow::RecordBatchVector> coded;
  for (const auto& rows : groups) {
    coded.push_back(WithDictionaries(Cut(rows, &random_), &random_));
  }
  EXPECT_TRUE(Written(coded) == Expected(groups));
}

TEST_F(ColumnarFileTest, NullsWhereThereMayBeNone) {
  const auto rows = RandomRows(3, &random_);
  const auto nulls = rows->SetColumn(2, kColumnsSchema->field(2), rows->column(6)).ValueOrDie();
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto file =
      ColumnarFile::Open(sink, schema_, properties_, arrow_properties_.get()).ValueOrDie();
  ASSERT_TRUE(file->BeginGroup().ok());
  const arrow::RecordBatchVector batches = {nulls};
  const std::vector<int> columns = {2};
  const RowRange all{0, 0, 3};
  const RowBlock block{0, 3};
  EXPECT_TRUE(
      file->column(2)->Write(OrderedRows(batches, columns, {&all, 1}), 0, {&block, 1}).IsInvalid());
}

}  // namespace
}  // namespace tarn::lake
