#include "carriers/twilio/http_client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "fakes/http_stand_in.h"

namespace linebook::twilio {
namespace {

using namespace std::chrono_literals;
using fakes::HttpStandIn;
using testing::HasSubstr;

HttpRequest request(HttpMethod method, std::string url, std::string account = "AC1") {
  return {method, std::move(url), HeldCredentials({std::move(account), "secret"}),
          method == HttpMethod::post ? "Body=hello" : ""};
}

std::future<CarrierResult<HttpAnswer>> send(HttpClient& client, HttpRequest asked) {
  auto promise = std::make_shared<std::promise<CarrierResult<HttpAnswer>>>();
  client.send(std::move(asked),
              [promise](CarrierResult<HttpAnswer> answer) { promise->set_value(std::move(answer)); });
  return promise->get_future();
}

CarrierResult<HttpAnswer> ask(HttpClient& client, HttpRequest asked) {
  return send(client, std::move(asked)).get();
}

TEST(HttpClient, SendsWhatIsAskedAndTellsTheAnswer) {
  HttpStandIn server(
      [](HttpStandIn::Request const& asked) { return HttpStandIn::json(asked.body, "201 Created"); });
  HttpClient client;
  auto const answer = ask(client, request(HttpMethod::post, server.url() + "/a"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "Body=hello");
  EXPECT_FALSE(answer->retry_after);
}

TEST(HttpClient, TellsHowLongToWait) {
  HttpStandIn server([](HttpStandIn::Request const&) {
    return HttpStandIn::json("{}", "429 Too Many Requests", "Retry-After: 7\r\n");
  });
  HttpClient client;
  auto const answer = ask(client, request(HttpMethod::post, server.url()));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->retry_after, 7s);
}

/// The connection serves a request, and dies when it has taken the next one.
TEST(HttpClient, NothingIsSentTwice) {
  for (auto const method : {HttpMethod::post, HttpMethod::del}) {
    std::atomic<int> taken{0};
    HttpStandIn server([&](HttpStandIn::Request const& asked) {
      if (asked.head.starts_with("GET")) return HttpStandIn::json("{}");
      ++taken;
      return HttpStandIn::Answer{"", HttpStandIn::Then::close};
    });
    HttpClient client;
    ASSERT_TRUE(ask(client, request(HttpMethod::get, server.url())));
    auto const answer = ask(client, request(method, server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, CarrierFault::timeout);
    EXPECT_EQ(taken, 1);
  }
}

/// What ended between two requests is noticed before anything is sent on it.
TEST(HttpClient, AConnectionThatWasClosedMeanwhileIsNotUsed) {
  HttpStandIn server([](HttpStandIn::Request const& asked) {
    auto answer = HttpStandIn::json("{}");
    if (asked.head.starts_with("GET")) answer.then = HttpStandIn::Then::close;
    return answer;
  });
  HttpClient client;
  ASSERT_TRUE(ask(client, request(HttpMethod::get, server.url())));
  std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(ask(client, request(HttpMethod::post, server.url())));
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClient, RedirectsAndLongAnswersAreNotTaken) {
  HttpStandIn server([](HttpStandIn::Request const& asked) {
    if (asked.head.find("/long") != std::string::npos)
      return HttpStandIn::json(std::string(max_answer_bytes + 1, ' '));
    return HttpStandIn::json("{}", "307 Temporary Redirect", "Location: /elsewhere\r\n");
  });
  HttpClient client;
  EXPECT_EQ(ask(client, request(HttpMethod::post, server.url()))->status, 307);
  EXPECT_EQ(ask(client, request(HttpMethod::get, server.url() + "/long")).error().fault,
            CarrierFault::timeout);
  EXPECT_EQ(server.requests(), 2);
}

TEST(HttpClient, NobodyThere) {
  HttpClient client;
  auto const answer = ask(client, request(HttpMethod::post, "http://127.0.0.1:1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, CarrierFault::unreachable);
  EXPECT_THAT(answer.error().message, testing::Not(HasSubstr("secret")));
}

TEST(HttpClient, OneAccountThatHangsDelaysNoOther) {
  HttpStandIn server([](HttpStandIn::Request const& asked) {
    if (asked.head.find("/slow") != std::string::npos)
      return HttpStandIn::Answer{"", HttpStandIn::Then::hold};
    return HttpStandIn::json("{}");
  });
  HttpClient client;
  std::vector<std::future<CarrierResult<HttpAnswer>>> slow;
  for (std::size_t i = 0; i < max_under_way; ++i)
    slow.push_back(send(client, request(HttpMethod::post, server.url() + "/slow", "ACslow")));
  auto const begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(ask(client, request(HttpMethod::post, server.url(), "ACquick")));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  client.stop();
  std::size_t lost = 0;
  for (auto& answer : slow)
    if (answer.get().error().fault == CarrierFault::timeout) ++lost;
  EXPECT_EQ(lost, max_under_way_of_account);  // what was not begun is unreachable
}

TEST(HttpClient, SoManyWaitAndNoMore) {
  HttpStandIn server(
      [](HttpStandIn::Request const&) { return HttpStandIn::Answer{"", HttpStandIn::Then::hold}; });
  std::atomic<std::size_t> busy{0};
  HttpClient client;
  auto const ask_for = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      client.send(request(HttpMethod::post, server.url()), [&](CarrierResult<HttpAnswer> answer) {
        if (answer.error().fault == CarrierFault::busy) ++busy;
      });
  };
  ask_for(max_under_way_of_account);
  while (server.requests() < static_cast<int>(max_under_way_of_account)) std::this_thread::sleep_for(1ms);
  ask_for(max_waiting);
  EXPECT_EQ(busy, 0u);
  ask_for(1);
  EXPECT_EQ(busy, 1u);
}

TEST(HttpClient, StoppedItTakesNothingMore) {
  HttpStandIn server(
      [](HttpStandIn::Request const&) { return HttpStandIn::Answer{"", HttpStandIn::Then::hold}; });
  HttpClient client;
  auto waiting = send(client, request(HttpMethod::post, server.url()));
  while (server.requests() == 0) std::this_thread::sleep_for(1ms);
  client.stop();
  EXPECT_EQ(waiting.get().error().fault, CarrierFault::timeout);
  EXPECT_EQ(ask(client, request(HttpMethod::post, server.url())).error().fault, CarrierFault::unreachable);
  EXPECT_EQ(server.requests(), 1);
}

TEST(HttpClient, ThousandsOneAfterTheOther) {
  HttpStandIn server([](HttpStandIn::Request const&) { return HttpStandIn::json("{}"); });
  HttpClient client;
  constexpr int count = 5000;
  std::atomic<int> answered{0};
  std::promise<void> all;
  auto const begun = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i)
    client.send(request(HttpMethod::post, server.url()), [&](CarrierResult<HttpAnswer> answer) {
      EXPECT_TRUE(answer);
      if (++answered == count) all.set_value();
    });
  all.get_future().wait();
  auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  RecordProperty("requests_per_second", static_cast<int>(count / seconds));
  EXPECT_LE(server.connections(), static_cast<int>(max_under_way_of_account));
}

}  // namespace
}  // namespace linebook::twilio
