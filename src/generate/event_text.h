#pragma once

#include <cstdint>
#include <string>

#include "generate/day_simulator.h"

namespace tarn::generate {

/// \brief What all events of one day share.
struct DayContext {
  const Users& users;
  const Playlist& playlist;
  int64_t begin_ms = 0;       ///< of the day, since 1970
  int64_t first_session = 0;  ///< sessionId of the day's session 0
};

/// \brief `event` as one JSON object, in the sample's order of keys and spelling, without a
/// newline.
void AppendEvent(const Event& event, const DayContext& day, std::string* out);

}  // namespace tarn::generate
