// Requests whose handler needs a while to tell whether it takes them.
#include <set>
#include <stdexcept>

#include "http/transport/loopback.h"

namespace linebook::http::loopback {
namespace {

class PostponedAdmissionTest : public ServerTest {
 protected:
  /// Every request is put off once; then it is admitted, or refused with what `on_admit` gives.
  void postpone_each_once() {
    handler.on_postpone = [this](Request const& request, Postponement& postponement) {
      std::lock_guard const lock(mutex_);
      if (!put_off_.insert(std::string(request.target)).second) return false;
      recalls_.push_back(std::make_unique<Recall>(postponement.postpone()));
      arrived_.notify_all();
      return true;
    };
  }
  /// Nothing after ten seconds.
  std::unique_ptr<Recall> take() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, 10s, [this] { return !recalls_.empty(); })) return nullptr;
    auto recall = std::move(recalls_.front());
    recalls_.pop_front();
    return recall;
  }
  bool waits_for_another() {
    std::lock_guard const lock(mutex_);
    return !recalls_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::set<std::string> put_off_;
  std::deque<std::unique_ptr<Recall>> recalls_;
};

TEST_F(PostponedAdmissionTest, GoesOnOnceItIsRecalled) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send(post("/a", "body"));
  auto recall = take();
  ASSERT_TRUE(recall);
  (*recall)();
  EXPECT_EQ(body_of(client.read_answer()), "POST /a body");
}

TEST_F(PostponedAdmissionTest, GoesOnWhereItIsRecalledAtOnce) {
  int times = 0;
  handler.on_postpone = [&](Request const&, Postponement& postponement) {
    if (++times > 2) return false;
    postponement.postpone()();
    return true;
  };
  start();
  EXPECT_EQ(body_of(connect().exchange(post("/a", "body"))), "POST /a body");
  EXPECT_EQ(times, 3);
}

TEST_F(PostponedAdmissionTest, MayBeRefusedThen) {
  postpone_each_once();
  handler.on_admit = [](Request const& request) -> std::optional<Response> {
    if (request.target == "/bad") return Response{401, "", "no", false};
    return std::nullopt;
  };
  start();
  auto client = connect();
  client.send(get("/bad"));
  (*take())();
  EXPECT_EQ(body_of(client.read_answer()), "no");
  client.send(get("/good"));
  (*take())();
  EXPECT_EQ(body_of(client.read_answer()), "GET /good ") << "the connection goes on";
}

TEST_F(PostponedAdmissionTest, NoBodyIsAskedForMeanwhile) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  auto recall = take();
  ASSERT_TRUE(recall);
  char byte = 0;
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(::recv(client.socket(), &byte, 1, MSG_DONTWAIT), -1);
  (*recall)();
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_EQ(body_of(client.read_answer()), "POST /a body");
}

TEST_F(PostponedAdmissionTest, AnswersStayInOrder) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send(get("/1") + get("/2") + post("/3", "x"));
  for (int i = 0; i < 3; ++i) {
    auto recall = take();
    ASSERT_TRUE(recall);
    EXPECT_FALSE(waits_for_another()) << "one at a time";
    (*recall)();
  }
  EXPECT_EQ(body_of(client.read_answer()), "GET /1 ");
  EXPECT_EQ(body_of(client.read_answer()), "GET /2 ");
  EXPECT_EQ(body_of(client.read_answer()), "POST /3 x");
}

TEST_F(PostponedAdmissionTest, NoDeadlineRunsMeanwhile) {
  options.limits.header_deadline = options.limits.body_deadline = options.limits.idle = 40ms;
  postpone_each_once();
  start();
  auto client = connect();
  client.send(get("/a"));
  auto recall = take();
  std::this_thread::sleep_for(200ms);
  (*recall)();
  EXPECT_EQ(body_of(client.read_answer()), "GET /a ");
}

TEST_F(PostponedAdmissionTest, ADroppedRecallClosesTheConnection) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send(get("/a"));
  take();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(PostponedAdmissionTest, AClientThatLeavesIsNotMissed) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send(get("/a"));
  auto recall = take();
  linger const at_once{1, 0};
  setsockopt(client.socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  client.close();
  (*recall)();
  EXPECT_TRUE(eventually_no_connections());
  auto another = connect();
  another.send(get("/b"));
  (*take())();
  EXPECT_EQ(body_of(another.read_answer()), "GET /b ");
}

TEST_F(PostponedAdmissionTest, DrainingWaitsForIt) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send(get("/a"));
  auto recall = take();
  ASSERT_TRUE(recall);
  std::thread draining([this] { server->drain(10s); });
  std::this_thread::sleep_for(50ms);
  (*recall)();
  auto const answer = client.read_answer();
  EXPECT_EQ(body_of(answer), "GET /a ");
  EXPECT_NE(answer.find("Connection: close"), answer.npos);
  draining.join();
}

TEST_F(PostponedAdmissionTest, ARecallMayOutliveTheServer) {
  postpone_each_once();
  start();
  auto client = connect();
  client.send(get("/a"));
  auto recall = take();
  ASSERT_TRUE(recall);
  server->drain(0ms);
  server.reset();
  (*recall)();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(PostponedAdmissionTest, AHandlerThatThrowsAfterPostponingIsAnsweredFor) {
  handler.on_postpone = [](Request const&, Postponement& postponement) -> bool {
    auto const dropped = postponement.postpone();
    throw std::runtime_error("no");
  };
  start();
  EXPECT_EQ(connect().exchange(get("/a")).substr(0, 12), "HTTP/1.1 500");
}

}  // namespace
}  // namespace linebook::http::loopback
