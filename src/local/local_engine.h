#pragma once

#include "engine/engine.h"

namespace tarn::local {

/// \brief The engine on this machine.
class LocalEngine : public engine::Engine {
 public:
  /// \param[in] num_threads 0: one per core
  /// \param[in] retry_quarantine read again what the lake has in quarantine of files that are gone,
  ///   and clear the rest
  explicit LocalEngine(int num_threads = 0, bool retry_quarantine = false)
      : num_threads_(num_threads), retry_quarantine_(retry_quarantine) {}

  std::string_view name() const override { return "local"; }
  bool finds_old_keys() const override { return true; }
  bool merges() const override { return true; }
  Status Check(const plan::Plan& plan) const override;
  Status Run(const plan::Plan& plan, lake::Transaction* transaction,
             const engine::RunContext& context) override;

 private:
  const int num_threads_;
  const bool retry_quarantine_;
};

}  // namespace tarn::local
