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
constexpr double kSpillPerByte = 1 / 350e6;
constexpr double kSparkStart = 18;  // a server, and what every query takes
constexpr double kSparkPerByte = 1 / 35e6;
constexpr double kSparkPerFile = 6.7e-3;
constexpr double kSparkPerPartition = 27e-3;
constexpr double kSparkSlowest = 2;  // a margin, not measured: times that, beside other work
constexpr double kClusterStart = 360;
constexpr double kClusterEfficiency = 0.8;

// Of a record's text, at least.
constexpr double kRecordBytes = 200;
// Values that a column of numbers or dates has, at most, when it is one to partition by.
constexpr double kPartitionNumbers = 400;

constexpr double kScanMemory = 150e6;
// Rows that wait for their partition are kept once more, in part, in order and as files that are
// encoded. Measured: 0.3 to 0.9 times for partitions, 0.7 to 2.1 for an order.
constexpr double kWriteMemoryPerGathered = 2;

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
    const auto* sort = plan::As<plan::Sort>(node);
    const bool sorts_all = sort != nullptr && !sort->limit;
    const bool keeps_all = sorts_all || plan::As<plan::RowNumber>(node) ||
                           plan::As<plan::TopRow>(node) || plan::As<plan::Window>(node);
    if (keeps_all) kept_ += all;
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

// As many rows as the largest of what it reads may have.
double RowsOf(const plan::Node& node, const std::vector<InputSize>& sizes,
              const std::vector<double>& table_rows) {
  if (const auto* scan = plan::As<plan::Scan>(node)) {
    const InputSize& size = sizes[scan->source];
    return std::max(static_cast<double>(size.num_files),
                    static_cast<double>(size.num_text_bytes) / kRecordBytes);
  }
  if (const auto* table = plan::As<plan::TableInput>(node)) return table_rows[table->table];
  double rows = 1;
  for (const plan::NodePtr& input : node.inputs) {
    rows = std::max(rows, RowsOf(*input, sizes, table_rows));
  }
  return rows;
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

std::vector<plan::SourceSize> SourceSizes(const std::vector<InputSize>& sizes,
                                          SourceSamples samples) {
  std::vector<plan::SourceSize> all;
  for (size_t i = 0; i < sizes.size(); ++i) {
    all.push_back({sizes[i].num_bytes, sizes[i].num_text_bytes, std::move(samples[i])});
  }
  return all;
}

int64_t LocalMemory(const plan::Plan& plan, const std::vector<InputSize>& sizes) {
  double memory = kScanMemory;
  std::vector<double> table_bytes;
  for (const plan::TablePlan& table : plan.tables) {
    MemoryOfTable of_table(plan, sizes, table_bytes);
    const double bytes = of_table.Flow(*table.root);
    memory += of_table.kept_bytes();
    const lake::TableSpec spec = SpecOf(table);
    if (spec.gathers_rows()) {
      memory +=
          kWriteMemoryPerGathered * std::min(bytes, static_cast<double>(spec.gathered_bytes_max));
    }
    table_bytes.push_back(bytes);
  }
  return static_cast<int64_t>(memory);
}

Range NumPartitions(const plan::Plan& plan, const std::vector<InputSize>& sizes,
                    const std::vector<std::optional<int64_t>>& known) {
  Range sum;
  std::vector<double> table_rows;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const plan::TablePlan& table = plan.tables[i];
    const double rows = RowsOf(*table.root, sizes, table_rows);
    table_rows.push_back(rows);
    if (!table.selected) continue;
    double most = 1;
    for (const std::string& name : table.table->partition_by) {
      const auto field = table.root->schema->GetFieldByName(name);
      const bool is_text = field != nullptr && field->type()->id() == arrow::Type::STRING;
      most *= is_text ? rows : kPartitionNumbers;
    }
    most = std::max(1.0, std::min(most, rows));
    const bool is_known = i < known.size() && known[i].has_value();
    sum.least += is_known ? static_cast<double>(*known[i]) : 1;
    sum.most += is_known ? static_cast<double>(*known[i]) : most;
  }
  return sum;
}

double LocalSeconds(const InputSize& input, int num_cores) {
  const Line line = LocalLine(input, num_cores);
  return line.fixed + line.per_input;
}

double SpillSeconds(int64_t num_bytes) {
  return static_cast<double>(std::max<int64_t>(0, num_bytes)) * kSpillPerByte;
}

bool SpillsMostly(const InputSize& input, int64_t local_memory, int64_t memory_bytes,
                  int num_cores) {
  return SpillSeconds(local_memory - memory_bytes) > LocalSeconds(input, num_cores);
}

double SparkSeconds(const InputSize& input, const SparkPlace& place) {
  const Line line = SparkLine(input, place);
  return line.fixed + line.per_input;
}

Range SparkSecondsWriting(const InputSize& input, const Range& num_partitions,
                          const SparkPlace& place) {
  const double reading = SparkSeconds(input, place);
  const double cores = place.num_cores * (place.is_cluster ? kClusterEfficiency : 1);
  const double per_partition = kSparkPerPartition / cores;
  const double start = place.has_to_be_started ? kClusterStart : 0;
  const double most = reading - start + num_partitions.most * per_partition;
  return {reading + num_partitions.least * per_partition, start + kSparkSlowest * most};
}

std::optional<double> Crossover(const InputSize& input, int num_local_cores,
                                const SparkPlace& place) {
  const Line local = LocalLine(input, num_local_cores);
  const Line spark = SparkLine(input, place);
  if (local.per_input <= spark.per_input) return std::nullopt;
  return (spark.fixed - local.fixed) / (local.per_input - spark.per_input);
}

}  // namespace tarn::engine
