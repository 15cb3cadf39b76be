#pragma once

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/pipeline.h"

namespace tarn::pipeline {

inline constexpr char kLake[] = "[lake]\ninput = \"in\"\noutput = \"out\"\n";
inline constexpr char kEvents[] =
    "[source.events]\npath = \"log/*.json\"\nschema = \"ts BIGINT, level STRING\"\n";

/// A pipeline in a folder of its own, whose files the test writes; gone with the test.
class LoadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tarn_load_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(directory_ / name, std::ios::binary) << content;
  }

  // tarn.toml with a lake, one source and `more`, and a table that reads the source.
  void WriteSmall(const std::string& more) {
    Write("tarn.toml", std::string(kLake) + kEvents + more);
    Write("levels.sql", "SELECT level FROM events");
  }

  Result<std::unique_ptr<Pipeline>> TryLoad() { return Load(directory_, {overrides_}); }

  std::unique_ptr<Pipeline> LoadGood() {
    auto pipeline = TryLoad();
    EXPECT_TRUE(pipeline.ok()) << pipeline.status().message();
    return pipeline.ok() ? *std::move(pipeline) : std::make_unique<Pipeline>();
  }

  std::vector<Diagnostic> LoadBad() {
    auto pipeline = TryLoad();
    EXPECT_FALSE(pipeline.ok());
    EXPECT_EQ(KindOf(pipeline.status()), ErrorKind::kBadInput);
    return DiagnosticsOf(pipeline.status());
  }

  Diagnostic LoadBadOnce() {
    auto diagnostics = LoadBad();
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics) all += Render(diagnostic) + "\n";
    EXPECT_THAT(diagnostics, testing::SizeIs(1)) << all;
    return diagnostics.empty() ? Diagnostic{} : diagnostics[0];
  }

  std::filesystem::path directory_;
  std::vector<std::pair<std::string, std::string>> overrides_;
};

inline std::vector<std::string> NamesOf(const std::vector<Table>& tables) {
  std::vector<std::string> names;
  for (const Table& table : tables) names.push_back(table.name);
  return names;
}

}  // namespace tarn::pipeline
