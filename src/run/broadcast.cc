#include "run/broadcast.h"

#include <utility>

namespace tarn::run {

Broadcast::Broadcast(std::vector<Observer*> observers) : observers_(std::move(observers)) {}

void Broadcast::OnEvent(const Event& event) {
  for (Observer* observer : observers_) observer->OnEvent(event);
}

}  // namespace tarn::run
