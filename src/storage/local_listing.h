#pragma once

#include <string>
#include <vector>

#include "storage/glob.h"
#include "storage/storage.h"

namespace tarn::storage {

/// \brief Regular files on this machine that match `glob`, sorted by path: see Storage::List.
///
/// Symbolic links to files are files; links to folders are followed where the glob has a segment
/// for them, and not below `**`, where they could go in circles.
/// \param[out] dangling_links as in Storage::List
/// \return kBadInput where a FIFO, a socket or a device matches
Result<std::vector<ObjectInfo>> ListLocal(const Glob& glob,
                                          std::vector<std::string>* dangling_links = nullptr);

}  // namespace tarn::storage
