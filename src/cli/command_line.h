#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/period.h"
#include "cli/row_format.h"
#include "infer/survey.h"

namespace tarn::cli {

/// \brief Which pipeline a command is about.
struct PipelineArguments {
  std::string directory = ".";  ///< PIPELINE: folder or its tarn.toml, a path or an S3 URI
  std::vector<std::pair<std::string, std::string>> overrides;  ///< --set key=value, in order
};

enum class EngineName { kLocal, kSpark };

/// \brief What computes the tables, and where. `remote` excludes `master` and `conf`. On Spark with
/// all three empty: SPARK_REMOTE of the environment, else a Spark is started on this machine.
struct EngineArguments {
  EngineName name = EngineName::kLocal;  ///< --engine; also set by --remote, --master and --conf
  std::string remote;  ///< --remote: `sc://…` of a Spark Connect server; may hold a secret
  std::string master;  ///< --master of a Spark to start; empty: `local[*]`
  std::vector<std::pair<std::string, std::string>> conf;  ///< --conf key=value of that Spark
};

/// \brief Spark on Amazon EMR, brought up for one run. At most one of the first three is set.
struct EmrArguments {
  std::string cluster;              ///< id or name of one that runs
  std::string ephemeral_cluster;    ///< cluster.toml of one to make for the run
  std::string serverless;           ///< cluster.toml with [serverless]
  std::string cluster_config;       ///< cluster.toml for `cluster`; empty: of this folder, if any
  bool allow_cross_region = false;  ///< buckets may be in other regions than the cluster

  /// \brief Whether the run is on EMR at all.
  bool is_set() const {
    return !cluster.empty() || !ephemeral_cluster.empty() || !serverless.empty();
  }
  /// \brief The cluster.toml of the one that is set; empty: of this folder, if any.
  const std::string& config() const {
    if (!ephemeral_cluster.empty()) return ephemeral_cluster;
    return serverless.empty() ? cluster_config : serverless;
  }
};

/// \brief `tarn run`.
struct RunArguments {
  PipelineArguments pipeline;
  EngineArguments engine;  ///< where `emr` is set, only its `conf` counts
  EmrArguments emr;
  std::vector<std::string> select;  ///< tables to build; empty: all
  int num_threads = 0;              ///< of the local engine; 0: one per core
  std::string memory;               ///< --memory of the local engine; "": as the pipeline says
  bool retry_quarantine = false;    ///< read quarantined records again
  bool strict_region = false;       ///< fail when buckets and machine are in several regions
  bool full = false;                ///< compute every table from all files, whatever is new
  bool shrink = false;  ///< allow tables of a shorter period than that of the ones they replace
  std::optional<Period> backfill;  ///< days whose files are read again; none: no day's
  std::chrono::seconds wait{0};    ///< for the lake's lock; 0: fail at once
  std::chrono::seconds watch{0};   ///< between looks for what is new; 0: one run, and no look
  bool quiet = false;              ///< print errors only
  bool json = false;               ///< print the run's record as one JSON document
};

/// \brief `tarn check`.
struct CheckArguments {
  PipelineArguments pipeline;
  bool data = false;     ///< read the sources' files too, and compare them with the schemas
  infer::Extent extent;  ///< --sample or --whole: how much `data` reads
  int num_threads = 0;   ///< that read for `data`; 0: one per core
  bool json = false;
};

/// \brief `[PIPELINE] [WORD…]`: without a pipeline, which is this folder then, the words alone.
struct PipelineAndWords {
  std::string first;  ///< the pipeline, or the first of the words; see TakePipeline
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> overrides;  ///< --set key=value
};

/// \brief `tarn plan`.
struct PlanArguments {
  PipelineAndWords tables;  ///< no words: every table
  EngineArguments engine;
  int num_threads = 0;   ///< for `analyze`; 0: one per core
  std::string memory;    ///< --memory of the local engine; "": as the pipeline says
  bool analyze = false;  ///< run without writing and measure each step; the local engine only
  bool json = false;
};

/// \brief `tarn show`.
struct ShowArguments {
  PipelineAndWords tables;  ///< or paths of Parquet; no words: every table
  int64_t num_rows = 10;    ///< --rows, of each table
  bool json = false;
};

/// \brief `tarn query`.
struct QueryArguments {
  /// The query; "-": what the standard input has; none: a shell on a terminal, else as "-".
  std::optional<std::string> sql;
  PipelineArguments pipeline;       ///< --pipeline: whose tables are read
  std::string lake;                 ///< --lake: whose tables are read instead; "": the pipeline's
  std::optional<RowFormat> format;  ///< --format; none: as the output's name says
  std::string output;               ///< -o: a file; "": the standard output
  /// --double-quotes: whether "a" is a text, not a name; none: as the pipeline says.
  std::optional<bool> double_quotes_are_strings;
  int num_threads = 0;  ///< 0: one per core
  std::string memory;   ///< --memory; "": as the pipeline says
};

/// \brief `tarn functions`.
struct FunctionsArguments {
  std::string name;  ///< of one; "": all
};

/// \brief `tarn runs`.
struct RunsArguments {
  PipelineArguments pipeline;
  bool json = false;
};

/// \brief `tarn files`.
struct FilesArguments {
  PipelineAndWords sources;  ///< no words: every source
  bool json = false;
};

/// \brief `tarn quarantine`.
struct QuarantineArguments {
  PipelineArguments pipeline;
  std::string run_id;     ///< --run; empty: the newest that has records in quarantine
  std::string source;     ///< empty: all
  int64_t num_rows = 10;  ///< --rows: records to show of each source
  bool json = false;
};

/// \brief `tarn recover`.
struct RecoverArguments {
  PipelineArguments pipeline;
  std::string discard;  ///< a run, or the beginning of its id; empty: recover
  bool json = false;
};

/// \brief `tarn clean`.
struct CleanArguments {
  PipelineArguments pipeline;
  std::chrono::seconds older_than{std::chrono::hours(24)};  ///< uploads that began before that
  bool dry_run = false;                                     ///< list them, abort none
};

/// \brief `tarn sync`. Both folders are paths or S3 URIs.
struct SyncArguments {
  std::string source;
  std::string destination;
  bool remove = false;   ///< --delete: what only the destination has
  bool dry_run = false;  ///< list copies and removals, change nothing
  bool quiet = false;    ///< print errors only
};

/// \brief `tarn generate`; its options and defaults are those of generate::GenerateOptions.
struct GenerateArguments {
  std::string directory;  ///< to write to
  int64_t num_events = 100'000;
  int64_t num_songs = 1'000;  ///< one file each
  int64_t num_users = 0;      ///< 0: in proportion to the events
  int num_days = 30;          ///< one file of events each
  uint64_t seed = 1;          ///< the same one gives the same bytes
  int num_tastes = 0;         ///< that listeners have; 0: all play the same
  double trouble_share = 0;   ///< of users who meet with trouble and may leave
};

/// \brief `tarn infer`.
struct InferArguments {
  std::vector<std::string> paths;  ///< files, folders or globs, local or URIs; at least one
  std::string name;                ///< of the source; empty: after the first path
  infer::Extent extent;            ///< --sample or --whole: how much is read
  int num_threads = 0;             ///< 0: one per core
  bool json = false;
};

/// \brief `tarn cluster`.
struct ClusterArguments {
  std::string action;   ///< plan, create, list, status, logs, tunnel, terminate
  std::string cluster;  ///< id or name; empty for the first three
  /// Empty: cluster.toml of this folder, which plan and create need and the others may lack.
  std::string config;
  std::string step;                 ///< logs: of this step; empty: the newest
  bool wait = false;                ///< create: until the cluster is ready for work
  bool all = false;                 ///< list: also those that ended
  bool allow_cross_region = false;  ///< create: buckets may be in other regions than the cluster
};

/// \brief `tarn emr-step`: a `tarn run` on the primary node of a cluster.
struct EmrStepArguments {
  PipelineArguments pipeline;       ///< in S3
  std::string cluster;              ///< id or name
  std::string config;               ///< empty: cluster.toml of this folder, if any
  std::string program;              ///< URI in S3 of the packed installation of tarn
  bool allow_cross_region = false;  ///< buckets may be in other regions than the cluster
  bool full = false;                ///< as RunArguments::full
  bool shrink = false;              ///< as RunArguments::shrink
  std::vector<std::string> select;  ///< tables to build; empty: all
  std::string master;               ///< of Spark; empty: the local engine
  std::vector<std::pair<std::string, std::string>> conf;  ///< settings of that Spark
};

/// \brief `tarn init`.
struct InitArguments {
  std::string directory;  ///< to make
};

/// `--help` and `--version`: print this.
struct PrintText {
  std::string text;
};

using Command =
    std::variant<RunArguments, CheckArguments, PlanArguments, ShowArguments, QueryArguments,
                 FunctionsArguments, RunsArguments, FilesArguments, QuarantineArguments,
                 RecoverArguments, CleanArguments, SyncArguments, GenerateArguments, InitArguments,
                 InferArguments, ClusterArguments, EmrStepArguments, PrintText>;

/// \brief What the user asked for.
///
/// \param[in] words the command line without the program's name.
/// \return kUsage that says what was meant, for an unknown command or option or a wrong value.
Result<Command> ParseCommandLine(const std::vector<std::string>& words);

}  // namespace tarn::cli
