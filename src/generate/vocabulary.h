#pragma once

#include <span>
#include <string_view>

namespace tarn::generate {

/// \brief Words from which names, titles and places are put together.
std::span<const std::string_view> FirstNamesFemale();
std::span<const std::string_view> FirstNamesMale();
std::span<const std::string_view> LastNames();
std::span<const std::string_view> Locations();   ///< of users
std::span<const std::string_view> UserAgents();  ///< some in quotes of their own, as in the sample
std::span<const std::string_view> ArtistWords();
std::span<const std::string_view> ForeignWords();  ///< not ASCII, of several scripts
std::span<const std::string_view> TitleWords();
std::span<const std::string_view> TitleSuffixes();

/// \brief Where an artist comes from; latitude and longitude in hundred-thousandths of a degree.
struct Place {
  std::string_view name;
  int latitude = 0;
  int longitude = 0;
};
std::span<const Place> Places();

}  // namespace tarn::generate
