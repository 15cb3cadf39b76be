#pragma once

#include <string>

#include "generate/tastes.h"
#include "generate/users.h"

/// What was decided and no event says: to measure by it how good a model can be at best.
namespace tarn::generate {

/// \brief One line of JSON for each listener: the taste, the trouble, how the days end.
std::string ListenersText(const Users& users, const Tastes& tastes, int64_t begin_ms);

/// \brief One line of JSON for each song that has a file and is played: its taste; there are some.
std::string SongsText(const SongCatalogue& catalogue, const Playlist& playlist,
                      const Tastes& tastes);

}  // namespace tarn::generate
