#include "cluster/prices.h"

#include <set>

#include "cluster/create_call.h"
#include "cluster/own_prices.h"
#include "config/section_reader.h"
#include "config/toml.h"
#include "system/text_file.h"

namespace tarn::cluster {
namespace {

constexpr ConfigKey kPricesKeys[] = {
    {.name = "date", .takes_string = true},
    {.name = "region", .takes_string = true},
    {.name = "source", .takes_string = true},
};
constexpr ConfigKey kInstanceKeys[] = {
    {.name = "ec2", .takes_integer = true, .takes_fraction = true},
    {.name = "emr", .takes_integer = true, .takes_fraction = true},
};
constexpr ConfigSection kPriceSections[] = {
    {.name = "prices", .keys = kPricesKeys},
    {.name = "instance", .is_named = true, .keys = kInstanceKeys},
};

double ReadPrice(SectionReader* reader, std::string_view key) {
  reader->Require(key, "write it in US dollars an hour, such as 0.192");
  const ConfigValue* value = reader->Find(key);
  if (value == nullptr) return 0;
  const auto* whole = std::get_if<int64_t>(&value->data);
  const double price =
      whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value->data);
  if (!(price >= 0)) reader->Report(key, "this is no price", "write it in US dollars an hour");
  return price;
}

PriceTable ReadTable(const ConfigValue& root, std::vector<Diagnostic>* diagnostics) {
  PriceTable table;
  CheckSections(kPriceSections, root, diagnostics);
  if (const ConfigEntry* entry = FindSectionEntry(kPriceSections, root, "prices", diagnostics)) {
    SectionReader reader(kPriceSections[0], *entry->value.table(), "prices", entry->key_at,
                         diagnostics);
    reader.Require("date", "write the day of the prices, such as \"2026-01-19\"");
    if (const auto date = reader.String("date")) table.date = date->value();
    if (const auto region = reader.String("region")) table.region = region->value();
    if (const auto source = reader.String("source")) table.source = source->value();
  }
  const ConfigEntry* all = FindSectionEntry(kPriceSections, root, "instance", diagnostics);
  if (all == nullptr) return table;
  for (const ConfigEntry& entry : *all->value.table()) {
    const std::string path = "instance." + entry.key;
    if (entry.value.table() == nullptr) {
      diagnostics->push_back(
          MakeDiagnostic(entry.key_at, path, "expected a section, found " + entry.value.type_name(),
                         "put the instance type in quotes: [instance.\"m5.xlarge\"]"));
      continue;
    }
    SectionReader reader(kPriceSections[1], *entry.value.table(), path, entry.key_at, diagnostics);
    InstancePrice& price = table.instances[entry.key];
    price.ec2 = ReadPrice(&reader, "ec2");
    price.emr = ReadPrice(&reader, "emr");
  }
  return table;
}

}  // namespace

Result<PriceTable> LoadPrices(const std::string& path) {
  std::string text = kOwnPrices;
  if (!path.empty()) {
    Result<std::string> own = ReadTextFileOfFolder(path);
    if (!own.ok()) {
      Diagnostic diagnostic;
      diagnostic.file = path;
      diagnostic.message = MessageOf(own.status());
      diagnostic.hint = "prices in cluster.toml names a table of prices";
      return MakeError({std::move(diagnostic)});
    }
    text = *std::move(own);
  }
  ARROW_ASSIGN_OR_RAISE(const ConfigValue root,
                        ParseToml(std::make_shared<ConfigText>(ConfigText{path, text})));
  std::vector<Diagnostic> diagnostics;
  PriceTable table = ReadTable(root, &diagnostics);
  if (!diagnostics.empty()) return MakeError(std::move(diagnostics));
  return table;
}

Estimate EstimateCost(const ClusterSettings& settings, const PriceTable& prices) {
  Estimate estimate;
  std::set<std::string> unknown;
  const auto price_of = [&](const std::string& type) {
    const auto found = prices.instances.find(type);
    if (found != prices.instances.end()) return found->second.ec2 + found->second.emr;
    unknown.insert(type);
    return 0.0;
  };
  for (const InstanceGroup& group : GroupsOf(settings)) {
    estimate.dollars += static_cast<double>(group.count) * price_of(group.instance_type);
    if (group.is_spot) estimate.num_spot += group.count;
  }
  estimate.dollars_max = estimate.dollars;
  if (settings.managed_scaling) {
    estimate.dollars_max = price_of(settings.primary_type) +
                           static_cast<double>(settings.managed_scaling->instances_max) *
                               price_of(settings.worker_type);
  }
  estimate.unknown_types.assign(unknown.begin(), unknown.end());
  return estimate;
}

}  // namespace tarn::cluster
