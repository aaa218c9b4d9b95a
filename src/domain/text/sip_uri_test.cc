#include "domain/text/sip_uri.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

struct SipUriCase {
  char const* name;
  std::string text;
  bool uri;          // parse_sip_uri takes it
  bool termination;  // parse_sip_termination takes it
};

TEST(SipUri, FollowsRfc3261) {
  SipUriCase const cases[] = {
      {"host", "sip:trunk.example.com", true, true},
      {"secure", "sips:trunk.example.com", true, true},
      {"user", "sip:alice@atlanta.example.com", true, true},
      {"number as user", "sip:+15551234567@gw.example.com;user=phone", true, true},
      {"port", "sip:gw.example.com:5061", true, true},
      {"parameters", "sip:gw.example.com;transport=tls;lr", true, true},
      {"headers", "sip:gw.example.com?X-Room=2&X-Empty=", true, true},
      {"parameters and headers", "sip:a@gw.example.com:5060;transport=udp?X-A=b", true, true},
      {"IPv4", "sip:192.0.2.10:5060", true, true},
      {"IPv6", "sip:[2001:db8::10]:5060", true, true},
      {"escaped user", "sip:front%20desk@example.com", true, true},
      {"user with parameters", "sip:1234;ext=5@example.com", true, true},
      {"one label", "sip:asterisk", true, true},
      {"bare host", "trunk.example.com", false, true},
      {"bare host and port", "trunk.example.com:5060", false, true},
      {"bare IPv4", "192.0.2.10", false, true},
      {"bare IPv6", "[2001:db8::10]", false, true},
      {"bare user", "alice@example.com", false, false},
      {"bare parameters", "trunk.example.com;transport=tls", false, false},
      {"another scheme", "http://example.com", false, false},
      {"tel", "tel:+15551234567", false, false},
      {"empty", "", false, false},
      {"scheme alone", "sip:", false, false},
      {"two slashes", "sip://example.com", false, false},
      {"no user before the at", "sip:@example.com", false, false},
      {"password", "sip:alice:secret@example.com", false, false},
      {"two ats", "sip:a@b@example.com", false, false},
      {"no host", "sip:alice@", false, false},
      {"port 0", "sip:example.com:0", false, false},
      {"port 65536", "sip:example.com:65536", false, false},
      {"port empty", "sip:example.com:", false, false},
      {"IPv4 out of range", "sip:192.0.2.256", false, false},
      {"numeric top label", "sip:example.123", false, false},
      {"IPv6 without brackets", "sip:2001:db8::10", false, false},
      {"IPv6 not closed", "sip:[2001:db8::10", false, false},
      {"IPv6 with a zone", "sip:[fe80::1%25eth0]", false, false},
      {"label with a leading dash", "sip:-a.example.com", false, false},
      {"empty label", "sip:a..example.com", false, false},
      {"underscore", "sip:a_b.example.com", false, false},
      {"long label", "sip:" + std::string(64, 'a') + ".com", false, false},
      {"space", "sip:alice smith@example.com", false, false},
      {"leading space", " sip:example.com", false, false},
      {"newline", "sip:example.com\r\nX: y", false, false},
      {"escaped newline", "sip:example.com?X-A=%0d%0aX-B", false, false},
      {"NUL", std::string("sip:a\0b.com", 11), false, false},
      {"broken escape", "sip:a%2@example.com", false, false},
      {"empty parameter", "sip:example.com;", false, false},
      {"parameter without a name", "sip:example.com;=tls", false, false},
      {"parameter without a value", "sip:example.com;transport=", false, false},
      {"empty headers", "sip:example.com?", false, false},
      {"header without equals", "sip:example.com?X-A", false, false},
      {"angle brackets", "<sip:alice@example.com>", false, false},
      {"umlaut", "sip:büro.example.com", false, false},
      {"too long", "sip:" + std::string(250, 'a') + "@a.example", false, false},
  };
  for (auto const& c : cases) {
    auto uri = parse_sip_uri(c.text);
    auto termination = parse_sip_termination(c.text);
    EXPECT_EQ(uri.has_value(), c.uri) << c.name;
    EXPECT_EQ(termination.has_value(), c.termination) << c.name;
    if (uri) {
      EXPECT_EQ(*uri, c.text) << c.name;
    }
    if (!uri) {
      EXPECT_TRUE(uri.error().message.starts_with("must ")) << c.name;
    }
    if (termination) {
      EXPECT_EQ(*termination, c.text) << c.name;
    }
  }
}

TEST(SipUri, WritesItsSchemeInLowerCase) {
  EXPECT_EQ(parse_sip_uri("SIPS:Alice@Example.com"), "sips:Alice@Example.com");
  EXPECT_EQ(parse_sip_termination("Sip:example.com"), "sip:example.com");
}

}  // namespace
}  // namespace linebook
