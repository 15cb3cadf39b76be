#pragma once

#include <cstdint>
#include <vector>

#include "generate/playlist.h"

namespace tarn::generate {

/// \brief What listeners like: each one has a taste, each artist's songs are of one, and
/// kFaithfulness of what a listener plays is of the listener's. What is left is what others play.
class Tastes {
 public:
  static constexpr double kFaithfulness = 0.8;

  /// \param[in] num_tastes 0: all listeners play the same
  Tastes(uint64_t seed, int num_tastes, const Playlist& playlist);

  bool empty() const { return by_taste_.empty(); }

  /// \brief A listener's taste; there are some.
  int OfUser(int64_t user) const;

  /// \brief The taste that an artist's songs are of; there are some.
  int OfArtist(int64_t artist_number) const {
    return static_cast<int>(artist_number % static_cast<int64_t>(by_taste_.size()));
  }

  /// \brief A song of the playlist that `user` plays.
  /// \param[in] is_known whether one that has a file; there is such a one
  int64_t Draw(int64_t user, bool is_known, Random* random) const;

 private:
  // Numbers of songs, those that are played most first.
  struct Songs {
    std::vector<int64_t> known;
    std::vector<int64_t> unknown;
  };

  const uint64_t seed_;
  const Playlist& playlist_;
  std::vector<Songs> by_taste_;
};

}  // namespace tarn::generate
