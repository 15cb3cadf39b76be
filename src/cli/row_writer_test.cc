#include "cli/row_writer.h"

#include <arrow/builder.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "storage/temporary_folder_for_test.h"

namespace tarn::cli {
namespace {

std::shared_ptr<arrow::RecordBatch> Rows() {
  arrow::StringBuilder texts;
  arrow::DoubleBuilder numbers;
  arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
                                arrow::default_memory_pool());
  for (const char* text : {"a,\"b\"", "", "x|y"}) EXPECT_TRUE(texts.Append(text).ok());
  for (const double number : {1.0, 1.0 / 0.0}) EXPECT_TRUE(numbers.Append(number).ok());
  for (const int64_t time : {0, 1'500'000}) EXPECT_TRUE(times.Append(time).ok());
  EXPECT_TRUE(numbers.AppendNull().ok());
  EXPECT_TRUE(times.AppendNull().ok());
  const auto schema =
      arrow::schema({arrow::field("t", arrow::utf8()), arrow::field("n", arrow::float64()),
                     arrow::field("at", times.type())});
  return arrow::RecordBatch::Make(
      schema, 3,
      {texts.Finish().ValueOrDie(), numbers.Finish().ValueOrDie(), times.Finish().ValueOrDie()});
}

Status WriteTo(session::RowSink* sink, int times = 1) {
  const auto rows = Rows();
  ARROW_RETURN_NOT_OK(sink->Begin(rows->schema()));
  for (int i = 0; i < times; ++i) ARROW_RETURN_NOT_OK(sink->Add(*rows));
  return sink->End();
}

std::string TextOf(RowFormat format, int times = 1) {
  std::ostringstream stream;
  const Terminal terminal(stream);
  EXPECT_TRUE(WriteTo(MakeTextWriter(format, &stream, &terminal).get(), times).ok());
  return stream.str();
}

TEST(RowWriter, Csv) {
  EXPECT_EQ(TextOf(RowFormat::kCsv),
            "t,n,at\n"
            "\"a,\"\"b\"\"\",1.0,1970-01-01 00:00:00\n"
            "\"\",Infinity,1970-01-01 00:00:01.5\n"
            "x|y,,\n");
}

TEST(RowWriter, TimestampsByTheZonesClocks) {
  const TimeZone* berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  const auto text_of = [&](RowFormat format) {
    std::ostringstream stream;
    const Terminal terminal(stream);
    EXPECT_TRUE(WriteTo(MakeTextWriter(format, &stream, &terminal, *berlin).get()).ok());
    return stream.str();
  };
  EXPECT_THAT(text_of(RowFormat::kCsv), testing::HasSubstr(",1970-01-01 01:00:01.5\n"));
  EXPECT_THAT(text_of(RowFormat::kTable), testing::HasSubstr("1970-01-01 01:00:01.5"));
  EXPECT_THAT(text_of(RowFormat::kMarkdown), testing::HasSubstr("| 1970-01-01 01:00:01.5 |"));
  // JSON says that it is UTC.
  EXPECT_THAT(text_of(RowFormat::kNdjson), testing::HasSubstr("\"1970-01-01T00:00:01.5Z\""));
}

TEST(RowWriter, Json) {
  const std::string first = R"({"t":"a,\"b\"","n":1.0,"at":"1970-01-01T00:00:00Z"})";
  const std::string second = R"({"t":"","n":"Infinity","at":"1970-01-01T00:00:01.5Z"})";
  const std::string third = R"({"t":"x|y","n":null,"at":null})";
  EXPECT_EQ(TextOf(RowFormat::kNdjson), first + "\n" + second + "\n" + third + "\n");
  EXPECT_EQ(TextOf(RowFormat::kJson), "[\n" + first + ",\n" + second + ",\n" + third + "\n]\n");
  EXPECT_EQ(TextOf(RowFormat::kJson, 0), "[]\n");
}

TEST(RowWriter, Markdown) {
  EXPECT_EQ(TextOf(RowFormat::kMarkdown),
            "| t | n | at |\n|---|---:|---|\n"
            "| a,\"b\" | 1.0 | 1970-01-01 00:00:00 |\n"
            "| \"\" | inf | 1970-01-01 00:00:01.5 |\n"
            "| x\\|y | NULL | NULL |\n");
}

TEST(RowWriter, AFileHasItsNameWhenAllIsInIt) {
  const storage::TemporaryFolder folder;
  const std::string path = folder / "rows.arrow";
  auto writer = MakeFileWriter(FormatOfPath(path), path).ValueOrDie();
  ASSERT_TRUE(WriteTo(writer.get()).ok());
  const auto file = arrow::io::ReadableFile::Open(path).ValueOrDie();
  const auto reader = arrow::ipc::RecordBatchFileReader::Open(file).ValueOrDie();
  EXPECT_TRUE(reader->ReadRecordBatch(0).ValueOrDie()->Equals(*Rows()));

  const std::string other = folder / "rows.csv";
  auto unfinished = MakeFileWriter(FormatOfPath(other), other).ValueOrDie();
  ASSERT_TRUE(unfinished->Begin(Rows()->schema()).ok());
  unfinished.reset();
  EXPECT_FALSE(std::ifstream(other).is_open());
  EXPECT_FALSE(std::ifstream(other + ".part").is_open());
}

}  // namespace
}  // namespace tarn::cli
