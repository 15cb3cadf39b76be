#include "spark/engine/placement.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "engine/small_parts.h"
#include "local/kernels/check_patterns.h"
#include "plan/node.h"
#include "s3/uri.h"
#include "spark/engine/sql_over_files.h"
#include "values/time_of_day.h"

namespace tarn::spark {
namespace {

// From here on what is small is left to those who are nearer.
constexpr double kSecondsOfDistanceMax = 30;
constexpr double kRoundTripSecondsMax = 0.1;

std::string SizeText(const engine::InputSize& size) {
  return fmt::format("{} in {}", FormatBytes(size.num_bytes), FormatCount(size.num_files, "file"));
}

// Whether a type is one of which `is` says so, or is made of such ones.
bool Holds(const arrow::DataType& type, bool (*is)(const arrow::DataType&)) {
  return is(type) || std::any_of(type.fields().begin(), type.fields().end(),
                                 [&](const auto& field) { return Holds(*field->type(), is); });
}

bool IsMap(const arrow::DataType& type) { return type.id() == arrow::Type::MAP; }

// Why only Spark can read a source, whatever its size; "" where tarn can.
std::string WhyNotHere(const plan::Plan& plan, const plan::SourcePlan& source,
                       double seconds_of_distance) {
  const bool has_file_columns = std::any_of(
      plan.tables.begin(), plan.tables.end(),
      [&](const plan::TablePlan& table) { return ReadsFilesOf(*source.source, *table.table); });
  if (has_file_columns) return "columns of its files are read";
  // Its type in Arrow is another one to Spark, without digits.
  const auto record = arrow::struct_(source.schema->fields());
  if (Holds(*record, IsTime)) return "it has a TIME";
  // With a key twice, as its own readers give it, Spark refuses one that it is handed.
  if (Holds(*record, IsMap)) return "it has a MAP";
  plan::Plan filter;
  filter.pipeline = plan.pipeline;
  filter.sources = {source};
  if (!local::CheckPatterns(filter).ok()) return "only Spark takes a pattern in its filter";
  if (source.columns.empty()) return "no column of it is read";
  if (seconds_of_distance <= kSecondsOfDistanceMax) return "";
  return fmt::format("far from here, which would take {:.0f} s", seconds_of_distance);
}

std::vector<SourcePlace> PlaceSources(const plan::Plan& plan,
                                      const std::vector<engine::InputSize>& sizes,
                                      const std::vector<Distance>& distances) {
  std::vector<SourcePlace> places(sizes.size());
  std::vector<bool> may_be_here(sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) {
    const double seconds = distances.empty() ? 0 : SecondsOfDistance(sizes[i], distances[i]);
    const std::string why_not = WhyNotHere(plan, plan.sources[i], seconds);
    may_be_here[i] = why_not.empty();
    places[i].why = SizeText(sizes[i]) + (why_not.empty() ? "" : "; " + why_not);
  }
  const std::vector<bool> are_small =
      engine::SmallSources(sizes, may_be_here, plan.pipeline->spark.small_bytes);
  for (size_t i = 0; i < sizes.size(); ++i) places[i].is_here = are_small[i];
  return places;
}

// Whether a table may have far fewer rows than what it reads, by its last operator that says so.
bool ReducesRows(const plan::Node& node) {
  const bool keeps_rows = plan::As<plan::Project>(node) != nullptr ||
                          plan::As<plan::Filter>(node) != nullptr ||
                          plan::As<plan::Sort>(node) != nullptr;
  if (keeps_rows) return ReducesRows(*node.inputs[0]);
  return plan::As<plan::Aggregate>(node) != nullptr || plan::As<plan::TopRow>(node) != nullptr ||
         plan::As<plan::Limit>(node) != nullptr;
}

// Whether this process can evaluate the table's checks.
bool TakesChecks(const plan::Plan& plan, const plan::TablePlan& table) {
  plan::Plan checks;
  checks.pipeline = plan.pipeline;
  checks.tables = {table};
  checks.tables[0].root = plan::MakeOneRow();
  return local::CheckPatterns(checks).ok();
}

TablePlace PlaceTable(const plan::Plan& plan, const plan::TablePlan& table,
                      int64_t num_bytes_read) {
  const int64_t small_bytes = plan.pipeline->spark.small_bytes;
  if (small_bytes == 0) return {TableWriterPlace::kSpark, "nothing is small"};
  const pipeline::SparkLayout& layout = table.table->spark_layout;
  if (layout.repartition || layout.coalesce || layout.max_records_per_file) {
    return {TableWriterPlace::kSpark, "its layout is told to Spark"};
  }
  if (!TakesChecks(plan, table)) {
    return {TableWriterPlace::kSpark, "only Spark takes a pattern in its checks"};
  }
  const std::string reads = "reads " + FormatBytes(num_bytes_read);
  if (num_bytes_read <= small_bytes) return {TableWriterPlace::kHere, reads};
  if (ReducesRows(*table.root)) {
    return {TableWriterPlace::kHereIfSmall, reads + ", and its rows are fewer"};
  }
  return {TableWriterPlace::kSpark, reads};
}

}  // namespace

Placement Place(const plan::Plan& plan, const std::vector<engine::InputSize>& sizes,
                const std::vector<Distance>& distances) {
  Placement placement;
  placement.sources = PlaceSources(plan, sizes, distances);
  // The lake is taken to be where the raw data is.
  const bool is_far = s3::IsS3Uri(plan.pipeline->output) &&
                      std::any_of(distances.begin(), distances.end(), [](const Distance& distance) {
                        return distance.round_trip_seconds > kRoundTripSecondsMax;
                      });
  const std::vector<int64_t> bytes_read = engine::TextBytesRead(plan, sizes);
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    placement.tables.push_back(
        is_far ? TablePlace{TableWriterPlace::kSpark, "the bucket is far from here"}
               : PlaceTable(plan, plan.tables[i], bytes_read[i]));
  }
  return placement;
}

Placement PlaceListed(const plan::Plan& plan, const std::vector<storage::Listing>& listings) {
  std::vector<engine::InputSize> sizes;
  std::vector<Distance> distances;
  for (const storage::Listing& listing : listings) {
    sizes.push_back(engine::SizeOf(listing));
    const bool counts = plan.pipeline->spark.small_bytes > 0;
    distances.push_back(counts ? MeasureDistance(listing) : Distance());
  }
  return Place(plan, sizes, distances);
}

Status CheckPlacement(const plan::Plan& plan, const Placement& placement) {
  std::vector<Diagnostic> errors;
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const pipeline::Source& source = *plan.sources[i].source;
    const bool rescues = source.on_bad_type == pipeline::OnBadType::kRescue;
    if (!rescues || placement.sources[i].is_here) continue;
    Diagnostic& error = errors.emplace_back();
    error.file = source.toml_file;
    error.line = source.toml_line;
    error.subject = fmt::format("source.{}.on_bad_type", source.name);
    error.message = fmt::format("\"rescue\" is for what tarn reads, and this source is Spark's: {}",
                                placement.sources[i].why);
    error.hint =
        "raise small in [spark], use --engine local, or leave on_bad_type out: records that do not "
        "fit are kept in quarantine then";
  }
  return errors.empty() ? Status::OK() : MakeError(std::move(errors));
}

bool IsAllHere(const plan::Plan& plan, const Placement& placement) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const bool is_here = placement.tables[i].writer == TableWriterPlace::kHere;
    if (plan.tables[i].selected && !is_here) return false;
  }
  return std::all_of(placement.sources.begin(), placement.sources.end(),
                     [](const SourcePlace& place) { return place.is_here; });
}

std::string ToString(const plan::Plan& plan, const Placement& placement) {
  const int64_t small_bytes = plan.pipeline->spark.small_bytes;
  if (small_bytes == 0) return "";
  std::string text;
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const SourcePlace& place = placement.sources[i];
    text += fmt::format("source {} is read by {}: {}\n", plan.sources[i].source->name,
                        place.is_here ? "tarn" : "Spark", place.why);
  }
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (!plan.tables[i].selected) continue;
    const TablePlace& place = placement.tables[i];
    const std::string writer = place.writer == TableWriterPlace::kSpark ? "Spark"
                               : place.writer == TableWriterPlace::kHere
                                   ? "tarn"
                                   : "tarn, up to " + FormatBytes(small_bytes);
    text += fmt::format("table {} is written by {}: {}\n", plan.tables[i].table->name, writer,
                        place.why);
  }
  if (IsAllHere(plan, placement)) text += "All of it is small: --engine local would do.\n";
  return text;
}

}  // namespace tarn::spark
