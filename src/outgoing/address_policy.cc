#include "outgoing/address_policy.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace linebook {
namespace {

namespace ip = boost::asio::ip;

struct Range {
  std::uint32_t address;
  int bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

/// What is not the public Internet.
constexpr Range special_v4[] = {
    {v4(0, 0, 0, 0), 8},         // this network
    {v4(10, 0, 0, 0), 8},        // private
    {v4(100, 64, 0, 0), 10},     // shared by carriers
    {v4(127, 0, 0, 0), 8},       // loopback
    {v4(169, 254, 0, 0), 16},    // link-local, metadata services among it
    {v4(172, 16, 0, 0), 12},     // private
    {v4(192, 0, 0, 0), 24},      // protocol assignments
    {v4(192, 0, 2, 0), 24},      // documentation
    {v4(192, 88, 99, 0), 24},    // 6to4 relays
    {v4(192, 168, 0, 0), 16},    // private
    {v4(198, 18, 0, 0), 15},     // benchmarks
    {v4(198, 51, 100, 0), 24},   // documentation
    {v4(203, 0, 113, 0), 24},    // documentation
    {v4(224, 0, 0, 0), 4},       // multicast
    {v4(240, 0, 0, 0), 4},       // reserved, broadcast
    {v4(168, 63, 129, 16), 32},  // a cloud's metadata service
};

bool is_public(ip::address_v4 const& address) {
  return std::ranges::none_of(special_v4, [bits = address.to_uint()](Range const& range) {
    return (bits ^ range.address) >> (32 - range.bits) == 0;
  });
}

using Bytes6 = ip::address_v6::bytes_type;

bool begins_with(Bytes6 const& bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

ip::address_v4 v4_at(Bytes6 const& b, std::size_t at) {
  return ip::address_v4({b[at], b[at + 1], b[at + 2], b[at + 3]});
}

/// The IPv4 address that packets to this one end at, where it is one of those that hold one.
std::optional<ip::address_v4> embedded_v4(Bytes6 const& b) {
  bool const holds_one = begins_with(b, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) ||   // mapped
                         begins_with(b, {0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0}) ||   // translated
                         begins_with(b, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) ||         // compatible
                         begins_with(b, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0});  // NAT64
  if (holds_one) return v4_at(b, 12);
  if (begins_with(b, {0x20, 0x02})) return v4_at(b, 2);  // 6to4
  return std::nullopt;
}

bool is_public(ip::address_v6 const& address) {
  auto const bytes = address.to_bytes();
  if (auto const inner = embedded_v4(bytes)) return is_public(*inner);
  // Of all that is assigned, only 2000::/3 is the public Internet.
  if ((bytes[0] & 0xE0) != 0x20) return false;
  bool const is_special = begins_with(bytes, {0x20, 0x01, 0x0D, 0xB8}) ||        // documentation
                          (begins_with(bytes, {0x20, 0x01}) && bytes[2] < 2) ||  // protocols, Teredo, ORCHID
                          begins_with(bytes, {0x3F, 0xFF});                      // documentation
  return !is_special;
}

}  // namespace

Result<AddressPolicy> AddressPolicy::parse(std::vector<std::string> const& allowed, PlainHttp plain) {
  AddressPolicy policy;
  policy.plain_http_ = plain;
  for (auto const& text : allowed) {
    boost::system::error_code is_no_address;
    auto const address = ip::make_address(text, is_no_address);
    if (!is_no_address) {
      if (address.is_v4())
        policy.v4_.emplace_back(address.to_v4(), 32);
      else
        policy.v6_.emplace_back(address.to_v6(), 128);
      continue;
    }
    boost::system::error_code is_no_v4;
    boost::system::error_code is_no_v6;
    auto const v4_network = ip::make_network_v4(text, is_no_v4);
    auto const v6_network = ip::make_network_v6(text, is_no_v6);
    if (!is_no_v4)
      policy.v4_.push_back(v4_network.canonical());
    else if (!is_no_v6)
      policy.v6_.push_back(v6_network.canonical());
    else
      return fail(ErrorCode::validation_error,
                  "'" + text + "' is neither an address nor a network such as 10.0.0.0/8");
  }
  return policy;
}

AddressPolicy AddressPolicy::of_operator() {
  AddressPolicy policy;
  policy.v4_.emplace_back(ip::address_v4(), 0);
  policy.v6_.emplace_back(ip::address_v6(), 0);
  policy.plain_http_ = PlainHttp::to_loopback;
  return policy;
}

bool AddressPolicy::is_listed(ip::address const& address) const {
  if (address.is_v4())
    return std::ranges::any_of(v4_, [&](ip::network_v4 const& network) {
      return network.prefix_length() == 0 ||
             ip::network_v4(address.to_v4(), network.prefix_length()).canonical() == network;
    });
  return std::ranges::any_of(v6_, [&](ip::network_v6 const& network) {
    return network.prefix_length() == 0 ||
           ip::network_v6(address.to_v6(), network.prefix_length()).canonical() == network;
  });
}

bool AddressPolicy::allows(ip::address const& address) const {
  if (is_listed(address)) return true;
  if (plain_http_ == PlainHttp::to_loopback && address.is_loopback()) return true;
  return address.is_v4() ? is_public(address.to_v4()) : is_public(address.to_v6());
}

}  // namespace linebook
