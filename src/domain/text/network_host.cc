#include "domain/text/network_host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "base/hex_digit.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::size_t max_host = 253;
constexpr std::size_t max_label = 63;
constexpr int highest_port = 65535;

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, is_ascii_digit)) return false;
  int port = 0;
  for (char c : text) port = port * 10 + (c - '0');
  return port >= 1 && port <= highest_port;
}

bool is_address(int family, std::string_view text) {
  unsigned char address[sizeof(in6_addr)];
  return text.find('\0') == text.npos && inet_pton(family, std::string(text).c_str(), address) == 1;
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > max_host) return false;
  std::string_view label;
  for (auto rest = text;;) {
    auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (label.empty() || label.size() > max_label || label.front() == '-' || label.back() == '-')
      return false;
    if (!std::ranges::all_of(label, [](char c) { return is_ascii_alphanumeric(c) || c == '-'; }))
      return false;
    if (dot == rest.npos) break;
    rest.remove_prefix(dot + 1);
  }
  // What ends in a number is an address or a mistake, never a name (RFC 3261, "toplabel").
  return !is_ascii_digit(label.front()) || is_address(AF_INET, text);
}

}  // namespace

bool is_host_and_port(std::string_view text) {
  if (text.starts_with('[')) {
    auto close = text.find(']');
    if (close == text.npos || !is_address(AF_INET6, text.substr(1, close - 1))) return false;
    auto rest = text.substr(close + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  auto colon = text.find(':');
  return is_host_name(text.substr(0, colon)) && (colon == text.npos || is_port(text.substr(colon + 1)));
}

bool is_harmless_escape(std::string_view text, std::size_t at) {
  if (text.size() - at < 3 || text[at] != '%') return false;
  int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return false;
  int character = high * 16 + low;
  return character >= 0x20 && character != 0x7f;
}

}  // namespace linebook
