#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "infer/survey.h"

namespace tarn::cli {

/// \brief Which pipeline a command is about.
struct PipelineArguments {
  std::string directory = ".";
  std::vector<std::pair<std::string, std::string>> overrides;  ///< --set key=value
};

enum class EngineName { kLocal, kSpark };

/// \brief What computes the tables, and where.
struct EngineArguments {
  EngineName name = EngineName::kLocal;
  std::string remote;  ///< `sc://…` of a Spark Connect server; may hold a secret
  std::string master;  ///< of a Spark to start
  std::vector<std::pair<std::string, std::string>> conf;  ///< --conf key=value, of the latter
};

/// \brief Spark on Amazon EMR, brought up for one run. At most one of the first three is set.
struct EmrArguments {
  std::string cluster;            ///< id or name of one that runs
  std::string ephemeral_cluster;  ///< cluster.toml of one to make for the run
  std::string serverless;         ///< cluster.toml with [serverless]
  std::string cluster_config;     ///< cluster.toml for `cluster`; empty: of this folder, if any
  bool allow_cross_region = false;

  bool is_set() const {
    return !cluster.empty() || !ephemeral_cluster.empty() || !serverless.empty();
  }
  const std::string& config() const {
    if (!ephemeral_cluster.empty()) return ephemeral_cluster;
    return serverless.empty() ? cluster_config : serverless;
  }
};

struct RunArguments {
  PipelineArguments pipeline;
  EngineArguments engine;
  EmrArguments emr;
  std::vector<std::string> select;
  int num_threads = 0;  ///< 0: one per core
  bool retry_quarantine = false;
  bool strict_region = false;
  bool shrink = false;
  std::chrono::seconds wait{0};  ///< for other runs to end
  bool quiet = false;
  bool json = false;
};

struct CheckArguments {
  PipelineArguments pipeline;
  bool data = false;
  infer::Extent extent;  ///< of the data
  int num_threads = 0;
  bool json = false;
};

/// \brief `[PIPELINE] [WORD…]`: without a pipeline, which is this folder then, the words alone.
struct PipelineAndWords {
  std::string first;  ///< the pipeline, or the first of the words; see TakePipeline
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> overrides;  ///< --set key=value
};

struct PlanArguments {
  PipelineAndWords tables;  ///< no words: every table
  EngineArguments engine;
  int num_threads = 0;
  bool analyze = false;
  bool json = false;
};

struct ShowArguments {
  PipelineAndWords tables;  ///< or paths of Parquet; no words: every table
  int64_t num_rows = 10;
  bool json = false;
};

struct RunsArguments {
  PipelineArguments pipeline;
  bool json = false;
};

struct QuarantineArguments {
  PipelineArguments pipeline;
  std::string run_id;  ///< empty: the newest that has records in quarantine
  std::string source;  ///< empty: all
  int64_t num_rows = 10;
  bool json = false;
};

struct RecoverArguments {
  PipelineArguments pipeline;
  std::string discard;  ///< a run, or the beginning of its id; empty: recover
  bool json = false;
};

struct CleanArguments {
  PipelineArguments pipeline;
  std::chrono::seconds older_than{std::chrono::hours(24)};
  bool dry_run = false;
};

struct SyncArguments {
  std::string source;
  std::string destination;
  bool remove = false;  ///< what only the destination has
  bool dry_run = false;
  bool quiet = false;
};

struct GenerateArguments {
  std::string directory;
  int64_t num_events = 100'000;
  int64_t num_songs = 1'000;
  int64_t num_users = 0;  ///< 0: in proportion to the events
  int num_days = 30;
  uint64_t seed = 1;
};

struct InferArguments {
  std::vector<std::string> paths;
  std::string name;  ///< empty: after the first path
  infer::Extent extent;
  int num_threads = 0;
  bool json = false;
};

struct ClusterArguments {
  std::string action;   ///< plan, create, list, status, logs, tunnel, terminate
  std::string cluster;  ///< id or name; empty for the first three
  std::string config;   ///< empty: cluster.toml of this folder
  std::string step;     ///< whose logs; empty: the newest
  bool wait = false;
  bool all = false;  ///< also those that ended
  bool allow_cross_region = false;
};

struct EmrStepArguments {
  PipelineArguments pipeline;  ///< in S3
  std::string cluster;         ///< id or name
  std::string config;          ///< empty: cluster.toml of this folder, if any
  std::string program;         ///< in S3
  bool allow_cross_region = false;
  bool shrink = false;
  std::vector<std::string> select;
  std::string master;  ///< of Spark; empty: the engine of one machine
  std::vector<std::pair<std::string, std::string>> conf;
};

struct InitArguments {
  std::string directory;
};

/// `--help` and `--version`: print this.
struct PrintText {
  std::string text;
};

using Command = std::variant<RunArguments, CheckArguments, PlanArguments, ShowArguments,
                             RunsArguments, QuarantineArguments, RecoverArguments, CleanArguments,
                             SyncArguments, GenerateArguments, InitArguments, InferArguments,
                             ClusterArguments, EmrStepArguments, PrintText>;

/// \brief What the user asked for.
///
/// \param[in] words the command line without the program's name.
/// \return kUsage that says what was meant, for an unknown command or option or a wrong value.
Result<Command> ParseCommandLine(const std::vector<std::string>& words);

}  // namespace tarn::cli
