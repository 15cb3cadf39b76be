#include "cli/estimate_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/units.h"
#include "cli/table_text.h"

namespace tarn::cli {
namespace {

constexpr engine::SparkPlace kRunningCluster{kClusterCores, true, false};
constexpr engine::SparkPlace kNewCluster{kClusterCores, true, true};

// No more digits than an estimate has.
std::string AboutDuration(double seconds) {
  if (seconds < 1) return "under 1 s";
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

std::string PartitionsText(const engine::Range& range) {
  const auto least = static_cast<int64_t>(range.least), most = static_cast<int64_t>(range.most);
  if (least == most) return FormatCount(most) + " here";
  return fmt::format("{} to {} here, known only after a run", FormatCount(least),
                     FormatCount(most));
}

// "9.4 GB", or nothing when Spark is never the faster one.
std::optional<std::string> CrossoverText(const engine::InputSize& input, int num_cores,
                                         const engine::SparkPlace& place) {
  const auto factor = engine::Crossover(input, num_cores, place);
  if (!factor) return std::nullopt;
  return FormatBytes(std::llround(static_cast<double>(input.num_bytes) * *factor));
}

}  // namespace

std::string EstimateText(const engine::InputSize& input, const engine::SparkWork& on_spark,
                         int64_t local_memory_bytes, int64_t memory_bytes, const Machine& here,
                         const Terminal& terminal) {
  const int64_t spilled_bytes = std::max<int64_t>(0, local_memory_bytes - memory_bytes);
  TextTable table({{"engine"}, {"time", true}, {"memory"}});
  table.AddRow({{fmt::format("local, {}", FormatCount(here.num_cores, "core"))},
                {AboutDuration(engine::LocalSeconds(input, here.num_cores) +
                               engine::SpillSeconds(spilled_bytes))},
                {spilled_bytes == 0 ? fmt::format("up to {} of {}", FormatBytes(local_memory_bytes),
                                                  FormatBytes(memory_bytes))
                                    : fmt::format("{}, up to {} on disk", FormatBytes(memory_bytes),
                                                  FormatBytes(spilled_bytes))}});
  const auto add_spark = [&](const std::string& name, const engine::SparkPlace& place) {
    const engine::Range seconds =
        engine::SparkSecondsWriting(on_spark.read, on_spark.num_partitions, place);
    table.AddRow({{name},
                  {AboutDuration(seconds.least) + " to " + AboutDuration(seconds.most)},
                  {"spills to disk"}});
  };
  add_spark(fmt::format("spark, the same {}", FormatCount(here.num_cores, "core")),
            {here.num_cores, false, false});
  add_spark(fmt::format("spark, a cluster of {} cores", kClusterCores), kRunningCluster);
  std::string text = fmt::format("Estimate for {}, {}\n", FormatCount(input.num_files, "file"),
                                 FormatBytes(input.num_bytes));
  text += table.Render({}, terminal).text;
  text += fmt::format("Spark's time grows with the partitions that it writes: {}.\n",
                      PartitionsText(on_spark.num_partitions));
  if (engine::SpillsMostly(input, local_memory_bytes, memory_bytes, here.num_cores)) {
    text +=
        "Most of the time may go into what memory does not hold: give the run more (--memory), or "
        "use --engine spark.\n";
  }
  const auto running = CrossoverText(input, here.num_cores, kRunningCluster);
  const auto started = CrossoverText(input, here.num_cores, kNewCluster);
  if (running && started) {
    text += fmt::format(
        "A cluster of {} cores is faster from about {} of such files on; one that has to be "
        "started, from {}.\n",
        kClusterCores, *running, *started);
  }
  return text;
}

}  // namespace tarn::cli
