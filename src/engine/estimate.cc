#include "engine/estimate.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "engine/table_spec.h"
#include "plan/node.h"

namespace tarn::engine {
namespace {

// Of events of generated Sparkify: gzip 8.9, zstd 10.8.
constexpr int64_t kTextOfCompressed = 9;

// Seconds are of one core, but for starts.
constexpr double kLocalStart = 0.1;
constexpr double kLocalPerByte = 1 / 170e6;
constexpr double kLocalPerFile = 0.1e-3;
constexpr double kSparkStart = 18;  // a server, and what every query takes
constexpr double kSparkPerByte = 1 / 35e6;
constexpr double kSparkPerFile = 6.7e-3;
constexpr double kClusterStart = 360;
constexpr double kClusterEfficiency = 0.8;

constexpr double kScanMemory = 150e6;
// Rows that wait for their partition are kept once more in order, and as files that are encoded.
constexpr double kWriteMemoryPerGathered = 6;

// What runs through a node, and what nodes keep of it until they have all of it.
class MemoryOfTable {
 public:
  MemoryOfTable(const plan::Plan& plan, const std::vector<InputSize>& sizes,
                const std::vector<double>& table_bytes)
      : plan_(plan), sizes_(sizes), table_bytes_(table_bytes) {}

  double kept_bytes() const { return kept_; }

  // Bytes of the node's rows. The text of a value stands for its bytes in memory: names of keys and
  // digits take about what offsets, hashes and copies do.
  double Flow(const plan::Node& node) {
    std::vector<double> inputs;
    for (const plan::NodePtr& input : node.inputs) inputs.push_back(Flow(*input));
    const double all = std::accumulate(inputs.begin(), inputs.end(), 0.0);
    if (const auto* scan = plan::As<plan::Scan>(node)) {
      const int num_fields = plan_.sources[scan->source].source->schema->num_fields();
      return static_cast<double>(sizes_[scan->source].num_text_bytes) *
             static_cast<double>(scan->columns.size()) / num_fields;
    }
    if (const auto* table = plan::As<plan::TableInput>(node)) return table_bytes_[table->table];
    if (plan::As<plan::Project>(node) != nullptr) return OfColumns(node, inputs[0]);
    if (plan::As<plan::Join>(node) != nullptr) {
      kept_ += inputs[1];
      return OfColumns(node, inputs[0]);
    }
    if (const auto* aggregate = plan::As<plan::Aggregate>(node)) {
      if (aggregate->keys.empty()) return 0;
      kept_ += all;
      return all;
    }
    if (plan::As<plan::RowNumber>(node) || plan::As<plan::TopRow>(node) ||
        plan::As<plan::Sort>(node)) {
      kept_ += all;
    }
    return all;
  }

 private:
  static double OfColumns(const plan::Node& node, double input_bytes) {
    const int num_input = node.inputs[0]->schema->num_fields();
    return num_input == 0 ? 0 : input_bytes * node.schema->num_fields() / num_input;
  }

  const plan::Plan& plan_;
  const std::vector<InputSize>& sizes_;
  const std::vector<double>& table_bytes_;
  double kept_ = 0;
};

// Seconds = fixed + per_input × input: of the input of an estimate.
struct Line {
  double fixed = 0;
  double per_input = 0;
};

Line LocalLine(const InputSize& input, int num_cores) {
  return {kLocalStart, (static_cast<double>(input.num_text_bytes) * kLocalPerByte +
                        static_cast<double>(input.num_files) * kLocalPerFile) /
                           num_cores};
}

Line SparkLine(const InputSize& input, const SparkPlace& place) {
  const double cores = place.num_cores * (place.is_cluster ? kClusterEfficiency : 1);
  return {kSparkStart + (place.has_to_be_started ? kClusterStart : 0),
          (static_cast<double>(input.num_text_bytes) * kSparkPerByte +
           static_cast<double>(input.num_files) * kSparkPerFile) /
              cores};
}

}  // namespace

InputSize SizeOf(const storage::Listing& listing) {
  constexpr std::array<std::string_view, 4> kSuffixes = {".gz", ".zst", ".bz2", ".lz4"};
  InputSize size;
  for (const storage::ObjectInfo& file : listing.files) {
    const bool is_compressed =
        std::any_of(kSuffixes.begin(), kSuffixes.end(),
                    [&](std::string_view suffix) { return file.path.ends_with(suffix); });
    ++size.num_files;
    size.num_bytes += file.size_bytes;
    size.num_text_bytes += file.size_bytes * (is_compressed ? kTextOfCompressed : 1);
  }
  return size;
}

InputSize Sum(const std::vector<InputSize>& sizes) {
  InputSize sum;
  for (const InputSize& size : sizes) {
    sum.num_files += size.num_files;
    sum.num_bytes += size.num_bytes;
    sum.num_text_bytes += size.num_text_bytes;
  }
  return sum;
}

int64_t LocalMemory(const plan::Plan& plan, const std::vector<InputSize>& sizes) {
  double memory = kScanMemory;
  std::vector<double> table_bytes;
  for (const plan::TablePlan& table : plan.tables) {
    MemoryOfTable of_table(plan, sizes, table_bytes);
    const double bytes = of_table.Flow(*table.root);
    memory += of_table.kept_bytes();
    const lake::TableSpec spec = SpecOf(table);
    if (!spec.partition_by.empty() || !spec.sort_within.empty()) {
      memory +=
          kWriteMemoryPerGathered * std::min(bytes, static_cast<double>(spec.gathered_bytes_max));
    }
    table_bytes.push_back(bytes);
  }
  return static_cast<int64_t>(memory);
}

double LocalSeconds(const InputSize& input, int num_cores) {
  const Line line = LocalLine(input, num_cores);
  return line.fixed + line.per_input;
}

double SparkSeconds(const InputSize& input, const SparkPlace& place) {
  const Line line = SparkLine(input, place);
  return line.fixed + line.per_input;
}

std::optional<double> Crossover(const InputSize& input, int num_local_cores,
                                const SparkPlace& place) {
  const Line local = LocalLine(input, num_local_cores);
  const Line spark = SparkLine(input, place);
  if (local.per_input <= spark.per_input) return std::nullopt;
  return (spark.fixed - local.fixed) / (local.per_input - spark.per_input);
}

}  // namespace tarn::engine
