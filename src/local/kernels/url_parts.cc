#include "local/kernels/url_parts.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace tarn::local {
namespace {

using Text = std::string_view;

bool IsLetterOrDigit(char c) { return IsLetter(c) || IsDigit(c); }

bool IsHexDigit(char c) { return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'f'); }

bool IsOneOf(char c, Text characters) { return characters.find(c) != Text::npos; }

bool IsUnreserved(char c) { return IsLetterOrDigit(c) || IsOneOf(c, "_-!.~'()*"); }

constexpr Text kPathMarks = ":@&=+$,;/";
constexpr Text kUserMarks = ";:&=+$,";
constexpr Text kNameMarks = "$,;:@&=+";
// [ and ] too, of IPv6 addresses.
constexpr Text kAnyMarks = ";/?:@&=+$,[]";

// Bytes of the character at the start of `text` that is neither ASCII nor a control character or a
// space; 0 where there is none.
size_t OtherCharacterLength(Text text) {
  const size_t length = Utf8CharacterLength(text);
  if (length < 2) return 0;
  const auto lead = static_cast<uint8_t>(text[0]), next = static_cast<uint8_t>(text[1]);
  const bool is_control = lead == 0xC2 && next < 0xA0;
  const bool is_space = text.starts_with("\u00A0") || text.starts_with("\u1680") ||
                        (text.starts_with("\xE2\x80") &&
                         (static_cast<uint8_t>(text[2]) <= 0x8A || text[2] == '\xA8' ||
                          text[2] == '\xA9' || text[2] == '\xAF')) ||
                        text.starts_with("\u205F") || text.starts_with("\u3000");
  return is_control || is_space ? 0 : length;
}

// Whether `text` is made of unreserved characters, `marks`, escapes, and characters beyond ASCII.
bool IsMadeOf(Text text, Text marks) {
  while (!text.empty()) {
    size_t length = 1;
    if (text[0] == '%') {
      if (text.size() < 3 || !IsHexDigit(text[1]) || !IsHexDigit(text[2])) return false;
      length = 3;
    } else if (!IsUnreserved(text[0]) && !IsOneOf(text[0], marks)) {
      length = OtherCharacterLength(text);
      if (length == 0) return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

bool IsScheme(Text text) {
  return !text.empty() && IsLetter(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return IsLetterOrDigit(c) || IsOneOf(c, "+-.");
  });
}

// 1.2.3.4
bool IsIpv4(Text text) {
  int num_numbers = 0;
  while (true) {
    const size_t end = std::min(text.find('.'), text.size());
    const Text number = text.substr(0, end);
    const bool is_number = !number.empty() && std::all_of(number.begin(), number.end(), IsDigit);
    if (!is_number || number.size() > 10) return false;
    int64_t value = 0;
    for (char c : number) value = value * 10 + (c - '0');
    if (value > 255) return false;
    ++num_numbers;
    if (end == text.size()) return num_numbers == 4;
    text.remove_prefix(end + 1);
  }
}

// Labels of letters, digits and - within them; the last one of several begins with a letter. A
// point may end the name.
bool IsHostName(Text text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  for (bool is_first = true;; is_first = false) {
    const size_t end = std::min(text.find('.'), text.size());
    const Text label = text.substr(0, end);
    const bool is_label = !label.empty() && IsLetterOrDigit(label.front()) &&
                          IsLetterOrDigit(label.back()) &&
                          std::all_of(label.begin(), label.end(),
                                      [](char c) { return IsLetterOrDigit(c) || c == '-'; });
    if (!is_label) return false;
    if (end == text.size()) return is_first || IsLetter(label.front());
    text.remove_prefix(end + 1);
  }
}

// Groups of 16 bits with colons between them, the last two of which may be an IPv4 address; `::`
// stands for groups of zeros.
bool IsIpv6(Text text) {
  const size_t zone = text.find('%');
  if (zone != Text::npos) {
    const Text name = text.substr(zone + 1);
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return IsLetterOrDigit(c) || c == '_' || c == '.';
    });
    if (!is_name) return false;
    text = text.substr(0, zone);
  }
  const auto count = [](Text groups, int* num_groups) {
    *num_groups = 0;
    if (groups.empty()) return true;
    while (true) {
      const size_t end = std::min(groups.find(':'), groups.size());
      const Text group = groups.substr(0, end);
      const bool is_last = end == groups.size();
      if (is_last && IsIpv4(group)) {
        *num_groups += 2;
        return true;
      }
      const bool is_group = !group.empty() && group.size() <= 4 &&
                            std::all_of(group.begin(), group.end(), IsHexDigit);
      if (!is_group) return false;
      ++*num_groups;
      if (is_last) return true;
      groups.remove_prefix(end + 1);
    }
  };
  constexpr int kNumGroups = 8;
  int before = 0, after = 0;
  const size_t gap = text.find("::");
  if (gap == Text::npos) return count(text, &before) && before == kNumGroups;
  return count(text.substr(0, gap), &before) && count(text.substr(gap + 2), &after) &&
         before + after < kNumGroups;
}

bool IsPort(Text text) {
  if (!std::all_of(text.begin(), text.end(), IsDigit)) return false;
  int64_t port = 0;
  for (char c : text) {
    port = port * 10 + (c - '0');
    if (port > INT32_MAX) return false;
  }
  return true;
}

// user@host:port, with a host that is one.
bool ReadServer(Text authority, UrlParts* parts) {
  Text rest = authority;
  const size_t at = rest.find('@');
  if (at != Text::npos) {
    const Text user = rest.substr(0, at);
    if (!IsMadeOf(user, kUserMarks)) return false;
    parts->user = user;
    rest.remove_prefix(at + 1);
  }
  size_t host_end;
  if (rest.starts_with('[')) {
    const size_t end = rest.find(']');
    if (end == Text::npos || !IsIpv6(rest.substr(1, end - 1))) return false;
    host_end = end + 1;
  } else {
    host_end = std::min(rest.find(':'), rest.size());
    const Text host = rest.substr(0, host_end);
    if (!IsIpv4(host) && !IsHostName(host)) return false;
  }
  const Text port = rest.substr(host_end);
  if (!port.empty() && (port[0] != ':' || !IsPort(port.substr(1)))) return false;
  parts->host = rest.substr(0, host_end);
  return true;
}

// An authority that names no server has neither user nor host.
bool ReadAuthority(Text authority, UrlParts* parts) {
  parts->authority = authority;
  if (ReadServer(authority, parts)) return true;
  parts->user.reset();
  return authority.find_first_of("[]") == Text::npos && IsMadeOf(authority, kNameMarks);
}

// Path and query, perhaps behind an authority.
bool ReadHierarchy(Text text, UrlParts* parts) {
  const size_t query = text.find('?');
  if (query != Text::npos) {
    parts->query = text.substr(query + 1);
    if (!IsMadeOf(*parts->query, kAnyMarks)) return false;
    text = text.substr(0, query);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find('/'), text.size());
    if (end > 0) {
      if (!ReadAuthority(text.substr(0, end), parts)) return false;
      text.remove_prefix(end);
    } else if (text.empty()) {
      return false;  // neither authority nor path
    }
  }
  parts->path = text;
  return IsMadeOf(text, kPathMarks);
}

}  // namespace

std::optional<UrlParts> ParseUrl(Text url) {
  UrlParts parts;
  const size_t fragment = url.find('#');
  if (fragment != Text::npos) {
    parts.fragment = url.substr(fragment + 1);
    if (!IsMadeOf(*parts.fragment, kAnyMarks)) return std::nullopt;
    url = url.substr(0, fragment);
  }
  const size_t end = url.find_first_of("/?:");
  if (end != Text::npos && url[end] == ':') {
    parts.scheme = url.substr(0, end);
    url.remove_prefix(end + 1);
    if (!IsScheme(*parts.scheme) || url.empty()) return std::nullopt;
    if (url[0] != '/') {  // opaque: mailto:a@b.c
      if (!IsMadeOf(url, kAnyMarks)) return std::nullopt;
      return parts;
    }
  }
  if (!ReadHierarchy(url, &parts)) return std::nullopt;
  return parts;
}

}  // namespace tarn::local
