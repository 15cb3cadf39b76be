#pragma once

#include <cstdint>
#include <string>

#include "generate/json_style.h"
#include "generate/random.h"

namespace tarn::generate {

/// Streams of the seed: what each random decision is about.
enum class Topic : uint64_t {
  kSong = 1,
  kArtist,
  kUnknownSong,
  kUser,
  kLevelChanges,
  kDays,
  kDay,
  kTaste,
  kFate,
};

/// \brief The stream of `seed` for number `index` of `topic`.
inline Random RandomFor(uint64_t seed, Topic topic, uint64_t index) {
  return Random(seed, (static_cast<uint64_t>(topic) << 56) + index);
}

/// \brief One song, with what is played of it and what its file contains.
struct Song {
  std::string title;
  std::string artist_name;
  int64_t artist_number = 0;  ///< the same one for all songs of an artist
  int64_t duration = 0;       ///< hundred-thousandths of a second
  int year = 0;               ///< 0: unknown
  std::string song_id;
  std::string artist_id;
  std::string artist_location;
  bool has_coordinates = false;  ///< else the next two mean nothing
  int latitude = 0;              ///< hundred-thousandths of a degree
  int longitude = 0;             ///< the same
  std::string track_id;          ///< TRAAAAW128F429D538: the file's name
  JsonStyle style;               ///< of the file
};

/// \brief The song files of one seed, each a function of its number, so that threads need no order.
class SongCatalogue {
 public:
  /// \brief As many as there are identifiers.
  static constexpr int64_t kMaxSongs = 26 * 26 * 26 * 26 * 26;

  SongCatalogue(uint64_t seed, int64_t num_songs);

  int64_t num_songs() const { return num_songs_; }
  int64_t num_directories() const;

  /// \brief Songs [first, last) lie in one directory.
  int64_t FirstOf(int64_t directory) const;

  /// \brief "A/B/C" for the directory number.
  static std::string DirectoryName(int64_t directory);

  Song Make(int64_t index) const;

  /// \brief A song that has no file.
  Song MakeUnknown(int64_t index) const;

 private:
  std::string MakeTrackId(int64_t index, Random* random) const;
  void AddArtist(int64_t artist, Song* song) const;

  uint64_t seed_;
  int64_t num_songs_;
  int64_t num_artists_;
  int64_t songs_per_directory_;
};

/// \brief The file of `song`, in the sample's order of keys and spacing, without a newline.
void AppendSongFile(const Song& song, std::string* out);

}  // namespace tarn::generate
