#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "plan/functions.h"
#include "sql/parse.h"
#include "sql/text.h"

// docs/functions.md lists every function. TARN_COMPLETE=1 writes it anew.
namespace tarn::plan {
namespace {

const char* TitleOf(FunctionKind kind) {
  switch (kind) {
    case FunctionKind::kScalar:
      return "Scalar functions";
    case FunctionKind::kAggregate:
      return "Aggregates";
    case FunctionKind::kWindow:
      return "Window functions";
    case FunctionKind::kGenerator:
      return "Generators";
  }
  return "";
}

// Bars would end a table's cell.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string Document() {
  std::string text =
      "# SQL functions\n\nMeaning is Spark's, in ANSI mode; days and hours are of the session's "
      "time "
      "zone, UTC if the pipeline sets none. Written by "
      "`src/plan/functions_doc_test.cc`.\n";
  for (FunctionKind kind : {FunctionKind::kScalar, FunctionKind::kAggregate, FunctionKind::kWindow,
                            FunctionKind::kGenerator}) {
    text += fmt::format("\n## {}\n\n| Name | Signature | Meaning | Example |\n|---|---|---|---|\n",
                        TitleOf(kind));
    for (const FunctionName& known : ListFunctions()) {
      const auto& [name, function] = known;
      if (function->kind != kind) continue;
      const std::string help = name == function->name
                                   ? std::string(function->help)
                                   : fmt::format("the same as {}", function->name);
      text += fmt::format("| {} | `{}` | {} | `{}` |\n", name, Escaped(function->signature),
                          Escaped(help), Escaped(ExampleOf(known)));
    }
  }
  return text;
}

TEST(Examples, Parse) {
  for (const FunctionName& known : ListFunctions()) {
    const std::string example = ExampleOf(known);
    ASSERT_FALSE(example.empty()) << known.name;
    EXPECT_EQ(example.find_first_of("`\n"), std::string::npos)
        << "breaks a table's cell: " << example;
    const std::string query = example.starts_with("SELECT ") ? example : "SELECT " + example;
    const auto parsed =
        sql::Parse(std::make_shared<const sql::Text>(sql::Text{std::string(known.name), query}));
    EXPECT_TRUE(parsed.ok()) << example << "\n" << parsed.status().ToString();
  }
}

TEST(Examples, AreCalledByTheNameThatIsAskedFor) {
  const Function function = {.name = "length", .example = "length('a') + bit_length('length(b)')"};
  EXPECT_EQ(ExampleOf({"length", &function}), function.example);
  EXPECT_EQ(ExampleOf({"len", &function}), "len('a') + bit_length('len(b)')");
}

TEST(FunctionsDoc, IsCurrent) {
  const std::string path = TARN_SOURCE_DIR "/docs/functions.md";
  if (std::getenv("TARN_COMPLETE") != nullptr) std::ofstream(path) << Document();
  std::stringstream written;
  written << std::ifstream(path).rdbuf();
  EXPECT_EQ(written.str(), Document())
      << "write it again: TARN_COMPLETE=1 build/dev/tarn_plan_test";
}

}  // namespace
}  // namespace tarn::plan
