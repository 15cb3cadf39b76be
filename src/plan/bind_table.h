#pragma once

#include <string>
#include <vector>

#include "plan/bind_query.h"

namespace tarn::plan {

/// \brief Binds a pipeline's tables in order, each against the sources and the tables before it.
class TableBinder : public Catalog {
 public:
  /// \param[in] diagnostics borrowed, as `pipeline`; takes the errors
  TableBinder(const pipeline::Pipeline& pipeline, Diagnostics* diagnostics)
      : pipeline_(pipeline), diagnostics_(diagnostics) {}

  /// \brief Bind the next table: its query, settings and checks.
  ///
  /// Sources are whole in the result: Scan::source indexes Pipeline::sources, Scan::columns the
  /// source's schema.
  TablePlan Bind(const pipeline::Table& table);

  std::optional<BoundQuery> Find(const sql::NamedTable& named) const override;
  std::vector<std::string> Names() const override;
  const TimeZone* zone() const override { return pipeline_.dialect.zone; }

 private:
  const pipeline::Pipeline& pipeline_;
  Diagnostics* diagnostics_;
  std::vector<std::pair<std::string, BoundQuery>> tables_;
};

/// \brief Report output columns without a name, of the same name, and without a type.
void CheckOutput(const BoundQuery& query, Diagnostics* diagnostics);

/// \brief Report partition, sort and key columns that `table` does not have or that can't serve.
void CheckSettings(const pipeline::Table& table, const BoundQuery& query, Diagnostics* diagnostics);

/// \brief The table's checks, bound over its output columns.
std::vector<ExprPtr> BindChecks(const pipeline::Table& table, const BoundQuery& query,
                                const TimeZone* zone, Diagnostics* diagnostics);

}  // namespace tarn::plan
