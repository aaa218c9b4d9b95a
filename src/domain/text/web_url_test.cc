#include "domain/text/web_url.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(WebUrl, IsAbsoluteAndOverTls) {
  struct {
    char const* name;
    std::string text;
    bool wss;
    bool https;
  } const cases[] = {
      {"stream", "wss://agent.example.com/stream", true, false},
      {"webhook", "https://agent.example.com/call", false, true},
      {"host alone", "https://example.com", false, true},
      {"port", "wss://example.com:8443/a", true, false},
      {"query", "https://example.com/a?b=c&d=%20", false, true},
      {"query without a path", "https://example.com?b=c", false, true},
      {"IPv4", "https://192.0.2.10/", false, true},
      {"IPv6", "wss://[2001:db8::10]:8443/", true, false},
      {"at in the path", "https://example.com/@me", false, true},
      {"longest", "https://example.com/" + std::string(2028, 'a'), false, true},
      {"too long", "https://example.com/" + std::string(2029, 'a'), false, false},
      {"plain http", "http://example.com/", false, false},
      {"plain ws", "ws://example.com/", false, false},
      {"plain ws on loopback", "ws://localhost:8080/", false, false},
      {"file", "file:///etc/passwd", false, false},
      {"relative", "/call", false, false},
      {"no scheme", "example.com/call", false, false},
      {"empty", "", false, false},
      {"scheme alone", "https://", false, false},
      {"no host", "https:///call", false, false},
      {"port alone", "https://:8443/", false, false},
      {"one slash", "https:/example.com", false, false},
      {"user", "https://alice@example.com/", false, false},
      {"password", "https://alice:secret@example.com/", false, false},
      {"fragment", "https://example.com/#a", false, false},
      {"fragment behind the host", "https://example.com#a", false, false},
      {"space", "https://example.com/a b", false, false},
      {"trailing newline", "https://example.com/\n", false, false},
      {"escaped newline", "https://example.com/%0a", false, false},
      {"escaped NUL", "https://example.com/%00", false, false},
      {"broken escape", "https://example.com/%zz", false, false},
      {"escape cut off", "https://example.com/%2", false, false},
      {"backslash", "https://example.com\\@evil.example/", false, false},
      {"quote", "https://example.com/\"", false, false},
      {"umlaut host", "https://bücher.example/", false, false},
      {"umlaut path", "https://example.com/bücher", false, false},
      {"bad port", "https://example.com:99999/", false, false},
  };
  for (auto const& c : cases) {
    auto wss = parse_web_url(c.text, UrlScheme::wss), https = parse_web_url(c.text, UrlScheme::https);
    EXPECT_EQ(wss.has_value(), c.wss) << c.name;
    EXPECT_EQ(https.has_value(), c.https) << c.name;
    if (https) {
      EXPECT_EQ(*https, c.text) << c.name;
    }
    if (!https) {
      EXPECT_TRUE(https.error().message.starts_with("must ")) << c.name;
    }
  }
  EXPECT_EQ(parse_web_url("HTTPS://Example.com/A", UrlScheme::https), "https://Example.com/A");
}

}  // namespace
}  // namespace linebook
