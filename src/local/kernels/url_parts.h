#pragma once

#include <optional>
#include <string_view>

/// URLs as Java's java.net.URI takes them apart.
namespace tarn::local {

/// \brief The parts of a URL as they stand in it, with their escapes; none where it has no such
/// part. They point into its text.
struct UrlParts {
  std::optional<std::string_view> scheme;     ///< http
  std::optional<std::string_view> authority;  ///< user@host:80
  std::optional<std::string_view> user;       ///< before the @
  std::optional<std::string_view> host;      ///< none where the authority is a name of another kind
  std::optional<std::string_view> path;      ///< may be empty; none of mailto:a@b.c
  std::optional<std::string_view> query;     ///< behind the ?
  std::optional<std::string_view> fragment;  ///< behind the #
};

/// \brief `url`, UTF-8, taken apart.
/// \return none where java.net.URI takes it for none. Source: RFC 2396 with Java's deviations.
std::optional<UrlParts> ParseUrl(std::string_view url);

}  // namespace tarn::local
