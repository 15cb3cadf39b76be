#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "lake/lake.h"
#include "lake/run_backend.h"

namespace tarn::lake {

/// \return Invalid for what cannot be a run's id
Status CheckRunId(const std::string& run_id);

/// \brief The transaction of a run whose backend holds the lock.
/// \param[in] storage that holds the lake
/// \param[in] lake_root as Lake::root
std::unique_ptr<Transaction> MakeTransaction(std::shared_ptr<storage::Storage> storage,
                                             std::string lake_root, std::string run_id,
                                             std::unique_ptr<RunBackend> backend);

}  // namespace tarn::lake
