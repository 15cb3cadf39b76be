#include <arrow/array/util.h>
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/expr/spark_answers_for_test.h"
#include "local/kernels/kernel.h"
#include "plan/functions.h"

namespace tarn::local {
namespace {

constexpr SparkAnswer kPatternsAnswers[] = {
    {"'hello' LIKE 'h%'", "BOOLEAN", "true"},
    {"'hello' LIKE '%l_o'", "BOOLEAN", "true"},
    {"'hello' LIKE 'H%'", "BOOLEAN", "false"},
    {"'hello' LIKE ''", "BOOLEAN", "false"},
    {"'' LIKE ''", "BOOLEAN", "true"},
    {"'' LIKE '%'", "BOOLEAN", "true"},
    {R"sql('a%b' LIKE 'a\\%b')sql", "BOOLEAN", "true"},
    {R"sql('axb' LIKE 'a\\%b')sql", "BOOLEAN", "false"},
    {R"sql('a_b' LIKE 'a\\_b')sql", "BOOLEAN", "true"},
    {R"sql('a\\b' LIKE 'a\\\\b')sql", "BOOLEAN", "true"},
    {R"sql('ab' LIKE 'a\\b')sql", "BOOLEAN", "!INVALID_FORMAT.ESC_IN_THE_MIDDLE"},
    {R"sql('a' LIKE 'a\\')sql", "BOOLEAN", "!INVALID_FORMAT.ESC_AT_THE_END"},
    {"'日本' LIKE '_本'", "BOOLEAN", "true"},
    {"'a\nb' LIKE 'a%b'", "BOOLEAN", "true"},
    {"'a\nb' LIKE 'a_b'", "BOOLEAN", "true"},
    {"'hello' NOT LIKE 'x%'", "BOOLEAN", "true"},
    {"NULL LIKE 'a'", "BOOLEAN", "NULL"},
    {"'a' LIKE NULL", "BOOLEAN", "NULL"},
    {"'Hello' ILIKE 'hELLO'", "BOOLEAN", "true"},
    {"'ÀB' ILIKE 'àb'", "BOOLEAN", "true"},
    {"12 LIKE '1%'", "BOOLEAN", "true"},
    {"'aXbXc' LIKE '%X%X%'", "BOOLEAN", "true"},
    {"'abcabd' LIKE '%abd'", "BOOLEAN", "true"},
    {"'a.c' LIKE 'a.c'", "BOOLEAN", "true"},
    {"'abc' LIKE 'a.c'", "BOOLEAN", "false"},
    {"rlike('hello', 'l+')", "BOOLEAN", "true"},
    {"rlike('hello', '^l')", "BOOLEAN", "false"},
    {"rlike('hello', CAST(NULL AS STRING))", "BOOLEAN", "NULL"},
    {"regexp_extract('hello', CAST(NULL AS STRING), 0)", "STRING", "NULL"},
    {"regexp_replace('hello', 'l', CAST(NULL AS STRING))", "STRING", "NULL"},
    {"regexp_like('a1', '[0-9]$')", "BOOLEAN", "true"},
    {"rlike('hello', '(')", "BOOLEAN", "!INVALID_PARAMETER_VALUE.PATTERN"},
    {"regexp_replace('a1b22', '[0-9]+', '#')", "STRING", "a#b#"},
    {R"sql(regexp_replace('John Smith', '(\\w+) (\\w+)', '$2 $1'))sql", "STRING", "Smith John"},
    {"regexp_replace('abc', 'x', 'y')", "STRING", "abc"},
    {"regexp_replace('abc', '', '-')", "STRING", "-a-b-c-"},
    {R"sql(regexp_replace('abc', 'b', '\\$'))sql", "STRING", "a$c"},
    {R"sql(regexp_extract('100-200', '(\\d+)-(\\d+)', 1))sql", "STRING", "100"},
    {R"sql(regexp_extract('100-200', '(\\d+)-(\\d+)', 2))sql", "STRING", "200"},
    {R"sql(regexp_extract('100-200', '(\\d+)-(\\d+)'))sql", "STRING", "100"},
    {R"sql(regexp_extract('100-200', '(\\d+)-(\\d+)', 0))sql", "STRING", "100-200"},
    {R"sql(regexp_extract('abc', '(\\d+)', 1))sql", "STRING", ""},
    {R"sql(regexp_extract('xx100-200', '(\\d+)|(a)', 2))sql", "STRING", ""},
    {"regexp_extract('abc', '(b)', 2)", "STRING", "!INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX"},
    {"regexp_extract('a\nb', '(b)', 1)", "STRING", "b"},
    {"regexp_extract('foothebar', '(a|the)(bar)', 2)", "STRING", "bar"},
    {"regexp_extract('abab', '(a.*?b)', 1)", "STRING", "ab"},
    {"regexp_extract('xaby', '^(a)', 1)", "STRING", ""},
    {"regexp_extract('abc', 'b', 0)", "STRING", "b"},
    {"regexp_extract('abc', 'b')", "STRING", "!INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX"},
    {"'a%' LIKE 'a/%' ESCAPE '/'", "BOOLEAN", "true"},
    {"'a/' LIKE 'a//' ESCAPE '/'", "BOOLEAN", "true"},
    {"'a%' ILIKE 'A/%' ESCAPE '/'", "BOOLEAN", "true"},
    {"'%' ILIKE 'X%' ESCAPE 'X'", "BOOLEAN", "false"},
    {"'a%' LIKE 'a%%' ESCAPE '%'", "BOOLEAN", "true"},
    {"'a' LIKE '__%' ESCAPE '_'", "BOOLEAN", "false"},
    {"'a' LIKE 'a/b' ESCAPE '/'", "BOOLEAN", "!INVALID_FORMAT.ESC_IN_THE_MIDDLE"},
    {"'a' LIKE 'a/' ESCAPE '/'", "BOOLEAN", "!INVALID_FORMAT.ESC_AT_THE_END"},
    {"'foo' LIKE ANY ('%oo', 'b%')", "BOOLEAN", "true"},
    {"'foo' LIKE ALL ('%oo', 'x%')", "BOOLEAN", "false"},
    {"'foo' LIKE ANY ('x', null)", "BOOLEAN", "NULL"},
    {"'foo' LIKE ALL ('x', null)", "BOOLEAN", "false"},
    {"'foo' NOT LIKE ANY ('foo', 'x')", "BOOLEAN", "true"},
    {"'foo' NOT LIKE ALL ('foo', null)", "BOOLEAN", "false"},
    {"'FOO' NOT ILIKE ANY ('foo')", "BOOLEAN", "false"},
    {"'FOO' LIKE SOME ('FOO')", "BOOLEAN", "true"},
};

TEST(Patterns, AnswersAsSparkDoes) { ExpectSparkAnswers(kPatternsAnswers); }

ScalarPtr TextScalar(const std::string& text) {
  return std::make_shared<arrow::StringScalar>(text);
}

// Batches are computed by the state that was prepared once: the pattern among the arguments is not
// read again, and may as well be NULL.
TEST(Patterns, BatchesUseThePreparedState) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const struct {
    const char* function;
    std::shared_ptr<arrow::DataType> type;
    std::vector<std::string> constants;
    std::string value;
  } cases[] = {
      {"like", arrow::boolean(), {"a1%"}, "true"},
      {"ilike", arrow::boolean(), {"A1%"}, "true"},
      {"rlike", arrow::boolean(), {"[0-9]b"}, "true"},
      {"regexp_extract", arrow::utf8(), {"b([0-9]+)"}, "22"},
  };
  for (const auto& [name, type, texts, value] : cases) {
    SCOPED_TRACE(name);
    plan::Expr call;
    call.kind = plan::Expr::Kind::kCall;
    call.function = plan::FindFunction(name);
    call.type = type;
    const Kernel kernel = FindKernel(*call.function);
    std::vector<ScalarPtr> constants = {nullptr};
    for (const std::string& text : texts) constants.push_back(TextScalar(text));
    const auto state = kernel.prepare({.call = &call}, constants).ValueOrDie();
    ASSERT_NE(state, nullptr);
    for (int64_t num_rows : {1, 3}) {
      std::vector<arrow::Datum> args = {
          arrow::MakeArrayFromScalar(*TextScalar("a1b22"), num_rows).ValueOrDie()};
      args.resize(constants.size(), arrow::MakeNullScalar(arrow::utf8()));
      const auto rows =
          kernel.call({.num_rows = num_rows, .call = &call, .state = state.get()}, args)
              .ValueOrDie()
              .make_array();
      ASSERT_EQ(rows->length(), num_rows);
      EXPECT_EQ(rows->GetScalar(num_rows - 1).ValueOrDie()->ToString(), value);
    }
  }
}

}  // namespace
}  // namespace tarn::local
