#include "spark/engine/bad_record_reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/ddl.h"

namespace tarn::spark {
namespace {

using testing::HasSubstr;

TEST(BadRecordReasonTest, NamesTheFieldOrThePlace) {
  pipeline::Source source;
  plan::SourcePlan plan;
  plan.source = &source;
  plan.schema = pipeline::ParseDdl("id BIGINT, s STRUCT<x: INT>").ValueOrDie();
  BadRecordReason reason(plan);
  EXPECT_THAT(reason.Of(R"({"id":"abc"})").ValueOrDie(),
              HasSubstr("field id: 'abc' is not BIGINT"));
  EXPECT_THAT(reason.Of(R"({"id":1,"s":{"x":true}})").ValueOrDie(), HasSubstr("field s"));
  EXPECT_THAT(reason.Of(R"({"id": 1)").ValueOrDie(), HasSubstr("ends too early"));
  // After an error of syntax the next one is read from its begin.
  EXPECT_THAT(reason.Of(R"({"id":"x"})").ValueOrDie(), HasSubstr("field id"));
  EXPECT_THAT(reason.Of(R"({"id":1})").ValueOrDie(), HasSubstr("does not fit the schema"));
  EXPECT_THAT(reason.Of(R"({"id":1}{"id":2})").ValueOrDie(), HasSubstr("end of the line"));
}

}  // namespace
}  // namespace tarn::spark
