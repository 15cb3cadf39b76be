#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include "base/did_you_mean.h"
#include "base/parse_number.h"
#include "base/units.h"
#include "base/version.h"
#include "values/spark_datetime.h"

namespace tarn::cli {
namespace {

Status UsageError(const std::string& message, const std::string& command) {
  std::string help = command.empty() ? "tarn --help" : "tarn " + command + " --help";
  return MakeError(ErrorKind::kUsage, message, "see `" + help + "`");
}

std::string Suggestion(const std::string& word, const std::vector<std::string>& candidates) {
  std::string nearest = Nearest(word, candidates);
  return nearest.empty() ? "" : ": did you mean '" + nearest + "'?";
}

// CLI11's own range check answers `many` and 1e6 with the limits of the type.
template <typename Integer>
CLI::Validator WholeNumber(Integer least, Integer most) {
  return CLI::Validator(
      [least, most](std::string& word) -> std::string {
        const std::optional<Integer> value = ParseNumber<Integer>(word);
        if (value && *value >= least && *value <= most) return "";
        std::string limits = "of at least " + std::to_string(least);
        if (most != std::numeric_limits<Integer>::max()) {
          limits = "from " + std::to_string(least) + " to " + std::to_string(most);
        }
        return "must be a whole number " + limits + ", not '" + word + "'";
      },
      "");
}

// From 0 to 1.
CLI::Validator Share() {
  return CLI::Validator(
      [](std::string& word) -> std::string {
        const std::optional<double> value = ParseNumber<double>(word);
        if (value && *value >= 0 && *value <= 1) return "";
        return "must be a share from 0 to 1, not '" + word + "'";
      },
      "");
}

// An option of KEY=VALUE that may be repeated.
CLI::Option* AddPairs(CLI::App& app, const std::string& name,
                      std::vector<std::pair<std::string, std::string>>* pairs,
                      const std::string& description) {
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [name, pairs](const std::vector<std::string>& words) {
            for (const std::string& word : words) {
              size_t equals = word.find('=');
              if (equals == 0 || equals == std::string::npos) {
                throw CLI::ValidationError(name, "needs key=value, not '" + word + "'");
              }
              pairs->emplace_back(word.substr(0, equals), word.substr(equals + 1));
            }
          },
          description)
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

constexpr char kPipelineHelp[] = "Folder with a tarn.toml, here or in S3 (default: .)";

void AddOverrides(CLI::App& app, std::vector<std::pair<std::string, std::string>>* overrides) {
  AddPairs(app, "--set", overrides, "Override a setting of tarn.toml; may be repeated");
}

void AddPipeline(CLI::App& app, PipelineArguments* pipeline) {
  app.add_option("PIPELINE", pipeline->directory, kPipelineHelp)->type_name("");
  AddOverrides(app, &pipeline->overrides);
}

// `[PIPELINE] [WORD…]`
void AddPipelineAndWords(CLI::App& app, const std::string& word, const std::string& description,
                         PipelineAndWords* arguments) {
  app.add_option("PIPELINE", arguments->first, kPipelineHelp)->type_name("");
  app.add_option(word, arguments->words, description)
      ->type_name("")
      ->expected(0, std::numeric_limits<int>::max());
  AddOverrides(app, &arguments->overrides);
}

void AddEngine(CLI::App& app, EngineArguments* engine) {
  app.add_option_function<std::string>(
         "--engine",
         [engine](const std::string& word) {
           engine->name = word == "spark" ? EngineName::kSpark : EngineName::kLocal;
         },
         "local: in this process (the default); spark: on a Spark that is there or is started")
      ->type_name("ENGINE")
      ->check(CLI::IsMember({"local", "spark"}));
  const auto is_spark = [engine](const std::string&) { engine->name = EngineName::kSpark; };
  CLI::Option* const remote =
      app.add_option("--remote", engine->remote,
                     "Spark Connect server to use: sc://host:port/;token=… (default: SPARK_REMOTE)")
          ->type_name("URI")
          ->each(is_spark);
  app.add_option("--master", engine->master,
                 "Where to start a Spark: local[*] (the default), yarn, spark://…, k8s://…")
      ->type_name("URL")
      ->each(is_spark)
      ->excludes(remote);
  AddPairs(app, "--conf", &engine->conf,
           "Setting of the Spark that is started, such as spark.executor.memory=4g; repeatable")
      ->each(is_spark)
      ->excludes(remote);
}

void AddThreads(CLI::App& app, int* num_threads) {
  app.add_option("--threads", *num_threads, "Worker threads (default: one per core)")
      ->type_name("N")
      ->check(WholeNumber(1, 1024));
}

void AddMemory(CLI::App& app, std::string* memory) {
  app.add_option("--memory", *memory,
                 "What the process holds at most, about, such as 2GB; the rest goes to disk "
                 "(default: three quarters of the memory there is)")
      ->type_name("SIZE");
}

void AddJson(CLI::App& app, bool* json) {
  app.add_flag("--json", *json,
               "Print one JSON document on standard output and nothing else there");
}

// `5000` records, or a share: `10%` or `0.1`.
std::string ReadSample(std::string word, infer::Extent* extent) {
  const std::optional<int64_t> num_records = ParseNumber<int64_t>(word);
  if (num_records && *num_records > 0) {
    extent->num_records = *num_records;
    return "";
  }
  double share = 0;
  const char* const end = word.data() + word.size();
  const auto real = std::from_chars(word.data(), end, share);
  const std::string_view unit(real.ptr, end);
  const bool is_percent = unit == "%" || unit == " %";
  if (is_percent) share /= 100;
  if (real.ec == std::errc() && (unit.empty() || is_percent) && share > 0 && share <= 1) {
    extent->share = share;
    return "";
  }
  return "must be a number of records or a share such as 10%, not '" + word + "'";
}

// Returns the two options, which exclude one another.
std::vector<CLI::Option*> AddExtent(CLI::App& app, infer::Extent* extent) {
  CLI::Option* const sample =
      app.add_option_function<std::string>(
             "--sample",
             [extent](const std::string& word) {
               const std::string error = ReadSample(word, extent);
               if (!error.empty()) throw CLI::ValidationError("--sample", error);
             },
             "Read about N records, or a share such as 10% of the bytes (default: about 64 MB)")
          ->type_name("N|SHARE");
  CLI::Option* const whole = app.add_flag("--whole", extent->whole, "Read everything");
  whole->excludes(sample);
  return {sample, whole};
}

template <typename Integer>
void AddCount(CLI::App& app, const std::string& name, Integer* count, Integer least,
              const std::string& description) {
  app.add_option(name, *count, description + " (default: " + std::to_string(*count) + ")")
      ->type_name("N")
      ->check(WholeNumber(least, std::numeric_limits<Integer>::max()));
}

void AddSelect(CLI::App& app, std::vector<std::string>* select) {
  app.add_option("--select", *select, "Build only these tables, separated by commas")
      ->type_name("TABLE,...")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void AddCrossRegion(CLI::App& app, bool* allow) {
  app.add_flag(
      "--allow-cross-region", *allow,
      "Let a cluster and its buckets be in different regions, though each byte then costs");
}

void AddEmr(CLI::App& app, EmrArguments* emr) {
  const std::pair<CLI::Option*, const char*> places[] = {
      {app.add_option("--cluster", emr->cluster,
                      "Run on Spark on this EMR cluster, which is there: its id or name"),
       "ID|NAME"},
      {app.add_option(
           "--ephemeral-cluster", emr->ephemeral_cluster,
           "Create an EMR cluster, run on it, terminate it in any case: its cluster.toml"),
       "FILE"},
      {app.add_option("--serverless", emr->serverless,
                      "Run on EMR Serverless, by [serverless] of this cluster.toml"),
       "FILE"},
  };
  for (const auto& [option, type] : places) {
    option->type_name(type);
    for (const auto& [other, ignored] : places) {
      if (other != option) option->excludes(other);
    }
    for (const char* engine : {"--engine", "--remote", "--master"}) {
      option->excludes(app.get_option(engine));
    }
  }
  app.add_option("--cluster-config", emr->cluster_config,
                 "How --cluster is reached (default: cluster.toml of this folder, if it is there)")
      ->type_name("FILE")
      ->needs(places[0].first);
  AddCrossRegion(app, &emr->allow_cross_region);
}

void AddFull(CLI::App& app, bool* full) {
  app.add_flag("--full", *full,
               "Compute every table from all files, not only from those that are new; also what "
               "repairs a damaged ledger");
}

// `2018-11-01..2018-11-07`, both included, or one day; an error's text otherwise.
std::string ReadDays(const std::string& word, std::optional<Period>* days) {
  constexpr int64_t kDay = int64_t{24} * 3600 * 1'000'000;
  const size_t dots = word.find("..");
  const std::string first = word.substr(0, dots);
  const std::string last = dots == std::string::npos ? first : word.substr(dots + 2);
  Period period;
  const auto is_day = [](const std::string& text, int64_t* begin_us) {
    return text.size() == std::string_view("2018-11-01").size() &&
           ParseSparkTimestamp(text, begin_us);
  };
  if (!is_day(first, &period.begin_us) || !is_day(last, &period.end_us)) {
    return "must be days such as 2018-11-01..2018-11-07, or one day, not '" + word + "'";
  }
  if (period.end_us < period.begin_us) return "ends before it begins: " + word;
  period.end_us += kDay;
  *days = period;
  return "";
}

void AddBackfill(CLI::App& app, std::optional<Period>* days) {
  app.add_option_function<std::string>(
         "--backfill",
         [days](const std::string& word) {
           const std::string error = ReadDays(word, days);
           if (!error.empty()) throw CLI::ValidationError("--backfill", error);
         },
         "Read files of these days again, such as 2018-11-01..2018-11-07, and repair what depends "
         "on them")
      ->type_name("FROM..TO");
}

void AddShrink(CLI::App& app, bool* shrink) {
  app.add_flag("--shrink", *shrink,
               "Replace tables also by those of a shorter period than what filled them");
}

void AddTime(CLI::App& app, const std::string& name, std::chrono::seconds least,
             std::chrono::seconds* time, const std::string& description) {
  const auto read = [name, least, time](const std::string& text) {
    const auto read = ParseDuration(text);
    if (!read) throw CLI::ValidationError(name, "no time: " + text + "; write 90s, 10m or 2h");
    if (*read < least) {
      throw CLI::ValidationError(
          name, "must be at least " + std::to_string(least.count()) + "s, not " + text);
    }
    *time = *read;
  };
  app.add_option_function<std::string>(name, read, description)->type_name("TIME");
}

void Define(CLI::App& app, RunArguments* arguments) {
  AddPipeline(app, &arguments->pipeline);
  AddEngine(app, &arguments->engine);
  AddSelect(app, &arguments->select);
  AddEmr(app, &arguments->emr);
  AddThreads(app, &arguments->num_threads);
  AddMemory(app, &arguments->memory);
  app.add_flag(
      "--retry-quarantine", arguments->retry_quarantine,
      "Read quarantined records again: from their files, or from quarantine if those are deleted");
  app.add_flag("--strict-region", arguments->strict_region,
               "Fail when the buckets, and this machine if it is in AWS, are not in one region");
  AddFull(app, &arguments->full);
  AddBackfill(app, &arguments->backfill);
  AddShrink(app, &arguments->shrink);
  AddTime(app, "--wait", std::chrono::seconds(0), &arguments->wait,
          "Wait up to this long for the lake's lock, such as 10m (default: do not wait)");
  AddTime(app, "--watch", std::chrono::seconds(1), &arguments->watch,
          "Run, then look this often, such as 60s, and run again when something is new, until "
          "Ctrl-C or SIGTERM");
  app.add_flag("--quiet", arguments->quiet, "Print errors only");
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, CheckArguments* arguments) {
  AddPipeline(app, &arguments->pipeline);
  CLI::Option* const data = app.add_flag(
      "--data", arguments->data,
      "Read the sources' files and compare them with their schemas: exit code 3 when values do not "
      "fit, warnings for new and for missing keys");
  for (CLI::Option* option : AddExtent(app, &arguments->extent)) option->needs(data);
  AddThreads(app, &arguments->num_threads);
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, PlanArguments* arguments) {
  AddPipelineAndWords(app, "TABLE", "Tables to plan (default: all)", &arguments->tables);
  AddEngine(app, &arguments->engine);
  AddThreads(app, &arguments->num_threads);
  AddMemory(app, &arguments->memory);
  app.add_flag("--analyze", arguments->analyze,
               "Run the plan without storing anything and show what each step took: rows, bytes, "
               "CPU and how "
               "much of it is serial, wall, memory, spilled bytes; and how columns are encoded");
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, ShowArguments* arguments) {
  AddPipelineAndWords(app, "TABLE|PATH",
                      "Tables of the pipeline's lake, or paths of Parquet (default: every table)",
                      &arguments->tables);
  AddCount<int64_t>(app, "--rows", &arguments->num_rows, 0, "Rows to show of each");
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, QueryArguments* arguments) {
  app.add_option("SQL", arguments->sql,
                 "The query; - for what the standard input has (default: on a terminal a shell, "
                 "else -)")
      ->type_name("");
  app.add_option("--pipeline", arguments->pipeline.directory, kPipelineHelp)->type_name("FOLDER");
  AddOverrides(app, &arguments->pipeline.overrides);
  app.add_option("--lake", arguments->lake,
                 "Lake whose tables are read (default: that of the pipeline)")
      ->type_name("FOLDER");
  app.add_option_function<std::string>(
         "--format",
         [arguments](const std::string& word) {
           arguments->format = FindRowFormat(word);
           if (!arguments->format) {
             throw CLI::ValidationError(
                 "--format", "must be table, csv, json, ndjson, markdown, parquet or arrow, not '" +
                                 word + "'");
           }
         },
         "table, csv, json, ndjson, markdown, parquet or arrow (default: table, or by FILE's name)")
      ->type_name("FORMAT");
  app.add_option_function<std::string>(
         "--double-quotes",
         [arguments](const std::string& word) {
           arguments->double_quotes_are_strings = word == "string";
         },
         "What \"a\" is: an identifier or a string (default: as the pipeline says, else "
         "identifier)")
      ->type_name("identifier|string")
      ->check(CLI::IsMember({"identifier", "string"}));
  app.add_option("-o,--output", arguments->output, "File to write instead of standard output")
      ->type_name("FILE");
  AddThreads(app, &arguments->num_threads);
  AddMemory(app, &arguments->memory);
}

void Define(CLI::App& app, FunctionsArguments* arguments) {
  app.add_option("NAME", arguments->name, "The function (default: all)")->type_name("");
}

void Define(CLI::App& app, RunsArguments* arguments) {
  AddPipeline(app, &arguments->pipeline);
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, FilesArguments* arguments) {
  AddPipelineAndWords(app, "SOURCE", "Sources to list the files of (default: all)",
                      &arguments->sources);
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, QuarantineArguments* arguments) {
  AddPipeline(app, &arguments->pipeline);
  app.add_option("--run", arguments->run_id, "Of this run (default: the newest that has any)")
      ->type_name("ID");
  app.add_option("--source", arguments->source, "Of this source (default: all)")
      ->type_name("SOURCE");
  AddCount<int64_t>(app, "--rows", &arguments->num_rows, 0, "Records to show of each source");
  AddJson(app, &arguments->json);
}

void Define(CLI::App& app, RecoverArguments* arguments) {
  AddPipeline(app, &arguments->pipeline);
  app.add_option("--discard", arguments->discard,
                 "Discard the unfinished commit of this run, and list the files that remain")
      ->type_name("RUN");
  AddJson(app, &arguments->json);
}

// `30m`, `12h` or `7d`; an error's text otherwise.
std::string ReadAge(const std::string& word, std::chrono::seconds* age) {
  constexpr std::pair<std::string_view, int64_t> kUnits[] = {{"m", 60}, {"h", 3600}, {"d", 86400}};
  constexpr int64_t kMost = 100'000;
  int64_t number = 0;
  const char* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  for (const auto& [unit, seconds] : kUnits) {
    if (read.ec != std::errc() || std::string_view(read.ptr, end) != unit) continue;
    if (number < 0 || number > kMost) break;
    *age = std::chrono::seconds(number * seconds);
    return "";
  }
  return "must be minutes, hours or days such as 30m, 12h or 7d, not '" + word + "'";
}

void Define(CLI::App& app, CleanArguments* arguments) {
  AddPipeline(app, &arguments->pipeline);
  app.add_option_function<std::string>(
         "--older-than",
         [arguments](const std::string& word) {
           const std::string error = ReadAge(word, &arguments->older_than);
           if (!error.empty()) throw CLI::ValidationError("--older-than", error);
         },
         "Only uploads begun at least this long ago: 30m, 12h, 7d (default: 1d)")
      ->type_name("AGE");
  app.add_flag("--dry-run", arguments->dry_run, "List what would be aborted, and change nothing");
}

void Define(CLI::App& app, SyncArguments* arguments) {
  app.add_option("SRC", arguments->source, "Folder to copy: a path or s3://bucket/prefix")
      ->type_name("")
      ->required();
  app.add_option("DST", arguments->destination, "Folder to copy it to")->type_name("")->required();
  app.add_flag("--delete", arguments->remove, "Delete files of DST that SRC does not have");
  app.add_flag("--dry-run", arguments->dry_run, "List what would be done, and change nothing");
  app.add_flag("--quiet", arguments->quiet, "Print errors only");
}

void Define(CLI::App& app, GenerateArguments* arguments) {
  app.add_option("DIR", arguments->directory, "Folder to write to")->type_name("")->required();
  AddCount<int64_t>(app, "--events", &arguments->num_events, 0, "Events");
  AddCount<int64_t>(app, "--songs", &arguments->num_songs, 0, "Songs, one file each");
  AddCount<int64_t>(app, "--users", &arguments->num_users, 0, "Users; 0: one per 83 events");
  AddCount<int>(app, "--days", &arguments->num_days, 1, "Days, one file of events each");
  AddCount<uint64_t>(app, "--seed", &arguments->seed, 0, "The same seed gives the same bytes");
  AddCount<int>(app, "--tastes", &arguments->num_tastes, 0,
                "Tastes, of which each user has one; 0: all play the same");
  app.add_option("--trouble", arguments->trouble_share,
                 "Share of users who meet with trouble, by which most of them leave (default: 0)")
      ->type_name("SHARE")
      ->check(Share());
}

void Define(CLI::App& app, InitArguments* arguments) {
  app.add_option("DIR", arguments->directory, "Folder to create")->type_name("")->required();
}

void Define(CLI::App& app, InferArguments* arguments) {
  app.add_option("PATH", arguments->paths,
                 "JSON files, folders, or globs in quotes; compressed or not")
      ->type_name("")
      ->required()
      ->expected(1, std::numeric_limits<int>::max());
  app.add_option("--name", arguments->name, "Name of the source (default: after PATH)")
      ->type_name("NAME");
  AddExtent(app, &arguments->extent);
  AddThreads(app, &arguments->num_threads);
  AddJson(app, &arguments->json);
}

void AddClusterConfig(CLI::App& app, std::string* config) {
  app.add_option("--config", *config, "The cluster's settings (default: cluster.toml)")
      ->type_name("FILE");
}

void Define(CLI::App& app, ClusterArguments* arguments) {
  app.add_option("ACTION", arguments->action,
                 "plan, create, list, status, logs, tunnel or terminate")
      ->type_name("")
      ->required()
      ->check(CLI::IsMember({"plan", "create", "list", "status", "logs", "tunnel", "terminate"}));
  app.add_option("CLUSTER", arguments->cluster, "Id or name, for the last four")->type_name("");
  AddClusterConfig(app, &arguments->config);
  app.add_flag("--wait", arguments->wait, "create: until the cluster is ready for work");
  app.add_flag("--all", arguments->all, "list: also terminated clusters");
  app.add_option("--step", arguments->step, "logs: of this step (default: the newest)")
      ->type_name("ID");
  AddCrossRegion(app, &arguments->allow_cross_region);
}

void Define(CLI::App& app, EmrStepArguments* arguments) {
  app.add_option("PIPELINE", arguments->pipeline.directory, "The pipeline's folder in S3")
      ->type_name("")
      ->required();
  AddOverrides(app, &arguments->pipeline.overrides);
  app.add_option("--cluster", arguments->cluster, "Id or name of the cluster")
      ->type_name("ID|NAME")
      ->required();
  app.add_option("--program", arguments->program,
                 "The wheel, s3://…/tarn-….whl, or what `make install` makes, packed as .tar.gz")
      ->type_name("URI")
      ->required();
  AddClusterConfig(app, &arguments->config);
  AddSelect(app, &arguments->select);
  AddFull(app, &arguments->full);
  CLI::Option* const master =
      app.add_option("--master", arguments->master,
                     "yarn: on the cluster's Spark (default: in one process on the primary node)")
          ->type_name("URL");
  AddPairs(app, "--conf", &arguments->conf, "Setting of Spark; repeatable")->needs(master);
  AddShrink(app, &arguments->shrink);
  AddCrossRegion(app, &arguments->allow_cross_region);
}

// What each run would do again, whatever is new.
std::string WhatIsWrong(const RunArguments& arguments) {
  if (arguments.backfill && (arguments.full || arguments.retry_quarantine)) {
    return "--backfill reads some days again, --full and --retry-quarantine all of them: leave out "
           "one";
  }
  if (arguments.backfill && arguments.emr.is_set()) {
    return "--backfill is not for runs on EMR that this command begins; use --remote";
  }
  if (arguments.watch.count() == 0) return "";
  const std::string once = "; do that once without --watch, then watch";
  if (arguments.full) {
    return "--watch runs when something is new, --full computes all whatever is new" + once;
  }
  if (arguments.retry_quarantine) {
    return "--watch runs when something is new, --retry-quarantine reads all again" + once;
  }
  if (arguments.backfill) return "--backfill reads the same days in each run" + once;
  if (arguments.emr.is_set()) {
    return "--watch is not for runs on EMR: schedule `tarn run` itself, or watch with --remote";
  }
  return "";
}

// The cluster is named for the actions that are about one.
std::string WhatIsWrong(const ClusterArguments& arguments) {
  constexpr std::string_view kAlone[] = {"plan", "create", "list"};
  const bool is_alone =
      std::find(std::begin(kAlone), std::end(kAlone), arguments.action) != std::end(kAlone);
  if (is_alone && !arguments.cluster.empty())
    return "unexpected argument '" + arguments.cluster + "'";
  if (!is_alone && arguments.cluster.empty()) return "CLUSTER is required";
  return "";
}

template <typename Arguments>
std::string WhatIsWrong(const Arguments&) {
  return "";
}

// `--threads N`, `DIR`, `-h, --help`.
std::string NameOf(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name();
  std::string name = "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) name = "-" + option.get_snames().front() + ", " + name;
  // CLI11 puts what its validators say after a colon.
  std::string type = option.get_items_expected() == 0 ? "" : option.get_type_name();
  type = type.substr(0, type.find(':'));
  return type.empty() ? name : name + " " + type;
}

struct CommandSpec {
  const char* name;
  const char* summary;
  const char* example;
  Result<Command> (*parse)(const CommandSpec& command, std::vector<std::string> words);
  const char* notes = "";  ///< of the help, before the example
};

std::string HelpText(const CLI::App& app, const CommandSpec& command) {
  std::vector<std::pair<std::string, std::string>> arguments;
  std::vector<std::pair<std::string, std::string>> options;
  std::string usage = "Usage: " + app.get_name();
  for (const CLI::Option* option : app.get_options()) {
    auto& list = option->get_positional() ? arguments : options;
    list.emplace_back(NameOf(*option), option->get_description());
    if (!option->get_positional()) continue;
    std::string name = option->get_name() + (option->get_items_expected_max() > 1 ? "…" : "");
    usage += option->get_required() ? " " + name : " [" + name + "]";
  }
  size_t width = 0;
  for (const auto& [name, description] : arguments) width = std::max(width, name.size());
  for (const auto& [name, description] : options) width = std::max(width, name.size());
  std::string text = app.get_description() + "\n\n" + usage + " [OPTIONS]\n";
  auto add_list = [&](const std::string& title, const auto& list) {
    if (list.empty()) return;
    text += "\n" + title + ":\n";
    for (const auto& [name, description] : list) {
      text += "  " + name + std::string(width - name.size() + 2, ' ') + description + "\n";
    }
  };
  add_list("Arguments", arguments);
  add_list("Options", options);
  if (*command.notes != '\0') text += "\n" + std::string(command.notes);
  return text + "\nExample:\n  " + command.example + "\n";
}

// CLI11's sentences begin with a capital letter; the names of arguments stay as they are.
std::string LowerFirst(std::string text) {
  auto is_lower = [&](size_t i) { return std::islower(static_cast<unsigned char>(text[i])) != 0; };
  if (text.size() > 1 && is_lower(1)) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

bool IsPositional(const CLI::App& app, const std::string& name) {
  const auto options = app.get_options();
  return std::any_of(options.begin(), options.end(), [&](const CLI::Option* option) {
    return option->get_positional() && option->get_name() == name;
  });
}

// The first word that no option and no argument took.
Status CheckNothingLeft(const CLI::App& app, const std::string& command) {
  std::vector<std::string> options;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  std::vector<std::string> left = app.remaining();
  left.erase(std::remove(left.begin(), left.end(), "--"), left.end());
  for (const std::string& word : left) {
    if (!word.starts_with("-")) continue;
    std::string name = word.substr(0, word.find('='));
    if (name == "--pipeline" && IsPositional(app, "PIPELINE")) {
      return UsageError("unknown option '--pipeline': the pipeline is named first, as in `" +
                            app.get_name() + " PIPELINE`",
                        command);
    }
    return UsageError("unknown option '" + name + "'" + Suggestion(name, options), command);
  }
  if (left.empty()) return Status::OK();
  return UsageError("unexpected argument '" + left.front() + "'", command);
}

template <typename Arguments>
Result<Command> Parse(const CommandSpec& command, std::vector<std::string> words) {
  const std::string name = command.name;
  CLI::App app(command.summary, "tarn " + name);
  app.set_help_flag("-h,--help", "Print this");
  app.allow_extras();
  Arguments arguments;
  Define(app, &arguments);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return PrintText{HelpText(app, command)};
  } catch (const CLI::ParseError& error) {
    // A misspelt option may be why another one is missing.
    ARROW_RETURN_NOT_OK(CheckNothingLeft(app, name));
    if (const auto* mismatch = dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
      std::string text = mismatch->what();
      return UsageError(text.substr(0, text.find(':')) + " needs a value", name);
    }
    return UsageError(LowerFirst(error.what()), name);
  }
  ARROW_RETURN_NOT_OK(CheckNothingLeft(app, name));
  const std::string wrong = WhatIsWrong(arguments);
  if (!wrong.empty()) return UsageError(wrong, name);
  return arguments;
}

constexpr char kInferNotes[] =
    "A sample is the beginnings of files spread evenly over the listing, the same ones every "
    "time.\n\n"
    "Types are as Spark infers them: BIGINT, DOUBLE for fractions, DECIMAL for integers past "
    "BIGINT,\n"
    "BOOLEAN, STRUCT, ARRAY, STRING for mixed kinds and where there are only nulls. Beyond that:\n"
    "  DATE, TIMESTAMP  every string that was read is a whole ISO date (2018-11-21), or a date "
    "with a\n"
    "                   time; without a zone it is UTC\n"
    "  MAP<STRING, …>   objects without keys, or whose keys are data, such as ids: more than "
    "1,000\n"
    "                   keys, or more than 32, a quarter at most in each, with values of one type\n"
    "Keys that differ only in case from another are ignored, and a comment names them.\n";

constexpr char kSyncNotes[] =
    "A file is copied when its size differs, or when it is newer and its ETag, where it has one, "
    "differs.\n"
    "Names that begin with _ or . are ignored on both sides, so a lake's own state is never "
    "changed.\n";

constexpr char kRecoverNotes[] =
    "--discard is for what cannot be recovered, such as a damaged journal: it deletes no file of a "
    "table.\n"
    "RUN is what the error names, or its beginning. The journal, and what was staged and not "
    "published,\n"
    "stay in the lake's _tarn/discarded/; the next run replaces its tables as a whole.\n";

constexpr char kClusterNotes[] =
    "  plan       print the AWS CLI's call and what an hour costs; nothing is created\n"
    "  create     check roles, key, regions and network, then create the cluster; print its id\n"
    "  list       running clusters\n"
    "  status     state and steps of one\n"
    "  logs       what a step wrote, from the log folder in S3\n"
    "  tunnel     ports 15002, 18080 and 8088 of the primary node, until Ctrl-C\n"
    "  terminate  end it\n"
    "docs/emr.md leads from an empty account to tables.\n";

constexpr CommandSpec kCommands[] = {
    {"run", "Build a pipeline's tables and replace the old ones, all together or none",
     "tarn run pipelines/sparkify --set lake.output=/data/lake --select users,songs",
     Parse<RunArguments>},
    {"check", "Parse, bind and type everything, read no data unless asked to, report every error",
     "tarn check pipelines/sparkify --data", Parse<CheckArguments>},
    {"plan", "Show what will be computed, with the columns and filters pushed into each source",
     "tarn plan pipelines/sparkify songplays --analyze", Parse<PlanArguments>},
    {"show", "Show a table's schema, size, partitions and first rows",
     "tarn show pipelines/sparkify songs --rows 5", Parse<ShowArguments>},
    {"query", "Run one query over a lake's tables, and print its rows; without one, a shell",
     "tarn query \"SELECT level, count(*) FROM users GROUP BY level\" --pipeline "
     "pipelines/sparkify --format csv",
     Parse<QueryArguments>},
    {"functions", "List the functions of SQL, or explain one", "tarn functions date_trunc",
     Parse<FunctionsArguments>},
    {"runs", "List the runs of a pipeline's lake, newest first", "tarn runs pipelines/sparkify",
     Parse<RunsArguments>},
    {"files", "List the files that runs have read of each source, and those that are new",
     "tarn files pipelines/sparkify events", Parse<FilesArguments>},
    {"quarantine", "List the records that could not be read, with place and reason",
     "tarn quarantine pipelines/sparkify --source events --rows 20", Parse<QuarantineArguments>},
    {"recover", "Finish or undo what an interrupted run left in the lake",
     "tarn recover pipelines/sparkify", Parse<RecoverArguments>, kRecoverNotes},
    {"clean", "Abort unfinished uploads to a lake in S3: they cost storage, no listing shows them",
     "tarn clean pipelines/sparkify --older-than 7d --dry-run", Parse<CleanArguments>},
    {"sync", "Copy what is new or changed from one folder to another, on disks and in S3",
     "tarn sync raw/song_data s3://bucket/song_data --delete --dry-run", Parse<SyncArguments>,
     kSyncNotes},
    {"generate", "Write synthetic Sparkify data: song files and event logs",
     "tarn generate raw --events 1000000 --songs 5000 --seed 7", Parse<GenerateArguments>},
    {"init", "Create a small new pipeline that runs as it is", "tarn init shop",
     Parse<InitArguments>},
    {"infer",
     "Read JSON and print the [source] section that describes it: types, null shares, examples",
     "tarn infer 'raw/events/*/*.json.gz' --name events", Parse<InferArguments>, kInferNotes},
    {"cluster",
     "Plan, create, watch, reach and terminate clusters on Amazon EMR, through the AWS CLI",
     "tarn cluster plan --config docs/cluster.toml", Parse<ClusterArguments>, kClusterNotes},
    {"emr-step", "Run a pipeline on the primary node of an EMR cluster, and follow it",
     "tarn emr-step s3://bucket/pipelines/sparkify --cluster sparkify --program "
     "s3://bucket/tarn-0.1.0-py3-none-manylinux_2_34_x86_64.whl",
     Parse<EmrStepArguments>},
};

std::string GeneralHelp() {
  std::string text =
      "tarn turns raw JSON in a data lake into a star schema of partitioned Parquet tables.\n\n"
      "Usage: tarn COMMAND [OPTIONS]\n\nCommands:\n";
  for (const CommandSpec& command : kCommands) {
    text += "  " + std::string(command.name);
    text.append(12 - std::string_view(command.name).size(), ' ');
    text += std::string(command.summary) + "\n";
  }
  text +=
      "\nOptions:\n"
      "  -h, --help  Print this; `tarn COMMAND --help` shows more, with an example\n"
      "  --version   Print the version\n\n"
      "Exit codes:\n"
      "  0    done\n"
      "  1    failed: I/O, network, memory, a service that does not answer\n"
      "  2    wrong usage\n"
      "  3    bad input: the pipeline, its SQL, a record, or a folder or bucket that is not there\n"
      "  4    a table broke one of its checks\n"
      "  5    the lake is locked by another run\n"
      "  130  interrupted; tables are as they were\n\n"
      "Example:\n"
      "  tarn run pipelines/sparkify\n";
  return text;
}

}  // namespace

Result<Command> ParseCommandLine(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const CommandSpec& command : kCommands) names.push_back(command.name);
  if (words.empty()) {
    return UsageError(
        "no command given; the commands are run, check, plan, show, query, functions, runs, files, "
        "quarantine, "
        "recover, "
        "clean, sync, generate, init, infer, cluster and emr-step",
        "");
  }
  std::string first = words.front();
  std::vector<std::string> rest(words.begin() + 1, words.end());
  // `tarn help run` is `tarn run --help`.
  if (first == "help" && !rest.empty()) {
    first = rest.front();
    rest = {"--help"};
  }
  if (first == "--help" || first == "-h" || first == "help") return PrintText{GeneralHelp()};
  if (first == "--version" || first == "-V" || first == "version") {
    return PrintText{"tarn " + Version() + "\n"};
  }
  for (const CommandSpec& command : kCommands) {
    if (first == command.name) {
      return command.parse(command, std::move(rest));
    }
  }
  if (first.starts_with("-")) {
    return UsageError("unknown option '" + first + "'" +
                          Suggestion(first, {"--help", "--version"}) +
                          (Nearest(first, {"--help", "--version"}).empty()
                               ? "; options of a command come after its name"
                               : ""),
                      "");
  }
  return UsageError("unknown command '" + first + "'" + Suggestion(first, names), "");
}

}  // namespace tarn::cli
