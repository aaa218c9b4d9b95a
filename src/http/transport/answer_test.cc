#include "http/transport/answer.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

std::string rendered(Response const& response, Persistence persistence = Persistence::implied,
                     BodyPart part = BodyPart::sent) {
  std::string out;
  append_answer(out, response, "Date: now\r\n", persistence, part);
  return out;
}

TEST(Answer, CarriesItsOwnHeadAndLength) {
  EXPECT_EQ(rendered({200, "X: y\r\n", "body", false}),
            "HTTP/1.1 200 OK\r\nDate: now\r\nX: y\r\nContent-Length: 4\r\n\r\nbody");
}

TEST(Answer, SaysWhatBecomesOfTheConnection) {
  EXPECT_EQ(rendered({404, "", "", false}, Persistence::close),
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(rendered({200, "", "", false}, Persistence::keep_alive),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Answer, ToHeadHasTheLengthButNotTheBody) {
  EXPECT_EQ(rendered({200, "", "body", false}, Persistence::implied, BodyPart::left_out),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 4\r\n\r\n");
}

TEST(Answer, WithoutContentHasNeitherBodyNorLength) {
  EXPECT_EQ(rendered({204, "", "ignored", false}), "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
  EXPECT_EQ(rendered({304, "", "", false}), "HTTP/1.1 304 Not Modified\r\nDate: now\r\n\r\n");
  EXPECT_EQ(rendered({304, "", "body", false}),
            "HTTP/1.1 304 Not Modified\r\nDate: now\r\nContent-Length: 4\r\n\r\n");
}

TEST(Answer, OfUnknownStatusHasAnEmptyReason) {
  EXPECT_EQ(rendered({299, "", "", false}), "HTTP/1.1 299 \r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(DateLine, IsAnImfFixdate) {
  DateLine line;
  EXPECT_EQ(line.at(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  EXPECT_EQ(line.at(784111778), "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

}  // namespace
}  // namespace linebook::http
