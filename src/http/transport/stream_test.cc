// Answers that go on: bodies that are written for as long as they last.
#include <gmock/gmock.h>

#include "http/transport/loopback.h"

namespace linebook::http {
namespace {

using namespace loopback;
using testing::HasSubstr;
using testing::StartsWith;

/// What a test does with the stream that it has begun, from outside its I/O thread.
struct Script {
  std::mutex mutex;
  std::string pending;
  bool ends = false;
  bool cuts = false;
  StreamOutlet* outlet = nullptr;
  std::shared_ptr<StreamThread> thread;
  std::atomic<int> begun{0};
  std::atomic<int> gone{0};
  std::atomic<int> asked_without_room{0};

  void say(std::string_view more) {
    {
      std::scoped_lock lock(mutex);
      pending += more;
    }
    wake();
  }
  void end() {
    {
      std::scoped_lock lock(mutex);
      ends = true;
    }
    wake();
  }
  void wake() {
    thread->post_task([this] {
      if (outlet != nullptr) outlet->flow();
    });
  }
};

class ScriptedStream final : public BodyStream {
 public:
  explicit ScriptedStream(Script& script) : script_(script) {}
  ~ScriptedStream() override {
    script_.outlet = nullptr;
    ++script_.gone;
  }
  void begin(StreamOutlet& outlet) override {
    script_.outlet = &outlet;
    script_.thread = outlet.thread();
    ++script_.begun;
  }
  Flow pull(std::string& out, Ask const& ask) override {
    std::scoped_lock lock(script_.mutex);
    if (script_.cuts) return Flow::cut_off;
    if (ask.draining) {
      out += "goodbye";
      return Flow::ended;
    }
    if (ask.room == 0) {
      ++script_.asked_without_room;
      return Flow::waiting;
    }
    auto const part = std::min(ask.room, script_.pending.size());
    out += script_.pending.substr(0, part);
    script_.pending.erase(0, part);
    if (!script_.pending.empty()) return Flow::more;
    return script_.ends ? Flow::ended : Flow::waiting;
  }

 private:
  Script& script_;
};

class Streaming : public ServerTest {
 protected:
  Streaming() {
    handler.on_handle = [this](Request const& request, Reply reply) {
      if (request.path == "/plain") return reply({.status = 200, .body = "ok"});
      Response response{.status = 200, .head = "Content-Type: text/event-stream\r\n"};
      response.stream = std::make_unique<ScriptedStream>(script);
      reply(std::move(response));
    };
  }
  void begin(Client& client, std::string_view request = "") {
    client.send(request.empty() ? get("/stream") : std::string(request));
    ASSERT_TRUE(eventually([this] { return script.begun == 1; }));
  }

  Script script;
};

TEST_F(Streaming, IsWrittenInChunksAsItComes) {
  start();
  auto client = connect();
  begin(client);
  EXPECT_THAT(client.read_answer(), HasSubstr("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
  script.say("hello");
  script.say(std::string(20, 'x'));
  script.end();
  auto const rest = client.read_to_end();
  EXPECT_THAT(rest, testing::AnyOf("5\r\nhello\r\n14\r\n" + std::string(20, 'x') + "\r\n0\r\n\r\n",
                                   "19\r\nhello" + std::string(20, 'x') + "\r\n0\r\n\r\n"));
  EXPECT_TRUE(eventually([this] { return script.gone == 1; }));
}

TEST_F(Streaming, ToHttp10LastsUntilTheConnectionCloses) {
  start();
  auto client = connect();
  begin(client, "GET /stream HTTP/1.0\r\n\r\n");
  script.say("hello");
  script.end();
  auto const answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, testing::Not(HasSubstr("chunked")));
  EXPECT_EQ(body_of(answer), "hello");
}

TEST_F(Streaming, ToHeadIsItsHeadAlone) {
  start();
  auto client = connect();
  auto const answer = (client.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n"), client.read_to_end());
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(body_of(answer), "");
  EXPECT_EQ(script.begun, 0);
}

TEST_F(Streaming, ComesBehindTheAnswersBeforeIt) {
  start();
  auto client = connect();
  client.send(get("/plain") + get("/stream") + get("/plain"));
  EXPECT_EQ(body_of(client.read_answer()), "ok");
  ASSERT_TRUE(eventually([this] { return script.begun == 1; }));
  client.read_answer();
  script.say("hello");
  script.end();
  EXPECT_EQ(client.read_to_end(), "5\r\nhello\r\n0\r\n\r\n");  // it is the connection's last answer
}

TEST_F(Streaming, GoesWithItsClient) {
  start();
  {
    auto client = connect();
    begin(client);
  }
  EXPECT_TRUE(eventually([this] { return script.gone == 1; }));
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(Streaming, IsAskedNoFasterThanItsClientReads) {
  start();
  auto client = connect();
  begin(client);
  script.say(std::string(64 * 1024 * 1024, 'x'));
  ASSERT_TRUE(eventually([this] { return script.asked_without_room > 2; }));
  std::size_t left = 0;
  {
    std::scoped_lock lock(script.mutex);
    left = script.pending.size();
  }
  EXPECT_GT(left, 32u * 1024 * 1024);
  script.end();
  EXPECT_GT(client.read_to_end().size(), 64u * 1024 * 1024);
}

TEST_F(Streaming, ClientThatTakesNothingIsGivenUp) {
  options.limits.write_deadline = 200ms;
  start();
  auto client = connect();
  begin(client);
  script.say(std::string(64 * 1024 * 1024, 'x'));
  EXPECT_TRUE(eventually([this] { return script.gone == 1; }));
}

TEST_F(Streaming, WhatIsCutOffIsNotSentToTheEnd) {
  start();
  auto client = connect();
  begin(client);
  script.say(std::string(64 * 1024 * 1024, 'x'));
  ASSERT_TRUE(eventually([this] { return script.asked_without_room > 0; }));
  {
    std::scoped_lock lock(script.mutex);
    script.cuts = true;
  }
  EXPECT_TRUE(eventually([this] { return script.gone == 1; }));
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(Streaming, EndsCleanlyWhenTheServerDrains) {
  start();
  auto client = connect();
  begin(client);
  client.read_answer();
  std::thread draining([this] { server->drain(5s); });
  EXPECT_EQ(client.read_to_end(), "7\r\ngoodbye\r\n0\r\n\r\n");
  client.close();
  draining.join();
  EXPECT_EQ(script.gone, 1);
}

TEST_F(Streaming, WhateverTheClientSendsMeanwhileIsDropped) {
  start();
  auto client = connect();
  begin(client);
  client.read_answer();
  client.send("whatever\r\n\r\n");
  script.say("hello");
  script.end();
  EXPECT_EQ(client.read_to_end(), "5\r\nhello\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace linebook::http
