#include "lake/read_rows.h"

#include <arrow/compute/api_vector.h>
#include <arrow/compute/initialize.h>
#include <fmt/format.h>
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
                          const std::string& rows, bool int96 = false, bool arrow_schema = false) {
    const auto table = arrow::Table::FromRecordBatches({Batch(schema, rows)}).ValueOrDie();
    parquet::ArrowWriterProperties::Builder properties;
    if (int96) properties.enable_deprecated_int96_timestamps();
    if (arrow_schema) properties.store_schema();
    return AddTable(name, *table, 2, parquet::default_writer_properties(), properties.build());
  }

  storage::ObjectInfo AddTable(const std::string& name, const arrow::Table& table,
                               int64_t group_rows,
                               std::shared_ptr<parquet::WriterProperties> properties,
                               std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties =
                                   parquet::default_arrow_writer_properties()) {
    auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    EXPECT_TRUE(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), sink, group_rows,
                                           std::move(properties), std::move(arrow_properties))
                    .ok());
    const std::string content = sink->Finish().ValueOrDie()->ToString();
    folder_.Write(name, content);
    return {folder_ / name, static_cast<int64_t>(content.size()), 0};
  }

  // The rows as text, or the error.
  std::string Read(const storage::ObjectInfo& file, const RowsWanted& wanted) {
    std::string rows;
    num_coded_ = 0;
    const Status status = ReadRows(storage_, file, wanted, [&](const auto& batch) {
      arrow::ArrayVector columns;
      for (const auto& column : batch->columns()) columns.push_back(AsFlat(column));
      for (int64_t row = 0; row < batch->num_rows(); ++row) {
        rows += rows.empty() ? "" : " ";
        for (size_t i = 0; i < columns.size(); ++i) {
          rows += (i > 0 ? "," : "") + (*columns[i]->GetScalar(row))->ToString();
        }
      }
      return Status::OK();
    });
    return status.ok() ? rows : MessageOf(status);
  }

  // Texts one by one, and moments as numbers.
  std::shared_ptr<arrow::Array> AsFlat(const std::shared_ptr<arrow::Array>& column) {
    if (column->type_id() == arrow::Type::TIMESTAMP) {
      return column->View(arrow::int64()).ValueOrDie();
    }
    if (column->type_id() != arrow::Type::DICTIONARY) return column;
    num_coded_ += column->length();
    EXPECT_TRUE(column->ValidateFull().ok());
    const auto& coded = static_cast<const arrow::DictionaryArray&>(*column);
    return arrow::compute::Take(*coded.dictionary(), *coded.indices()).ValueOrDie();
  }

  static RowsWanted Wanted(std::shared_ptr<arrow::Schema> schema) {
    RowsWanted wanted;
    wanted.schema = std::move(schema);
    wanted.batch_rows = 100;
    return wanted;
  }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ = storage::TestStorages()->For("/").ValueOrDie();
  int64_t num_coded_ = 0;  // texts that were codes when they were last read
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
  const TableInfo table = DescribeTable(storage_.get(), file.path).ValueOrDie();
  EXPECT_TRUE(table.schema->field(0)->type()->Equals(*utc));
  EXPECT_TRUE(table.is_file);
}

TEST_F(ReadRowsTest, TextsThatAreUtf8OnlyTogether) {
  for (const auto& type : {arrow::utf8(), arrow::binary()}) {
    const auto read = [&](const std::vector<std::string>& texts) {
      arrow::StringBuilder builder;
      EXPECT_TRUE(builder.AppendValues(texts).ok());
      const auto column = builder.Finish().ValueOrDie()->View(type).ValueOrDie();
      const auto table = arrow::Table::Make(Columns({arrow::field("s", type)}), {column});
      const auto file = AddTable("t.parquet", *table, 100, parquet::default_writer_properties());
      return Read(file, Wanted(Columns({arrow::field("s", arrow::utf8())})));
    };
    EXPECT_EQ(read({"a", "\xC3\xA4", "", "b", ""}), "a \xC3\xA4  b ");
    EXPECT_THAT(read({"a\xC3", "\xA4"}), HasSubstr("column s has text that is not UTF-8"));
    EXPECT_THAT(read({"a", "\xC3"}), HasSubstr("column s has text that is not UTF-8"));
  }
}

// Arrow alone has durations, and long texts as a type.
TEST_F(ReadRowsTest, TypesAreParquetsAndNotThoseOfArrowsWriter) {
  const auto file = Add("t.parquet",
                        Columns({arrow::field("d", arrow::duration(arrow::TimeUnit::MICRO)),
                                 arrow::field("s", arrow::large_utf8())}),
                        R"([[5,"a"],[null,"b"],[7,"c"]])", /*int96=*/false, /*arrow_schema=*/true);
  EXPECT_EQ(
      Read(file,
           Wanted(Columns({arrow::field("d", arrow::int64()), arrow::field("s", arrow::utf8())}))),
      "5,a null,b 7,c");
}

TEST_F(ReadRowsTest, CountsRows) {
  const auto file = Add("t.parquet", Columns(kNumberAndName), R"([[1,"a"],[2,"b"],[3,"c"]])");
  EXPECT_EQ(CountRows(storage_.get(), {file, file}).ValueOrDie(), 6);
}

// Columns of text in row groups of 1,000 rows, whose dictionaries differ.
class ReadTextsTest : public ReadRowsTest {
 protected:
  static constexpr int64_t kRows = 3500;
  static constexpr int64_t kGroupRows = 1000;

  storage::ObjectInfo AddTexts(parquet::WriterProperties::Builder properties) {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    const auto add = [&](const std::string& name, bool may_be_null, auto text_of) {
      arrow::StringBuilder builder;
      for (int64_t row = 0; row < kRows; ++row) {
        const std::optional<std::string> text = text_of(row);
        EXPECT_TRUE((text ? builder.Append(*text) : builder.AppendNull()).ok());
      }
      fields.push_back(arrow::field(name, arrow::utf8(), may_be_null));
      columns.push_back(builder.Finish().ValueOrDie());
    };
    const auto few = [](int64_t row) {
      return fmt::format("text {}", row * 7 % 13 + row / kGroupRows);
    };
    add("few", false, [&](int64_t row) { return std::optional(few(row)); });
    add("some", true, [&](int64_t row) {
      const bool is_null = row % 5 == 0 || row / kGroupRows == 1;  // all of one group
      return is_null ? std::nullopt : std::optional(row % 5 == 1 ? "" : few(row));
    });
    add("unique", true, [](int64_t row) { return std::optional(std::to_string(row)); });
    const auto table = arrow::Table::Make(arrow::schema(fields), columns);
    wanted_ = Wanted(table->schema());
    return AddTable("texts.parquet", *table, kGroupRows, properties.build());
  }

  // Expects the same rows with codes as without, in batches of several sizes.
  // \return how many texts were codes
  int64_t ReadBothWays(const storage::ObjectInfo& file) {
    int64_t num_coded = 0;
    for (const int64_t batch_rows : {7, 400, 10'000}) {
      wanted_.batch_rows = batch_rows;
      wanted_.cache = nullptr;
      const std::string flat = Read(file, wanted_);
      EXPECT_EQ(num_coded_, 0);
      ReadCache cache(/*has_codes=*/true);
      wanted_.cache = &cache;
      EXPECT_EQ(Read(file, wanted_), flat) << batch_rows;
      num_coded = num_coded_;
    }
    return num_coded;
  }

  RowsWanted wanted_;
};

TEST_F(ReadTextsTest, TextsThatRepeatAreCodes) {
  // What is unique is not worth a dictionary. A group of NULLs may be without one.
  const int64_t num_coded = ReadBothWays(AddTexts({}));
  EXPECT_GE(num_coded, 2 * kRows - kGroupRows);
  EXPECT_LE(num_coded, 2 * kRows);
}

TEST_F(ReadTextsTest, CodesInManyPages) {
  parquet::WriterProperties::Builder properties;
  properties.data_pagesize(100)->write_batch_size(50);
  EXPECT_GE(ReadBothWays(AddTexts(properties)), kRows);
  properties.data_page_version(parquet::ParquetDataPageVersion::V2);
  properties.compression(parquet::Compression::SNAPPY);
  EXPECT_GE(ReadBothWays(AddTexts(properties)), kRows);
}

TEST_F(ReadTextsTest, WithoutADictionaryThereAreNoCodes) {
  parquet::WriterProperties::Builder properties;
  properties.disable_dictionary();
  EXPECT_EQ(ReadBothWays(AddTexts(properties)), 0);
}

// Writers give a dictionary up where it grows.
TEST_F(ReadTextsTest, PartlyPlainChunksAreNotCodes) {
  parquet::WriterProperties::Builder properties;
  properties.dictionary_pagesize_limit(20)->write_batch_size(50);
  EXPECT_LE(ReadBothWays(AddTexts(properties)), kGroupRows);  // of NULLs
}

TEST_F(ReadTextsTest, PartsShareMetadataAndDictionaries) {
  const auto file = AddTexts({});
  ReadCache cache(/*has_codes=*/true);
  wanted_.cache = &cache;
  wanted_.schema = arrow::schema({wanted_.schema->field(0)});
  std::vector<std::shared_ptr<arrow::Array>> dictionaries;
  for (int round = 0; round < 2; ++round) {
    for (wanted_.begin = 0; wanted_.begin < file.size_bytes; wanted_.begin = wanted_.end) {
      wanted_.end = wanted_.begin + file.size_bytes / 3;
      EXPECT_TRUE(ReadRows(storage_, file, wanted_, [&](const auto& batch) {
                    const auto& coded =
                        static_cast<const arrow::DictionaryArray&>(*batch->column(0));
                    dictionaries.push_back(coded.dictionary());
                    return Status::OK();
                  }).ok());
    }
  }
  // The second time all texts are known.
  ASSERT_EQ(dictionaries.size() % 2, 0U);
  const auto values = [](const auto& array) {
    return static_cast<const arrow::StringArray&>(*array).value_data();
  };
  for (size_t i = dictionaries.size() / 2; i < dictionaries.size(); ++i) {
    EXPECT_EQ(values(dictionaries[i]), values(dictionaries.back()));
  }
}

TEST_F(ReadTextsTest, TextThatIsNotUtf8) {
  const auto file = AddTexts({});
  std::string content = folder_.Read("texts.parquet");
  // In each of the dictionaries; the file's end has the least and the greatest text too.
  for (size_t at = content.find("text 7"); at != std::string::npos; at = content.find("text 7")) {
    content[at] = '\xFF';
  }
  folder_.Write("texts.parquet", content);
  wanted_.schema = arrow::schema({wanted_.schema->field(0)});
  EXPECT_THAT(Read(file, wanted_), HasSubstr("column few has text that is not UTF-8"));
  ReadCache cache(/*has_codes=*/true);
  wanted_.cache = &cache;
  EXPECT_THAT(Read(file, wanted_), HasSubstr("column few has text that is not UTF-8"));
}

// A disk that says it is far away, and counts what is asked for.
class FarAway : public storage::Storage {
 public:
  explicit FarAway(std::shared_ptr<storage::Storage> disk) : disk_(std::move(disk)) {}
  Result<std::vector<storage::ObjectInfo>> List(const std::string& glob, const Period& period,
                                                std::vector<std::string>* links) override {
    return disk_->List(glob, period, links);
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(const storage::ObjectInfo& object) override {
    return disk_->Read(object);
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadRange(const storage::ObjectInfo& object,
                                                   int64_t offset, int64_t length) override {
    ++num_waits;
    return disk_->ReadRange(object, offset, length);
  }
  storage::BufferFuture ReadRangeAsync(const storage::ObjectInfo& object, int64_t offset,
                                       int64_t length) override {
    ++num_begun;
    return disk_->ReadRange(object, offset, length);
  }
  bool is_remote() const override { return true; }
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string& path) override {
    return disk_->Create(path);
  }
  Status Delete(const std::vector<std::string>& paths) override { return disk_->Delete(paths); }

  std::atomic<int> num_waits = 0;
  std::atomic<int> num_begun = 0;

 private:
  const std::shared_ptr<storage::Storage> disk_;
};

TEST_F(ReadTextsTest, OfWhatIsFarAwayAllIsAskedForAtOnce) {
  const auto file = AddTexts({});
  const std::string rows = Read(file, wanted_);
  const auto far_away = std::make_shared<FarAway>(storage_);
  storage_ = far_away;
  ReadCache cache(/*has_codes=*/true);
  wanted_.cache = &cache;
  EXPECT_EQ(Read(file, wanted_), rows);
  EXPECT_EQ(far_away->num_waits, 1);  // for the file's end
  EXPECT_GE(far_away->num_begun, 1);
}

}  // namespace
}  // namespace tarn::lake
