#include "domain/text/web_url.h"

#include <algorithm>

#include "domain/text/ascii.h"
#include "domain/text/network_host.h"
#include "domain/text/refused_value.h"

namespace linebook {
namespace {

/// RFC 3986, sections 3.3 and 3.4: pchar, "/" and "?".
bool is_path_and_query(std::string_view text) {
  constexpr std::string_view allowed = "-._~!$&'()*+,;=:@/?";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_ascii_alphanumeric(text[i]) || allowed.find(text[i]) != allowed.npos) continue;
    if (!is_harmless_escape(text, i)) return false;
    i += 2;
  }
  return true;
}

std::string_view beginning_of(UrlScheme scheme) {
  switch (scheme) {
    case UrlScheme::wss:
      return "wss://";
    case UrlScheme::https:
      return "https://";
    case UrlScheme::http:
      return "http://";
  }
  return {};
}

}  // namespace

Result<std::string> parse_web_url(std::string_view text, UrlScheme scheme) {
  auto const start = beginning_of(scheme);
  if (text.size() < start.size() || !std::ranges::equal(text.substr(0, start.size()), start, {}, ascii_lower))
    return refused_value(scheme == UrlScheme::wss
                             ? "must be a wss:// URL such as wss://agent.example.com/stream"
                             : "must be an https:// URL such as https://example.com/here");
  if (text.size() > max_web_url) return refused_value("must have at most 2048 characters");
  auto rest = text.substr(start.size());
  auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != authority.npos) return refused_value("must not hold a user name or password");
  if (!is_host_and_port(authority))
    return refused_value("must name a host, and a port from 1 to 65535 if any");
  rest.remove_prefix(authority.size());
  // RFC 6455, section 3, forbids fragments; over https no server would see one.
  if (rest.find('#') != rest.npos) return refused_value("must not hold a fragment (#)");
  if (!is_path_and_query(rest))
    return refused_value("must have other characters than those of a URL written as %XX");
  return std::string(start) + std::string(text.substr(start.size()));
}

}  // namespace linebook
