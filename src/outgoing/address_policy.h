// Where requests to addresses that users name may go: to the public Internet, and to what the operator allows
// beside it. An address is judged when a socket is about to open to it, whatever name stood for it.
// Sources: IANA's registries of special-purpose addresses (RFC 6890), RFC 6052, RFC 3056, RFC 4380.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace linebook {

/// http:// is for the same machine alone, and where a demo is served.
enum class PlainHttp { refused, to_loopback };

class AddressPolicy {
 public:
  AddressPolicy() = default;
  /// CIDRs ("10.0.0.0/8", "fd00::/8") or single addresses that are allowed beside public ones; names the one
  /// that is neither.
  static Result<AddressPolicy> parse(std::vector<std::string> const& allowed, PlainHttp);

  /// Wherever the operator sends a command of their own; in the clear to the same machine alone.
  static AddressPolicy of_operator();

  /// Private, loopback, link-local, multicast, metadata and other special addresses are not, nor IPv6
  /// addresses that hold such an IPv4 address.
  bool allows(boost::asio::ip::address const&) const;
  PlainHttp plain_http() const { return plain_http_; }

 private:
  bool is_listed(boost::asio::ip::address const&) const;

  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
  PlainHttp plain_http_ = PlainHttp::refused;
};

}  // namespace linebook
