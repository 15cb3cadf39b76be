#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/parse_number.h"
#include "base/placeholder_bucket.h"
#include "base/printable_text.h"
#include "base/units.h"
#include "config/section_reader.h"
#include "pipeline/changes_internal.h"
#include "pipeline/config_sections_internal.h"
#include "pipeline/lake_place.h"
#include "pipeline/paths_internal.h"
#include "pipeline/rescued_column.h"
#include "pipeline/settings_internal.h"
#include "sql/parse.h"
#include "system/environment_variables.h"
#include "system/text_file.h"
#include "values/nullable.h"
#include "values/spark_datetime.h"
#include "values/time_zone.h"

namespace tarn::pipeline {
namespace {

// "128 MB" and the like. Decimal units as in kB, binary ones as in KiB; nothing when it is no size,
// the largest number for one that is larger.
std::optional<int64_t> ParseSize(std::string_view text) {
  constexpr std::pair<std::string_view, int64_t> kUnits[] = {
      {"", 1},
      {"B", 1},
      {"KB", 1000},
      {"MB", 1000'000},
      {"GB", 1000'000'000},
      {"TB", 1'000'000'000'000},
      {"KIB", 1 << 10},
      {"MIB", 1 << 20},
      {"GIB", 1 << 30},
      {"TIB", int64_t{1} << 40},
  };
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) number = text.starts_with('-') ? -1 : INT64_MAX;
  if (error == std::errc::invalid_argument || number <= 0) return std::nullopt;
  text.remove_prefix(end - text.data());
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const auto& [unit, factor] : kUnits) {
    if (unit.size() != text.size() || strncasecmp(unit.data(), text.data(), unit.size()) != 0) {
      continue;
    }
    return number > INT64_MAX / factor ? INT64_MAX : number * factor;
  }
  return std::nullopt;
}

// Whether a URL's port, where it has one, is one.
bool HasRightPort(const std::string& url) {
  std::string host = url.substr(url.find("://") + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const size_t colon = host.find(':', host.rfind(']') == std::string::npos ? 0 : host.rfind(']'));
  if (colon == std::string::npos) return true;
  return ParseNumber<uint16_t>(std::string_view(host).substr(colon + 1)).value_or(0) > 0;
}

constexpr int64_t kLargestRecordBytesMax = 1'000'000'000;

// "1%" or "0.5 %"; nothing when it is no share.
std::optional<double> ParsePercentage(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !(number >= 0 && number <= 100)) return std::nullopt;
  text.remove_prefix(end - text.data());
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text != "%") return std::nullopt;
  return number / 100;
}

class SettingsReader {
 public:
  SettingsReader(const ConfigValue& root, const BaseFolders& folders,
                 std::vector<Diagnostic>* diagnostics)
      : root_(root), folders_(folders), diagnostics_(diagnostics) {}

  Settings Read() {
    CheckSections(ConfigSections(), root_, diagnostics_);
    ReadPipeline();
    // First the services, for a bucket's name may be real on one and an example's on another.
    if (const ConfigEntry* entry = FindSectionEntry("s3")) {
      SectionReader reader = MakeReader("s3", *entry, entry->key);
      ReadS3(&reader, &settings_.s3);
    }
    for (const ConfigEntry* entry : NamedSections("bucket")) {
      BucketSettings& options = settings_.buckets.emplace_back(entry->key, settings_.s3).second;
      SectionReader reader = MakeReader("bucket", *entry, "bucket." + entry->key);
      ReadS3(&reader, &options);
    }
    ReadLake();
    ReadRun();
    ReadSpark();
    for (const ConfigEntry* entry : NamedSections("source")) ReadSource(*entry);
    for (const ConfigEntry* entry : NamedSections("table")) ReadTable(*entry);
    return std::move(settings_);
  }

 private:
  void ReadPipeline() {
    settings_.name = std::filesystem::path(folders_.pipeline).filename().string();
    const ConfigEntry* entry = FindSectionEntry("pipeline");
    if (entry == nullptr) return;
    SectionReader reader = MakeReader("pipeline", *entry, entry->key);
    if (auto name = reader.String("name")) settings_.name = name->value();
    ReadZone(&reader);
    ReadWord(&reader, "double_quotes",
             Words<sql::DoubleQuotes>{{"identifier", sql::DoubleQuotes::kNames},
                                      {"string", sql::DoubleQuotes::kStrings}},
             &settings_.dialect.double_quotes);
  }

  void ReadZone(SectionReader* reader) {
    const auto item = reader->String("time_zone");
    if (!item) return;
    if (const TimeZone* zone = TimeZone::Find(item->value())) {
      settings_.dialect.zone = zone;
      return;
    }
    reader->Report(*item, "there is no such time zone: " + item->value(),
                   "write a region of this system's tz database, \"Europe/Berlin\", or an offset, "
                   "\"+02:00\"");
  }

  void ReadLake() {
    const ConfigEntry* entry = FindSectionEntry("lake");
    if (entry == nullptr) {
      if (FindEntry(*root_.table(), "lake") != nullptr) return;
      Diagnostic diagnostic;
      diagnostic.file = root_.at.text->path;
      diagnostic.line = 1;
      diagnostic.subject = "lake";
      diagnostic.message = "this section is missing";
      diagnostic.hint = "add [lake] with input = \"…\" and output = \"…\"";
      diagnostics_->push_back(std::move(diagnostic));
      return;
    }
    SectionReader reader = MakeReader("lake", *entry, entry->key);
    reader.Require("input", "write input = \"FOLDER\", where the raw data is");
    reader.Require("output", "write output = \"FOLDER\", where the tables go");
    if (auto input = reader.String("input")) {
      settings_.input = ResolveItem(*input, BaseOf(*input));
      CheckBucket(&reader, *input);
    }
    if (auto output = reader.String("output")) {
      settings_.output = ResolveItem(*output, BaseOf(*output));
      settings_.output_line = LineOf(output->at);
      CheckBucket(&reader, *output);
      CheckOutput(&reader, *output);
    }
  }

  void ReadRun() {
    const ConfigEntry* entry = FindSectionEntry("run");
    if (entry == nullptr) return;
    SectionReader reader = MakeReader("run", *entry, entry->key);
    ReadSize(&reader, "memory", &settings_.run.memory_bytes);
    if (auto folder = reader.String("spill_dir")) {
      settings_.run.spill_dir = ResolveItem(*folder, BaseOf(*folder));
      if (settings_.run.spill_dir.find("://") != std::string::npos) {
        reader.Report(*folder, "this is not a folder of this machine: " + folder->value(),
                      "name a folder on a disk with space");
      }
    }
  }

  void ReadSpark() {
    const ConfigEntry* entry = FindSectionEntry("spark");
    if (entry == nullptr) return;
    SectionReader reader = MakeReader("spark", *entry, entry->key);
    ReadSize(&reader, "small", &settings_.spark.small_bytes, 0);
  }

  // Whether no other service than AWS's is named for the bucket.
  bool IsAtAws(const std::string& bucket) const {
    for (const auto& [name, options] : settings_.buckets) {
      // That of [s3], when it has none of its own.
      if (name == bucket) return options.endpoint.empty();
    }
    return settings_.s3.endpoint.empty() && EnvironmentVariable("AWS_ENDPOINT_URL_S3").empty() &&
           EnvironmentVariable("AWS_ENDPOINT_URL").empty();
  }

  void CheckBucket(SectionReader* reader, const ConfigItem& item) {
    auto placeholder = PlaceholderBucket(item.value(), /*at_aws=*/true);
    if (placeholder && !IsAtAws(*placeholder)) {
      placeholder = PlaceholderBucket(item.value(), /*at_aws=*/false);
    }
    if (placeholder)
      reader->Report(item, "this is a placeholder for a bucket's name: " + *placeholder,
                     kPlaceholderBucketHint);
  }

  // Tables replace what is in their folders: those hold nothing else, and nothing that is read.
  void CheckOutput(SectionReader* reader, const ConfigItem& output) {
    if (const auto problem = CheckLakePlace(settings_.output)) {
      reader->Report(output, problem->message + ": " + settings_.output, problem->hint);
    } else if (!settings_.input.empty() && FoldersOverlap(settings_.input, settings_.output)) {
      reader->Report(
          output,
          fmt::format("the tables' folder and the raw data's overlap: {}, and input = {}",
                      settings_.output, settings_.input),
          "give the tables a folder of their own, beside the raw data");
    }
  }

  void ReadS3(SectionReader* reader, BucketSettings* options) {
    const auto read = [reader](std::string_view key, std::string* option) {
      auto item = reader->String(key);
      if (item) *option = item->value();
      return item;
    };
    read("profile", &options->profile);
    read("role_arn", &options->role_arn);
    const auto external_id = read("external_id", &options->external_id);
    if (external_id && options->role_arn.empty()) {
      reader->Report(*external_id, "this needs a role", "add role_arn = \"arn:aws:iam::…:role/…\"");
    }
    read("region", &options->region);
    const auto endpoint = read("endpoint", &options->endpoint);
    if (endpoint && !endpoint->value().starts_with("http://") &&
        !endpoint->value().starts_with("https://")) {
      reader->Report(*endpoint, "this is no URL: " + endpoint->value(),
                     "write \"https://host\" or \"http://host:port\"");
    } else if (endpoint && !HasRightPort(endpoint->value())) {
      reader->Report(*endpoint, "the port is not from 1 to 65535: " + endpoint->value(), "");
    }
    const std::pair<const char*, std::optional<bool>*> booleans[] = {
        {"path_style", &options->path_style},
        {"anonymous", &options->anonymous},
        {"requester_pays", &options->requester_pays},
    };
    for (const auto& [key, value] : booleans) {
      if (auto boolean = reader->Boolean(key)) *value = boolean;
    }
    ReadCaFile(reader, options);
    ReadRetryFor(reader, options);
    ReadEncryption(reader, options);
  }

  void ReadCaFile(SectionReader* reader, BucketSettings* options) {
    const auto item = reader->String("ca_file");
    if (!item) return;
    options->ca_file = ResolveItem(*item, BaseOf(*item));
    const bool is_within = options->ca_file.starts_with(folders_.pipeline + "/");
    if (is_within && LinkLeavesFolder(folders_.pipeline, options->ca_file)) {
      reader->Report(*item, "this link leads out of the pipeline's folder: " + item->value(),
                     "put the file itself there, or write its absolute path");
    }
  }

  void ReadRetryFor(SectionReader* reader, BucketSettings* options) {
    const auto item = reader->String("retry_for");
    if (!item) return;
    const auto time = ParseDuration(item->value());
    if (time && *time <= std::chrono::hours(1)) {
      options->retry_for = time;
      return;
    }
    reader->Report(*item, "this is no time from 0 s to 1 h: " + item->value(),
                   "write \"90 s\" or \"5 min\"");
  }

  void ReadEncryption(SectionReader* reader, BucketSettings* options) {
    ReadWord(reader, "encryption",
             Words<std::string>{
                 {"AES256", "AES256"}, {"aws:kms", "aws:kms"}, {"aws:kms:dsse", "aws:kms:dsse"}},
             &options->encryption);
    const auto key = reader->String("kms_key_id");
    if (options->encryption.starts_with("aws:kms")) {
      if (key) options->kms_key_id = key->value();
      return;
    }
    if (key) {
      reader->Report(*key, "this needs encryption with KMS", "add encryption = \"aws:kms\"");
    }
    options->kms_key_id.clear();  // what [s3] names is not of a bucket with another encryption
  }

  void ReadSource(const ConfigEntry& entry) {
    settings_.source_names.push_back({entry.key, entry.key_at});
    SectionReader reader = MakeReader("source", entry, "source." + entry.key);
    reader.Require("path", "write path = \"*.json\", relative to lake.input");
    reader.Require("schema", "write schema = \"song_id STRING, year INT\"");
    Source source;
    source.name = entry.key;
    source.toml_file = root_.at.text->path;
    const ConfigEntry* const path_entry = FindEntry(*entry.value.table(), "path");
    source.toml_line = LineOf(path_entry == nullptr ? entry.key_at : path_entry->key_at);
    const std::vector<ConfigItem> path_items = reader.Strings("path");
    for (const ConfigItem& path : path_items) {
      source.paths.push_back(
          ResolveItem(path, path.at.from_command_line() ? folders_.current : settings_.input));
      CheckBucket(&reader, path);
    }
    for (size_t i = 0; i < path_items.size() && !settings_.output.empty(); ++i) {
      if (!FoldersOverlap(FixedFolderOf(source.paths[i]), settings_.output)) continue;
      if (FoldersOverlap(settings_.input, settings_.output)) break;  // reported there
      reader.Report(path_items[i],
                    fmt::format("raw data and the tables' folder overlap: {}, and lake.output = {}",
                                source.paths[i], settings_.output),
                    "give the tables a folder of their own, beside the raw data");
    }
    if (const ConfigValue* paths = reader.Find("path");
        paths != nullptr && paths->array() != nullptr && paths->array()->empty()) {
      reader.Report("path", "there are no paths", "write path = [\"*.json\"]");
    }
    source.period = ReadPeriod(&reader, path_items);
    ReadWord(&reader, "format",
             Words<RecordFormat>{{"auto", RecordFormat::kAuto},
                                 {"ndjson", RecordFormat::kNdjson},
                                 {"json", RecordFormat::kJson},
                                 {"parquet", RecordFormat::kParquet},
                                 {"csv", RecordFormat::kCsv}},
             &source.format);
    if (auto schema = reader.String("schema")) source.declared = ReadSchema(*schema);
    source.schema = source.declared;
    source.datetime_formats.date = ReadPattern(&reader, "date_format");
    source.datetime_formats.timestamp = ReadPattern(&reader, "timestamp_format");
    source.datetime_formats.zone = settings_.dialect.zone;
    ReadCsv(&reader, &source);
    CheckKeysOfFormat(&reader, source.format);
    ReadWord(&reader, "on_bad_record",
             Words<OnBadRecord>{{"quarantine", OnBadRecord::kQuarantine},
                                {"drop", OnBadRecord::kDrop},
                                {"fail", OnBadRecord::kFail}},
             &source.on_bad_record);
    ReadOnBadType(&reader, &source);
    ReadWord(&reader, "on_new_field",
             Words<OnNewField>{{"report", OnNewField::kReport},
                               {"fail", OnNewField::kFail},
                               {"ignore", OnNewField::kIgnore},
                               {"add", OnNewField::kAdd}},
             &source.on_new_field);
    if (source.on_new_field == OnNewField::kAdd && source.format == RecordFormat::kCsv) {
      reader.Report("on_new_field",
                    "columns of CSV have places, and all are in the schema: none is new",
                    "leave it out; a line with more fields is a bad record");
    }
    ReadBadRecordLimit(&reader, &source.max_bad_records);
    ReadSize(&reader, "max_record_size", &source.record_bytes_max);
    if (source.record_bytes_max > kLargestRecordBytesMax) {
      reader.Report("max_record_size", "this is more than 1 GB", "a record is kept in memory");
    }
    settings_.sources.push_back(std::move(source));
  }

  void ReadOnBadType(SectionReader* reader, Source* source) {
    ReadWord(
        reader, "on_bad_type",
        Words<OnBadType>{{"bad_record", OnBadType::kBadRecord}, {"rescue", OnBadType::kRescue}},
        &source->on_bad_type);
    if (source->on_bad_type != OnBadType::kRescue || source->schema == nullptr) return;
    for (const std::string& name : source->schema->field_names()) {
      if (!SameName(name, kRescuedColumn)) continue;
      reader->Report("schema", fmt::format("{} is the column of on_bad_type = \"rescue\"", name),
                     "leave it out of the schema; SQL has it all the same");
      return;
    }
    AddRescuedColumn(source);
  }

  void ReadCsv(SectionReader* reader, Source* source) {
    CsvSyntax& syntax = source->csv.syntax;
    ReadCharacter(reader, "quote", &syntax.quote);
    ReadCharacter(reader, "escape", &syntax.escape);
    if (const auto separator = reader->String("separator")) {
      syntax.separator = separator->value();
      const std::string others{syntax.quote, syntax.escape, '\r', '\n'};
      if (syntax.separator.find_first_of(others) != std::string::npos) {
        reader->Report(*separator, "this cannot be between fields: " + separator->value(),
                       "write a text without the quote, the escape and ends of lines: \",\", "
                       "\"\\t\", \"||\"");
      }
    }
    source->csv.header = reader->Boolean("header").value_or(false);
    if (const auto null_value = reader->String("null_value")) {
      source->csv.null_value = null_value->value();
    }
    if (source->format != RecordFormat::kCsv || source->schema == nullptr) return;
    for (const auto& field : source->schema->fields()) {
      if (field->type()->num_fields() == 0 && field->type()->id() != arrow::Type::BINARY) continue;
      reader->Report(
          "schema",
          fmt::format("there is no {} in CSV: column {}", DdlOf(*field->type()), field->name()),
          "declare it as STRING; SQL has from_json(), split() and unbase64()");
    }
  }

  static void ReadCharacter(SectionReader* reader, const char* key, char* character) {
    const auto item = reader->String(key);
    if (!item) return;
    const std::string& text = item->value();
    if (text.empty()) {
      *character = '\0';
      return;
    }
    if (text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x80 && text != "\n" &&
        text != "\r") {
      *character = text[0];
      return;
    }
    reader->Report(*item, "this is not one ASCII character: " + text, "");
  }

  // Settings that mean nothing in the source's format.
  void CheckKeysOfFormat(SectionReader* reader, RecordFormat format) {
    constexpr const char* kOfCsv[] = {"separator", "header", "quote", "escape", "null_value"};
    constexpr const char* kOfText[] = {"date_format",     "timestamp_format", "on_bad_record",
                                       "max_bad_records", "on_bad_type",      "on_new_field",
                                       "max_record_size"};
    for (const char* key : kOfCsv) {
      if (format == RecordFormat::kCsv || reader->Find(key) == nullptr) continue;
      reader->Report(key, "this is a setting of CSV", "add format = \"csv\", or leave it out");
    }
    for (const char* key : kOfText) {
      if (format != RecordFormat::kParquet || reader->Find(key) == nullptr) continue;
      reader->Report(key, "this means nothing in Parquet",
                     "leave it out: what does not fit the schema fails the run");
    }
  }

  // What the dates in the source's paths are compared with.
  Period ReadPeriod(SectionReader* reader, const std::vector<ConfigItem>& paths) {
    Period period;
    const auto since = ReadMoment(reader, "since", &period.begin_us);
    const auto until = ReadMoment(reader, "until", &period.end_us);
    if (!since && !until) return period;
    if (until && period.begin_us >= period.end_us) {
      reader->Report(*until, "this is not later than since",
                     "files from since on, and before until, are read");
    }
    // Without a year, no moment can be determined.
    for (const ConfigItem& path : paths) {
      if (path.value().find("{yyyy}") != std::string::npos) continue;
      reader->Report(path, "since and until need a date in the path: " + path.value(),
                     "write {yyyy}, {MM}, {dd}, {HH} where its parts are, as in "
                     "log/{yyyy}/{MM}/*.json");
    }
    return period;
  }

  // The setting, when it is there and right.
  std::optional<ConfigItem> ReadMoment(SectionReader* reader, std::string_view key,
                                       int64_t* microseconds) {
    auto item = reader->String(key);
    if (!item || ParseSparkTimestamp(item->value(), microseconds)) return item;
    reader->Report(*item, "this is no date and no timestamp: " + item->value(),
                   "write \"2018-11-01\" or \"2018-11-01T06:00\", in UTC");
    return std::nullopt;
  }

  std::shared_ptr<const DatetimePattern> ReadPattern(SectionReader* reader, std::string_view key) {
    const auto item = reader->String(key);
    if (!item) return nullptr;
    constexpr auto kUse = DatetimePattern::Use::kParse;
    auto pattern = DatetimePattern::Make(item->value(), kUse);
    if (pattern.ok()) return std::make_shared<const DatetimePattern>(*std::move(pattern));
    reader->Report(*item, MessageOf(pattern.status()), DatetimePattern::Hint(kUse));
    return nullptr;
  }

  // A number of records, or a share of them: 0.01 or "1%".
  void ReadBadRecordLimit(SectionReader* reader, BadRecordLimit* limit) {
    constexpr std::string_view kKey = "max_bad_records";
    const ConfigValue* value = reader->Find(kKey);
    if (value == nullptr) return;
    if (const auto* number = std::get_if<int64_t>(&value->data)) {
      limit->num_records = *number;
      if (*number >= 0) return;
    } else if (const auto* share = std::get_if<double>(&value->data)) {
      limit->share = *share;
      if (*share >= 0 && *share <= 1) return;
    } else if (const ConfigString* string = value->string()) {
      limit->share = ParsePercentage(string->value);
      if (limit->share.has_value()) return;
    }
    reader->Report(kKey, "this is no number of records and no share of them",
                   "write 100, or 0.01, or \"1%\"");
  }

  std::shared_ptr<arrow::Schema> ReadSchema(const ConfigItem& item) {
    auto schema = ParseDdl(item.value());
    if (schema.ok()) return AsNullable(**schema);
    for (const Diagnostic& inner : DiagnosticsOf(schema.status())) {
      diagnostics_->push_back(
          MoveDiagnostic(inner, item.value(), 0, *item.string, item.at, item.path));
    }
    return arrow::schema({});
  }

  void ReadTable(const ConfigEntry& entry) {
    settings_.table_names.push_back({entry.key, entry.key_at});
    SectionReader reader = MakeReader("table", entry, "table." + entry.key);
    Table table;
    table.name = entry.key;
    table.toml_file = root_.at.text->path;
    table.toml_line = LineOf(entry.key_at);
    ReadWord(&reader, "materialized", Words<bool>{{"table", false}, {"view", true}},
             &table.is_view);
    if (table.is_view) RefuseSettingsOfViews(&reader);
    table.partition_by = reader.UniqueStrings("partition_by");
    table.key = reader.UniqueStrings("key");
    for (const ConfigItem& item : reader.Strings("sort_within")) {
      table.sort_within.push_back(ReadSortColumn(&reader, item));
    }
    for (const ConfigItem& item : reader.Strings("checks")) {
      if (sql::ExprPtr expression = ReadCheck(item)) {
        table.checks.push_back({std::move(expression), item.value()});
      }
    }
    if (!table.is_view) ReadChanges(&reader, &table);
    ReadReplace(&reader, &table);
    ReadWord(&reader, "compression",
             Words<Compression>{{"snappy", Compression::kSnappy},
                                {"zstd", Compression::kZstd},
                                {"gzip", Compression::kGzip},
                                {"none", Compression::kNone}},
             &table.compression);
    ReadMinRows(&reader, &table);
    if (const auto allow_empty = reader.Boolean("allow_empty")) table.allow_empty = *allow_empty;
    ReadSparkLayout(&reader, &table.spark_layout);
    ReadSize(&reader, "row_group_size", &table.row_group_bytes);
    settings_.tables.push_back(std::move(table));
  }

  static void ReadReplace(SectionReader* reader, Table* table) {
    ReadWord(reader, "replace",
             Words<Replace>{{"table", Replace::kTable}, {"partitions", Replace::kPartitions}},
             &table->replace);
    if (table->replace == Replace::kTable) return;
    if (table->changes) {
      reader->Report("replace", "the last row of a key is found among the changes of all times",
                     "remove this line");
      return;
    }
    if (table->partition_by.empty()) {
      reader->Report("replace", "the table has no partitions",
                     "add partition_by, or write replace = \"table\"");
    }
    // A row of another partition, which is not read, may have the key.
    for (const std::string& column : table->partition_by) {
      const bool is_in_key =
          std::any_of(table->key.begin(), table->key.end(),
                      [&](const std::string& key) { return SameName(key, column); });
      if (table->key.empty() || is_in_key) continue;
      reader->Report("key",
                     "rows of partitions that stay are not read, and may have a new row's key",
                     "add the columns of partition_by to the key, such as " + column +
                         ", or remove the key or replace = \"partitions\"");
      return;
    }
  }

  static void RefuseSettingsOfViews(SectionReader* reader) {
    for (const ConfigKey& key : FindSection(ConfigSections(), "table")->keys) {
      if (key.name == "materialized" || reader->Find(key.name) == nullptr) continue;
      reader->Report(key.name, "a view is not written, and has no rows of its own to check",
                     "remove this, or the line materialized = \"view\"");
    }
  }

  // `column`, `column ASC` or `column DESC`.
  std::string ReadSortColumn(SectionReader* reader, const ConfigItem& item) {
    const std::string& text = item.value();
    const size_t space = text.find_last_of(' ');
    if (space == std::string::npos) return text;
    const std::string direction = text.substr(space + 1);
    std::string column = text.substr(0, text.find_last_not_of(' ', space) + 1);
    if (!column.empty() && SameName(direction, "asc")) return column;
    if (!column.empty() && SameName(direction, "desc")) return column + " DESC";
    reader->Report(item, "this is not a column to sort by: " + text,
                   "write \"column\" or \"column DESC\"");
    return text;
  }

  sql::ExprPtr ReadCheck(const ConfigItem& item) {
    // Blanks before the check give it its own line and column, in errors found later too.
    std::string padding;
    std::string path = "--set " + item.path;
    if (!item.at.from_command_line()) {
      size_t begin = LocateWithin(*item.string, item.at, 0, 1).begin;
      LineColumn place = LocateOffset(item.at.text->text, begin);
      padding = std::string(place.line - 1, '\n') + std::string(place.column - 1, ' ');
      path = item.at.text->path;
    }
    auto text = std::make_shared<sql::Text>(sql::Text{std::move(path), padding + item.value()});
    auto expression = sql::ParseExpression(text, settings_.dialect.double_quotes);
    if (expression.ok()) return *expression;
    for (const Diagnostic& inner : DiagnosticsOf(expression.status())) {
      diagnostics_->push_back(
          MoveDiagnostic(inner, text->sql, padding.size(), *item.string, item.at, item.path));
    }
    return nullptr;
  }

  void ReadMinRows(SectionReader* reader, Table* table) {
    const ConfigValue* value = reader->Find("min_rows");
    if (value == nullptr) return;
    table->min_rows = std::get<int64_t>(value->data);
    if (*table->min_rows < 0) reader->Report("min_rows", "this is less than zero", "");
  }

  void ReadSparkLayout(SectionReader* reader, SparkLayout* layout) {
    const std::pair<const char*, std::optional<int64_t>*> keys[] = {
        {"repartition", &layout->repartition},
        {"coalesce", &layout->coalesce},
        {"max_records_per_file", &layout->max_records_per_file},
    };
    for (const auto& [key, number] : keys) {
      const ConfigValue* value = reader->Find(key);
      if (value == nullptr) continue;
      *number = std::get<int64_t>(value->data);
      if (**number > 0 && **number <= INT32_MAX) continue;
      reader->Report(key, "this is not from 1 to 2147483647", "");
    }
    if (layout->repartition && layout->coalesce) {
      reader->Report("coalesce", "repartition already sets the number of partitions",
                     "remove one of the two");
    }
  }

  // "128 MB", or a number of bytes, from `least` on.
  void ReadSize(SectionReader* reader, std::string_view key, int64_t* num_bytes,
                int64_t least = 1) {
    const ConfigValue* value = reader->Find(key);
    if (value == nullptr) return;
    const ConfigString* string = value->string();
    const auto size = string != nullptr ? ParseSize(string->value)
                                        : std::optional(std::get<int64_t>(value->data));
    if (size == INT64_MAX) {
      reader->Report(key, "this is too large", "write \"128 MB\"");
    } else if (size.value_or(-1) >= least) {
      *num_bytes = *size;
    } else {
      reader->Report(key, "this is not a size", "write \"128 MB\", or a number of bytes");
    }
  }

  // The entries of `source`, `table` or `bucket`, with the errors that each of their names may
  // have.
  std::vector<const ConfigEntry*> NamedSections(const std::string& section) {
    std::vector<const ConfigEntry*> sections;
    const ConfigEntry* all = FindSectionEntry(section);
    if (all == nullptr) return sections;
    for (const ConfigEntry& entry : *all->value.table()) {
      const std::string path = section + "." + entry.key;
      if (entry.value.table() == nullptr) {
        Report(entry.key_at, path, "expected a section, found " + entry.value.type_name(),
               fmt::format("write it as [{}.NAME]", section));
        continue;
      }
      if (section != "bucket" && !IsTableName(entry.key)) {
        Report(entry.key_at, path, "this cannot be a name: " + entry.key,
               "use letters, digits and _, a letter first");
      } else if (FindControlCharacter(entry.key) != std::string::npos) {
        Report(entry.key_at, path, "this cannot be a bucket's name: " + entry.key, "");
      }
      auto same = [&](const ConfigEntry* other) { return SameName(other->key, entry.key); };
      if (std::any_of(sections.begin(), sections.end(), same)) {
        Report(entry.key_at, path,
               "this name is already used (names are case-insensitive): " + entry.key,
               "rename one of them");
        continue;
      }
      sections.push_back(&entry);
    }
    return sections;
  }

  // The entry of a top-level table; null when it is missing or not a table.
  const ConfigEntry* FindSectionEntry(const std::string& section) {
    return tarn::FindSectionEntry(ConfigSections(), root_, section, diagnostics_);
  }

  SectionReader MakeReader(const std::string& section, const ConfigEntry& entry, std::string path) {
    return {*FindSection(ConfigSections(), section), *entry.value.table(), std::move(path),
            entry.key_at, diagnostics_};
  }

  // In tarn.toml; 0 for what the command line adds.
  static int LineOf(const ConfigLocation& at) {
    return at.from_command_line() ? 0 : LocateOffset(at.text->text, at.begin).line;
  }

  const std::string& BaseOf(const ConfigItem& item) const {
    return item.at.from_command_line() ? folders_.current : folders_.pipeline;
  }

  std::string ResolveItem(const ConfigItem& item, const std::string& base) const {
    return ResolvePath(base, item.value());
  }

  void Report(const ConfigLocation& at, std::string path, std::string message, std::string hint) {
    diagnostics_->push_back(
        MakeDiagnostic(at, std::move(path), std::move(message), std::move(hint)));
  }

  const ConfigValue& root_;
  const BaseFolders& folders_;
  std::vector<Diagnostic>* diagnostics_;
  Settings settings_;
};

}  // namespace

Settings ReadSettings(const ConfigValue& root, const BaseFolders& folders,
                      std::vector<Diagnostic>* diagnostics) {
  return SettingsReader(root, folders, diagnostics).Read();
}

bool IsTableName(const std::string& name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

}  // namespace tarn::pipeline
