#include "storage/storage.h"

#include <fmt/format.h>

#include "storage/uri_scheme.h"

namespace tarn::storage {

std::vector<std::string> WarningsOf(const Listing& listing) {
  constexpr size_t kNamedMax = 3;
  std::vector<std::string> warnings;
  for (const std::string& link : listing.dangling_links) {
    if (warnings.size() == kNamedMax) {
      warnings.push_back(
          fmt::format("skipped {} more dangling links", listing.dangling_links.size() - kNamedMax));
      break;
    }
    warnings.push_back("skipped a dangling link: " + link);
  }
  return warnings;
}

std::string JoinPath(const std::string& base, const std::string& relative) {
  if (relative.starts_with('/') || !SchemeOf(relative).empty()) return relative;
  std::string_view rest = relative;
  while (rest.starts_with("./")) rest.remove_prefix(2);
  if (rest.empty() || rest == ".") return base;
  std::string joined = base;
  if (!joined.empty() && !joined.ends_with('/')) joined += '/';
  return joined.append(rest);
}

}  // namespace tarn::storage
