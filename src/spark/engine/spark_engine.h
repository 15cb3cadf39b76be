#pragma once

#include <utility>

#include "engine/engine.h"
#include "spark/job/job.h"

namespace tarn::spark {

/// \brief The engine on Spark.
class SparkEngine : public engine::Engine {
 public:
  /// \param[in] retry_quarantine read again what the lake has in quarantine of files that are gone
  explicit SparkEngine(JobServer server, bool retry_quarantine = false)
      : server_(std::move(server)), retry_quarantine_(retry_quarantine) {}

  std::string_view name() const override { return "spark"; }
  bool asks_sql() const override { return true; }
  /// Spark itself looks at the SQL, when it is there.
  Status Check(const plan::Plan& /*plan*/) const override { return Status::OK(); }
  Status Run(const plan::Plan& plan, lake::Transaction* transaction,
             const engine::RunContext& context) override;

 private:
  const JobServer server_;
  const bool retry_quarantine_;
};

}  // namespace tarn::spark
