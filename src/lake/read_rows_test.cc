#include "lake/read_rows.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <parquet/arrow/writer.h>

#include "lake/parquet_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::shared_ptr<arrow::Schema> Columns(const arrow::FieldVector& fields) {
  return arrow::schema(fields);
}

class ReadRowsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // A file with row groups of two rows.
  storage::ObjectInfo Add(const std::string& name, const std::shared_ptr<arrow::Schema>& schema,
                          const std::string& rows, bool int96 = false) {
    const auto table = arrow::Table::FromRecordBatches({Batch(schema, rows)}).ValueOrDie();
    auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    parquet::ArrowWriterProperties::Builder properties;
    if (int96) properties.enable_deprecated_int96_timestamps();
    EXPECT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), sink, 2,
                                           parquet::default_writer_properties(), properties.build())
                    .ok());
    const std::string content = sink->Finish().ValueOrDie()->ToString();
    folder_.Write(name, content);
    return {folder_ / name, static_cast<int64_t>(content.size()), 0};
  }

  // The rows as text, or the error.
  std::string Read(const storage::ObjectInfo& file, const RowsWanted& wanted) {
    std::string rows;
    const auto storage = storage::TestStorages()->For("/").ValueOrDie();
    const Status status = ReadRows(storage, file, wanted, [&](const auto& batch) {
      for (int64_t row = 0; row < batch->num_rows(); ++row) {
        rows += rows.empty() ? "" : " ";
        for (int i = 0; i < batch->num_columns(); ++i) {
          std::shared_ptr<arrow::Array> column = batch->column(i);
          if (column->type_id() == arrow::Type::TIMESTAMP) {
            column = column->View(arrow::int64()).ValueOrDie();
          }
          rows += (i > 0 ? "," : "") + (*column->GetScalar(row))->ToString();
        }
      }
      return Status::OK();
    });
    return status.ok() ? rows : MessageOf(status);
  }

  static RowsWanted Wanted(std::shared_ptr<arrow::Schema> schema) {
    RowsWanted wanted;
    wanted.schema = std::move(schema);
    wanted.batch_rows = 100;
    return wanted;
  }

  storage::TemporaryFolder folder_;
};

const arrow::FieldVector kNumberAndName = {arrow::field("n", arrow::int32()),
                                           arrow::field("name", arrow::utf8())};

TEST_F(ReadRowsTest, PartsOfAFileHaveEachRowGroupOnce) {
  const auto file =
      Add("t.parquet", Columns(kNumberAndName), R"([[1,"a"],[2,"b"],[3,"c"],[4,"d"],[5,"e"]])");
  RowsWanted wanted = Wanted(Columns({kNumberAndName[0]}));
  EXPECT_EQ(Read(file, wanted), "1 2 3 4 5");
  std::string rows;
  for (wanted.begin = 0; wanted.begin < file.size_bytes; wanted.begin = wanted.end) {
    wanted.end = wanted.begin + 50;
    const std::string part = Read(file, wanted);
    rows += part.empty() ? "" : part + ";";
  }
  EXPECT_EQ(rows, "1 2;3 4;5;");
}

TEST_F(ReadRowsTest, BoundsAreThoseOfTheRowGroup) {
  const auto file = Add("t.parquet", Columns(kNumberAndName),
                        R"([[1,"a"],[2,"b"],[3,null],[null,null],[5,"e"]])");
  RowsWanted wanted = Wanted(Columns(kNumberAndName));
  std::vector<std::string> seen;
  wanted.may_match = [&](const std::vector<ColumnBounds>& bounds) {
    std::string text;
    for (const ColumnBounds& column : bounds) {
      text += (column.min == nullptr ? "?" : column.min->ToString()) + "-" +
              (column.max == nullptr ? "?" : column.max->ToString()) +
              (column.may_be_null ? " null" : "") + (column.is_all_null ? " all" : "") + "; ";
    }
    seen.push_back(text);
    return seen.size() != 2;
  };
  EXPECT_EQ(Read(file, wanted), "3,null null,null 5,e");
  // First what the folders say.
  EXPECT_THAT(seen, ElementsAre("?-? null; ?-? null; ", "1-2; a-b; ", "3-3 null; ?-? null all; ",
                                "5-5; e-e; "));
}

TEST_F(ReadRowsTest, BoundsAreOfTheTypeThatIsRead) {
  const auto file = Add("t.parquet", Columns(kNumberAndName), R"([[1,"a"],[2,"b"]])");
  RowsWanted wanted = Wanted(Columns({arrow::field("n", arrow::int64())}));
  wanted.may_match = [&](const std::vector<ColumnBounds>& bounds) {
    if (bounds[0].min != nullptr) {
      EXPECT_TRUE(bounds[0].min->Equals(arrow::Int64Scalar(1)));
      EXPECT_TRUE(bounds[0].max->Equals(arrow::Int64Scalar(2)));
    }
    return bounds[0].min == nullptr;
  };
  EXPECT_EQ(Read(file, wanted), "");
}

TEST_F(ReadRowsTest, AFileOfAnotherPartitionIsNotOpened) {
  folder_.Write("day=3/t.parquet", "no Parquet");
  const storage::ObjectInfo file{folder_ / "day=3/t.parquet", 10, 0};
  RowsWanted wanted = Wanted(Columns({arrow::field("Day", arrow::int32())}));
  wanted.may_match = [](const std::vector<ColumnBounds>& bounds) {
    return bounds[0].min->ToString() == "4";
  };
  EXPECT_EQ(Read(file, wanted), "");
  wanted.may_match = nullptr;
  EXPECT_THAT(Read(file, wanted), HasSubstr("not a Parquet file"));
}

TEST_F(ReadRowsTest, ColumnsAreFoundWithoutCase) {
  const auto file = Add("t.parquet", Columns(kNumberAndName), R"([[1,"a"]])");
  EXPECT_EQ(Read(file, Wanted(Columns({arrow::field("NAME", arrow::utf8()),
                                       arrow::field("other", arrow::int32())}))),
            "a,null");
  const auto twice = Add(
      "u.parquet", Columns({arrow::field("a", arrow::int32()), arrow::field("A", arrow::int32())}),
      "[[1,2]]");
  EXPECT_THAT(Read(twice, Wanted(Columns({arrow::field("a", arrow::int32())}))),
              HasSubstr("differ by case alone: a, A"));
}

TEST_F(ReadRowsTest, WidensAndDoesNotNarrow) {
  const auto file = Add("t.parquet", Columns(kNumberAndName), R"([[1,"a"]])");
  const auto read_as = [&](const char* name, const std::shared_ptr<arrow::DataType>& type) {
    return Read(file, Wanted(Columns({arrow::field(name, type)})));
  };
  EXPECT_EQ(read_as("n", arrow::int64()), "1");
  EXPECT_EQ(read_as("n", arrow::float64()), "1");
  EXPECT_EQ(read_as("n", arrow::decimal128(12, 2)), "1.00");
  EXPECT_THAT(read_as("n", arrow::int16()),
              HasSubstr("column n is not SMALLINT in the file, but INT"));
  EXPECT_THAT(read_as("name", arrow::binary()), testing::Not(HasSubstr("BINARY")));
  EXPECT_THAT(read_as("n", arrow::utf8()), HasSubstr("is not STRING"));
  EXPECT_THAT(read_as("name", arrow::int32()), HasSubstr("is not INT"));
  EXPECT_THAT(read_as("name", arrow::date32()), HasSubstr("is not DATE"));
}

TEST_F(ReadRowsTest, OldTimestampsAreMoments) {
  const auto micros = arrow::timestamp(arrow::TimeUnit::MICRO);
  const auto file = Add("t.parquet", Columns({arrow::field("at", micros)}),
                        R"([["2018-11-02 03:04:05.000006"],["0001-01-01 00:00:00"]])", true);
  const auto utc = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  EXPECT_EQ(Read(file, Wanted(Columns({arrow::field("at", utc)}))),
            "1541127845000006 -62135596800000000");
  EXPECT_EQ(Read(file, Wanted(Columns({arrow::field("at", micros)}))),
            "1541127845000006 -62135596800000000");
  const auto storage = storage::TestStorages()->For("/").ValueOrDie();
  const TableInfo table = DescribeTable(storage.get(), file.path).ValueOrDie();
  EXPECT_TRUE(table.schema->field(0)->type()->Equals(*utc));
  EXPECT_TRUE(table.is_file);
}

TEST_F(ReadRowsTest, CountsRows) {
  const auto file = Add("t.parquet", Columns(kNumberAndName), R"([[1,"a"],[2,"b"],[3,"c"]])");
  const auto storage = storage::TestStorages()->For("/").ValueOrDie();
  EXPECT_EQ(CountRows(storage.get(), {file, file}).ValueOrDie(), 6);
}

}  // namespace
}  // namespace tarn::lake
