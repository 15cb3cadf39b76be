// Records made by chance: the section that is printed for them is one that tarn.toml takes, with
// the schema that was inferred, and a scanner reads every record with it.
#include <gtest/gtest.h>

#include <random>

#include "infer/source_block.h"
#include "json/scanner.h"
#include "pipeline/pipeline.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::infer {
namespace {

/// Writes records whose keys and kinds of values repeat, with odd ones among them.
class RecordWriter {
 public:
  explicit RecordWriter(uint32_t seed) : random_(seed) {}

  std::string Record() { return Object(0); }

 private:
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

  std::string Object(int depth) {
    std::string text = "{";
    const uint32_t num_members = Below(6);
    for (uint32_t i = 0; i < num_members; ++i) {
      const uint32_t key = Below(12);
      text += std::string(i > 0 ? "," : "") + "\"" + kKeys[key] + "\":" + Value(key, depth);
    }
    return text + "}";
  }

  // Mostly one kind a key.
  std::string Value(uint32_t key, int depth) {
    const uint32_t kind = Below(12) == 0 ? Below(12) : key;
    const std::string n = std::to_string(Below(1000));
    switch (kind) {
      case 0:
        return n;
      case 1:
        return "-" + n + ".25e" + std::to_string(Below(400));
      case 2:
        return Below(2) == 0 ? "true" : "null";
      case 3:
        return "\"2018-11-" + std::to_string(10 + Below(20)) + "\"";
      case 4:
        return "\"2018-11-21T10:" + std::to_string(10 + Below(49)) + ":00.5Z\"";
      case 5:
        return "1" + n + std::string(Below(40), '7');
      case 6:
        return depth > 4 ? "{}" : Object(depth + 1);
      case 7:
        return depth > 4 ? "[]"
                         : "[" + Value(Below(12), depth + 1) + "," + Value(0, depth + 1) + "]";
      case 8:
        return "{\"id" + n + "\":" + n + ",\"id" + std::to_string(Below(1000)) + "\":" + n + "}";
      default:
        return std::string("\"") + kTexts[Below(8)] + "\"";
    }
  }

  static constexpr const char* kKeys[] = {"a",       "B",   "b", "a b",     "`",  "\\\"\\\"\\\"",
                                          "${HOME}", "\\n", "",  "\\u00e9", "--", "\\\\"};
  static constexpr const char* kTexts[] = {"",     "x",     "\\\"\\\"\\\"", "$${x}",
                                           "\\\\", "-- /*", "\\u0000\\n",   "\x7F\xC2\x9B"};
  std::mt19937 random_;
};

std::shared_ptr<arrow::Schema> LoadSchema(const storage::TemporaryFolder& folder,
                                          const std::string& block) {
  folder.Write("p/tarn.toml", "[lake]\ninput = \"raw\"\noutput = \"lake\"\n\n" + block);
  folder.Write("p/t.sql", "SELECT 1 AS one");
  auto pipeline = pipeline::Load(folder / "p", {});
  EXPECT_TRUE(pipeline.ok()) << pipeline.status() << block;
  return pipeline.ok() ? (*pipeline)->sources[0].schema : arrow::schema({});
}

TEST(RoundTripTest, WhatIsPrintedReadsWhatWasSeen) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    RecordWriter writer(seed);
    std::string text;
    const int num_records = 1 << (seed % 9);
    for (int i = 0; i < num_records; ++i) text += writer.Record() + "\n";
    text += "{\"always\":1}\n";
    const storage::TemporaryFolder folder;
    const std::string path = folder.Write("raw/a.json", text);
    const Survey survey = SurveyFiles(storage::TestStorages(), {.globs = {path}}).ValueOrDie();
    ASSERT_EQ(survey.profile.num_bad_records(), 0) << survey.profile.bad_records()[0].reason;
    const json::InferredSchema inferred = json::InferSchema(survey.profile);
    const std::string block = SourceBlock({"s", {path}}, survey, inferred);
    json::ScanOptions options;
    options.schema = LoadSchema(folder, block);
    ASSERT_TRUE(options.schema->Equals(inferred.schema))
        << options.schema->ToString() << inferred.schema->ToString() << block;
    for (int i = 0; i < options.schema->num_fields(); ++i) options.output.push_back(i);
    auto scanner = json::Scanner::Make(options).ValueOrDie();
    const json::ScanResult scanned = scanner->Scan(text).ValueOrDie();
    EXPECT_EQ(scanned.num_records, num_records + 1);
    ASSERT_TRUE(scanned.bad_records.empty()) << scanned.bad_records[0].reason << block;
  }
}

}  // namespace
}  // namespace tarn::infer
