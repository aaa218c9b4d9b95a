#include "http/transport/server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <ctime>

#include "http/transport/loopback.h"

namespace linebook::http {
namespace {

using namespace loopback;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using HttpServer = ServerTest;

TEST_F(HttpServer, AnswersOnOneConnectionAgainAndAgain) {
  start();
  auto client = connect();
  EXPECT_THAT(client.exchange(get("/a?b=c")), StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_EQ(body_of(client.exchange(post("/p", "hello"))), "POST /p hello");
  EXPECT_THAT(handler.statuses(), ElementsAre(200, 200));
  client.close();
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  start();
  auto client = connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/" + std::to_string(i));
  std::thread writer([&] { client.send(requests); });
  for (int i = 0; i < 500; ++i) ASSERT_EQ(body_of(client.read_answer()), "GET /" + std::to_string(i) + " ");
  writer.join();
}

TEST_F(HttpServer, KeepsTheOrderWhenAnAnswerComesFromElsewhere) {
  HeldReplies held;
  handler.on_handle = [&](Request const& request, Reply reply) {
    if (request.path == "/late") return held.hold(std::move(reply));
    reply({200, "", std::string(request.path), false});
  };
  start();
  auto client = connect();
  client.send(get("/first") + get("/late") + get("/last"));
  EXPECT_EQ(body_of(client.read_answer()), "/first");  // does not wait for the late one
  held.take()({200, "", "late", false});
  EXPECT_EQ(body_of(client.read_answer()), "late");
  EXPECT_EQ(body_of(client.read_answer()), "/last");
}

TEST_F(HttpServer, ReplyMayComeFromAnotherThreadBeforeHandleReturns) {
  handler.on_handle = [](Request const&, Reply reply) {
    std::thread([reply = std::move(reply)]() mutable { reply({200, "", "ok", false}); }).join();
  };
  start();
  auto client = connect();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(body_of(client.exchange(get("/"))), "ok");
}

TEST_F(HttpServer, ReplyDroppedClosesTheConnection) {
  HeldReplies held;
  handler.on_handle = [&](Request const& request, Reply reply) {
    if (request.path == "/later") held.hold(std::move(reply));
    if (request.path == "/ok") reply({200, "", "ok", false});
  };
  start();
  auto client = connect();
  client.send(get("/ok") + get("/dropped"));
  EXPECT_THAT(client.read_to_end(), HasSubstr("200 OK"));
  auto other = connect();
  other.send(get("/later"));
  {
    auto const dropped = held.take();
  }
  EXPECT_EQ(other.read_to_end(), "");
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(HttpServer, ClientThatLeavesBeforeItsAnswerHarmsNobody) {
  HeldReplies held;
  handler.on_handle = [&](Request const& request, Reply reply) {
    if (request.path == "/slow") return held.hold(std::move(reply));
    reply({200, "", "ok", false});
  };
  start();
  for (int i = 0; i < 10; ++i) {
    auto client = connect();
    client.send(get("/slow"));
    auto reply = held.take();
    client.close();
    reply({200, "", std::string(2'000'000, 'x'), false});
  }
  EXPECT_TRUE(eventually_no_connections());
  EXPECT_EQ(body_of(connect().exchange(get("/"))), "ok");
  EXPECT_EQ(handler.statuses().size(), 11);
}

TEST_F(HttpServer, HandlerThatThrowsIsAnInternalError) {
  handler.on_handle = [](Request const&, Reply) { throw std::runtime_error("bug"); };
  start();
  EXPECT_THAT(connect().exchange(get("/")), StartsWith("HTTP/1.1 500 "));
  handler.on_admit = [](Request const&) -> std::optional<Response> { throw std::runtime_error("bug"); };
  EXPECT_THAT(connect().exchange(get("/")), StartsWith("HTTP/1.1 500 "));
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(HttpServer, HeadHasNoBody) {
  start();
  auto client = connect();
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  auto const answer = client.read_to_end();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(HttpServer, Http10ClosesUnlessAskedNotTo) {
  start();
  auto client = connect();
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.read_answer(), HasSubstr("Connection: keep-alive\r\n"));
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServer, LargeBodiesBothWays) {
  handler.on_handle = [](Request const& request, Reply reply) {
    reply({200, "", std::string(request.body), false});
  };
  start();
  auto client = connect();
  std::string const body(1024 * 1024, 'm');
  EXPECT_EQ(body_of(client.exchange(post("/", body))), body);
  std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 64; ++i) chunked += "4000\r\n" + body.substr(0, 0x4000) + "\r\n";
  EXPECT_EQ(body_of(client.exchange(chunked + "0\r\n\r\n")), body);
}

TEST_F(HttpServer, ClientThatSendsMoreThanItReadsGetsEveryAnswer) {
  handler.on_handle = [](Request const&, Reply reply) { reply({200, "", std::string(300'000, 'x'), false}); };
  start();
  auto client = connect();
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += get("/");
  client.send(requests);
  std::this_thread::sleep_for(100ms);  // the socket fills up
  for (int i = 0; i < 100; ++i) ASSERT_EQ(body_of(client.read_answer()).size(), 300'000) << i;
}

TEST_F(HttpServer, ClientMayEndItsSideAfterItsRequests) {
  HeldReplies held;
  handler.on_handle = [&](Request const&, Reply reply) { held.hold(std::move(reply)); };
  start();
  auto client = connect();
  client.send(get("/") + get("/"));
  ::shutdown(client.socket(), SHUT_WR);
  held.take()({200, "", "first", false});
  held.take()({200, "", "second", false});
  EXPECT_EQ(body_of(client.read_answer()), "first");
  EXPECT_EQ(body_of(client.read_answer()), "second");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(eventually_no_connections());
}

TEST_F(HttpServer, MalformedRequestIsToldSoAndClosed) {
  start();
  for (std::string const& bad : {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("\x16\x03\x01"),
                                 std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                                 std::string("GET / HTTP/1.1\n\n"), std::string("nonsense\r\n")}) {
    auto client = connect();
    client.send(bad);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 ")) << bad;
  }
  EXPECT_THAT(handler.statuses(), ElementsAre(400, 400, 400, 400, 400));
}

TEST_F(HttpServer, HeadTooLargeIs431EvenWhileTheClientGoesOnSending) {
  start();
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(200'000, 'x'));
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServer, BodyOverTheLimitIs413HoweverItComes) {
  start();
  auto client = connect();
  client.send(post("/", std::string(1024 * 1024 + 1, 'x')));
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
  auto other = connect();
  other.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFFF\r\n" +
             std::string(0xFFFFF, 'x') + "\r\n2\r\nxx\r\n0\r\n\r\n");
  EXPECT_THAT(other.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServer, EarlyRefusalIsReadBeforeTheConnectionEnds) {
  handler.on_admit = [](Request const&) { return Response{401, "", "no", false}; };
  start();
  auto client = connect();
  EXPECT_TRUE(client.send(post("/", std::string(1024 * 1024, 'x'))));
  auto const answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(answer, Not(HasSubstr("<reset>")));
}

TEST_F(HttpServer, RefusalWithoutUnreadBodyKeepsTheConnection) {
  handler.on_admit = [](Request const&) { return Response{401, "", "no", false}; };
  start();
  auto client = connect();
  EXPECT_THAT(client.exchange(get("/")), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(client.exchange(post("/", "small")), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(client.exchange(get("/")), StartsWith("HTTP/1.1 401 "));
}

TEST_F(HttpServer, ContinuesOnlyWhatWasAdmitted) {
  handler.on_admit = [](Request const& request) -> std::optional<Response> {
    if (request.path == "/no") return Response{403, "", "", false};
    return {};
  };
  start();
  auto client = connect();
  std::string const expecting = " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  EXPECT_EQ(client.exchange("POST /yes" + expecting), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.exchange("hi")), "POST /yes hi");
  client.send("POST /no" + expecting);
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 403 "));
}

TEST_F(HttpServer, OneConnectionTooManyIsToldSo) {
  options.limits.connections = 2;
  start();
  auto first = connect();
  auto second = connect();
  first.exchange(get("/"));
  second.exchange(get("/"));
  auto third = connect();
  EXPECT_THAT(third.read_to_end(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(server->counters().connections_refused, 1);
  first.close();
  EXPECT_TRUE(eventually([&] { return connect().exchange(get("/")).starts_with("HTTP/1.1 200"); }));
}

TEST_F(HttpServer, ServesFromSeveralThreads) {
  options.threads = 3;
  std::mutex mutex;
  std::vector<std::thread::id> seen;
  handler.on_handle = [&](Request const&, Reply reply) {
    {
      std::lock_guard const lock(mutex);
      if (std::ranges::find(seen, std::this_thread::get_id()) == seen.end())
        seen.push_back(std::this_thread::get_id());
    }
    reply({200, "", "ok", false});
  };
  start();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(body_of(connect().exchange(get("/"))), "ok");
  EXPECT_GT(seen.size(), 1);
  EXPECT_TRUE(eventually([&] { return handler.ticks >= 3; }));
}

TEST_F(HttpServer, RunsOutOfDescriptorsAndRecovers) {
  start();
  std::vector<Client> crowd(4);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  auto tight = before;
  tight.rlim_cur = static_cast<rlim_t>(crowd.back().socket()) + 1;  // our sockets exist, the server's do not
  setrlimit(RLIMIT_NOFILE, &tight);
  for (auto& client : crowd) EXPECT_TRUE(client.connect(server->port()));  // into the backlog
  auto const used = std::clock();
  std::this_thread::sleep_for(600ms);
  EXPECT_LT(std::clock() - used, CLOCKS_PER_SEC / 5) << "spins while no descriptor is free";
  EXPECT_EQ(server->counters().connections_accepted, 0);
  setrlimit(RLIMIT_NOFILE, &before);
  for (auto& client : crowd) EXPECT_EQ(body_of(client.exchange(get("/a"))), "GET /a ");
}

TEST(Listen, SaysWhyItCannot) {
  RecordingHandler handler;
  auto const listen = [&](ServerOptions options) { return Server::listen(std::move(options), handler); };
  auto const first = listen({.address = "127.0.0.1", .port = 0});
  ASSERT_TRUE(first);
  auto const second = listen({.address = "127.0.0.1", .port = (*first)->port()});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  EXPECT_THAT(listen({.address = "nowhere"}).error().message, HasSubstr("'nowhere'"));
  EXPECT_THAT(listen({.port = 0, .trusted_proxies = {"10.0.0.0/99"}}).error().message,
              HasSubstr("10.0.0.0/99"));
}

TEST_F(HttpServer, TakesOverASocketThatListens) {
  int const listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listening, 16), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
  options.listening_socket = listening;
  options.threads = 3;
  start();
  EXPECT_EQ(server->port(), ntohs(address.sin_port));
  EXPECT_EQ(::fcntl(listening, F_GETFD), -1) << "it was to be closed";
  for (int i = 0; i < 12; ++i) EXPECT_THAT(connect().exchange(get("/")), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(HttpServer, TellsThatItsThreadsComeRound) {
  options.threads = 2;
  start();
  auto const now = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return server->last_round() > now; }));
}

TEST(ListenAddress, HasAnAddressAndAPort) {
  using Pair = std::pair<std::string, std::uint16_t>;
  EXPECT_EQ(parse_listen_address("127.0.0.1:8080"), Pair("127.0.0.1", 8080));
  EXPECT_EQ(parse_listen_address("[::1]:80"), Pair("::1", 80));
  EXPECT_EQ(parse_listen_address("localhost:0"), Pair("127.0.0.1", 0));
  for (auto const* bad : {"", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                          "127.0.0.1:80x", "::1:80", "[::1]", "[127.0.0.1]:80", "host:80", "127.0.0.1:-1"}) {
    EXPECT_FALSE(parse_listen_address(bad)) << bad;
  }
}

}  // namespace
}  // namespace linebook::http
