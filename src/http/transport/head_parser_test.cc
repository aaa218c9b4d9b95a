#include "http/transport/head_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linebook::http {
namespace {

struct ValidHead {
  char const* name;
  std::string head;
  std::string target, path, query;
  bool keep_alive = true;
};

class ValidHeads : public testing::TestWithParam<ValidHead> {};

TEST_P(ValidHeads, AreTaken) {
  auto const& expected = GetParam();
  Request request;
  auto const framing = parse_head(expected.head, request);
  ASSERT_TRUE(framing) << framing.error().message;
  EXPECT_EQ(request.target, expected.target);
  EXPECT_EQ(request.path, expected.path);
  EXPECT_EQ(request.query, expected.query);
  EXPECT_EQ(framing->keep_alive, expected.keep_alive);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ValidHeads,
    testing::Values(
        ValidHead{"OriginForm", "GET /a/b?c=d HTTP/1.1\r\nHost: h\r\n\r\n", "/a/b?c=d", "/a/b", "c=d"},
        ValidHead{"EmptyQuery", "GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", "/a?", "/a", ""},
        ValidHead{"TwoQuestionMarks", "GET /a?b?c HTTP/1.1\r\nHost: h\r\n\r\n", "/a?b?c", "/a", "b?c"},
        ValidHead{"AbsoluteForm", "GET http://h:80/a?b HTTP/1.1\r\nHost: h\r\n\r\n", "/a?b", "/a", "b"},
        ValidHead{"AbsoluteFormUpperCase", "GET HTTPS://h/a HTTP/1.1\r\nHost: h\r\n\r\n", "/a", "/a", ""},
        ValidHead{"AbsoluteFormWithoutPath", "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", "/", "/", ""},
        ValidHead{"AbsoluteFormIpv6", "GET http://[::1]:8/a HTTP/1.1\r\nHost: [::1]:8\r\n\r\n", "/a", "/a",
                  ""},
        ValidHead{"HostWithPort", "GET / HTTP/1.1\r\nHost: example.test:8080\r\n\r\n", "/", "/", ""},
        ValidHead{"Close", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "/", "/", "", false},
        ValidHead{"CloseInList", "GET / HTTP/1.1\r\nHost: h\r\nConnection: te, Close\r\n\r\n", "/", "/", "",
                  false},
        ValidHead{"Http10", "GET / HTTP/1.0\r\n\r\n", "/", "/", "", false},
        ValidHead{"Http10KeepAlive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "/", "/", "", true},
        ValidHead{"UnknownMethod", "PURGE / HTTP/1.1\r\nHost: h\r\n\r\n", "/", "/", ""}),
    [](auto const& row) { return row.param.name; });

struct InvalidHead {
  char const* name;
  std::string head;
};

class InvalidHeads : public testing::TestWithParam<InvalidHead> {};

TEST_P(InvalidHeads, AreRefused) {
  Request request;
  auto const framing = parse_head(GetParam().head, request);
  ASSERT_FALSE(framing);
  EXPECT_EQ(framing.error().code, ErrorCode::invalid_request);
  EXPECT_NE(framing.error().message, "");
}

std::string with(std::string const& lines) { return "POST / HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n"; }

INSTANTIATE_TEST_SUITE_P(
    Rows, InvalidHeads,
    testing::Values(
        InvalidHead{"LengthAndCoding", with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")},
        InvalidHead{"CodingAndLength", with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")},
        InvalidHead{"DifferingLengths", with("Content-Length: 3\r\nContent-Length: 4\r\n")},
        InvalidHead{"RepeatedLength", with("Content-Length: 3\r\nContent-Length: 3\r\n")},
        InvalidHead{"LengthList", with("Content-Length: 3, 3\r\n")},
        InvalidHead{"LengthSigned", with("Content-Length: +3\r\n")},
        InvalidHead{"LengthNegative", with("Content-Length: -3\r\n")},
        InvalidHead{"LengthHex", with("Content-Length: 0x3\r\n")},
        InvalidHead{"LengthEmpty", with("Content-Length:\r\n")},
        InvalidHead{"LengthOverflow", with("Content-Length: 18446744073709551616\r\n")},
        InvalidHead{"CodingGzip", with("Transfer-Encoding: gzip\r\n")},
        InvalidHead{"CodingGzipChunked", with("Transfer-Encoding: gzip, chunked\r\n")},
        InvalidHead{"CodingChunkedIdentity", with("Transfer-Encoding: chunked, identity\r\n")},
        InvalidHead{"CodingTwice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        InvalidHead{"CodingMisspelt", with("Transfer-Encoding: xchunked\r\n")},
        InvalidHead{"CodingQuoted", with("Transfer-Encoding: \"chunked\"\r\n")},
        InvalidHead{"CodingOnHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        InvalidHead{"SpaceBeforeColon", with("Content-Length : 3\r\n")},
        InvalidHead{"NoColon", with("Nonsense\r\n")}, InvalidHead{"EmptyName", with(": x\r\n")},
        InvalidHead{"BareReturn", with("A: b\rc\r\n")}, InvalidHead{"HostMissing", "GET / HTTP/1.1\r\n\r\n"},
        InvalidHead{"HostTwice", with("Host: other\r\n")},
        InvalidHead{"HostEmpty", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        InvalidHead{"HostWithPath", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n"},
        InvalidHead{"HostWithUser", "GET / HTTP/1.1\r\nHost: a@h\r\n\r\n"},
        InvalidHead{"HostWithBadPort", "GET / HTTP/1.1\r\nHost: h:80x\r\n\r\n"},
        InvalidHead{"HostList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        InvalidHead{"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"AuthorityForm", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"OtherScheme", "GET ftp://h/a HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"NoSlash", "GET a HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"Fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"RawUtf8", "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
        InvalidHead{"Version12", "GET / HTTP/1.2\r\nHost: h\r\n\r\n"},
        InvalidHead{"Version2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n"},
        InvalidHead{"Http2Preface", "PRI * HTTP/2.0\r\n\r\n"},
        InvalidHead{"BadMethod", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n"}),
    [](auto const& row) { return row.param.name; });

TEST(HeadParser, KeepsHeadersAsSentAndInOrder) {
  std::string const head = "PUT /x HTTP/1.1\r\nhOST: h\r\nX-A:  1 \r\nx-a: 2\r\nX-Empty:\r\n\r\n";
  Request request;
  ASSERT_TRUE(parse_head(head, request));
  using Pair = std::pair<std::string_view, std::string_view>;
  EXPECT_THAT(request.headers, testing::ElementsAre(Pair("hOST", "h"), Pair("X-A", "1"), Pair("x-a", "2"),
                                                    Pair("X-Empty", "")));
  EXPECT_EQ(request.header("x-A"), "1");
  EXPECT_EQ(request.header("x-empty"), "");
  EXPECT_EQ(request.header("absent"), std::nullopt);
}

TEST(HeadParser, TellsHowTheBodyIsFramed) {
  Request with_length;
  auto const first = parse_head(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nExpect: 100-Continue\r\n\r\n", with_length);
  ASSERT_TRUE(first);
  EXPECT_EQ(with_length.content_length, 12);
  EXPECT_TRUE(first->expects_continue);

  Request chunked;
  ASSERT_TRUE(parse_head("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n", chunked));
  EXPECT_TRUE(chunked.chunked);
  EXPECT_EQ(chunked.content_length, std::nullopt);
}

}  // namespace
}  // namespace linebook::http
