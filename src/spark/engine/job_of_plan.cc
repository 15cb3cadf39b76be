#include "spark/engine/job_of_plan.h"

#include <arrow/util/base64.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "engine/estimate.h"
#include "engine/folder_columns.h"
#include "engine/table_spec.h"
#include "input/framing.h"
#include "input/text_stream.h"
#include "lake/partition_path.h"
#include "local/memory_shares.h"
#include "plan/unique_rows.h"
#include "s3/buckets.h"
#include "s3/uri.h"
#include "spark/engine/sql_over_files.h"
#include "values/ddl_text.h"

namespace tarn::spark {
namespace {

// Tables with partitions that read so little are written by so many tasks: adaptive execution would
// join the few rows of many partitions to one part, and one task would write all of their files.
constexpr int64_t kSmallInputBytes = 256'000'000;
constexpr int64_t kTasksOfPartitions = 32;
constexpr int64_t kTasksOfPartitionsOnDisk = 8;  // each makes folders of its own, which takes time

// Of this machine's memory, what the rows of a table that Spark sends may take: several come at
// once, and their writers have a part of it, too.
constexpr int64_t kSentPartOfMemory = 8;

// Disks by their URI: Spark's default file system may be another one.
std::string UriOf(const std::string& path) {
  return path.starts_with('/') ? "file://" + path : path;
}

// Whether records may span lines is one setting of Spark for all files; the first file decides it.
Result<bool> SpansLines(const pipeline::Source& source, const storage::Listing& listing) {
  if (source.format != RecordFormat::kAuto) return source.format == RecordFormat::kJson;
  const storage::ObjectInfo& file = listing.files.front();
  ARROW_ASSIGN_OR_RAISE(
      const input::TextFile text,
      input::OpenText(input::OpenStoredBytes(listing.storage.get(), file), file.path));
  ARROW_ASSIGN_OR_RAISE(const input::TextHead head, input::PeekHead(text.text.get()));
  return input::FramingOf(source.format, head.text, head.is_whole) != json::Framing::kLines;
}

// The keys of the objects in a value of `type`.
void AddKnownKeys(const arrow::DataType& type, std::vector<std::string>* steps, JobSource* source) {
  const auto descend = [&](const std::string& step, const arrow::DataType& inner) {
    steps->push_back(step);
    AddKnownKeys(inner, steps, source);
    steps->pop_back();
  };
  if (type.id() == arrow::Type::LIST) return descend("[]", *type.field(0)->type());
  if (type.id() == arrow::Type::MAP) {
    return descend("*", *static_cast<const arrow::MapType&>(type).item_type());
  }
  if (type.id() != arrow::Type::STRUCT) return;
  JobObject object{*steps, {}};
  for (const auto& field : type.fields()) object.keys.push_back(field->name());
  source->known_keys.push_back(std::move(object));
  for (const auto& field : type.fields()) descend("." + field->name(), *field->type());
}

// The folder that those of all files lie in which name columns.
Result<std::string> BasePathOf(const pipeline::Source& source, const storage::Listing& listing) {
  std::string base;
  for (const storage::ObjectInfo& file : listing.files) {
    std::string path = file.path;
    for (size_t i = lake::PartitionAbove(file.path).size() + 1; i > 0; --i) {
      path.resize(path.rfind('/'));
    }
    if (path.empty()) path = "/";
    if (!base.empty() && path != base) {
      return MakeError(
          ErrorKind::kBadInput,
          fmt::format("source {}: on Spark, all folders name=value lie in one folder, not in {} "
                      "and in {}",
                      source.name, base, path),
          "make two sources of them, and UNION ALL in SQL");
    }
    base = std::move(path);
  }
  return base;
}

// \param[in] of_folders the FolderColumns of the files, here and below
Status AddFolderColumns(const plan::SourcePlan& plan, const storage::Listing& listing,
                        const std::vector<int>& of_folders, JobSource* source) {
  arrow::FieldVector of_records;
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    if (plan.columns[i] >= plan.source->schema->num_fields()) continue;  // the file's
    const auto& field = plan.schema->field(static_cast<int>(i));
    if (std::find(of_folders.begin(), of_folders.end(), plan.columns[i]) == of_folders.end()) {
      of_records.push_back(field);
    } else {
      source->folder_columns.push_back({field->name(), DdlOf(*field->type())});
    }
  }
  source->schema = DdlOf(*arrow::schema(std::move(of_records)));
  if (source->folder_columns.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(const std::string base, BasePathOf(*plan.source, listing));
  source->base_path = UriOf(base);
  return Status::OK();
}

// A column is known by its place, so that all are declared; what is not read fits as STRING.
void AddCsv(const pipeline::Source& described, const std::vector<int>& of_folders,
            JobSource* source) {
  source->format = "csv";
  arrow::FieldVector fields;
  for (int i = 0; i < described.schema->num_fields(); ++i) {
    if (std::find(of_folders.begin(), of_folders.end(), i) != of_folders.end()) continue;
    const auto& field = described.schema->field(i);
    fields.push_back(source->columns[i].is_read ? field : field->WithType(arrow::utf8()));
  }
  source->schema = DdlOf(*arrow::schema(std::move(fields)));
  const pipeline::CsvFormat& csv = described.csv;
  const auto text_of = [](char c) { return c == '\0' ? std::string() : std::string(1, c); };
  source->options.insert(source->options.end(), {{"sep", csv.syntax.separator},
                                                 {"quote", text_of(csv.syntax.quote)},
                                                 {"escape", text_of(csv.syntax.escape)},
                                                 {"nullValue", csv.null_value},
                                                 {"header", csv.header ? "true" : "false"},
                                                 {"enforceSchema", "false"}});
}

// Its name and the columns of its view.
JobSource ViewOf(const plan::SourcePlan& plan) {
  JobSource source;
  source.name = plan.source->name;
  for (const auto& field : plan.source->schema->fields()) {
    const bool is_read = plan.schema->GetFieldIndex(field->name()) >= 0;
    source.columns.push_back({field->name(), DdlOf(*field->type()), is_read});
  }
  return source;
}

JobSource ScannedSourceOf(const plan::SourcePlan& plan, const ScannedSource& scanned) {
  JobSource source = ViewOf(plan);
  source.is_scanned = true;
  source.format = "parquet";
  source.schema = DdlOf(*plan.schema);
  source.rows = arrow::util::base64_encode(scanned.rows);
  if (!scanned.folder.empty()) source.paths = {UriOf(scanned.folder)};
  return source;
}

Result<JobSource> MakeSource(const plan::SourcePlan& plan, const storage::Listing& listing) {
  const pipeline::Source& described = *plan.source;
  JobSource source = ViewOf(plan);
  ARROW_ASSIGN_OR_RAISE(const std::vector<int> of_folders,
                        engine::FolderColumns(described, listing.files));
  ARROW_RETURN_NOT_OK(AddFolderColumns(plan, listing, of_folders, &source));
  for (const storage::ObjectInfo& file : listing.files) source.paths.push_back(UriOf(file.path));
  if (described.format == RecordFormat::kParquet) {
    source.format = "parquet";
    return source;
  }
  if (const auto& date = described.datetime_formats.date) {
    source.options.emplace_back("dateFormat", date->text());
  }
  if (const auto& timestamp = described.datetime_formats.timestamp) {
    source.options.emplace_back("timestampFormat", timestamp->text());
  }
  source.sends_bad_records = described.on_bad_record != pipeline::OnBadRecord::kDrop;
  if (described.format == RecordFormat::kCsv) {
    AddCsv(described, of_folders, &source);
    return source;
  }
  source.options.emplace_back("allowSingleQuotes", "false");
  ARROW_ASSIGN_OR_RAISE(const bool spans_lines, SpansLines(described, listing));
  if (spans_lines) source.options.emplace_back("multiLine", "true");
  source.refuses_new_keys = described.on_new_field == pipeline::OnNewField::kFail;
  if (described.on_new_field != pipeline::OnNewField::kIgnore) {
    std::vector<std::string> steps;
    AddKnownKeys(*arrow::struct_(described.schema->fields()), &steps, &source);
  }
  return source;
}

std::string CodecName(lake::Codec codec) {
  switch (codec) {
    case lake::Codec::kNone:
      return "none";
    case lake::Codec::kSnappy:
      return "snappy";
    case lake::Codec::kZstd:
      return "zstd";
    case lake::Codec::kGzip:
      return "gzip";
  }
  return "none";
}

bool IsOnDisk(const JobTable& table) { return table.folder.starts_with("file:"); }

Result<JobTable> MakeTable(const plan::Plan& all, const plan::TablePlan& plan,
                           const std::string& folder) {
  const pipeline::Table& described = *plan.table;
  std::vector<std::string> over_files;
  for (const plan::SourcePlan& source : all.sources) {
    if (ReadsFilesOf(*source.source, described)) over_files.push_back(source.source->name);
  }
  const lake::TableSpec spec = engine::SpecOf(plan);
  JobTable table;
  table.name = described.name;
  ARROW_ASSIGN_OR_RAISE(table.sql,
                        SqlOverFiles(plan, over_files, all.pipeline->dialect.double_quotes));
  table.folder = folder.empty() ? "" : UriOf(folder);
  table.schema = DdlOf(*spec.schema);
  table.partition_by = spec.partition_by;
  for (const lake::SortColumn& column : spec.sort_within) {
    table.sort_within.push_back({column.name, column.descending});
  }
  table.options = {{"compression", CodecName(spec.codec)},
                   {"parquet.block.size", std::to_string(spec.row_group_bytes)}};
  if (IsOnDisk(table)) {
    // Hadoop's other class for disks starts two programs for each file, chmod of it and of its
    // checksum. Nobody reads the checksums.
    table.options.insert(table.options.end(),
                         {{"fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem"},
                          {"fs.file.impl.disable.cache", "true"}});
  }
  table.layout.keeps_order = !described.changes && !described.query->order_by.empty();
  table.layout.repartition = described.spark_layout.repartition.value_or(0);
  table.layout.coalesce = described.spark_layout.coalesce.value_or(0);
  table.layout.max_records_per_file = described.spark_layout.max_records_per_file.value_or(0);
  table.key = described.key;
  table.key_may_repeat = plan::KeyMayRepeat(plan);
  for (const pipeline::Check& check : described.checks) table.checks.push_back(check.text);
  return table;
}

// What each table reads, and which of them are read more than once.
void AddUses(const plan::Plan& plan, Job* job) {
  for (size_t i = 0; i < job->tables.size(); ++i) {
    JobTable& table = job->tables[i];
    std::set<std::string> reads;
    for (const JobSource& source : job->sources) {
      if (pipeline::Reads(*plan.tables[i].table, source.name)) reads.insert(source.name);
    }
    for (size_t earlier = 0; earlier < i; ++earlier) {
      const JobTable& input = job->tables[earlier];
      if (!pipeline::Reads(*plan.tables[i].table, input.name)) continue;
      reads.insert(input.name);
      // Its rows come into being while this table's do.
      if (input.folder.empty()) reads.insert(input.reads.begin(), input.reads.end());
    }
    table.reads.assign(reads.begin(), reads.end());
    const auto num_readers = std::count_if(
        plan.tables.begin(), plan.tables.end(),
        [&](const plan::TablePlan& reader) { return pipeline::Reads(*reader.table, table.name); });
    table.is_shared = num_readers + (table.folder.empty() ? 0 : 1) > 1;
  }
}

int64_t TextBytesRead(const JobTable& table, const Job& job, const SourceFiles& files) {
  int64_t num_bytes = 0;
  for (size_t i = 0; i < job.sources.size(); ++i) {
    const bool is_read =
        std::find(table.reads.begin(), table.reads.end(), job.sources[i].name) != table.reads.end();
    if (is_read) num_bytes += engine::SizeOf(files[i]).num_text_bytes;
  }
  return num_bytes;
}

// After AddUses.
void SpreadPartitions(const SourceFiles& files, Job* job) {
  for (JobTable& table : job->tables) {
    JobLayout& layout = table.layout;
    const bool is_laid_out = layout.keeps_order || layout.repartition > 0 || layout.coalesce > 0;
    if (table.partition_by.empty() || is_laid_out) continue;
    if (TextBytesRead(table, *job, files) > kSmallInputBytes) continue;
    layout.repartition = IsOnDisk(table) ? kTasksOfPartitionsOnDisk : kTasksOfPartitions;
  }
}

// What SQL and Parquet mean everywhere in tarn (docs/adr/0023).
Settings SessionSettings(const pipeline::Dialect& dialect) {
  const bool has_quoted_names = dialect.double_quotes == sql::DoubleQuotes::kNames;
  return {
      {"spark.sql.session.timeZone", dialect.zone->name()},
      {"spark.sql.ansi.enabled", "true"},
      {"spark.sql.ansi.doubleQuotedIdentifiers", has_quoted_names ? "true" : "false"},
      {"spark.sql.parser.escapedStringLiterals", "false"},
      {"spark.sql.timeType.enabled", "true"},
      // Rows that are kept have bounds in which NaN is nowhere: `x > 1` would lose it.
      {"spark.sql.inMemoryColumnarStorage.partitionPruning", "false"},
      {"spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"},
      // A line of CSV with too few fields is bad, whichever of them are read.
      {"spark.sql.csv.parser.columnPruning.enabled", "false"},
      {"spark.sql.adaptive.enabled", "true"},
      // Each file of a source is a path of its own: up to 10,000 tasks would list them.
      {"spark.sql.sources.parallelPartitionDiscovery.parallelism", "200"},
  };
}

// Spark takes opening a file for as much work as reading 4 MB, and would make a task of 32 files; a
// task takes as long as to read that many small ones. Where there are cores for more tasks, it
// makes more.
void ReadSmallFilesTogether(const SourceFiles& files, Job* job) {
  constexpr int64_t kManyFiles = 1000;
  constexpr int64_t kSmallFileBytes = 256 * 1024;
  const bool has_many = std::any_of(files.begin(), files.end(), [](const auto& listing) {
    const engine::InputSize size = engine::SizeOf(listing);
    return size.num_files > kManyFiles && size.num_bytes < size.num_files * kSmallFileBytes;
  });
  if (has_many) job->session.emplace_back("spark.sql.files.openCostInBytes", "1048576");
}

}  // namespace

Result<Job> MakeJob(const plan::Plan& plan, const SourceFiles& files,
                    const std::vector<std::string>& folders, const ScannedSources& scanned,
                    const std::vector<TablePlace>& tables) {
  Job job;
  job.name = "tarn " + plan.pipeline->name;
  job.session = SessionSettings(plan.pipeline->dialect);
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (const auto found = scanned.find(i); found != scanned.end()) {
      job.sources.push_back(ScannedSourceOf(plan.sources[i], found->second));
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(JobSource source, MakeSource(plan.sources[i], files[i]));
    source.has_file_columns =
        std::any_of(plan.tables.begin(), plan.tables.end(), [&](const plan::TablePlan& table) {
          return ReadsFilesOf(*plan.sources[i].source, *table.table);
        });
    job.sources.push_back(std::move(source));
  }
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(JobTable table, MakeTable(plan, plan.tables[i], folders[i]));
    const auto writer = tables.empty() ? TableWriterPlace::kSpark : tables[i].writer;
    if (!table.folder.empty() && writer != TableWriterPlace::kSpark) {
      table.sent_bytes_max = std::min(plan.pipeline->spark.small_bytes,
                                      local::MemoryOf(plan.pipeline->run) / kSentPartOfMemory);
      table.is_measured = writer == TableWriterPlace::kHereIfSmall;
    }
    job.tables.push_back(std::move(table));
  }
  AddUses(plan, &job);
  SpreadPartitions(files, &job);
  ReadSmallFilesTogether(files, &job);
  return job;
}

Result<std::vector<JobBucket>> BucketsOf(s3::Buckets* buckets,
                                         const std::vector<std::string>& uris) {
  std::set<std::string> names;
  for (const std::string& uri : uris) {
    const auto location = s3::ParseObjectUri(uri);
    if (s3::IsS3Uri(uri) && location.ok()) names.insert(location->bucket);
  }
  std::vector<JobBucket> found;
  for (const std::string& name : names) {
    const BucketSettings settings = buckets->SettingsOf(name);
    if (!settings.profile.empty()) {
      return MakeError(
          ErrorKind::kUsage,
          fmt::format("Spark takes its keys from the environment, not from the profile that "
                      "tarn.toml names for s3://{}: {}",
                      name, settings.profile),
          fmt::format("leave it out, unset AWS_ACCESS_KEY_ID and set AWS_PROFILE={}",
                      settings.profile));
    }
    found.push_back({name, settings.region, settings.endpoint, settings.path_style.value_or(false),
                     settings.anonymous.value_or(false), settings.requester_pays.value_or(false),
                     settings.role_arn, settings.encryption, settings.kms_key_id});
  }
  return found;
}

}  // namespace tarn::spark
