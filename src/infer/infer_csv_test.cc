#include "infer/infer_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "values/ddl_text.h"

namespace tarn::infer {
namespace {

using testing::HasSubstr;

std::string Inferred(std::string_view text) {
  const Result<InferredCsv> inferred = InferCsv(text);
  if (!inferred.ok()) return MessageOf(inferred.status());
  return inferred->format.syntax.separator + " " + (inferred->format.header ? "header " : "") +
         DdlOf(*inferred->schema);
}

TEST(InferCsvTest, Types) {
  EXPECT_EQ(
      Inferred("i,d,b,day,at,s,zip,nothing\n1,1,true,2018-11-02,2018-11-02 03:04:05,x,00123,\n"
               "-2,2.5e3,FALSE,2018-11-03,2018-11-03,1,4,\n,,,,,,,\n"),
      ", header i BIGINT, d DOUBLE, b BOOLEAN, day DATE, at TIMESTAMP, s STRING, zip STRING, "
      "nothing STRING");
  EXPECT_EQ(Inferred("a\n1\ntrue\n"), ", header a STRING");
  EXPECT_EQ(Inferred("a\n99999999999999999999\n"), ", header a DOUBLE");
}

TEST(InferCsvTest, SeparatorsAndQuotes) {
  EXPECT_EQ(Inferred("a;b,c;d\r\n1;\"x;\"\"y\";2\r\n"),
            "; header a BIGINT, `b,c` STRING, d BIGINT");
  EXPECT_EQ(Inferred("a\tb\n1\t2\n"), "\t header a BIGINT, b BIGINT");
}

TEST(InferCsvTest, WithoutAHeader) {
  EXPECT_EQ(Inferred("1,x\n2,y\n"), ", _c0 BIGINT, _c1 STRING");
  EXPECT_THAT(Inferred("a,,b\n1,2,3\n"), HasSubstr("a field without a name: field 2"));
  EXPECT_THAT(Inferred("a,A\n1,2\n"), HasSubstr("a name twice: field 2"));
  EXPECT_THAT(Inferred("\n \n"), HasSubstr("no line"));
}

}  // namespace
}  // namespace tarn::infer
