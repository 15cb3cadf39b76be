#pragma once

#include <vector>

#include "run/events.h"

namespace tarn::run {

/// \brief Passes each event on to several observers, in order.
class Broadcast : public Observer {
 public:
  /// \param[in] observers borrowed; none is null.
  explicit Broadcast(std::vector<Observer*> observers);

  void OnEvent(const Event& event) override;

 private:
  const std::vector<Observer*> observers_;
};

}  // namespace tarn::run
