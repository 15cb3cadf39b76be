#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plan/plan.h"
#include "plan/source_size.h"
#include "storage/storage.h"

/// What a run will roughly take on either engine, by the files' sizes and the plan alone. Nothing
/// is read. Rates are those of docs/adr/0014, measured on the pipeline that is shipped; other
/// pipelines and machines differ by a factor of a few.
namespace tarn::engine {

/// \brief Size of a source, or of several.
struct InputSize {
  int64_t num_files = 0;
  int64_t num_bytes = 0;       ///< as stored
  int64_t num_text_bytes = 0;  ///< of JSON; a guess where files are compressed
};

InputSize SizeOf(const storage::Listing& listing);
InputSize Sum(const std::vector<InputSize>& sizes);

/// \brief What plan::OrderJoins takes, of each source.
using SourceSamples = std::vector<std::optional<plan::SourceSample>>;
std::vector<plan::SourceSize> SourceSizes(const std::vector<InputSize>& sizes,
                                          SourceSamples samples);

/// \brief The most that the local engine holds, in bytes, in memory or on disk. As if no filter
/// dropped a row and no two rows had the same key, which is known only from the data. \param[in]
/// sizes one per source of the plan
int64_t LocalMemory(const plan::Plan& plan, const std::vector<InputSize>& sizes);

/// \brief Seconds of a run on this machine, but for what writing many partitions takes, and but for
/// spilling.
double LocalSeconds(const InputSize& input, int num_cores);

/// \brief Seconds for writing `num_bytes` to disk, which memory does not hold, and reading them
/// back: one thread does that for each operator.
double SpillSeconds(int64_t num_bytes);

/// \brief Whether a run of this machine would spend more time on what memory does not hold than on
/// all else.
/// \param[in] local_memory as LocalMemory
/// \param[in] memory_bytes that the run may use
bool SpillsMostly(const InputSize& input, int64_t local_memory, int64_t memory_bytes,
                  int num_cores);

/// \brief What is known of a number: it lies between these, as a rule.
struct Range {
  double least = 0;
  double most = 0;
};

/// \brief How many partitions the plan's tables are written to, one for a table without any. The
/// least is one for each; the most is as many as there may be rows, fewer where a table is
/// partitioned by what has few values, as years and months.
/// \param[in] sizes one per source of the plan
/// \param[in] known by table of the plan: as a run wrote them; nullopt where none is known
Range NumPartitions(const plan::Plan& plan, const std::vector<InputSize>& sizes,
                    const std::vector<std::optional<int64_t>>& known);

/// \brief Where Spark runs.
struct SparkPlace {
  int num_cores = 0;               ///< of all machines together, at least 1
  bool is_cluster = false;         ///< several machines, which never share work perfectly
  bool has_to_be_started = false;  ///< the machines, as a new cluster on EMR
};

/// \brief Seconds of a run on Spark, from its start, but for writing partitions.
double SparkSeconds(const InputSize& input, const SparkPlace& place);

/// \brief The same with writing them; the upper end has a margin for machines with other work.
Range SparkSecondsWriting(const InputSize& input, const Range& num_partitions,
                          const SparkPlace& place);

/// \brief How many times as much input of files of the same size makes Spark the faster one;
/// nullopt: none.
std::optional<double> Crossover(const InputSize& input, int num_local_cores,
                                const SparkPlace& place);

}  // namespace tarn::engine
