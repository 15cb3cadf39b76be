#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "lake/journal.h"
#include "lake/s3_keys.h"

namespace tarn::lake {

/// \brief Paths of the table's files (see IsTablePath), relative to its folder, in order.
Result<std::vector<std::string>> ListTablePaths(const LakeKeys& keys, const std::string& table);

/// \brief Look at the tables of a commit that has published and is not decided: see that what it
/// adds is there, and find what it removes.
///
/// One listing of each table serves both. What it does not show is asked for by itself, as
/// listings of some services are behind; then the table is listed again, for the old files that
/// the first may lack as well.
/// \param[in] sizes of all objects that were published, by key
/// \param[in,out] journal its removes are filled in: the tables' other files, never one that it
/// adds \return kFailed when a published object is not there, or not whole, or when an old one
/// cannot be removed as the service does not return its exact key; kBadInput for files of others
/// (CheckOwnFiles)
Status InspectTables(const LakeKeys& keys, const std::unordered_map<std::string, int64_t>& sizes,
                     Journal* journal);

}  // namespace tarn::lake
