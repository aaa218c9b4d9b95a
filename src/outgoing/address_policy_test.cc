#include "outgoing/address_policy.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

boost::asio::ip::address address(char const* text) { return boost::asio::ip::make_address(text); }

TEST(AddressPolicy, AllowsThePublicInternetAlone) {
  struct Row {
    char const* address;
    bool allowed;
  };
  AddressPolicy const policy;
  for (auto const& row : {
           Row{"1.1.1.1", true},
           Row{"8.8.8.8", true},
           Row{"172.15.255.255", true},
           Row{"172.32.0.0", true},
           Row{"100.63.255.255", true},
           Row{"100.128.0.0", true},
           Row{"223.255.255.255", true},
           Row{"2606:4700:4700::1111", true},
           Row{"2a00:1450:4001::1", true},
           Row{"2002:0101:0101::1", true},  // 6to4 of 1.1.1.1
           Row{"64:ff9b::8.8.8.8", true},   // NAT64 of 8.8.8.8
           Row{"0.0.0.0", false},
           Row{"0.1.2.3", false},
           Row{"10.0.0.1", false},
           Row{"10.255.255.255", false},
           Row{"100.64.0.1", false},
           Row{"127.0.0.1", false},
           Row{"127.1.2.3", false},
           Row{"169.254.169.254", false},
           Row{"169.254.170.2", false},
           Row{"168.63.129.16", false},
           Row{"172.16.0.1", false},
           Row{"172.31.255.255", false},
           Row{"192.0.0.1", false},
           Row{"192.0.2.1", false},
           Row{"192.88.99.1", false},
           Row{"192.168.1.1", false},
           Row{"198.18.0.1", false},
           Row{"198.51.100.1", false},
           Row{"203.0.113.1", false},
           Row{"224.0.0.1", false},
           Row{"239.255.255.255", false},
           Row{"240.0.0.1", false},
           Row{"255.255.255.255", false},
           Row{"::", false},
           Row{"::1", false},
           Row{"::127.0.0.1", false},
           Row{"::ffff:127.0.0.1", false},
           Row{"::ffff:10.0.0.1", false},
           Row{"::ffff:0:192.168.0.1", false},
           Row{"64:ff9b::127.0.0.1", false},
           Row{"64:ff9b::169.254.169.254", false},
           Row{"64:ff9b:1::1", false},
           Row{"100::1", false},
           Row{"2001::1", false},
           Row{"2001:db8::1", false},
           Row{"2002:7f00:1::1", false},
           Row{"2002:a9fe:a9fe::1", false},
           Row{"3fff::1", false},
           Row{"fc00::1", false},
           Row{"fd00:ec2::254", false},
           Row{"fe80::1", false},
           Row{"fec0::1", false},
           Row{"ff02::1", false},
       })
    EXPECT_EQ(policy.allows(address(row.address)), row.allowed) << row.address;
}

TEST(AddressPolicy, AllowsWhatTheOperatorNames) {
  auto const policy =
      AddressPolicy::parse({"10.1.0.0/16", "192.168.7.7", "fd00::/8", "::1"}, PlainHttp::refused);
  ASSERT_TRUE(policy);
  EXPECT_TRUE(policy->allows(address("10.1.2.3")));
  EXPECT_TRUE(policy->allows(address("192.168.7.7")));
  EXPECT_TRUE(policy->allows(address("fd12::1")));
  EXPECT_TRUE(policy->allows(address("::1")));
  EXPECT_FALSE(policy->allows(address("10.2.0.1")));
  EXPECT_FALSE(policy->allows(address("192.168.7.8")));
  EXPECT_FALSE(policy->allows(address("127.0.0.1")));
  EXPECT_TRUE(AddressPolicy::parse({"0.0.0.0/0"}, PlainHttp::refused)->allows(address("127.0.0.1")));
  for (auto const* wrong : {"10.1.0.0/33", "example.com", "", "10.1/8", "10.0.0.0/"})
    EXPECT_FALSE(AddressPolicy::parse({wrong}, PlainHttp::refused)) << wrong;
}

TEST(AddressPolicy, ADemoMayTalkToItsOwnMachine) {
  auto const policy = AddressPolicy::parse({}, PlainHttp::to_loopback);
  EXPECT_TRUE(policy->allows(address("127.0.0.1")));
  EXPECT_TRUE(policy->allows(address("::1")));
  EXPECT_FALSE(policy->allows(address("10.0.0.1")));
}

}  // namespace
}  // namespace linebook
