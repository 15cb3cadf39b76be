#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "plan/functions.h"

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
      "# SQL functions\n\nMeaning is Spark's, in ANSI mode and UTC. Written by "
      "`src/plan/functions_doc_test.cc`.\n";
  for (FunctionKind kind :
       {FunctionKind::kScalar, FunctionKind::kAggregate, FunctionKind::kWindow}) {
    text += fmt::format("\n## {}\n\n| Name | Signature | |\n|---|---|---|\n", TitleOf(kind));
    for (const auto& [name, function] : ListFunctions()) {
      if (function->kind != kind) continue;
      const std::string help = name == function->name
                                   ? std::string(function->help)
                                   : fmt::format("the same as {}", function->name);
      text +=
          fmt::format("| {} | `{}` | {} |\n", name, Escaped(function->signature), Escaped(help));
    }
  }
  return text;
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
