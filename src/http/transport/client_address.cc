#include "http/transport/client_address.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <optional>
#include <ranges>

namespace linebook::http {
namespace {

namespace ip = boost::asio::ip;

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "192.0.2.1", "192.0.2.1:1234", "2001:db8::1", "[2001:db8::1]:1234".
std::optional<ip::address> parse_node(std::string_view text) {
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else if (std::ranges::count(text, ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  if (text.empty() || text.size() > 64) return {};
  boost::system::error_code problem;
  auto const address = ip::make_address(text, problem);
  if (problem) return {};
  return unmapped(address);
}

bool same_field(std::string_view name, std::string_view wanted) {
  return boost::beast::iequals(name, wanted);
}

}  // namespace

ip::address unmapped(ip::address const& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

Result<TrustedProxies> TrustedProxies::parse(std::vector<std::string> const& networks) {
  TrustedProxies proxies;
  for (auto const& text : networks) {
    bool const is_v6 = text.contains(':');
    auto const cidr = text.contains('/') ? text : text + (is_v6 ? "/128" : "/32");
    boost::system::error_code problem;
    if (is_v6) {
      proxies.v6_.push_back(ip::make_network_v6(cidr, problem));
    } else {
      proxies.v4_.push_back(ip::make_network_v4(cidr, problem));
    }
    if (problem) {
      return fail(ErrorCode::validation_error,
                  "trusted proxy '" + text + "' is not a network such as 10.0.0.0/8 or fd00::/8");
    }
  }
  return proxies;
}

bool TrustedProxies::contains(ip::address const& address) const {
  auto const plain = unmapped(address);
  if (plain.is_v4()) {
    return std::ranges::any_of(v4_, [mine = plain.to_v4()](auto const& network) {
      return network.network() == ip::network_v4(mine, network.prefix_length()).network();
    });
  }
  return std::ranges::any_of(v6_, [mine = plain.to_v6()](auto const& network) {
    return network.network() == ip::network_v6(mine, network.prefix_length()).network();
  });
}

ip::address TrustedProxies::forwarded_for(Request const& request, ip::address const& peer) const {
  auto nearest = peer;
  for (auto const& [name, value] : request.headers | std::views::reverse) {
    if (!same_field(name, "X-Forwarded-For")) continue;
    for (auto rest = value;;) {
      auto const comma = rest.rfind(',');
      auto const node = parse_node(trimmed(comma == rest.npos ? rest : rest.substr(comma + 1)));
      if (!node) return nearest;  // what a trusted proxy could not name, nobody left of it can
      nearest = *node;
      if (!contains(nearest)) return nearest;
      if (comma == rest.npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return nearest;
}

void TrustedProxies::identify(Request& request, ip::address const& peer) const {
  request.client = peer;
  if ((v4_.empty() && v6_.empty()) || !contains(peer)) return;
  request.client = forwarded_for(request, peer);
  for (auto const& [name, value] : request.headers | std::views::reverse) {
    if (!same_field(name, "X-Forwarded-Proto")) continue;
    auto const comma = value.rfind(',');
    request.over_tls = same_field(trimmed(comma == value.npos ? value : value.substr(comma + 1)), "https");
    return;
  }
}

}  // namespace linebook::http
