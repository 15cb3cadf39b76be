#include "engine/small_parts.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace tarn::engine {
namespace {

// By table, its sources by their indexes.
std::vector<std::set<size_t>> SourcesOfTables(const plan::Plan& plan) {
  std::vector<std::set<size_t>> all;
  for (const plan::TablePlan& table : plan.tables) {
    std::set<size_t> sources;
    for (size_t i = 0; i < plan.sources.size(); ++i) {
      if (pipeline::Reads(*table.table, plan.sources[i].source->name)) sources.insert(i);
    }
    for (size_t earlier = 0; earlier < all.size(); ++earlier) {
      if (!pipeline::Reads(*table.table, plan.tables[earlier].table->name)) continue;
      sources.insert(all[earlier].begin(), all[earlier].end());
    }
    all.push_back(std::move(sources));
  }
  return all;
}

}  // namespace

std::vector<bool> SmallSources(const std::vector<InputSize>& sizes, const std::vector<bool>& may_be,
                               int64_t small_bytes) {
  std::vector<bool> are_small(sizes.size(), false);
  if (small_bytes == 0) return are_small;
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) {
    return sizes[left].num_bytes < sizes[right].num_bytes;
  });
  int64_t num_bytes = 0;
  for (const size_t i : order) {
    if (!may_be[i] || sizes[i].num_bytes > small_bytes - num_bytes) continue;
    are_small[i] = true;
    num_bytes += sizes[i].num_bytes;
  }
  return are_small;
}

std::vector<int64_t> TextBytesRead(const plan::Plan& plan, const std::vector<InputSize>& sizes) {
  std::vector<int64_t> read;
  for (const std::set<size_t>& sources : SourcesOfTables(plan)) {
    int64_t& num_bytes = read.emplace_back(0);
    for (const size_t source : sources) num_bytes += sizes[source].num_text_bytes;
  }
  return read;
}

SparkWork WorkOfSpark(const plan::Plan& plan, const std::vector<InputSize>& sizes,
                      const std::vector<std::optional<int64_t>>& known) {
  const int64_t small_bytes = plan.pipeline->spark.small_bytes;
  const auto are_small = SmallSources(sizes, std::vector<bool>(sizes.size(), true), small_bytes);
  std::vector<InputSize> read;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (!are_small[i]) read.push_back(sizes[i]);
  }
  plan::Plan written = plan;
  const std::vector<int64_t> bytes_read = TextBytesRead(plan, sizes);
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (small_bytes > 0 && bytes_read[i] <= small_bytes) written.tables[i].selected = false;
  }
  return {Sum(read), NumPartitions(written, sizes, known)};
}

}  // namespace tarn::engine
