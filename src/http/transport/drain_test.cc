#include <gmock/gmock.h>

#include "http/transport/loopback.h"

namespace linebook::http {
namespace {

using namespace loopback;
using testing::HasSubstr;
using testing::StartsWith;

class Drain : public ServerTest {
 protected:
  Drain() {
    handler.on_handle = [this](Request const& request, Reply reply) {
      if (request.path == "/slow") return held.hold(std::move(reply));
      reply({200, "", "ok", false});
    };
  }
  ~Drain() override {
    if (draining.joinable()) draining.join();
  }
  void drain(std::chrono::milliseconds patience) {
    draining = std::thread([this, patience] { server->drain(patience); });
  }

  HeldReplies held;
  std::thread draining;
};

TEST_F(Drain, IdleConnectionsCloseAtOnce) {
  start();
  auto fresh = connect();
  auto used = connect();
  used.exchange(get("/"));
  auto const began = std::chrono::steady_clock::now();
  server->drain(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_EQ(used.read_to_end(), "");
  EXPECT_EQ(server->counters().connections_open, 0);
}

TEST_F(Drain, RunningRequestIsAnswered) {
  start();
  auto client = connect();
  client.send(get("/slow"));
  auto reply = held.take();
  auto idle = connect();
  idle.exchange(get("/"));
  drain(30s);
  EXPECT_EQ(idle.read_to_end(), "");
  reply({200, "", "finished", false});
  auto const answer = client.read_to_end();
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_EQ(body_of(answer), "finished");
  client.close();
}

TEST_F(Drain, RequestThatComesMeanwhileIsTold503) {
  start();
  auto behind_slow = connect();
  behind_slow.send(get("/slow") + get("/next"));
  auto reply = held.take();
  auto unfinished = connect();
  unfinished.exchange(get("/"));
  unfinished.send("GET / HTTP/1.1\r\n");
  auto const idle = connect();
  std::this_thread::sleep_for(50ms);  // until the server has read the first line
  drain(30s);
  EXPECT_TRUE(eventually([&] { return server->counters().connections_open <= 2; }));
  unfinished.send("Host: h\r\n\r\n");
  EXPECT_THAT(unfinished.read_to_end(), StartsWith("HTTP/1.1 503 "));
  unfinished.close();
  reply({200, "", "finished", false});
  EXPECT_EQ(body_of(behind_slow.read_answer()), "finished");
  EXPECT_THAT(behind_slow.read_answer(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(Drain, NewConnectionsAreNotTaken) {
  start();
  auto client = connect();
  client.send(get("/slow"));
  auto reply = held.take();
  drain(30s);
  EXPECT_TRUE(eventually([&] { return !Client().connect(server->port()); }));
  reply({200, "", "", false});
}

TEST_F(Drain, PatienceEnds) {
  start();
  auto client = connect();
  client.send(get("/slow"));
  auto reply = held.take();
  server->drain(50ms);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server->counters().connections_open, 0);
  reply({200, "", "too late", false});
}

TEST_F(Drain, ReplyMayOutliveTheServer) {
  start();
  auto client = connect();
  client.send(get("/slow") + get("/slow"));
  auto answered = held.take();
  auto dropped = [&] {
    auto other = connect();
    other.send(get("/slow"));
    return held.take();
  }();
  server.reset();
  answered({200, "", "too late", false});
}

TEST_F(Drain, MayComeTwiceOrBeforeTheStart) {
  start();
  server->drain(1s);
  server->drain(1s);
  server.reset();
  ServerOptions never_started;
  never_started.port = 0;
  auto const other = Server::listen(std::move(never_started), handler);
  ASSERT_TRUE(other);
  (*other)->drain(1s);
}

TEST_F(Drain, ManyThreadsAnsweringWhileItDrains) {
  options.threads = 2;
  start();
  std::vector<Client> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(connect());
    clients.back().send(get("/slow"));
  }
  std::vector<Reply> replies;
  for (int i = 0; i < 40; ++i) replies.push_back(held.take());
  drain(30s);
  std::vector<std::thread> answering;
  for (std::size_t t = 0; t < 4; ++t) {
    answering.emplace_back([&, t] {
      for (auto i = t; i < replies.size(); i += 4) replies[i]({200, "", "done", false});
    });
  }
  for (auto& thread : answering) thread.join();
  for (auto& client : clients) EXPECT_EQ(body_of(client.read_answer()), "done");
}

}  // namespace
}  // namespace linebook::http
