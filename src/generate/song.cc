#include "generate/song.h"

#include <algorithm>
#include <span>

#include "generate/vocabulary.h"

namespace tarn::generate {
namespace {

constexpr int kLetters = 26;
constexpr int64_t kDirectories = kLetters * kLetters * kLetters;
constexpr int64_t kTracksPerDirectory = kLetters * kLetters;

std::string_view Pick(std::span<const std::string_view> words, Random* random) {
  return words[random->Below(words.size())];
}

std::string Letters(int64_t number, int count) {
  std::string letters(count, 'A');
  for (int i = count - 1; i >= 0; --i, number /= kLetters) letters[i] += number % kLetters;
  return letters;
}

std::string HexDigits(int count, Random* random) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string digits;
  for (int i = 0; i < count; ++i) digits += kDigits[random->Below(16)];
  return digits;
}

// Five letters that differ for every number below 26^5, and look drawn at random.
std::string ScrambledLetters(int64_t number) {
  constexpr int64_t kFactor = 7'368'787;  // without a factor in common with 26
  return Letters((number * kFactor + 4'711) % SongCatalogue::kMaxSongs, 5);
}

std::string MakeArtistName(Random* random) {
  std::string name(Pick(ArtistWords(), random));
  if (random->Chance(0.25)) name = "The " + name;
  if (random->Chance(0.75)) name += " " + std::string(Pick(ArtistWords(), random));
  if (random->Chance(0.12)) name += " & " + std::string(Pick(ArtistWords(), random));
  if (random->Chance(0.05)) name += "/" + std::string(Pick(ArtistWords(), random));
  if (random->Chance(0.04)) name += " featuring Des'ree";
  if (random->Chance(0.07)) name = Pick(ForeignWords(), random);
  return name;
}

std::string MakeTitle(Random* random) {
  std::string title(Pick(TitleWords(), random));
  for (double more = 0.8; random->Chance(more); more /= 2) {
    title += " " + std::string(Pick(TitleWords(), random));
  }
  if (random->Chance(0.04)) title = "I Didn't " + title;
  if (random->Chance(0.06)) title += " " + std::string(Pick(ForeignWords(), random));
  if (random->Chance(0.18)) title += Pick(TitleSuffixes(), random);
  return title;
}

// As in the sample: four minutes on average, few below one or above ten.
int64_t MakeDuration(Random* random) {
  constexpr int64_t kSecond = 100'000;
  if (random->Chance(0.02)) return 600 * kSecond + random->Skewed(2'000 * kSecond);
  if (random->Chance(0.03)) return 15 * kSecond + random->Below(60 * kSecond);
  int64_t duration = 60 * kSecond;
  for (int i = 0; i < 3; ++i) duration += random->Below(120 * kSecond);
  return duration;
}

}  // namespace

SongCatalogue::SongCatalogue(uint64_t seed, int64_t num_songs)
    : seed_(seed), num_songs_(num_songs) {
  constexpr int64_t kSampleSongsPerDirectory = 57;  // of the Million Song Dataset
  num_artists_ = std::max<int64_t>(1, num_songs * 6 / 10);
  songs_per_directory_ =
      std::max(kSampleSongsPerDirectory, (num_songs + kDirectories - 1) / kDirectories);
}

int64_t SongCatalogue::num_directories() const {
  return (num_songs_ + songs_per_directory_ - 1) / songs_per_directory_;
}

int64_t SongCatalogue::FirstOf(int64_t directory) const {
  return std::min(directory * songs_per_directory_, num_songs_);
}

std::string SongCatalogue::DirectoryName(int64_t directory) {
  std::string letters = Letters(directory, 3);
  return {letters[0], '/', letters[1], '/', letters[2]};
}

std::string SongCatalogue::MakeTrackId(int64_t index, Random* random) const {
  int64_t step = kTracksPerDirectory / songs_per_directory_;
  int64_t track = index % songs_per_directory_ * step + random->Below(step);
  return "TR" + Letters(index / songs_per_directory_, 3) + Letters(track, 2) + "128F" +
         HexDigits(7, random);
}

Song SongCatalogue::Make(int64_t index) const {
  Random random = RandomFor(seed_, Topic::kSong, index);
  Song song;
  song.track_id = MakeTrackId(index, &random);
  song.song_id = "SO" + ScrambledLetters(index) + "12A8C" + HexDigits(6, &random);
  song.title = MakeTitle(&random);
  song.duration = MakeDuration(&random);
  song.year = random.Chance(0.6) ? 0 : 2010 - static_cast<int>(random.Skewed(56));
  song.style.escapes_non_ascii = !random.Chance(0.1);
  AddArtist(static_cast<int64_t>(random.Below(num_artists_)), &song);
  // The same artist under another name or from nowhere, as in the sample's source.
  if (random.Chance(0.05)) song.artist_name += " feat. " + MakeArtistName(&random);
  if (random.Chance(0.05)) song.artist_location.clear();
  return song;
}

void SongCatalogue::AddArtist(int64_t artist, Song* song) const {
  Random random = RandomFor(seed_, Topic::kArtist, artist);
  song->artist_number = artist;
  song->artist_id = "AR" + ScrambledLetters(artist) + "1187B" + HexDigits(6, &random);
  song->artist_name = MakeArtistName(&random);
  if (random.Chance(0.4)) return;
  const Place& place = Places()[random.Below(Places().size())];
  song->artist_location = place.name;
  song->has_coordinates = random.Chance(0.72);
  song->latitude = place.latitude;
  song->longitude = place.longitude;
}

Song SongCatalogue::MakeUnknown(int64_t index) const {
  Random random = RandomFor(seed_, Topic::kUnknownSong, index);
  Song song;
  song.title = MakeTitle(&random);
  song.artist_name = MakeArtistName(&random);
  song.artist_number = num_artists_ + index;
  song.duration = MakeDuration(&random);
  song.style.escapes_non_ascii = !random.Chance(0.1);
  return song;
}

void AppendSongFile(const Song& song, std::string* out) {
  auto append_string = [&](std::string_view key, std::string_view value) {
    *out += key;
    AppendJsonString(value, song.style, out);
  };
  auto append_degrees = [&](std::string_view key, int degrees) {
    *out += key;
    if (song.has_coordinates) {
      AppendDecimal(degrees, out);
    } else {
      *out += "null";
    }
  };
  append_string("{\"num_songs\": 1, \"artist_id\": ", song.artist_id);
  append_degrees(", \"artist_latitude\": ", song.latitude);
  append_degrees(", \"artist_longitude\": ", song.longitude);
  append_string(", \"artist_location\": ", song.artist_location);
  append_string(", \"artist_name\": ", song.artist_name);
  append_string(", \"song_id\": ", song.song_id);
  append_string(", \"title\": ", song.title);
  *out += ", \"duration\": ";
  AppendDecimal(song.duration, out);
  *out += ", \"year\": " + std::to_string(song.year) + "}";
}

}  // namespace tarn::generate
