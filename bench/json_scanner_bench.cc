// How fast the JSON scanner reads the Sparkify log on one core, beside a plain read of the same
// bytes.
//
//   tarn_json_bench --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
//
// The best repetition counts on a machine that does other work too; it is the aggregate "best".
#include <arrow/api.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "json/scanner.h"

namespace tarn::json {
namespace {

constexpr size_t kLogBytes = size_t{64} << 20;
constexpr size_t kBlockBytes = size_t{4} << 20;

// The sample's events.
std::string ReadSample() {
  std::vector<std::filesystem::path> paths;
  const std::string directory = std::string(TARN_SAMPLE_DIR) + "/log_data";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::string sample;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    sample.append(std::istreambuf_iterator<char>(file), {});
    if (!sample.ends_with('\n')) sample += '\n';
  }
  if (sample.empty()) throw std::runtime_error("no events in " + directory);
  return sample;
}

// The sample without its nulls, as other writers leave them out: records of several shapes.
std::string LeaveOutNulls(const std::string& sample) {
  return std::regex_replace(sample, std::regex("\"[a-zA-Z]+\":null,"), "");
}

// A sample over and over, as blocks of whole lines.
std::vector<std::string> MakeBlocks(const std::string& sample) {
  std::string log;
  while (log.size() < kLogBytes) log += sample;
  std::vector<std::string> blocks;
  for (size_t begin = 0; begin < log.size();) {
    const size_t length = LastLineEnd(std::string_view(log).substr(begin, kBlockBytes));
    blocks.push_back(log.substr(begin, length));
    begin += length;
  }
  return blocks;
}

const std::vector<std::string>& Blocks() {
  static const std::vector<std::string> blocks = MakeBlocks(ReadSample());
  return blocks;
}

const std::vector<std::string>& BlocksWithoutNulls() {
  static const std::vector<std::string> blocks = MakeBlocks(LeaveOutNulls(ReadSample()));
  return blocks;
}

void SetRate(benchmark::State& state, const std::vector<std::string>& blocks) {
  int64_t num_bytes = 0;
  for (const std::string& block : blocks) num_bytes += static_cast<int64_t>(block.size());
  state.SetBytesProcessed(num_bytes * static_cast<int64_t>(state.iterations()));
  state.counters["GB/s"] = benchmark::Counter(static_cast<double>(num_bytes) * 1e-9,
                                              benchmark::Counter::kIsIterationInvariantRate);
}

ScanOptions EventOptions(const std::vector<std::string>& columns) {
  using arrow::field;
  ScanOptions options;
  options.schema =
      arrow::schema({field("artist", arrow::utf8()), field("auth", arrow::utf8()),
                     field("firstName", arrow::utf8()), field("gender", arrow::utf8()),
                     field("itemInSession", arrow::int32()), field("lastName", arrow::utf8()),
                     field("length", arrow::float64()), field("level", arrow::utf8()),
                     field("location", arrow::utf8()), field("method", arrow::utf8()),
                     field("page", arrow::utf8()), field("registration", arrow::float64()),
                     field("sessionId", arrow::int64()), field("song", arrow::utf8()),
                     field("status", arrow::int32()), field("ts", arrow::int64()),
                     field("userAgent", arrow::utf8()), field("userId", arrow::utf8())});
  for (const std::string& column : columns) {
    options.output.push_back(options.schema->GetFieldIndex(column));
  }
  return options;
}

const std::vector<std::string> kFourteenColumns = {
    "artist",   "firstName", "gender",    "itemInSession", "lastName", "length",    "level",
    "location", "page",      "sessionId", "song",          "ts",       "userAgent", "userId"};

void Scan(benchmark::State& state, const ScanOptions& options,
          const std::vector<std::string>& blocks = Blocks()) {
  auto scanner = Scanner::Make(options).ValueOrDie();
  for (auto _ : state) {
    for (const std::string& block : blocks) {
      benchmark::DoNotOptimize(scanner->Scan(block).ValueOrDie().batch);
    }
  }
  SetRate(state, blocks);
}

void FourteenColumns(benchmark::State& state) { Scan(state, EventOptions(kFourteenColumns)); }

void FourteenColumnsAsDictionaries(benchmark::State& state) {
  ScanOptions options = EventOptions(kFourteenColumns);
  options.dictionaries = true;
  Scan(state, options);
}

ScanOptions EventsOfPage(const std::vector<std::string>& columns, const std::string& page) {
  ScanOptions options = EventOptions(columns);
  options.filter.any_of = {{Comparison{options.schema->GetFieldIndex("page"), Comparison::Op::kEq,
                                       arrow::MakeScalar(page)}}};
  return options;
}

void FourteenColumnsOfSongsPlayed(benchmark::State& state) {
  Scan(state, EventsOfPage(kFourteenColumns, "NextSong"));
}

void TwoColumns(benchmark::State& state) { Scan(state, EventOptions({"ts", "userId"})); }

// 90 of the sample's 8,056 events.
void TwoColumnsOfOnePercent(benchmark::State& state) {
  Scan(state, EventsOfPage({"ts", "userId"}, "Logout"));
}

void NoColumns(benchmark::State& state) { Scan(state, EventOptions({})); }

void FourteenColumnsNullsLeftOut(benchmark::State& state) {
  Scan(state, EventOptions(kFourteenColumns), BlocksWithoutNulls());
}

void PlainRead(benchmark::State& state) {
  for (auto _ : state) {
    uint64_t sum = 0;
    for (const std::string& block : Blocks()) {
      for (size_t i = 0; i + sizeof(uint64_t) <= block.size(); i += sizeof(uint64_t)) {
        uint64_t word;
        std::memcpy(&word, block.data() + i, sizeof(word));
        sum += word;
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  SetRate(state, Blocks());
}

double Best(const std::vector<double>& repetitions) {
  return *std::max_element(repetitions.begin(), repetitions.end());
}

BENCHMARK(FourteenColumns)->ComputeStatistics("best", Best)->Unit(benchmark::kMillisecond);
BENCHMARK(FourteenColumnsAsDictionaries)
    ->ComputeStatistics("best", Best)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(FourteenColumnsOfSongsPlayed)
    ->ComputeStatistics("best", Best)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(FourteenColumnsNullsLeftOut)
    ->ComputeStatistics("best", Best)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(TwoColumns)->ComputeStatistics("best", Best)->Unit(benchmark::kMillisecond);
BENCHMARK(TwoColumnsOfOnePercent)->ComputeStatistics("best", Best)->Unit(benchmark::kMillisecond);
BENCHMARK(NoColumns)->ComputeStatistics("best", Best)->Unit(benchmark::kMillisecond);
BENCHMARK(PlainRead)->ComputeStatistics("best", Best)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::json

BENCHMARK_MAIN();
