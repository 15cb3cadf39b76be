#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "pipeline/config_sections_internal.h"
#include "pipeline/pipeline.h"

// docs/tarn-toml.md has every key of the loader and no other, with its types and its default; its
// examples load, and set each key.
namespace tarn::pipeline {
namespace {

using ::testing::ElementsAreArray;

struct DocumentedKey {
  std::string name;
  std::string type;
  std::string default_value;
};

struct Document {
  std::map<std::string, std::vector<DocumentedKey>> keys;  // by the heading they stand under
  std::map<std::string, std::set<std::string>> examples;   // keys that are set there, likewise
  std::string toml;                                        // all examples, one after the other
};

Document ReadDocument() {
  static const std::regex kRow(R"(\| `(\w+)` \| ([^|]+) \| ([^|]+) \| .+ \|)");
  static const std::regex kSetting(R"((\w+) = .*)");
  std::ifstream file(TARN_SOURCE_DIR "/docs/tarn-toml.md");
  Document document;
  std::string heading, line;
  bool is_toml = false;
  while (std::getline(file, line)) {
    std::smatch match;
    if (line.starts_with("```")) {
      is_toml = line == "```toml";
    } else if (is_toml) {
      document.toml += line + "\n";
      if (std::regex_match(line, match, kSetting)) document.examples[heading].insert(match[1]);
    } else if (line.starts_with("## [")) {
      heading = line.substr(3);
    } else if (std::regex_match(line, match, kRow)) {
      document.keys[heading].push_back({match[1], match[2], match[3]});
    }
  }
  return document;
}

// `[s3] and [bucket.NAME]` stands for both.
std::string HeadingOf(const ConfigSection& section) {
  if (section.name == "s3" || section.name == "bucket") return "[s3] and [bucket.NAME]";
  return fmt::format("[{}{}]", section.name, section.is_named ? ".NAME" : "");
}

std::string TypesOf(const ConfigKey& key) {
  std::vector<std::string> types;
  if (key.takes_string) types.emplace_back("string");
  if (key.takes_array) types.emplace_back("array");
  if (key.takes_integer) types.emplace_back("integer");
  if (key.takes_fraction) types.emplace_back("fraction");
  if (key.takes_boolean) types.emplace_back("boolean");
  return fmt::format("{}", fmt::join(types, " or "));
}

std::unique_ptr<Pipeline> LoadShop(const std::string& toml,
                                   const std::vector<std::pair<std::string, std::string>>& models) {
  std::vector<std::pair<std::string, std::string>> files = {{"/shop/tarn.toml", toml}};
  for (const auto& [name, sql] : models) files.emplace_back("/shop/" + name + ".sql", sql);
  auto pipeline = LoadFiles("/shop", files, {});
  if (pipeline.ok()) return *std::move(pipeline);
  std::string errors;
  for (const Diagnostic& error : DiagnosticsOf(pipeline.status())) errors += Render(error) + "\n";
  ADD_FAILURE() << errors << toml;
  return nullptr;
}

TEST(SettingsDoc, HasTheLoadersKeys) {
  const Document document = ReadDocument();
  std::set<std::string> headings;
  for (const ConfigSection& section : ConfigSections()) {
    const std::string heading = HeadingOf(section);
    headings.insert(heading);
    std::vector<std::string> known, written;
    for (const ConfigKey& key : section.keys) {
      known.push_back(fmt::format("{}: {}", key.name, TypesOf(key)));
    }
    const auto keys = document.keys.find(heading);
    ASSERT_NE(keys, document.keys.end()) << "no keys below " << heading;
    for (const DocumentedKey& key : keys->second) {
      written.push_back(fmt::format("{}: {}", key.name, key.type));
      EXPECT_TRUE(document.examples.at(heading).contains(key.name)) << "no example: " << key.name;
    }
    EXPECT_THAT(written, ElementsAreArray(known)) << heading;
  }
  for (const auto& [heading, keys] : document.keys) {
    EXPECT_TRUE(headings.contains(heading)) << heading;
  }
}

TEST(SettingsDoc, ExamplesLoad) {
  const auto pipeline =
      LoadShop(ReadDocument().toml, {{"orders", "SELECT * FROM clean_events"},
                                     {"cities", "SELECT * FROM clean_events"},
                                     {"customers", "SELECT * FROM events"},
                                     {"customer_versions", "SELECT * FROM events"},
                                     {"clean_events", "SELECT * FROM events"}});
  ASSERT_NE(pipeline, nullptr);
  EXPECT_EQ(pipeline->tables.size(), 5);
  EXPECT_EQ(pipeline->buckets.size(), 3);
}

// What a pipeline says of SQL, a source, a table and S3, as text.
std::string Describe(const Pipeline& pipeline) {
  const Source& source = pipeline.sources.at(0);
  const Table& table = pipeline.tables.at(0);
  return fmt::format("{} {} {} {} | {} {} {} {} {} | {} {} {} {} | {}", pipeline.spark.small_bytes,
                     static_cast<int>(table.replace), pipeline.dialect.zone->name(),
                     static_cast<int>(pipeline.dialect.double_quotes),
                     static_cast<int>(source.format), static_cast<int>(source.on_bad_record),
                     static_cast<int>(source.on_bad_type), static_cast<int>(source.on_new_field),
                     source.record_bytes_max, table.is_view, static_cast<int>(table.compression),
                     table.row_group_bytes, table.allow_empty,
                     pipeline.s3.retry_for.value_or(kRetryFor).count());
}

// Those defaults that are written as a value: to write one changes nothing.
TEST(SettingsDoc, DefaultsAreTheLoaders) {
  const std::map<std::string, std::string> sections = {{"[source.NAME]", "[source.events]"},
                                                       {"[table.NAME]", "[table.orders]"},
                                                       {"[s3] and [bucket.NAME]", "[s3]"},
                                                       {"[run]", "[run]"},
                                                       {"[spark]", "[spark]"},
                                                       {"[pipeline]", "[pipeline]"}};
  const auto load = [&](const std::string& heading, const std::string& setting) {
    std::string toml = "[lake]\ninput = \"raw\"\noutput = \"lake\"\n";
    for (const auto& [title, section] : sections) {
      toml += section + "\n" + (title == heading ? setting + "\n" : "");
      if (section == "[source.events]") toml += "path = \"*.json\"\nschema = \"id INT\"\n";
    }
    return LoadShop(toml, {{"orders", "SELECT * FROM events"}});
  };
  const auto plain = load("", "");
  ASSERT_NE(plain, nullptr);
  int num_defaults = 0;
  for (const auto& [heading, keys] : ReadDocument().keys) {
    for (const DocumentedKey& key : keys) {
      const std::string& value = key.default_value;
      if (!value.starts_with("`\"") && value != "`false`" && value != "`true`") continue;
      ++num_defaults;
      const std::string setting = key.name + " = " + value.substr(1, value.size() - 2);
      const auto with = load(heading, setting);
      ASSERT_NE(with, nullptr) << setting;
      EXPECT_EQ(Describe(*with), Describe(*plain)) << setting;
    }
  }
  EXPECT_EQ(num_defaults, 14);
}

}  // namespace
}  // namespace tarn::pipeline
