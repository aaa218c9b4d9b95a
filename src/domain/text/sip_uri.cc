#include "domain/text/sip_uri.h"

#include <algorithm>

#include "domain/text/ascii.h"
#include "domain/text/network_host.h"
#include "domain/text/refused_value.h"

namespace linebook {
namespace {

bool has_scheme(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() &&
         std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, ascii_lower);
}

std::size_t scheme_size(std::string_view text) {
  for (std::string_view scheme : {"sip:", "sips:"})
    if (has_scheme(text, scheme)) return scheme.size();
  return 0;
}

/// RFC 3261, section 25.1: unreserved characters, escapes, and those that the part at hand adds.
bool consists_of(std::string_view text, std::string_view added) {
  constexpr std::string_view mark = "-_.!~*'()";
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (is_ascii_alphanumeric(c) || mark.find(c) != mark.npos || added.find(c) != added.npos) continue;
    if (!is_harmless_escape(text, i)) return false;
    i += 2;
  }
  return true;
}

/// ";transport=tls;lr": each has a name.
bool are_parameters(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(1);  // ';'
    auto one = text.substr(0, text.find(';'));
    auto equals = one.find('=');
    if (one.empty() || equals == 0 || !consists_of(one.substr(0, equals), "[]/:&+$")) return false;
    if (equals != one.npos && (equals + 1 == one.size() || !consists_of(one.substr(equals + 1), "[]/:&+$")))
      return false;
    text.remove_prefix(one.size());
  }
  return true;
}

/// "X-Practice=main&X-Room=2": each has a name and "=", the value may be empty.
bool are_headers(std::string_view text) {
  for (;;) {
    auto one = text.substr(0, text.find('&'));
    auto equals = one.find('=');
    if (equals == 0 || equals == one.npos) return false;
    if (!consists_of(one.substr(0, equals), "[]/?:+$") || !consists_of(one.substr(equals + 1), "[]/?:+$"))
      return false;
    if (one.size() == text.size()) return true;
    text.remove_prefix(one.size() + 1);
  }
}

}  // namespace

Result<std::string> parse_sip_uri(std::string_view text) {
  auto scheme = scheme_size(text);
  if (scheme == 0) return refused_value("must be a sip: or sips: URI such as sip:agent@voice.example.com");
  if (text.size() > max_sip_uri) return refused_value("must have at most 255 characters");
  auto rest = text.substr(scheme);
  // An "@" stands only behind the user: neither parameters nor headers may hold one unescaped.
  if (auto at = rest.find('@'); at != rest.npos) {
    auto user = rest.substr(0, at);
    if (user.find(':') != user.npos) return refused_value("must not hold a password");
    if (user.empty() || !consists_of(user, "&=+$,;?/"))
      return refused_value("must have a valid user before @");
    rest.remove_prefix(at + 1);
  }
  auto host = rest.substr(0, rest.find_first_of(";?"));
  if (!is_host_and_port(host)) return refused_value("must name a host, and a port from 1 to 65535 if any");
  rest.remove_prefix(host.size());
  auto question = rest.find('?');
  if (!are_parameters(rest.substr(0, question)))
    return refused_value("must have valid parameters, such as ;transport=tls");
  if (question != rest.npos && !are_headers(rest.substr(question + 1)))
    return refused_value("must have valid headers, such as ?X-Room=2");
  std::string uri(text);
  std::transform(uri.begin(), uri.begin() + static_cast<std::ptrdiff_t>(scheme), uri.begin(), ascii_lower);
  return uri;
}

Result<std::string> parse_sip_termination(std::string_view text) {
  if (scheme_size(text) > 0) return parse_sip_uri(text);
  if (!is_host_and_port(text))
    return refused_value(
        "must be a SIP URI or a host, such as sip:trunk.example.com or trunk.example.com:5060");
  return std::string(text);
}

}  // namespace linebook
