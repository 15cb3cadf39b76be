#include "generate/tastes.h"

namespace tarn::generate {

Tastes::Tastes(uint64_t seed, int num_tastes, const Playlist& playlist)
    : seed_(seed), playlist_(playlist), by_taste_(num_tastes) {
  if (num_tastes == 0) return;
  for (int64_t song = 0; song < playlist.size(); ++song) {
    Songs& songs = by_taste_[OfArtist(playlist.artist_number(song))];
    (song < playlist.num_known() ? songs.known : songs.unknown).push_back(song);
  }
}

int Tastes::OfUser(int64_t user) const {
  return static_cast<int>(RandomFor(seed_, Topic::kTaste, user).Below(by_taste_.size()));
}

int64_t Tastes::Draw(int64_t user, bool is_known, Random* random) const {
  if (!empty() && random->Chance(kFaithfulness)) {
    const Songs& songs = by_taste_[OfUser(user)];
    const std::vector<int64_t>& liked = is_known ? songs.known : songs.unknown;
    if (!liked.empty()) return liked[random->Skewed(liked.size())];
  }
  if (is_known) return random->Skewed(playlist_.num_known());
  return playlist_.num_known() + random->Skewed(playlist_.size() - playlist_.num_known());
}

}  // namespace tarn::generate
