#include "http/transport/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace linebook::http {
namespace {

/// Everything the reader made of `bytes`, cut into pieces of `piece`, as text; refused requests end it.
std::string transcript(std::string_view bytes, std::size_t piece, Limits const& limits = {}) {
  RequestReader reader(limits);
  std::string text;
  for (;;) {
    switch (reader.next()) {
      case RequestReader::Step::need_more: {
        if (bytes.empty()) return text + (reader.is_empty() ? "." : "...");
        auto const space = reader.space();
        auto const taken = std::min({piece, space.size(), bytes.size()});
        std::ranges::copy(bytes.substr(0, taken), space.data());
        reader.received(taken);
        bytes.remove_prefix(taken);
        break;
      }
      case RequestReader::Step::head_complete:
        reader.read_body();
        break;
      case RequestReader::Step::request_complete:
        text += std::string(reader.request().method) + " " + std::string(reader.request().target) + " [" +
                std::string(reader.request().body) + "] ";
        reader.finish();
        break;
      case RequestReader::Step::failed:
        return text + "failed " + std::to_string(static_cast<int>(reader.error().code));
    }
  }
}

std::string failed(ErrorCode code) { return "failed " + std::to_string(static_cast<int>(code)); }

struct TranscriptRow {
  char const* name;
  std::string bytes;
  std::string expected;
};

class Transcripts : public testing::TestWithParam<TranscriptRow> {};

TEST_P(Transcripts, AreTheSameHoweverTheBytesAreCut) {
  for (std::size_t const piece : {1, 2, 3, 5, 7, 64, 1000, 100'000}) {
    EXPECT_EQ(transcript(GetParam().bytes, piece), GetParam().expected) << "in pieces of " << piece;
  }
}

std::string const host = "Host: h\r\n";
std::string const chunked = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
std::string const large_body(50'000, 'b');
std::string const invalid = failed(ErrorCode::invalid_request);

INSTANTIATE_TEST_SUITE_P(
    Rows, Transcripts,
    testing::Values(
        TranscriptRow{"Nothing", "", "."}, TranscriptRow{"Unfinished", "GET / HTTP/1.1\r\nHost: h", "..."},
        TranscriptRow{"Get", "GET /a HTTP/1.1\r\n" + host + "\r\n", "GET /a [] ."},
        TranscriptRow{"Pipelined",
                      "GET /a HTTP/1.1\r\n" + host + "\r\nPOST /b HTTP/1.1\r\n" + host +
                          "Content-Length: 2\r\n\r\nhiGET /c HTTP/1.1\r\n" + host + "\r\n",
                      "GET /a [] POST /b [hi] GET /c [] ."},
        TranscriptRow{"EmptyLinesBefore", "\r\n\r\nGET /a HTTP/1.1\r\n" + host + "\r\n\r\n", "GET /a [] ."},
        TranscriptRow{"LargeBody",
                      "POST /b HTTP/1.1\r\n" + host + "Content-Length: 50000\r\n\r\n" + large_body +
                          "GET /c HTTP/1.1\r\n" + host + "\r\n",
                      "POST /b [" + large_body + "] GET /c [] ."},
        TranscriptRow{"BodyUnfinished", "POST /b HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhi", "..."},
        TranscriptRow{
            "Chunked",
            chunked + "3\r\nabc\r\n00A;x=\"y\"\r\n0123456789\r\n0\r\n\r\nGET /d HTTP/1.1\r\n" + host + "\r\n",
            "POST /c [abc0123456789] GET /d [] ."},
        TranscriptRow{"ChunkedEmpty", chunked + "0\r\n\r\n", "POST /c [] ."},
        TranscriptRow{"ChunkedLarge", chunked + "C350\r\n" + large_body + "\r\n0\r\nTrailer-Field: x\r\n\r\n",
                      "POST /c [" + large_body + "] ."},
        TranscriptRow{"ChunkedManySmall",
                      chunked +
                          [] {
                            std::string all;
                            for (int i = 0; i < 9000; ++i) all += "1\r\nz\r\n";
                            return all + "0\r\n\r\n";
                          }(),
                      "POST /c [" + std::string(9000, 'z') + "] ."},
        TranscriptRow{"ChunkSizeMissing", chunked + "\r\nabc\r\n", invalid},
        TranscriptRow{"ChunkSizeSpace", chunked + "3 \r\nabc\r\n", invalid},
        TranscriptRow{"ChunkSizePrefix", chunked + "0x3\r\nabc\r\n", invalid},
        TranscriptRow{"ChunkBareLineFeed", chunked + "3\nabc\r\n", invalid},
        TranscriptRow{"ChunkTooShort", chunked + "4\r\nabc\r\n0\r\n\r\n", invalid},
        TranscriptRow{"ChunkTooLong", chunked + "2\r\nabc\r\n0\r\n\r\n", invalid},
        TranscriptRow{"ChunkSizeEndless", chunked + std::string(40, '0'), invalid},
        TranscriptRow{"ChunkSizeOverflow", chunked + "FFFFFFFFFFFFFFFFF\r\n",
                      failed(ErrorCode::payload_too_large)},
        TranscriptRow{"ChunkOverLimit", chunked + "100001\r\n", failed(ErrorCode::payload_too_large)},
        TranscriptRow{"ChunkExtensionEndless", chunked + "1;" + std::string(20'000, 'x'), invalid},
        TranscriptRow{"TrailerEndless", chunked + "0\r\na:" + std::string(20'000, 'x'), invalid},
        TranscriptRow{"TrailerFolded", chunked + "0\r\na: b\r\n c\r\n\r\n", invalid},
        TranscriptRow{"TrailerWithoutColon", chunked + "0\r\nabc\r\n\r\n", invalid},
        TranscriptRow{"LengthOverLimit", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1048577\r\n\r\n",
                      failed(ErrorCode::payload_too_large)},
        TranscriptRow{"BareLineFeeds", "GET / HTTP/1.1\nHost: h\n\n", invalid},
        TranscriptRow{"BareReturns", "GET / HTTP/1.1\rHost: h\r\r", invalid},
        TranscriptRow{"Folded", "GET / HTTP/1.1\r\n" + host + "A: b\r\n c\r\n\r\n", invalid},
        TranscriptRow{"SpaceAtStart", " GET / HTTP/1.1\r\n" + host + "\r\n", invalid},
        TranscriptRow{"Nul", "GET / HTTP/1.1\r\nHost: h" + std::string(1, '\0') + "\r\n\r\n", invalid},
        TranscriptRow{"NulInTarget", "GET /" + std::string(1, '\0') + " HTTP/1.1\r\n" + host + "\r\n",
                      invalid},
        TranscriptRow{"Delete", "GET / HTTP/1.1\r\nA: \x7f\r\n\r\n", invalid},
        TranscriptRow{"TlsHello", "\x16\x03\x01\x02", invalid}, TranscriptRow{"Http09", "GET /\r\n", invalid},
        TranscriptRow{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", invalid},
        TranscriptRow{"OtherProtocol", "EHLO mail.test\r\n", invalid},
        TranscriptRow{"HeadTooLarge", "GET / HTTP/1.1\r\n" + host + "A: " + std::string(17'000, 'x'),
                      failed(ErrorCode::header_too_large)},
        TranscriptRow{"HeadTooLargeInLines",
                      "GET / HTTP/1.1\r\n" + host +
                          [] {
                            std::string all;
                            for (int i = 0; i < 4000; ++i) all += "A: b\r\n";
                            return all;
                          }(),
                      failed(ErrorCode::header_too_large)}),
    [](auto const& row) { return row.param.name; });

TEST(RequestReader, HeadOfExactlyTheLimitPasses) {
  Limits limits;
  limits.header_bytes = 100;
  std::string const start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
  auto const head = start + std::string(100 - start.size() - 4, 'x') + "\r\n\r\n";
  for (std::size_t const piece : {1, 99, 100, 1000}) {
    EXPECT_EQ(transcript(head, piece, limits), "GET / [] .");
    EXPECT_EQ(transcript("\r\n" + head, piece, limits), "GET / [] .");
    EXPECT_EQ(transcript(start + "x" + head.substr(start.size()), piece, limits),
              failed(ErrorCode::header_too_large));
  }
}

TEST(RequestReader, ViewsStayWhileTheBodyGrows) {
  Limits const limits;
  RequestReader reader(limits);
  auto const feed = [&](std::string_view bytes) {
    while (!bytes.empty()) {
      auto const space = reader.space();
      auto const taken = std::min(space.size(), bytes.size());
      std::ranges::copy(bytes.substr(0, taken), space.data());
      reader.received(taken);
      bytes.remove_prefix(taken);
      if (!bytes.empty()) reader.next();
    }
    return reader.next();
  };
  ASSERT_EQ(feed("POST /views HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n"),
            RequestReader::Step::head_complete);
  auto const target = reader.request().target;
  reader.read_body();
  ASSERT_EQ(feed(std::string(900'000, 'x')), RequestReader::Step::request_complete);
  EXPECT_EQ(target, "/views");
  EXPECT_EQ(target.data(), reader.request().target.data());
}

TEST(RequestReader, SkipsABodyThatIsHere) {
  Limits const limits;
  RequestReader reader(limits);
  std::string_view const bytes =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
  std::ranges::copy(bytes, reader.space().data());
  reader.received(bytes.size());
  ASSERT_EQ(reader.next(), RequestReader::Step::head_complete);
  EXPECT_TRUE(reader.skip_body());
  reader.finish();
  ASSERT_EQ(reader.next(), RequestReader::Step::head_complete);
  EXPECT_EQ(reader.request().target, "/b");
}

}  // namespace
}  // namespace linebook::http
