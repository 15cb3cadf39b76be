#include "generate/playlist.h"

namespace tarn::generate {

Playlist::Playlist(const SongCatalogue& catalogue, int64_t num_known, int64_t num_unknown)
    : num_known_(num_known) {
  entries_.reserve(num_known + num_unknown);
  for (int64_t i = 0; i < num_known; ++i) Add(catalogue.Make(i));
  for (int64_t i = 0; i < num_unknown; ++i) Add(catalogue.MakeUnknown(i));
}

void Playlist::Add(const Song& song) {
  JsonStyle style = {.escapes_slash = true, .escapes_non_ascii = song.style.escapes_non_ascii};
  Entry entry;
  entry.offset = text_.size();
  entry.artist_number = song.artist_number;
  entry.seconds = static_cast<int>(song.duration / 100'000);
  AppendJsonString(song.artist_name, style, &text_);
  size_t artist_end = text_.size();
  AppendDecimal(song.duration, &text_);
  size_t length_end = text_.size();
  AppendJsonString(song.title, style, &text_);
  entry.artist_size = static_cast<uint16_t>(artist_end - entry.offset);
  entry.length_size = static_cast<uint16_t>(length_end - artist_end);
  entry.title_size = static_cast<uint16_t>(text_.size() - length_end);
  entries_.push_back(entry);
}

std::string_view Playlist::artist(int64_t song) const {
  const Entry& entry = entries_[song];
  return std::string_view(text_).substr(entry.offset, entry.artist_size);
}

std::string_view Playlist::length(int64_t song) const {
  const Entry& entry = entries_[song];
  return std::string_view(text_).substr(entry.offset + entry.artist_size, entry.length_size);
}

std::string_view Playlist::title(int64_t song) const {
  const Entry& entry = entries_[song];
  return std::string_view(text_).substr(entry.offset + entry.artist_size + entry.length_size,
                                        entry.title_size);
}

}  // namespace tarn::generate
