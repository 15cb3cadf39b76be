#include "plan/pipeline_for_test.h"

#include <gtest/gtest.h>

#include "sql/parse.h"

namespace tarn::plan {
namespace {

std::shared_ptr<const sql::Text> MakeText(std::string path, std::string sql) {
  return std::make_shared<const sql::Text>(sql::Text{std::move(path), std::move(sql)});
}

}  // namespace

TestPipeline& TestPipeline::Source(const std::string& name, const std::string& ddl) {
  pipeline::Source source;
  source.name = name;
  source.paths = {name + "/*.json"};
  source.schema = pipeline::ParseDdl(ddl).ValueOrDie();
  pipeline_.sources.push_back(std::move(source));
  return *this;
}

TestPipeline& TestPipeline::Table(const std::string& name, const std::string& sql) {
  pipeline::Table table;
  table.name = name;
  table.text = MakeText(name + ".sql", sql);
  table.query = sql::Parse(table.text, pipeline_.dialect.double_quotes).ValueOrDie();
  for (const sql::Reference& reference : sql::References(*table.query)) {
    table.inputs.push_back(reference.name);
  }
  table.toml_file = "tarn.toml";
  table.toml_line = 7;
  pipeline_.tables.push_back(std::move(table));
  return *this;
}

pipeline::Table& TestPipeline::last() { return pipeline_.tables.back(); }

TestPipeline& TestPipeline::Check(const std::string& expression) {
  last().checks.push_back(
      {sql::ParseExpression(MakeText("tarn.toml", expression), pipeline_.dialect.double_quotes)
           .ValueOrDie(),
       expression});
  return *this;
}

TestPipeline& TestPipeline::Setting(const std::string& name, const std::string& value) {
  if (name == "time_zone") return Zone(value);
  EXPECT_EQ(name, "double_quotes");
  const bool are_strings = value == "string";
  pipeline_.dialect.double_quotes =
      are_strings ? sql::DoubleQuotes::kStrings : sql::DoubleQuotes::kNames;
  return *this;
}

TestPipeline& TestPipeline::Zone(const std::string& name) {
  pipeline_.dialect.zone = TimeZone::Find(name);
  return *this;
}

std::string TestPipeline::Explain(const std::string& table,
                                  const std::vector<std::string>& select) {
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline_, {select});
  return plan.ok() ? ToString(**plan, table) : MessageOf(plan.status());
}

std::string TestPipeline::Tree() {
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline_, {});
  if (!plan.ok()) return MessageOf(plan.status());
  std::string text = ToString(**plan);
  text = text.substr(text.rfind("table " + last().name));
  return text.substr(text.find('\n') + 1);
}

std::string TestPipeline::Sources() {
  std::string text = Explain();
  return text.substr(0, text.find("table "));
}

std::string TestPipeline::Errors() {
  Result<std::unique_ptr<Plan>> plan = Bind(pipeline_, {});
  if (plan.ok()) return "";
  std::string text;
  for (Diagnostic diagnostic : DiagnosticsOf(plan.status())) {
    diagnostic.excerpt.clear();
    text += Render(diagnostic) + "\n";
  }
  return text;
}

TestPipeline TwoSources() {
  TestPipeline pipeline;
  pipeline.Source("a", "id INT, x STRING, n BIGINT, ok BOOLEAN");
  pipeline.Source("b", "id INT, y STRING, r DOUBLE");
  return pipeline;
}

std::string OptimizedTree(const std::string& sql) {
  TestPipeline pipeline = TwoSources();
  return pipeline.Table("t", sql).Tree();
}

}  // namespace tarn::plan
