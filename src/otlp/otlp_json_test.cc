#include "otlp/otlp_json.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>

#include "otlp/otlp_exporter.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;

TEST(OtlpJson, ASpanAsTheSpecificationHasIt) {
  Span span{.name = "GET /a/{id}",
            .kind = SpanKind::server,
            .context = {0x4bf92f3577b34da6, 0xa3ce929d0e0e4736, 0xf067aa0ba902b7, true},
            .parent = 1,
            .started = TraceClock::time_point(1s),
            .ended = TraceClock::time_point(1s + 5us),
            .notes = {{"http.response.status_code", std::int64_t{500}}, {"quoted", std::string("\"\n\x01")}},
            .failed = true};
  auto const json = boost::json::parse(spans_as_otlp_json({"1.2", "node_1"}, {&span, 1}, 1700000000s));
  auto const& told = json.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").at(0);
  EXPECT_EQ(told.at("traceId"), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(told.at("spanId"), "00f067aa0ba902b7");
  EXPECT_EQ(told.at("parentSpanId"), "0000000000000001");
  EXPECT_EQ(told.at("kind"), 2);
  EXPECT_EQ(told.at("startTimeUnixNano"), "1700000001000000000");
  EXPECT_EQ(told.at("endTimeUnixNano"), "1700000001000005000");
  EXPECT_EQ(told.at("status").at("code"), 2);
  EXPECT_EQ(told.at("attributes").at(0).at("value").at("intValue"), "500");
  EXPECT_EQ(told.at("attributes").at(1).at("value").at("stringValue"), "\"\n\x01");
}

TEST(OtlpHeaders, AreReadAndWhatIsNoneIsNamedByItsLine) {
  auto const path = testing::TempDir() + "otlp_headers";
  std::ofstream(path) << "# a comment\r\nX-A: b\r\n\nauthorization: Bearer c\n";
  EXPECT_EQ(*read_header_file(path), (std::vector<std::string>{"X-A: b", "authorization: Bearer c"}));
  for (auto const* wrong : {"secret", ": secret", "a b: secret", "a: secret\x7f", "a: secret\rb: c"}) {
    std::ofstream(path) << "X-A: b\n" << wrong << "\n";
    auto const read = read_header_file(path);
    ASSERT_FALSE(read) << wrong;
    EXPECT_NE(read.error().message.find("line 2 of"), std::string::npos);
    EXPECT_EQ(read.error().message.find("secret"), std::string::npos);
  }
  EXPECT_FALSE(read_header_file(path + ".none"));
}

}  // namespace
}  // namespace linebook
