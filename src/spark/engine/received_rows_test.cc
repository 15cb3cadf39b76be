#include "spark/engine/received_rows.h"

#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::spark {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TableRows Sent(const std::string& table, const std::string& json) {
  const auto rows =
      arrow::json::ArrayFromJSONString(arrow::struct_({arrow::field("n", arrow::int64())}), json)
          .ValueOrDie();
  const auto batch = arrow::RecordBatch::FromStructArray(rows).ValueOrDie();
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto writer = arrow::ipc::MakeStreamWriter(sink, batch->schema()).ValueOrDie();
  EXPECT_TRUE(writer->WriteRecordBatch(*batch).ok());
  EXPECT_TRUE(writer->Close().ok());
  TableRows message{table};
  message.stream = sink->Finish().ValueOrDie()->ToString();
  return message;
}

TEST(ReceivedRowsTest, AreKeptByTableInOrder) {
  const auto schema = arrow::schema({arrow::field("N", arrow::int64(), false)});
  ReceivedRows received;
  ASSERT_TRUE(received.Add(Sent("a", "[[1], [2]]")).ok());
  ASSERT_TRUE(received.Add(Sent("b", "[[7]]")).ok());
  ASSERT_TRUE(received.Add(Sent("a", "[[3]]")).ok());
  const auto rows = received.Take({"a", 3, 0, {}}, schema).ValueOrDie();
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[1]->column(0)->GetScalar(0).ValueOrDie()->ToString(), "3");
  EXPECT_TRUE(rows[0]->schema()->Equals(*schema));
  received.Drop("b");
  EXPECT_THAT(received.Take({"b", 0, 0, {}}, schema).ValueOrDie(), IsEmpty());
  EXPECT_FALSE(received.Add({"a", 3, "abc"}).ok());
}

TEST(ReceivedRowsTest, OnesThatDidNotComeAreMissed) {
  ReceivedRows received;
  ASSERT_TRUE(received.Add(Sent("a", "[[1], [2]]")).ok());
  const auto lost =
      received.Take({"a", 3, 0, {}}, arrow::schema({arrow::field("n", arrow::int64())}));
  EXPECT_THAT(lost.status().message(), HasSubstr("sent 3 rows, of which 2 came"));
}

}  // namespace
}  // namespace tarn::spark
