#include "http/serving/session_cookie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/plain_secrets.h"

namespace linebook::http {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

Request request_with(Headers headers, char const* client = "127.0.0.1", bool over_tls = false) {
  Request request;
  request.headers = std::move(headers);
  request.client = boost::asio::ip::make_address(client);
  request.over_tls = over_tls;
  return request;
}

TEST(SessionCookie, IsSecureButOnLoopback) {
  struct Row {
    char const* client;
    char const* host;
    bool over_tls;
    bool plain;
  };
  Row const rows[] = {
      {"127.0.0.1", "127.0.0.1:8080", false, true},
      {"127.0.0.1", "localhost:8080", false, true},
      {"::1", "[::1]:8080", false, true},
      {"127.0.0.1", "127.0.0.1:8443", true, false},
      {"127.0.0.1", "linebook.example.org", false, false},  // a proxy on this machine
      {"127.0.0.1", "localhost.example.org", false, false},
      {"127.0.0.1", "", false, false},
      {"192.0.2.1", "127.0.0.1:8080", false, false},
      {"192.0.2.1", "192.0.2.2:8080", false, false},
  };
  for (auto const& row : rows) {
    auto const request = request_with({{"Host", row.host}}, row.client, row.over_tls);
    auto const line = set_session_cookie(request, "lbs_x", std::chrono::hours(12));
    EXPECT_EQ(line, row.plain ? "Set-Cookie: linebook_session=lbs_x; Path=/; Max-Age=43200; HttpOnly; "
                                "SameSite=Strict\r\n"
                              : "Set-Cookie: __Host-linebook_session=lbs_x; Path=/; Max-Age=43200; HttpOnly; "
                                "SameSite=Strict; Secure\r\n")
        << row.client << " " << row.host;
  }
  EXPECT_THAT(clear_session_cookie(request_with({{"Host", "localhost"}})), testing::HasSubstr("Max-Age=0"));
}

TEST(SessionCookie, IsSecureWhereTheBrowserSpeaksHttpsToSomebodyInFront) {
  // A proxy on this machine that calls us by an address of its own.
  Headers headers{{"Host", "127.0.0.1:8080"}, {"Origin", "https://linebook.example.org"}};
  auto const line = set_session_cookie(request_with(headers), "lbs_x", std::chrono::hours(12));
  EXPECT_EQ(line,
            "Set-Cookie: __Host-linebook_session=lbs_x; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; "
            "Secure\r\n");
  EXPECT_THAT(clear_session_cookie(request_with(headers)), testing::HasSubstr("__Host-linebook_session=;"));
  headers[1].second = "http://127.0.0.1:8080";
  EXPECT_THAT(clear_session_cookie(request_with(headers)), testing::HasSubstr(" linebook_session=;"));
  // Reads have no Origin.
  EXPECT_EQ(
      session_token(request_with(
          {{"Host", "127.0.0.1:8080"}, {"Cookie", "__Host-linebook_session=lbs_1; linebook_session=lbs_2"}})),
      "lbs_1")
      << "what only the host itself can have set goes before what anybody on this machine can";
}

TEST(SessionCookie, IsFoundAmongOthers) {
  auto const token = [](Headers headers, char const* client = "127.0.0.1") {
    headers.emplace_back("Host", "localhost:8080");
    return std::string(session_token(request_with(headers, client)));
  };
  EXPECT_EQ(token({{"Cookie", "linebook_session=lbs_1"}}), "lbs_1");
  EXPECT_EQ(token({{"cookie", "theme=dark;  linebook_session=lbs_1 ; a=b"}}), "lbs_1");
  EXPECT_EQ(token({{"Cookie", "a=b"}, {"Cookie", "linebook_session=lbs_1"}}), "lbs_1");
  EXPECT_EQ(token({}), "");
  EXPECT_EQ(token({{"Cookie", ";;=;linebook_session"}}), "");
  EXPECT_EQ(token({{"Cookie", "xlinebook_session=lbs_1; linebook_sessionx=lbs_2"}}), "");
  EXPECT_EQ(token({{"Cookie", "linebook_session=lbs_1; linebook_session=lbs_2"}}), "") << "whose is it?";
  EXPECT_EQ(token({{"Cookie", "linebook_session=lbs_1"}}, "192.0.2.1"), "") << "anybody may have set it";
  EXPECT_EQ(token({{"Cookie", "__Host-linebook_session=lbs_1"}}, "192.0.2.1"), "lbs_1");
}

TEST(SessionCookie, OtherSitesAreRefused) {
  struct Row {
    Headers headers;
    bool allowed;
  };
  Row const rows[] = {
      {{}, true},
      {{{"Sec-Fetch-Site", "same-origin"}}, true},
      {{{"Sec-Fetch-Site", "none"}}, true},
      {{{"Sec-Fetch-Site", "same-site"}}, false},
      {{{"Sec-Fetch-Site", "cross-site"}}, false},
      {{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "http://localhost:8080"}}, false},
      {{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://in-front.example.org"}}, true},  // a proxy
      {{{"Origin", "http://localhost:8080"}}, true},
      {{{"Origin", "http://LOCALHOST:8080"}}, true},
      {{{"Origin", "http://localhost:8081"}}, false},
      {{{"Origin", "https://evil.example"}}, false},
      {{{"Origin", "null"}}, false},
      {{{"Origin", ""}}, false},
  };
  for (auto row : rows) {
    row.headers.emplace_back("Host", "localhost:8080");
    EXPECT_EQ(check_site(request_with(row.headers)).has_value(), row.allowed)
        << testing::PrintToString(row.headers);
  }
}

TEST(SessionCookie, APageOverPlainHttpIsNotOursOverTls) {
  auto const is_let_in = [](std::string_view host, std::string_view origin, bool over_tls) {
    Headers headers{{"Origin", origin}};
    if (!host.empty()) headers.emplace_back("Host", host);
    return check_site(request_with(std::move(headers), "192.0.2.1", over_tls)).has_value();
  };
  EXPECT_TRUE(is_let_in("linebook.example.org", "https://linebook.example.org", true));
  EXPECT_FALSE(is_let_in("linebook.example.org", "http://linebook.example.org", true));
  EXPECT_TRUE(is_let_in("linebook.example.org", "https://linebook.example.org", false)) << "a proxy's TLS";
  EXPECT_FALSE(is_let_in("", "null", false)) << "no host is not the same as no origin";
}

TEST(SessionCookie, WritesCarryTheTokenOfTheirSession) {
  fakes::PlainSecrets const secrets;
  auto const good = csrf_token_of(secrets, "lbs_1");
  auto const is_let_in = [&](std::string_view sent) {
    return check_csrf(request_with({{"X-CSRF-Token", sent}}), secrets, "lbs_1").has_value();
  };
  EXPECT_TRUE(is_let_in(good));
  EXPECT_FALSE(is_let_in(""));
  EXPECT_FALSE(is_let_in(good.substr(1)));
  EXPECT_FALSE(is_let_in(good + "A"));
  EXPECT_FALSE(is_let_in(csrf_token_of(secrets, "lbs_2")));
  EXPECT_FALSE(check_csrf(request_with({}), secrets, "lbs_1"));
  EXPECT_FALSE(
      check_csrf(request_with({{"X-CSRF-Token", good}, {"Sec-Fetch-Site", "cross-site"}}), secrets, "lbs_1"));
}

}  // namespace
}  // namespace linebook::http
