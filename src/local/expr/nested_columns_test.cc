#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/batch/encoding.h"
#include "local/expr/compiled_expr.h"
#include "pipeline/ddl.h"
#include "plan/node.h"
#include "plan/plan.h"
#include "sql/parse.h"

// Nested values over columns of several rows: in a slice, and with codes in place of texts.
namespace tarn::local {
namespace {

constexpr const char* kColumns =
    "id INT, tag STRING, l ARRAY<INT>, w ARRAY<STRING>, m MAP<STRING, INT>, "
    "s ARRAY<STRUCT<a: INT, b: STRING>>";

constexpr const char* kRows = R"([
  {"id":1,"tag":"p","l":[3,1,2],"w":["b","a"],"m":[["a",1],["b",2]],"s":[{"a":1,"b":"x"}]},
  {"id":2,"tag":"q","l":[],"w":[],"m":[],"s":[]},
  {"id":3,"tag":null,"l":null,"w":null,"m":null,"s":null},
  {"id":4,"tag":"p","l":[0,null,5],"w":["c",null],"m":[["c",5]],"s":[null,{"a":3,"b":null}]}])";

// Column v of the query's projection, over rows of the columns it reads.
Result<plan::NodePtr> BindProjection(const std::string& sql) {
  pipeline::Pipeline pipeline;
  pipeline::Source source;
  source.name = "t";
  source.paths = {"t/*.json"};
  ARROW_ASSIGN_OR_RAISE(source.schema, pipeline::ParseDdl(kColumns));
  pipeline.sources.push_back(std::move(source));
  pipeline::Table table;
  table.name = "x";
  table.inputs = {"t"};
  table.text = std::make_shared<const sql::Text>(
      sql::Text{"x.sql", "SELECT CAST((" + sql + ") AS STRING) AS v FROM t"});
  ARROW_ASSIGN_OR_RAISE(table.query, sql::Parse(table.text));
  pipeline.tables.push_back(std::move(table));
  ARROW_ASSIGN_OR_RAISE(auto plan, plan::Bind(pipeline, {}));
  return plan->tables[0].root;
}

std::string Texts(const arrow::Array& values) {
  std::string texts;
  const auto& strings = static_cast<const arrow::StringArray&>(values);
  for (int64_t i = 0; i < strings.length(); ++i) {
    texts += strings.IsNull(i) ? "NULL" : strings.GetString(i);
    texts += '\n';
  }
  return texts;
}

Result<std::string> Evaluate(const plan::Node& root, const arrow::RecordBatch& rows) {
  const auto* project = plan::As<plan::Project>(root);
  if (project == nullptr) return Status::Invalid("no projection");
  const arrow::Schema& schema = *root.inputs[0]->schema;
  arrow::ArrayVector columns;
  for (const auto& field : schema.fields()) {
    columns.push_back(rows.column(rows.schema()->GetFieldIndex(field->name())));
  }
  const auto input =
      arrow::RecordBatch::Make(root.inputs[0]->schema, rows.num_rows(), std::move(columns));
  ARROW_ASSIGN_OR_RAISE(auto values, CompiledExpr(project->exprs[0], {}).Evaluate(*input));
  ARROW_ASSIGN_OR_RAISE(values, Flatten(values));
  ARROW_RETURN_NOT_OK(values->ValidateFull());
  return Texts(*values);
}

void ExpectTexts(const std::string& sql, const std::string& expected) {
  SCOPED_TRACE(sql);
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  const auto root = BindProjection(sql);
  ASSERT_TRUE(root.ok()) << root.status();
  const BatchPtr rows = MakeInput(kColumns, {kRows}).batches[0];
  EXPECT_EQ(Evaluate(**root, *rows).ValueOrDie(), expected);
  EXPECT_EQ(Evaluate(**root, *EncodeForTest({rows})[0]).ValueOrDie(), expected);
  const std::string last = expected.substr(expected.rfind('\n', expected.size() - 2) + 1);
  EXPECT_EQ(Evaluate(**root, *rows->Slice(3)).ValueOrDie(), last);
}

TEST(NestedColumns, AreReadAndMade) {
  ExpectTexts("array(tag, get(w, 0), 'z')",
              "[p, b, z]\n[q, null, z]\n[null, null, z]\n[p, c, z]\n");
}

TEST(NestedColumns, KeepRowsApart) {
  ExpectTexts("array_append(l, id)", "[3, 1, 2, 1]\n[2]\nNULL\n[0, null, 5, 4]\n");
  ExpectTexts("array_union(l, array(id))", "[3, 1, 2]\n[2]\nNULL\n[0, null, 5, 4]\n");
  ExpectTexts("concat_ws('-', w, tag)", "b-a-p\nq\n\nc-p\n");
  ExpectTexts("s.b", "[x]\n[]\nNULL\n[null, null]\n");
  ExpectTexts("map_concat(m, map('z', id))",
              "{a -> 1, b -> 2, z -> 1}\n{z -> 2}\nNULL\n{c -> 5, z -> 4}\n");
  ExpectTexts("coalesce(m, map('none', id))", "{a -> 1, b -> 2}\n{}\n{none -> 3}\n{c -> 5}\n");
}

TEST(NestedColumns, LambdasReadTheirRow) {
  ExpectTexts("transform(l, x -> x + id)", "[4, 2, 3]\n[]\nNULL\n[4, null, 9]\n");
  ExpectTexts("transform(w, (x, i) -> concat(tag, x, i))", "[pb0, pa1]\n[]\nNULL\n[pc0, null]\n");
  ExpectTexts("transform(l, x -> transform(w, y -> concat(y, x, id)))",
              "[[b31, a31], [b11, a11], [b21, a21]]\n[]\nNULL\n"
              "[[c04, null], [null, null], [c54, null]]\n");
  ExpectTexts("filter(l, x -> x > id)", "[3, 2]\n[]\nNULL\n[5]\n");
  ExpectTexts("aggregate(l, id, (acc, x) -> acc + coalesce(x, 0), acc -> acc * 2)",
              "14\n4\nNULL\n18\n");
  ExpectTexts("array_sort(l, (a, b) -> coalesce(b, -1) - coalesce(a, -1))",
              "[3, 2, 1]\n[]\nNULL\n[5, 0, null]\n");
  ExpectTexts("zip_with(l, w, (x, y) -> concat(y, x))",
              "[b3, a1, null]\n[]\nNULL\n[c0, null, null]\n");
  ExpectTexts("map_zip_with(m, map('a', id), (k, x, y) -> concat_ws('/', k, x, y))",
              "{a -> a/1/1, b -> b/2}\n{a -> a/2}\nNULL\n{c -> c/5, a -> a/4}\n");
  ExpectTexts("exists(l, x -> x = 5 OR 6 / (x + 1) = 3)", "true\nfalse\nNULL\ntrue\n");
}

}  // namespace
}  // namespace tarn::local
