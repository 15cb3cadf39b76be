#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "plan/pipeline_for_test.h"

// The case files say which names and types Spark gives to every query's columns; binding must
// agree.
namespace tarn::plan {
namespace {

struct Case {
  std::string place;     ///< file:line
  std::string kind;      ///< query, error, unsupported
  std::string argument;  ///< an error's class
  std::string sql;
  std::string columns;  ///< "name TYPE", tabs between; only of a query
};

struct CaseFile {
  TestPipeline sources;
  std::vector<Case> cases;
};

CaseFile ReadCases(const std::filesystem::path& path) {
  std::ifstream input(path);
  CaseFile file;
  std::string line;
  bool in_sql = false;
  for (int number = 1; std::getline(input, line); ++number) {
    std::string word = line.substr(0, line.find(' '));
    if (line.empty()) {
      in_sql = false;
    } else if (line == "----") {
      std::getline(input, file.cases.back().columns);
      ++number;
      in_sql = false;
    } else if (in_sql) {
      file.cases.back().sql += line + "\n";
    } else if (word == "setting") {
      const size_t name_end = line.find(' ', 8);
      file.sources.Setting(line.substr(8, name_end - 8), line.substr(name_end + 1));
    } else if (word == "source") {
      size_t name_end = line.find(' ', 7);
      file.sources.Source(line.substr(7, name_end - 7), line.substr(name_end + 1));
    } else if (word == "query" || word == "error" || word == "unsupported") {
      file.cases.push_back({path.filename().string() + ":" + std::to_string(number), word,
                            line.substr(std::min(word.size() + 1, line.size())), "", ""});
      in_sql = true;
    }
  }
  return file;
}

// Case files give types as Spark does: `STRUCT<a:INT,b c:INT>`.
std::string AsSparkSays(const std::string& ddl) {
  std::string text;
  for (const char c : ddl) {
    const bool follows = !text.empty() && (text.back() == ':' || text.back() == ',');
    if (c != '`' && !(c == ' ' && follows)) text += c;
  }
  return text;
}

std::string ColumnsOf(const Plan& plan) {
  std::string text;
  for (const auto& field : plan.tables[0].root->schema->fields()) {
    if (!text.empty()) text += "\t";
    text += field->name() + " " + AsSparkSays(pipeline::DdlOf(*field->type()));
  }
  return text;
}

TEST(BindCases, NamesAndTypesAreSparks) {
  int num_queries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TARN_SOURCE_DIR "/tests/cases")) {
    if (entry.path().extension() != ".test") continue;
    CaseFile file = ReadCases(entry.path());
    for (const Case& one : file.cases) {
      // Neither engine can store a column without a type.
      bool untyped = one.columns.find(" VOID") != std::string::npos;
      if (one.kind != "query" || untyped) continue;
      SCOPED_TRACE(one.place + "\n" + one.sql);
      TestPipeline pipeline = file.sources;
      pipeline.Table("result", one.sql);
      Result<std::unique_ptr<Plan>> plan = Bind(pipeline.get(), {});
      EXPECT_EQ(plan.ok() ? ColumnsOf(**plan) : MessageOf(plan.status()), one.columns);
      ++num_queries;
    }
  }
  EXPECT_GE(num_queries, 100);
}

TEST(BindCases, WhatSparkRefusesIsRefused) {
  const std::set<std::string> kFoundByAnalysis = {"MISSING_AGGREGATION", "WHERE",
                                                  "UNRESOLVED_ROUTINE",  "WRONG_NUM_ARGS",
                                                  "DATATYPE_MISMATCH",   "UNRESOLVED_COLUMN",
                                                  "AMBIGUOUS_REFERENCE", "TABLE_OR_VIEW_NOT_FOUND"};
  int num_errors = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TARN_SOURCE_DIR "/tests/cases")) {
    if (entry.path().extension() != ".test") continue;
    CaseFile file = ReadCases(entry.path());
    for (const Case& one : file.cases) {
      if (one.kind != "error" || kFoundByAnalysis.count(one.argument) == 0) continue;
      SCOPED_TRACE(one.place + "\n" + one.sql);
      TestPipeline pipeline = file.sources;
      EXPECT_NE(pipeline.Table("result", one.sql).Errors(), "");
      ++num_errors;
    }
  }
  EXPECT_GE(num_errors, 8);
}

}  // namespace
}  // namespace tarn::plan
