#pragma once

#include <string>
#include <vector>

#include "pipeline/pipeline.h"
#include "plan/bind_query.h"
#include "plan/diagnostics.h"

namespace tarn::plan {

/// \brief Reports what is wrong with one setting of a table, where tarn.toml has it.
class SettingChecker {
 public:
  /// \param[in] query has the columns that the setting names; borrowed, as `table` and
  /// `diagnostics`
  SettingChecker(const pipeline::Table& table, std::string setting, const BoundQuery& query,
                 Diagnostics* diagnostics)
      : table_(table), setting_(std::move(setting)), query_(query), diagnostics_(diagnostics) {}

  void Report(std::string message, std::string hint) const;

  /// \brief Report names that are there twice, of no column, or of one whose values have parts.
  void CheckColumns(const std::vector<std::string>& names) const;

 private:
  void CheckColumn(const std::string& name) const;

  const pipeline::Table& table_;
  const std::string setting_;
  const BoundQuery& query_;
  Diagnostics* diagnostics_;
};

}  // namespace tarn::plan
