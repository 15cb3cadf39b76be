#include "run/record.h"

#include <arrow/config.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <tuple>

#include "base/json_utf8.h"
#include "base/secret_mask.h"
#include "storage/local_disk.h"
#include "storage/storage.h"
#include "system/process.h"
#include "values/spark_datetime.h"
#include "values/spark_text.h"

namespace tarn::run {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::system_clock;
namespace fs = std::filesystem;

// Of a record being written, after the id of the process that writes it (storage::LocalDisk). Not
// .json: no listing takes it for a record.
constexpr std::string_view kTemporary = ".tmp";

constexpr std::string_view kOutcomes[] = {"running", "done", "failed", "cancelled", "interrupted"};

std::string FormatTime(Clock::time_point time) {
  auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(Clock::to_time_t(time)),
                     milliseconds % 1000);
}

// Of this program alone: getrusage's maximum counts what the process was before it became tarn.
int64_t PeakMemoryBytes() {
  std::ifstream file("/proc/self/status");
  constexpr std::string_view kName = "VmHWM:";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kName)) {
      return std::strtoll(line.c_str() + kName.size(), nullptr, 10) * 1024;  // "VmHWM:  1234 kB"
    }
  }
  return 0;
}

// Another host's processes can't be seen from here: they count as alive.
bool IsAlive(const RunRecord& record) {
  if (record.host != HostName()) return true;
  int64_t start = ProcessStart(record.process_id);
  return start != 0 && start == record.process_start;
}

std::string FolderOfRuns(const std::string& lake_root) { return lake_root + "/_tarn/runs"; }

// Sorted; none when the lake has no run yet.
Result<std::vector<fs::path>> FilesOnDisk(const std::string& lake_root) {
  ARROW_ASSIGN_OR_RAISE(const fs::path root, storage::LocalPath(lake_root));
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator entry(FolderOfRuns(root), error);
  if (error == std::errc::no_such_file_or_directory) return files;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    files.push_back(entry->path());
  }
  if (error) {
    return Status::IOError("the lake's runs cannot be listed: ", root.string(), ": ",
                           error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Nothing for an engine that has no stages, and no bytes where it does not report them.
void AddStages(const std::vector<Stage>& stages, Json* described) {
  for (const Stage& stage : stages) {
    Json& added = (*described)["stages"].emplace_back(
        Json{{"stage", stage.number}, {"tasks", stage.num_tasks}, {"seconds", stage.seconds}});
    if (stage.num_bytes > 0) added["bytes"] = stage.num_bytes;
  }
}

// Without `since`: from the first file on; without `until`: to the last one.
Json PeriodJson(const Period& period) {
  Json json = Json::object();
  if (period.begin_us != Period().begin_us) json["since"] = SparkTimestampText(period.begin_us);
  if (period.end_us != Period().end_us) json["until"] = SparkTimestampText(period.end_us);
  return json;
}

Period ReadPeriod(const Json& json) {
  Period period;
  if (!json.is_object()) return period;
  ParseSparkTimestamp(json.value("since", ""), &period.begin_us);
  ParseSparkTimestamp(json.value("until", ""), &period.end_us);
  return period;
}

Json ComparedJson(const SourceCompared& compared) {
  return {{"same", compared.num_same},
          {"new", compared.num_new},
          {"changed", compared.num_changed},
          {"gone", compared.num_gone}};
}

SourceCompared ReadCompared(const std::string& source, const Json& json) {
  return {source, json.value("same", int64_t{0}), json.value("new", int64_t{0}),
          json.value("changed", int64_t{0}), json.value("gone", int64_t{0})};
}

void AddFieldsAdded(const SourceRecord& source, Json* described) {
  if (source.added_fields.empty()) return;
  Json& added = (*described)["added_fields"] = Json::array();
  for (const AddedField& field : source.added_fields) {
    added.push_back({{"field", field.path}, {"type", field.type}});
  }
  (*described)["schema_lock"] = MaskUriSecrets(source.lock_path);
}

Json SourcesJson(const std::vector<SourceRecord>& sources) {
  Json array = Json::array();
  for (const SourceRecord& source : sources) {
    Json globs = Json::array();
    for (const std::string& glob : source.globs) globs.push_back(MaskUriSecrets(glob));
    Json new_fields = Json::array();
    for (const NewField& field : source.new_fields) {
      Json& described = new_fields.emplace_back();
      described = {{"key", field.key},
                   {"records", field.num_records},
                   {"path", MaskUriSecrets(field.path)},
                   {"example", field.example}};
      if (field.line > 0) described["line"] = field.line;
    }
    array.push_back({{"source", source.name},
                     {"globs", std::move(globs)},
                     {"files", source.num_files},
                     {"bytes", source.num_bytes},
                     {"records", source.num_records},
                     {"rows", source.num_rows},
                     {"bad_records", source.num_bad_records},
                     {"bad_records_are_kept", source.bad_records_are_kept},
                     {"new_fields", std::move(new_fields)},
                     {"has_more_new_fields", source.has_more_new_fields},
                     {"missing_fields", source.missing_fields},
                     {"rescued_values", source.num_rescued_values}});
    AddFieldsAdded(source, &array.back());
    if (source.period.has_value()) array.back()["period"] = PeriodJson(*source.period);
    if (source.compared) array.back()["compared"] = ComparedJson(*source.compared);
    AddStages(source.stages, &array.back());
  }
  return array;
}

Json TablesJson(const std::vector<TableRecord>& tables) {
  Json array = Json::array();
  for (const TableRecord& table : tables) {
    Json& described = array.emplace_back(Json{{"table", table.name},
                                              {"rows", table.num_rows},
                                              {"files", table.num_files},
                                              {"bytes", table.num_bytes},
                                              {"partitions", table.num_partitions},
                                              {"seconds", table.seconds},
                                              {"schema", table.schema},
                                              {"change", NameOf(table.change)}});
    if (!table.reason.empty()) described["reason"] = MaskUriSecrets(table.reason);
    if (table.num_rows_before) described["rows_before"] = *table.num_rows_before;
    if (table.num_rows_added) described["rows_added"] = *table.num_rows_added;
    if (table.num_partitions_replaced) {
      described["partitions_replaced"] = *table.num_partitions_replaced;
    }
    for (const auto& [source, period] : table.periods) {
      described["periods"][source] = PeriodJson(period);
    }
    AddStages(table.stages, &described);
  }
  return array;
}

Json SampleJson(const std::vector<SampleRow>& sample) {
  Json rows = Json::array();
  for (const SampleRow& row : sample) {
    Json& object = rows.emplace_back(Json::object());
    // Keys are not escaped where the rest is.
    for (const SampleValue& value : row) {
      object[EscapeNonUtf8(value.column)] = value.is_null ? Json() : Json(value.text);
    }
  }
  return rows;
}

Json BrokenRulesJson(const std::vector<BrokenRule>& rules) {
  Json array = Json::array();
  for (const BrokenRule& broken : rules) {
    array.push_back({{"table", broken.table},
                     {"kind", NameOf(broken.kind)},
                     {"rule", broken.rule},
                     {"rows", broken.num_rows},
                     {"sample", SampleJson(broken.sample)}});
  }
  return array;
}

Json OverridesJson(const RunRecord& record) {
  Json object = Json::object();
  for (const auto& [key, value] : record.overrides) {
    object[key] = IsSecretName(key) ? "***" : MaskUriSecrets(value);
  }
  return object;
}

std::vector<Stage> ReadStages(const Json& item) {
  std::vector<Stage> stages;
  for (const Json& stage : item.value("stages", Json::array())) {
    stages.push_back({stage.value("stage", int64_t{0}), stage.value("tasks", int64_t{0}),
                      stage.value("seconds", 0.0), stage.value("bytes", int64_t{0})});
  }
  return stages;
}

void ReadSources(const Json& array, std::vector<SourceRecord>* sources) {
  for (const Json& item : array) {
    SourceRecord& source = sources->emplace_back();
    source.name = item.value("source", "");
    source.globs = item.value("globs", std::vector<std::string>{});
    if (item.contains("period")) source.period = ReadPeriod(item["period"]);
    if (item.contains("compared")) source.compared = ReadCompared(source.name, item["compared"]);
    source.num_files = item.value("files", int64_t{0});
    source.num_bytes = item.value("bytes", int64_t{0});
    source.num_records = item.value("records", int64_t{0});
    source.num_rows = item.value("rows", int64_t{0});
    source.num_bad_records = item.value("bad_records", int64_t{0});
    source.bad_records_are_kept = item.value("bad_records_are_kept", false);
    for (const Json& field : item.value("new_fields", Json::array())) {
      source.new_fields.push_back({field.value("key", ""), field.value("records", int64_t{0}),
                                   field.value("path", ""), field.value("line", int64_t{0}),
                                   field.value("example", "")});
    }
    source.has_more_new_fields = item.value("has_more_new_fields", false);
    source.missing_fields = item.value("missing_fields", std::vector<std::string>{});
    source.num_rescued_values = item.value("rescued_values", int64_t{0});
    for (const Json& field : item.value("added_fields", Json::array())) {
      source.added_fields.push_back({field.value("field", ""), field.value("type", "")});
    }
    source.lock_path = item.value("schema_lock", "");
    source.stages = ReadStages(item);
  }
}

TableChange ChangeNamed(std::string_view name) {
  for (const TableChange change : {TableChange::kNone, TableChange::kAppend, TableChange::kMerge,
                                   TableChange::kReplacePartitions}) {
    if (NameOf(change) == name) return change;
  }
  return TableChange::kRebuild;  // as records of older versions mean
}

void ReadTables(const Json& array, std::vector<TableRecord>* tables) {
  for (const Json& item : array) {
    TableRecord& table = tables->emplace_back();
    table.name = item.value("table", "");
    table.num_rows = item.value("rows", int64_t{0});
    table.num_files = item.value("files", int64_t{0});
    table.num_bytes = item.value("bytes", int64_t{0});
    table.num_partitions = item.value("partitions", int64_t{0});
    table.seconds = item.value("seconds", 0.0);
    table.schema = item.value("schema", "");
    if (item.contains("rows_before")) table.num_rows_before = item.value("rows_before", int64_t{0});
    if (item.contains("rows_added")) table.num_rows_added = item.value("rows_added", int64_t{0});
    if (item.contains("partitions_replaced")) {
      table.num_partitions_replaced = item.value("partitions_replaced", int64_t{0});
    }
    table.change = ChangeNamed(item.value("change", ""));
    table.reason = item.value("reason", "");
    const Json periods = item.value("periods", Json::object());
    for (const auto& [source, period] : periods.items()) {
      table.periods[source] = ReadPeriod(period);
    }
    table.stages = ReadStages(item);
  }
}

BrokenRule::Kind KindNamed(std::string_view name) {
  using Kind = BrokenRule::Kind;
  for (const Kind kind : {Kind::kKeyNotNull, Kind::kKeyUnique, Kind::kMinRows}) {
    if (NameOf(kind) == name) return kind;
  }
  return Kind::kCheck;
}

void ReadBrokenRules(const Json& array, std::vector<BrokenRule>* rules) {
  for (const Json& item : array) {
    BrokenRule& broken = rules->emplace_back();
    broken.table = item.value("table", "");
    broken.kind = KindNamed(item.value("kind", ""));
    broken.rule = item.value("rule", "");
    broken.num_rows = item.value("rows", int64_t{0});
    for (const Json& row : item.value("sample", Json::array())) {
      SampleRow& sample = broken.sample.emplace_back();
      for (const auto& [column, value] : row.items()) {
        sample.push_back(
            {column, value.is_null() ? "" : value.get<std::string>(), value.is_null()});
      }
    }
  }
}

Result<Outcome> ParseOutcome(const std::string& name) {
  auto found = std::find(std::begin(kOutcomes), std::end(kOutcomes), name);
  if (found == std::end(kOutcomes)) return Status::Invalid("unknown outcome '", name, "'");
  return static_cast<Outcome>(found - std::begin(kOutcomes));
}

Result<RunRecord> ReadRecord(const Json& json) {
  if (!json.is_object() || !json.contains("run_id")) {
    return Status::Invalid("not a run record: no member 'run_id'");
  }
  RunRecord record;
  record.run_id = json.at("run_id");
  ARROW_ASSIGN_OR_RAISE(record.outcome, ParseOutcome(json.value("outcome", "")));
  if (auto error = json.find("error"); error != json.end() && error->is_object()) {
    record.error = ReadErrorObject(*error);
  }
  record.tarn_version = json.value("tarn_version", "");
  record.arrow_version = json.value("arrow_version", "");
  record.engine = json.value("engine", "");
  record.engine_version = json.value("engine_version", "");
  record.application_id = json.value("application_id", "");
  record.engine_url = json.value("engine_url", "");
  record.history_url = json.value("history_url", "");
  if (auto pipeline = json.find("pipeline"); pipeline != json.end()) {
    record.pipeline_name = pipeline->value("name", "");
    record.pipeline_directory = pipeline->value("directory", "");
  }
  record.selected_tables = json.value("select", std::vector<std::string>{});
  if (json.contains("backfill")) record.backfill = ReadPeriod(json["backfill"]);
  const Json overrides = json.value("overrides", Json::object());
  for (const auto& [key, value] : overrides.items()) {
    record.overrides.emplace_back(key, value.get<std::string>());
  }
  record.host = json.value("host", "");
  record.process_id = json.value("process_id", int64_t{0});
  record.process_start = json.value("process_start", int64_t{0});
  record.started_at = json.value("started_at", "");
  record.ended_at = json.value("ended_at", "");
  record.seconds = json.value("seconds", 0.0);
  ReadSources(json.value("sources", Json::array()), &record.sources);
  ReadTables(json.value("tables", Json::array()), &record.tables);
  ReadBrokenRules(json.value("broken_rules", Json::array()), &record.broken_rules);
  record.commit_seconds = json.value("commit_seconds", 0.0);
  record.spilled_bytes = json.value("spilled_bytes", int64_t{0});
  record.spill_dir = json.value("spill_dir", "");
  record.peak_memory_bytes = json.value("peak_memory_bytes", int64_t{0});
  return record;
}

// \param[in] path of the record, whose name is the run's id
Result<RunRecord> ReadRecord(const Result<std::shared_ptr<arrow::Buffer>>& content,
                             std::string_view path) {
  ARROW_RETURN_NOT_OK(content.status());
  ARROW_ASSIGN_OR_RAISE(RunRecord record, FromJson((*content)->ToString()));
  if (path.substr(path.rfind('/') + 1) == record.run_id + ".json") return record;
  return Status::Invalid("its name is not that of its run: ", record.run_id);
}

// What a link leads to is none of the lake's: an error would quote it.
bool IsLink(const storage::Storage& storage, const std::string& path) {
  std::error_code ignored;
  return !storage.is_remote() && fs::is_symlink(path, ignored);
}

}  // namespace

std::string_view NameOf(TableChange change) {
  constexpr std::string_view kNames[] = {"none", "append", "merge", "rebuild", "partitions"};
  return kNames[static_cast<int>(change)];
}

std::string_view NameOf(Outcome outcome) { return kOutcomes[static_cast<int>(outcome)]; }

std::string NewRunId() {
  std::random_device random;
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{:06x}", fmt::gmtime(Clock::to_time_t(Clock::now())),
                     random() & 0xFFFFFF);
}

Clock::time_point StampStart(RunRecord* record) {
  const Clock::time_point now = Clock::now();
  record->run_id = NewRunId();
  record->arrow_version = ARROW_VERSION_STRING;
  record->host = HostName();
  record->process_id = getpid();
  record->process_start = ProcessStart(record->process_id);
  record->started_at = FormatTime(now);
  record->outcome = Outcome::kRunning;
  return now;
}

void StampEnd(const Status& status, RunRecord* record) {
  record->ended_at = FormatTime(Clock::now());
  record->peak_memory_bytes = PeakMemoryBytes();
  if (status.ok()) {
    record->outcome = Outcome::kDone;
  } else if (KindOf(status) == ErrorKind::kCancelled) {
    record->outcome = Outcome::kCancelled;
  } else {
    record->outcome = Outcome::kFailed;
    record->error = Describe(status);
  }
}

std::string ToJson(const RunRecord& record) {
  Json json{{"run_id", record.run_id}, {"outcome", NameOf(record.outcome)}};
  if (record.error.has_value()) json["error"] = ErrorObject(*record.error);
  json["tarn_version"] = record.tarn_version;
  json["arrow_version"] = record.arrow_version;
  json["engine"] = record.engine;
  if (!record.engine_version.empty()) json["engine_version"] = record.engine_version;
  if (!record.application_id.empty()) json["application_id"] = record.application_id;
  if (!record.engine_url.empty()) json["engine_url"] = record.engine_url;
  if (!record.history_url.empty()) json["history_url"] = record.history_url;
  json["pipeline"] = {{"name", record.pipeline_name}, {"directory", record.pipeline_directory}};
  json["select"] = record.selected_tables;
  if (record.backfill) json["backfill"] = PeriodJson(*record.backfill);
  json["overrides"] = OverridesJson(record);
  json["host"] = record.host;
  json["process_id"] = record.process_id;
  json["process_start"] = record.process_start;
  json["started_at"] = record.started_at;
  if (!record.ended_at.empty()) json["ended_at"] = record.ended_at;
  json["seconds"] = record.seconds;
  json["sources"] = SourcesJson(record.sources);
  json["tables"] = TablesJson(record.tables);
  if (!record.broken_rules.empty()) json["broken_rules"] = BrokenRulesJson(record.broken_rules);
  json["commit_seconds"] = record.commit_seconds;
  if (record.spilled_bytes > 0) {
    json["spilled_bytes"] = record.spilled_bytes;
    json["spill_dir"] = record.spill_dir;
  }
  json["peak_memory_bytes"] = record.peak_memory_bytes;
  // A file name or an error may quote bytes that are not UTF-8.
  EscapeNonUtf8Strings(&json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<RunRecord> FromJson(const std::string& text) {
  try {
    return ReadRecord(Json::parse(text));
  } catch (const Json::exception& error) {
    return Status::Invalid("not a run record: ", error.what());
  }
}

Status WriteRecord(storage::Storage* storage, const std::string& lake_root,
                   const RunRecord& record) {
  ARROW_ASSIGN_OR_RAISE(auto file, storage->Create(fmt::format(
                                       "{}/{}.json", FolderOfRuns(lake_root), record.run_id)));
  ARROW_RETURN_NOT_OK(file->Write(ToJson(record)));
  return file->Close();
}

Status RemoveLeftovers(storage::Storage* storage, const std::string& lake_root) {
  if (storage->is_remote()) return Status::OK();  // an object is there as a whole or not at all
  ARROW_ASSIGN_OR_RAISE(std::vector<fs::path> files, FilesOnDisk(lake_root));
  for (const fs::path& path : files) {
    if (path.extension() != kTemporary) continue;
    std::string process = path.stem().extension();
    pid_t process_id = process.empty() ? 0 : std::atoi(process.c_str() + 1);
    bool is_gone = process_id > 0 && kill(process_id, 0) != 0 && errno == ESRCH;
    std::error_code error;
    // Another run may have removed it meanwhile: that is no error.
    if (is_gone && !fs::remove(path, error) && error) {
      return Status::IOError("a leftover cannot be removed: ", path.string(), ": ",
                             error.message());
    }
  }
  return Status::OK();
}

Result<RunList> ListRuns(storage::Storage* storage, const std::string& lake_root,
                         size_t num_runs_max) {
  ARROW_ASSIGN_OR_RAISE(auto files,
                        storage->List(storage::EscapeGlob(FolderOfRuns(lake_root)) + "/*.json"));
  // Their names begin with the time.
  if (files.size() > num_runs_max) files.erase(files.begin(), files.end() - num_runs_max);
  std::vector<storage::BufferFuture> contents;
  for (storage::ObjectInfo file : files) {
    if (IsLink(*storage, file.path)) {
      contents.push_back(Status::IOError("a link, not a record"));
      continue;
    }
    // As it is now: a run that goes on replaces its record.
    file.etag.clear();
    file.identity = {};
    file.size_bytes = storage::kUnknownSize;
    contents.push_back(storage->ReadAsync(file));
  }
  RunList list;
  for (size_t i = 0; i < files.size(); ++i) {
    Result<RunRecord> record = ReadRecord(contents[i].result(), files[i].path);
    if (!record.ok()) {
      list.unreadable.push_back(files[i].path + ": " + record.status().message());
      continue;
    }
    if (record->outcome == Outcome::kRunning && !IsAlive(*record)) {
      record->outcome = Outcome::kInterrupted;
    }
    list.runs.push_back(std::move(*record));
  }
  std::sort(list.runs.begin(), list.runs.end(), [](const RunRecord& left, const RunRecord& right) {
    return std::tie(left.started_at, left.run_id) > std::tie(right.started_at, right.run_id);
  });
  return list;
}

TableWrite LastWriteOf(const std::string& table, const std::vector<RunRecord>& runs) {
  for (const RunRecord& run : runs) {
    if (run.outcome != Outcome::kDone) continue;
    for (const TableRecord& written : run.tables) {
      if (written.name == table) return {&run, &written};
    }
  }
  return {};
}

std::map<std::string, Period> PeriodsOf(const RunRecord& run, const TableRecord& table) {
  if (!table.periods.empty()) return table.periods;
  std::map<std::string, Period> periods;
  for (const SourceRecord& source : run.sources) {
    if (source.period) periods[source.name] = *source.period;
  }
  return periods;
}

}  // namespace tarn::run
