// Who the client is when trusted reverse proxies stand in front: X-Forwarded-For and X-Forwarded-Proto,
// believed only from peers inside the configured networks. Immutable after parse, so any thread may read it.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/transport/exchange.h"

namespace linebook::http {

class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// CIDRs ("10.0.0.0/8", "fd00::/8") or single addresses; names the one that is neither.
  static Result<TrustedProxies> parse(std::vector<std::string> const& networks);

  bool contains(boost::asio::ip::address const&) const;

  /// Sets client and over_tls. From a trusted peer the client is the right-most address of X-Forwarded-For
  /// that is not itself a trusted proxy (what stands left of it is hearsay), and over_tls what the last proxy
  /// says.
  void identify(Request&, boost::asio::ip::address const& peer) const;

 private:
  boost::asio::ip::address forwarded_for(Request const&, boost::asio::ip::address const& peer) const;

  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

/// An IPv4 address that travels inside an IPv6 one (::ffff:a.b.c.d) as what it is.
boost::asio::ip::address unmapped(boost::asio::ip::address const&);

}  // namespace linebook::http
