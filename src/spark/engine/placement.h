#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "engine/estimate.h"
#include "plan/plan.h"
#include "spark/engine/distance.h"
#include "storage/storage.h"

namespace tarn::spark {

/// \brief Who reads a source.
struct SourcePlace {
  bool is_here = false;  ///< this process; else Spark
  std::string why;       ///< such as "4.1 MB in 15,000 files"
};

/// \brief Who writes a table.
enum class TableWriterPlace {
  kSpark,
  kHere,         ///< this process, unless there are more rows than expected
  kHereIfSmall,  ///< as kHere, when Spark has counted the rows
};

/// \brief Where a table is written, and why there.
struct TablePlace {
  TableWriterPlace writer = TableWriterPlace::kSpark;
  std::string why;  ///< such as "reads 4.1 MB"
};

/// \brief Where each part of a plan is worked on, in a run on Spark.
struct Placement {
  std::vector<SourcePlace> sources;  ///< by source of the plan
  std::vector<TablePlace> tables;    ///< by table of the plan
};

/// \brief Place the parts of a plan (docs/adr/0025).
/// \param[in] sizes of each of its sources
/// \param[in] distances of each of its sources; empty: all are near
Placement Place(const plan::Plan& plan, const std::vector<engine::InputSize>& sizes,
                const std::vector<Distance>& distances = {});

/// \brief The same of sources whose files are these, by source of the plan. Those that are not on a
/// disk are read from, for their distance, unless the pipeline leaves all to Spark.
Placement PlaceListed(const plan::Plan& plan, const std::vector<storage::Listing>& listings);

/// \brief Whether Spark reads no source of which only tarn knows how.
/// \return kBadInput for one that keeps what does not fit its columns
Status CheckPlacement(const plan::Plan& plan, const Placement& placement);

/// \brief Whether Spark reads no source and writes no table: the engine on this machine would do.
bool IsAllHere(const plan::Plan& plan, const Placement& placement);

/// \brief A line for each source and each table that is written: where, and why. "" where the
/// pipeline leaves all to Spark.
std::string ToString(const plan::Plan& plan, const Placement& placement);

}  // namespace tarn::spark
