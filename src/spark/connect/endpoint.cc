#include "spark/connect/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/parse_number.h"

namespace tarn::connect {
namespace {

constexpr size_t kUserAgentSizeMax = 2048;
constexpr std::string_view kScheme = "sc://";
constexpr std::string_view kSocketScheme = "sc+unix://";
constexpr std::string_view kAdvice = "write sc://host:port/;name=value;…";

Status Wrong(std::string_view what) {
  return MakeError(ErrorKind::kUsage, fmt::format("Spark Connect address: {}; {}", what, kAdvice));
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> UrlDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Status ParsePort(std::string_view text, int* port) {
  const std::optional<int> number = ParseNumber<int>(text);
  if (!number || *number < 1 || *number > 65535) {
    return Wrong(fmt::format("port `{}` is not a number from 1 to 65535", text));
  }
  *port = *number;
  return Status::OK();
}

Status ParseAuthority(std::string_view text, Endpoint* endpoint) {
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return Wrong(fmt::format("host `{}` lacks its `]`", text));
    endpoint->host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && port[0] != ':') {
      return Wrong(fmt::format("`{}` behind the host is not a port", port));
    }
  } else {
    const size_t colon = text.find(':');
    endpoint->host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (endpoint->host.empty()) return Wrong("the host is missing");
  // Whoever writes user:secret@host must not find it in a log.
  if (text.find('@') != std::string_view::npos)
    return Wrong("a user before the host has no meaning");
  if (endpoint->host.find_first_of(" \t?#%") != std::string::npos) {
    return Wrong(fmt::format("host `{}` has characters that no host has", endpoint->host));
  }
  return port.empty() ? Status::OK() : ParsePort(port.substr(1), &endpoint->port);
}

// What ends at its `/` or its first parameter.
Status TakeAuthority(std::string_view* rest, Endpoint* endpoint) {
  const std::string_view authority = rest->substr(0, rest->find_first_of("/;"));
  rest->remove_prefix(authority.size());
  if (rest->starts_with('/')) rest->remove_prefix(1);
  return ParseAuthority(authority, endpoint);
}

Status TakeSocketPath(std::string_view* rest, Endpoint* endpoint) {
  endpoint->socket_path = rest->substr(0, rest->find(';'));
  rest->remove_prefix(endpoint->socket_path.size());
  return endpoint->socket_path.starts_with('/') ? Status::OK()
                                                : Wrong("a socket has an absolute path");
}

Status CheckHeader(std::string_view name, std::string_view value) {
  const auto is_name_byte = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!std::all_of(name.begin(), name.end(), is_name_byte)) {
    return Wrong(fmt::format("parameter `{}` cannot be the name of a header", name));
  }
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (!std::all_of(value.begin(), value.end(), is_printable)) {
    return Wrong(fmt::format("the value of `{}` has bytes that no header may have", name));
  }
  return Status::OK();
}

bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "00000000-0000-0000-0000-000000000000";
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [](char c, char form) { return form == '-' ? c == '-' : HexValue(c) >= 0; });
}

struct Parser {
  Endpoint endpoint;
  std::optional<bool> use_ssl;

  Status Set(const std::string& name, const std::string& value) {
    if (name == "use_ssl") {
      if (value != "true" && value != "false") return Wrong("use_ssl is neither true nor false");
      use_ssl = value == "true";
    } else if (name == "token") {
      ARROW_RETURN_NOT_OK(CheckHeader(name, value));
      endpoint.token = value;
    } else if (name == "user_id") {
      endpoint.user_id = value;
    } else if (name == "user_agent") {
      if (value.size() > kUserAgentSizeMax) {
        return Wrong(fmt::format("user_agent is longer than {} characters", kUserAgentSizeMax));
      }
      endpoint.user_agent = value;
    } else if (name == "session_id") {
      if (!IsUuid(value)) return Wrong(fmt::format("session_id `{}` is not a UUID", value));
      endpoint.session_id = value;
    } else if (!name.starts_with("grpc_")) {
      std::string header = name;
      std::transform(header.begin(), header.end(), header.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
      ARROW_RETURN_NOT_OK(CheckHeader(header, value));
      endpoint.headers[header] = value;
    }
    return Status::OK();
  }

  Status ParseParameter(std::string_view text, int number) {
    const size_t equals = text.find('=');
    const std::string name(text.substr(0, equals));
    // Its text may be a secret that was put in the wrong place.
    if (equals == std::string_view::npos || name.empty()) {
      return Wrong(fmt::format("parameter {} has not the form name=value", number));
    }
    const auto value = UrlDecode(text.substr(equals + 1));
    if (!value) return Wrong(fmt::format("the value of `{}` is not URL-encoded", name));
    if (value->empty()) return Wrong(fmt::format("the value of `{}` is missing", name));
    return Set(name, *value);
  }
};

}  // namespace

bool Endpoint::is_loopback() const {
  in_addr address{};
  const bool is_ipv4 = inet_pton(AF_INET, host.c_str(), &address) == 1;
  return !socket_path.empty() || host == "localhost" || host == "::1" ||
         (is_ipv4 && ntohl(address.s_addr) >> 24 == 127);
}

std::string Endpoint::ToString() const {
  if (!socket_path.empty()) return fmt::format("{}{}", kSocketScheme, socket_path);
  if (host.find(':') != std::string::npos) return fmt::format("sc://[{}]:{}", host, port);
  return fmt::format("sc://{}:{}", host, port);
}

Result<Endpoint> ParseEndpoint(std::string_view text, std::string_view default_token) {
  Parser parser;
  std::string_view rest;
  if (text.starts_with(kSocketScheme)) {
    rest = text.substr(kSocketScheme.size());
    ARROW_RETURN_NOT_OK(TakeSocketPath(&rest, &parser.endpoint));
  } else if (text.starts_with(kScheme)) {
    rest = text.substr(kScheme.size());
    ARROW_RETURN_NOT_OK(TakeAuthority(&rest, &parser.endpoint));
  } else {
    return Wrong("it does not begin with sc://");
  }
  if (!rest.empty() && rest[0] != ';') return Wrong("behind `/` there may be only `;name=value`");
  for (int number = 1; !rest.empty(); ++number) {
    rest.remove_prefix(1);
    const std::string_view parameter = rest.substr(0, rest.find(';'));
    rest.remove_prefix(parameter.size());
    if (parameter.empty() && rest.empty()) break;
    ARROW_RETURN_NOT_OK(parser.ParseParameter(parameter, number));
  }
  Endpoint& endpoint = parser.endpoint;
  if (endpoint.token.empty()) endpoint.token = default_token;
  const bool needs_tls = !endpoint.token.empty() && !endpoint.is_loopback();
  if (needs_tls && parser.use_ssl == false) {
    return Wrong("a token is not sent without TLS: take use_ssl=false away");
  }
  endpoint.use_tls = parser.use_ssl.value_or(needs_tls);
  return endpoint;
}

}  // namespace tarn::connect
