#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generate/song.h"

namespace tarn::generate {

/// \brief The songs that are played, as the JSON values that an event holds.
class Playlist {
 public:
  /// A song file's plays come first among [0, num_known()), the others follow up to size().
  Playlist(const SongCatalogue& catalogue, int64_t num_known, int64_t num_unknown);

  int64_t num_known() const { return num_known_; }
  int64_t size() const { return static_cast<int64_t>(entries_.size()); }

  std::string_view artist(int64_t song) const;
  std::string_view length(int64_t song) const;
  std::string_view title(int64_t song) const;

  /// \brief As Song::artist_number.
  int64_t artist_number(int64_t song) const { return entries_[song].artist_number; }

  /// \brief Whole seconds that the song takes.
  int seconds(int64_t song) const { return entries_[song].seconds; }

 private:
  // Sizes of the three values that lie one after the other at `offset`.
  struct Entry {
    size_t offset = 0;
    int64_t artist_number = 0;
    uint16_t artist_size = 0;
    uint16_t length_size = 0;
    uint16_t title_size = 0;
    int seconds = 0;
  };

  void Add(const Song& song);

  int64_t num_known_;
  std::string text_;
  std::vector<Entry> entries_;
};

}  // namespace tarn::generate
