#include "http/transport/client_address.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

struct AddressRow {
  char const* name;
  char const* peer;
  Headers headers;
  char const* client;
  bool over_tls = false;
};

class Identified : public testing::TestWithParam<AddressRow> {};

TEST_P(Identified, ByTheTrustedProxiesOnly) {
  auto const proxies = TrustedProxies::parse({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"});
  ASSERT_TRUE(proxies);
  Request request;
  request.headers = GetParam().headers;
  proxies->identify(request, unmapped(boost::asio::ip::make_address(GetParam().peer)));
  EXPECT_EQ(request.client.to_string(), GetParam().client);
  EXPECT_EQ(request.over_tls, GetParam().over_tls);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Identified,
    testing::Values(
        AddressRow{"Direct", "203.0.113.9", {}, "203.0.113.9"},
        AddressRow{"StrangerIsNotBelieved",
                   "203.0.113.9",
                   {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}},
                   "203.0.113.9"},
        AddressRow{"Proxy",
                   "10.1.2.3",
                   {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}},
                   "1.1.1.1",
                   true},
        AddressRow{"ProxyMapped", "::ffff:10.1.2.3", {{"x-forwarded-for", "1.1.1.1"}}, "1.1.1.1"},
        AddressRow{"ProxyIpv6", "fd12::1", {{"X-Forwarded-For", "2001:db8::5"}}, "2001:db8::5"},
        AddressRow{"SingleAddress", "192.0.2.7", {{"X-Forwarded-For", "1.1.1.1"}}, "1.1.1.1"},
        AddressRow{"NeighbourOfSingleAddress", "192.0.2.8", {{"X-Forwarded-For", "1.1.1.1"}}, "192.0.2.8"},
        AddressRow{"SpoofedLeftPart", "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1"}}, "1.1.1.1"},
        AddressRow{
            "ThroughTwoProxies", "10.1.2.3", {{"X-Forwarded-For", "6.6.6.6, 1.1.1.1, 10.9.9.9"}}, "1.1.1.1"},
        AddressRow{"TwoLines",
                   "10.1.2.3",
                   {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "10.9.9.9"}},
                   "1.1.1.1"},
        AddressRow{"AllTrusted", "10.1.2.3", {{"X-Forwarded-For", "10.0.0.1, 10.0.0.2"}}, "10.0.0.1"},
        AddressRow{"Garbage", "10.1.2.3", {{"X-Forwarded-For", "unknown"}}, "10.1.2.3"},
        AddressRow{"GarbageBehindProxy",
                   "10.1.2.3",
                   {{"X-Forwarded-For", "1.1.1.1, _hidden, 10.0.0.2"}},
                   "10.0.0.2"},
        AddressRow{"Empty", "10.1.2.3", {{"X-Forwarded-For", ""}}, "10.1.2.3"},
        AddressRow{"Ipv4Port", "10.1.2.3", {{"X-Forwarded-For", "1.1.1.1:4711"}}, "1.1.1.1"},
        AddressRow{"Ipv6Port", "10.1.2.3", {{"X-Forwarded-For", "[2001:db8::5]:4711"}}, "2001:db8::5"},
        AddressRow{"OpenBracket", "10.1.2.3", {{"X-Forwarded-For", "["}}, "10.1.2.3"},
        AddressRow{"PlainProto", "10.1.2.3", {{"X-Forwarded-Proto", "http"}}, "10.1.2.3", false},
        AddressRow{"LastProto", "10.1.2.3", {{"X-Forwarded-Proto", "http, HTTPS"}}, "10.1.2.3", true}),
    [](auto const& row) { return row.param.name; });

TEST(TrustedProxies, NamesWhatIsNoNetwork) {
  for (auto const* bad : {"10.0.0.0/33", "nonsense", "", "10.0.0/8", "fd00::/129", "10.0.0.0/"}) {
    auto const proxies = TrustedProxies::parse({"10.0.0.0/8", bad});
    ASSERT_FALSE(proxies) << bad;
    EXPECT_NE(proxies.error().message.find("'" + std::string(bad) + "'"), std::string::npos);
  }
}

}  // namespace
}  // namespace linebook::http
