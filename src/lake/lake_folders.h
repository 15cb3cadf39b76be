#pragma once

#include <string>

#include "storage/local_folder.h"

namespace tarn::lake {

/// \brief A lake's folder on a local disk, and where in it what is kept. Paths are relative to it.
struct LakeFolders {
  storage::LocalFolder root;

  static constexpr char kState[] = "_tarn";
  static constexpr char kJournals[] = "_tarn/journal";
  static constexpr char kStaging[] = "_tarn/staging";
  /// What runs staged whose journals were given up.
  static constexpr char kDiscarded[] = "_tarn/discarded";
  static std::string staging(const std::string& run_id) {
    return std::string(kStaging) + "/" + run_id;
  }
  /// Where a table's files wait for their commit. Only their names distinguish them.
  static std::string staged(const std::string& run_id, const std::string& table) {
    return staging(run_id) + "/" + table;
  }
  /// Where another program writes files of the table.
  static std::string foreign(const std::string& run_id, const std::string& table) {
    return staging(run_id) + "/_foreign/" + table;
  }
};

/// \brief Remove a folder if it is empty, and those of tarn's own that only held it.
/// \param[in] folder relative to the lake's
void RemoveEmptyFolders(const LakeFolders& lake, std::string folder);

}  // namespace tarn::lake
