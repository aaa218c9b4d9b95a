// Clients that are too slow, and those that must not be mistaken for them.
#include <gmock/gmock.h>

#include "http/transport/loopback.h"

namespace linebook::http {
namespace {

using namespace loopback;
using testing::HasSubstr;
using testing::StartsWith;

class Deadlines : public ServerTest {
 protected:
  Deadlines() {
    options.limits.header_deadline = 100ms;
    options.limits.body_deadline = 200ms;
    options.limits.idle = 150ms;
    options.limits.write_deadline = 200ms;
    options.limits.linger = 200ms;
  }
};

TEST_F(Deadlines, HeadTooSlowIs408) {
  start();
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(Deadlines, HeadDeadlineDoesNotMoveWithEveryByte) {
  start();
  auto client = connect();
  for (auto const c : get("/", "X-Slow: " + std::string(100, 'x') + "\r\n")) {
    if (!client.send({&c, 1})) break;
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Deadlines, SecondRequestHasADeadlineOfItsOwn) {
  start();
  auto client = connect();
  EXPECT_THAT(client.exchange(get("/") + "GET /sec"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Deadlines, BodyTooSlowIs408) {
  start();
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Deadlines, BodyBelowTheMinimumRateIs408) {
  options.limits.body_deadline = 60s;
  options.limits.body_bytes_per_second = 1'000'000;
  start();
  auto client = connect();
  auto const began = std::chrono::steady_clock::now();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + std::string(100'000, 'x'));
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
  EXPECT_GT(std::chrono::steady_clock::now() - began, 4900ms);
}

TEST_F(Deadlines, IdleConnectionIsJustClosed) {
  start();
  auto fresh = connect();
  EXPECT_EQ(fresh.read_to_end(), "");
  auto used = connect();
  EXPECT_THAT(used.exchange(get("/")), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(used.read_to_end(), "");
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(Deadlines, HandlerMayTakeItsTime) {
  HeldReplies held;
  handler.on_handle = [&](Request const&, Reply reply) { held.hold(std::move(reply)); };
  start();
  auto client = connect();
  client.send(get("/"));
  auto reply = held.take();
  std::this_thread::sleep_for(500ms);
  reply({200, "", "late", false});
  EXPECT_EQ(body_of(client.read_answer()), "late");
}

TEST_F(Deadlines, ClientThatDoesNotReadItsAnswerIsCut) {
  handler.on_handle = [](Request const&, Reply reply) {
    reply({200, "", std::string(20'000'000, 'x'), false});
  };
  start();
  auto client = connect();
  client.send(get("/"));
  EXPECT_TRUE(eventually([&] { return server->counters().connections_open == 1; }));
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(Deadlines, ClientThatReadsSteadilyIsNot) {
  handler.on_handle = [](Request const&, Reply reply) {
    reply({200, "", std::string(8'000'000, 'x'), false});
  };
  options.limits.write_deadline = 1s;  // a busy machine may stop the client for a while
  start();
  auto client = connect();
  // A window that the kernel lets grow to megabytes opens again only after long: the server would see pauses.
  int const window = 256 * 1024;
  ASSERT_EQ(::setsockopt(client.socket(), SOL_SOCKET, SO_RCVBUF, &window, sizeof window), 0);
  client.send(get("/"));
  std::size_t total = 0;
  std::string buffer(100'000, 0);
  while (total < 8'000'000) {
    auto const got = ::recv(client.socket(), buffer.data(), buffer.size(), 0);
    ASSERT_GT(got, 0) << "after " << total;
    total += static_cast<std::size_t>(got);
    std::this_thread::sleep_for(25ms);  // 80 pieces: twice the write deadline in all
  }
}

TEST_F(Deadlines, LingeringEnds) {
  options.limits.linger = 100ms;
  start();
  auto client = connect();
  EXPECT_THAT(client.exchange("nonsense\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(eventually_no_connections());  // although the client never closes
}

TEST_F(Deadlines, LingeringTakesOnlySoMuch) {
  options.limits.linger = 60s;
  options.limits.linger_bytes = 100'000;
  start();
  auto client = connect();
  client.send("nonsense\r\n");
  while (client.send(std::string(10'000, 'x'))) continue;
  EXPECT_TRUE(eventually_no_connections());
}

}  // namespace
}  // namespace linebook::http
