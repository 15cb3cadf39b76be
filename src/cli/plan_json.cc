#include "cli/plan_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "cli/estimate_text.h"
#include "cli/json_document.h"
#include "cli/refresh_text.h"
#include "local/memory_shares.h"

namespace tarn::cli {
namespace {

using Json = nlohmann::ordered_json;
using MetricsOf = std::unordered_map<const plan::Node*, const local::NodeMetrics*>;

Json SourceJson(const plan::SourcePlan& source) {
  Json columns = Json::array();
  Json filter_columns = Json::array();
  for (size_t i = 0; i < source.columns.size(); ++i) {
    const auto number = static_cast<int>(i);
    const bool is_put_out =
        std::find(source.output.begin(), source.output.end(), number) != source.output.end();
    (is_put_out ? columns : filter_columns).push_back(source.schema->field(number)->name());
  }
  return {
      {"source", source.source->name},
      {"paths", source.source->paths},
      {"columns", std::move(columns)},
      {"filter_columns", std::move(filter_columns)},
      {"filter",
       source.filter == nullptr ? Json() : Json(plan::ToString(*source.filter, *source.schema))}};
}

void AddWork(const Work& work, Json* part) {
  (*part)["seconds"] = work.cpu_seconds;
  (*part)["serial_seconds"] = work.serial_seconds;
  (*part)["wall_seconds"] = work.wall_seconds;
}

// A step, and below it those that it takes its rows from.
Json StepJson(const plan::Node& node, const plan::Plan& plan, const MetricsOf& metrics) {
  Json step = {{"step", plan::Describe(node, plan)}};
  if (const auto found = metrics.find(&node); found != metrics.end()) {
    step["rows"] = found->second->num_rows;
    step["bytes"] = found->second->num_bytes;
    AddWork(found->second->work, &step);
    step["memory_bytes_max"] = found->second->peak_bytes;
    step["spilled_bytes"] = found->second->spilled_bytes;
  }
  step["inputs"] = Json::array();
  for (const plan::NodePtr& input : node.inputs) {
    step["inputs"].push_back(StepJson(*input, plan, metrics));
  }
  return step;
}

Json TableJson(const plan::TablePlan& table, const plan::Plan& plan, const MetricsOf& metrics) {
  Json checks = Json::array();
  for (const pipeline::Check& check : table.table->checks) checks.push_back(check.text);
  return {{"table", table.table->name},
          {"selected", table.selected},
          {"columns", ColumnsJson(*table.root->schema)},
          {"partition_by", table.table->partition_by},
          {"sort_within", table.table->sort_within},
          {"key", table.table->key},
          {"checks", std::move(checks)},
          {"join_orders", table.join_orders},
          {"steps", StepJson(*table.root, plan, metrics)}};
}

// How new files of each source are taken.
Json RefreshesJson(const std::vector<plan::SourceRefresh>& refreshes, const plan::Plan& plan) {
  Json items = Json::array();
  for (const plan::SourceRefresh& item : refreshes) {
    items.push_back(
        {{"source", item.source < 0 ? Json() : Json(plan.sources[item.source].source->name)},
         {"how", WordOf(item.refresh.how)},
         {"reason", item.refresh.reason}});
  }
  return items;
}

// What it took to read a source.
Json ReadingJson(const local::SourceMetrics& source) {
  Json reading = {{"records", source.num_records}, {"bytes", source.num_bytes}};
  AddWork(source.work, &reading);
  return reading;
}

// What it took to check and write a table.
Json WritingJson(const local::TableMetrics& table) {
  Json writing = {{"rows", table.stats.num_rows},
                  {"files", table.stats.num_files},
                  {"partitions", table.stats.num_partitions},
                  {"bytes", table.stats.num_bytes}};
  AddWork(table.work, &writing);
  writing["memory_bytes_max"] = table.peak_bytes;
  writing["spilled_bytes"] = table.spilled_bytes;
  Json& columns = writing["columns"] = Json::array();
  for (const lake::StoredColumn& column : table.columns) {
    columns.push_back(
        {{"column", column.name}, {"encodings", column.encodings}, {"bytes", column.num_bytes}});
  }
  return writing;
}

// What a run took as a whole.
Json AnalysisJson(const local::RunMetrics& metrics) {
  Json analysis = {{"threads", metrics.num_threads}};
  AddWork(metrics.all, &analysis);
  analysis["kernel_seconds"] = metrics.kernel_seconds;
  analysis["memory_bytes_max"] = metrics.peak_memory_bytes;
  Json& rest = analysis["rest"] = Json::object();
  AddWork(metrics.rest, &rest);
  return analysis;
}

Json CrossoverJson(const engine::InputSize& input, const Machine& here, bool has_to_be_started) {
  const auto factor =
      engine::Crossover(input, here.num_cores, {kClusterCores, true, has_to_be_started});
  if (!factor) return nullptr;
  return std::llround(static_cast<double>(input.num_bytes) * *factor);
}

Json RangeJson(const engine::Range& range) {
  return {{"least", range.least}, {"most", range.most}};
}

Json EstimateJson(const ShownPlan& shown, const Machine& here) {
  const engine::InputSize input = engine::Sum(shown.size->sources);
  const engine::SparkWork& work = shown.size->on_spark;
  const auto seconds = [&](const engine::SparkPlace& place) {
    return RangeJson(engine::SparkSecondsWriting(work.read, work.num_partitions, place));
  };
  return {{"files", input.num_files},
          {"bytes", input.num_bytes},
          {"partitions", RangeJson(shown.size->num_partitions)},
          {"local",
           {{"cores", here.num_cores},
            {"seconds", engine::LocalSeconds(input, here.num_cores)},
            {"memory_bytes_max", engine::LocalMemory(shown.plan, shown.size->sources)},
            {"memory_bytes", local::MemoryOf(shown.plan.pipeline->run)},
            {"memory_bytes_here", here.memory_bytes}}},
          {"spark_here",
           {{"cores", here.num_cores}, {"seconds", seconds({here.num_cores, false, false})}}},
          {"spark_cluster",
           {{"cores", kClusterCores},
            {"seconds", seconds({kClusterCores, true, false})},
            {"faster_from_bytes", CrossoverJson(input, here, false)},
            {"faster_from_bytes_when_started", CrossoverJson(input, here, true)}}}};
}

}  // namespace

std::string PlanJson(const ShownPlan& shown, const Machine& here) {
  MetricsOf metrics;
  if (shown.metrics != nullptr) {
    for (const local::NodeMetrics& node : shown.metrics->nodes) metrics[node.node] = &node;
  }
  Json sources = Json::array();
  for (size_t i = 0; i < shown.plan.sources.size(); ++i) {
    Json& source = sources.emplace_back(SourceJson(shown.plan.sources[i]));
    source["files"] = shown.size ? Json(shown.size->sources[i].num_files) : Json();
    source["bytes"] = shown.size ? Json(shown.size->sources[i].num_bytes) : Json();
    if (shown.metrics != nullptr) source["reading"] = ReadingJson(shown.metrics->sources[i]);
  }
  Json tables = Json::array();
  for (size_t i = 0; i < shown.plan.tables.size(); ++i) {
    Json& table = tables.emplace_back(TableJson(shown.plan.tables[i], shown.plan, metrics));
    table["new_files"] = RefreshesJson(shown.refreshes[i], shown.plan);
    if (shown.metrics != nullptr) table["writing"] = WritingJson(shown.metrics->tables[i]);
  }
  return Document("plan",
                  {{"engine", shown.engine},
                   {"sources", std::move(sources)},
                   {"tables", std::move(tables)},
                   {"spark_plan", shown.spark_plan.empty() ? Json() : Json(shown.spark_plan)},
                   {"estimate", shown.size ? EstimateJson(shown, here) : Json()},
                   {"analysis", shown.metrics ? AnalysisJson(*shown.metrics) : Json()}});
}

}  // namespace tarn::cli
